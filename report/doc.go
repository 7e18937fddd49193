// Package report turns a compiled report into documents: DOCX in the dress of
// a United Nations document, an HTML page that stands alone, and JSON with the
// whole provenance for machines; and a compliance matrix into a workbook.
//
// A rendering is a pure function of the report: the same report gives the same
// bytes, so that a document can be compared with what was transmitted.
package report
