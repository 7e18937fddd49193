// Package workbook turns a questionnaire with its answer into a spreadsheet that
// people fill in, and reads the spreadsheet back into the answer; and the same
// for tables of figures as CSV.
//
// Every row of a sheet that holds an answer has a key in a hidden first column:
// what it is and the JSON Pointer of where it goes. A row is found by its key
// wherever it stands, so a workbook may have rows inserted and may pass through
// another program. What a cell cannot show as it is, such as the order of a table
// or a control character, is kept beside it in a hidden sheet and put back where
// the cell still says the same.
//
// Files come from outside. They are opened here, within the limits of limits.go,
// and only what those rules let through is looked at.
package workbook
