package report

import (
	"strconv"

	"github.com/xuri/excelize/v2"

	"github.com/rapporteur/rapporteur"
)

// particulars are the columns before the provisions.
var particulars = []string{
	"Contributor", "Name", "Kind", "Region", "Stream", "Period", "Whole answer", "Return type", "Due", "Answered (UTC)", "Days late", "Rounds",
}

// Where the parts of the sheet Matrix stand: a title, the legend, a head line,
// then one line for each contributor in each cycle.
const (
	legendRow   = 2
	headRow     = 4
	wholeColumn = 7 // from here on there are states
)

// stateColours go with the states. Each state is told by its word; the colour
// only helps the eye.
var stateColours = map[rapporteur.CellState]string{
	rapporteur.CellAnswered: "C6E7CE", rapporteur.CellNil: "DDEBF7", rapporteur.CellNotApplicable: "E4DFEC", rapporteur.CellConsidered: "E2EFDA",
	rapporteur.CellAwaited: "FFF2CC", rapporteur.CellOverdue: "F8CBAD", rapporteur.CellSilent: "F4A6A0",
}

// matrix writes the sheet of contributors × provisions.
func (w *workbook) matrix(m rapporteur.Matrix) error {
	last := spot{column: len(particulars) + len(m.Provisions), row: headRow + len(m.Rows)}
	if err := w.dress(last); err != nil {
		return err
	}
	s := w.sheet(sheetMatrix, spot{column: 3, row: headRow + 1}, 18, 32, 14, 12, 8, 14, 14, 14, 12, 17, 10, 10)
	for n := len(particulars) + 1; n <= last.column; n++ {
		s.do(s.stream.SetColWidth(n, n, 14))
	}
	s.line(excelize.Cell{StyleID: w.title, Value: "Compliance with " + m.Instrument.Symbol + " as of " + m.AsOf.Words()})
	legend := []any{"Legend"}
	for _, term := range rapporteur.CellStates {
		legend = append(legend, words(term.Word))
	}
	s.line(legend...)
	s.line()
	s.line(append(styled(w.head, particulars...), styled(w.head, m.Provisions...)...)...)
	for _, row := range m.Rows {
		s.line(w.cells(m, row)...)
	}
	return s.end()
}

// cells is one line of the sheet. What a contributor is not asked about is
// empty.
func (w *workbook) cells(m rapporteur.Matrix, r rapporteur.MatrixRow) []any {
	_, stream, period, _ := r.Cycle.Parts() // a stored id has its parts
	var answered any
	if r.ReturnType != "" {
		answered = words(string(r.ReturnType))
	}
	line := []any{
		string(r.Contributor), r.Name, string(r.Kind), r.Region, stream, period, words(string(r.State)), answered,
		w.dated(r.Due), w.timed(r.AnsweredAt), r.DaysLate, r.Rounds,
	}
	states := make(map[string]rapporteur.CellState, len(r.Cells))
	for _, c := range r.Cells {
		states[c.Provision] = c.State
	}
	for _, p := range m.Provisions {
		if state, asked := states[p]; asked {
			line = append(line, words(string(state)))
		} else {
			line = append(line, nil)
		}
	}
	return line
}

// dress colours the legend and every state by its word, also when somebody
// changes one, and lets the lines be filtered. It comes before the lines are
// written: then the sheet is closed.
func (w *workbook) dress(last spot) error {
	var rules []excelize.ConditionalFormatOptions
	for _, term := range rapporteur.CellStates {
		style, err := w.file.NewConditionalStyle(&excelize.Style{Fill: fill(stateColours[rapporteur.CellState(term.Word)])})
		if err != nil {
			return err
		}
		rules = append(rules, excelize.ConditionalFormatOptions{Type: "cell", Criteria: "==", Value: strconv.Quote(words(term.Word)), Format: &style})
	}
	legend := area(spot{2, legendRow}, spot{1 + len(rapporteur.CellStates), legendRow})
	if err := w.file.SetConditionalFormat(sheetMatrix, legend, rules); err != nil || last.row == headRow {
		return err
	}
	if err := w.file.SetConditionalFormat(sheetMatrix, area(spot{wholeColumn, headRow + 1}, last), rules); err != nil {
		return err
	}
	return w.file.AutoFilter(sheetMatrix, area(spot{1, headRow}, last), nil)
}

func area(from, to spot) string { return from.String() + ":" + to.String() }
