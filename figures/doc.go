// Package figures is about published figures of persons: it reads and writes
// them in the layouts that statisticians use, and decides which of them may be
// told.
//
// The layout of UNODC's Global Report on Trafficking in Persons (GLOTIP) is one
// row for each figure, with its State, indicator, breakdown and year. Nothing
// here is about a single person: a row is a count.
package figures
