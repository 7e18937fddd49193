package rapporteur

// Workbooks turns questionnaires with their answers into spreadsheets, and
// spreadsheets into answers. Files come from outside: reading one is bounded,
// and whatever could act or lead elsewhere is refused with a Problem.
type Workbooks interface {
	// Write gives a questionnaire as a workbook (Office Open XML, ISO/IEC 29500)
	// with an answer filled in; nil for none. The same arguments give the same
	// bytes. What an answer holds comes back from Read exactly.
	Write(q Questionnaire, body []byte, facts WorkbookFacts) ([]byte, error)
	// Read reads a workbook back. What is wrong in cells are findings; a file
	// that is no workbook of this house, or for another questionnaire, is a
	// Problem.
	Read(file []byte, q Questionnaire) (FilledWorkbook, error)
	// WriteFigures gives all tables of figures of a questionnaire as CSV
	// (RFC 4180), a line for each cell, filled from an answer; nil for none.
	WriteFigures(q Questionnaire, body []byte, language string) ([]byte, error)
	// ReadFigures reads such a file back.
	ReadFigures(file []byte, q Questionnaire) (FilledFigures, error)
}

// WorkbookFacts is what a workbook says about the request that it is for.
type WorkbookFacts struct {
	RequestKey
	Name       string   // of the contributor
	Instrument string   // S/RES/2388 (2017)
	Title      string   // of the cycle
	Due        Date     // the deadline that applies to the contributor
	Language   string   // of Languages: that of the labels
	States     []Option // ISO 3166-1 alpha-3 with names, to choose from, in any order
}

// FilledWorkbook is what was read from a workbook.
type FilledWorkbook struct {
	RequestKey           // that it was made for
	Body       []byte    // JSON with sorted keys, as the questionnaire's schema wants it
	Findings   []Finding // each names its cell and never what is in it
	// Cell is where a JSON Pointer into the body leads in the workbook, such as
	// Section 3!D14: to the place or to what holds it. Empty where the workbook
	// has no such place.
	Cell func(pointer string) string
}

// FilledFigures is what was read from figures as CSV.
type FilledFigures struct {
	Answers  []byte // JSON: by question and part the tables, as they stand under answers
	Cells    int    // how many cells have a value
	Findings []Finding
}

// withCells adds to findings where their places are in a workbook.
func (w FilledWorkbook) withCells(findings []Finding) []Finding {
	for n := range findings {
		if findings[n].Cell == "" {
			findings[n].Cell = w.Cell(findings[n].Pointer)
		}
	}
	return findings
}
