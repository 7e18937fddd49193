package report

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/sortedzip"
)

// The sheets of a compliance matrix, in order.
const (
	sheetMatrix   = "Matrix"
	sheetMeasures = "Measures"
	sheetAbout    = "About"
)

// Workbook gives a compliance matrix as a workbook (Office Open XML, ISO/IEC
// 29500): the sheet Matrix has contributors × provisions, Measures the measures
// of each group, About what every word means. Text is written as text, whatever
// it begins with, so that no cell is a formula.
func (*Renderer) Workbook(ctx context.Context, m rapporteur.Matrix) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("cannot write workbook: %w", err)
	}
	file := excelize.NewFile().SetZipWriter(func(to io.Writer) excelize.ZipWriter { return sortedzip.New(to) })
	defer func() { _ = file.Close() }() // it holds memory only
	w, err := newWorkbook(file)
	if err != nil {
		return nil, fmt.Errorf("cannot write workbook: %w", err)
	}
	for _, write := range []func(rapporteur.Matrix) error{w.matrix, w.measures, w.about} {
		if err := write(m); err != nil {
			return nil, fmt.Errorf("cannot write workbook: %w", err)
		}
	}
	buffer, err := file.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("cannot write workbook: %w", err)
	}
	return buffer.Bytes(), nil
}

// workbook writes the sheets of one file, row by row: a matrix of ten thousand
// contributors has some hundred thousand cells.
type workbook struct {
	file                                 *excelize.File
	title, head, date, minute, rate, few int // styles
}

func newWorkbook(file *excelize.File) (*workbook, error) {
	w := &workbook{file: file}
	if err := file.SetSheetName(file.GetSheetName(0), sheetMatrix); err != nil {
		return nil, err
	}
	for _, name := range []string{sheetMatrix, sheetMeasures, sheetAbout} {
		if _, err := file.NewSheet(name); err != nil {
			return nil, err
		}
		if err := printed(file, name); err != nil {
			return nil, err
		}
	}
	family, err := file.GetDefaultFont()
	if err != nil {
		return nil, err
	}
	text := func(format string) *string { return &format }
	for _, style := range []struct {
		to *int
		is excelize.Style
	}{
		{&w.title, excelize.Style{Font: &excelize.Font{Family: family, Bold: true, Size: 14}}},
		{&w.head, excelize.Style{Font: &excelize.Font{Family: family, Bold: true, Size: 11}, Fill: fill("D9E2EC"), Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&w.date, excelize.Style{CustomNumFmt: text("yyyy-mm-dd")}},
		{&w.minute, excelize.Style{CustomNumFmt: text("yyyy-mm-dd hh:mm")}},
		{&w.rate, excelize.Style{CustomNumFmt: text("0.0%")}},
		{&w.few, excelize.Style{CustomNumFmt: text("0.0")}},
	} {
		if *style.to, err = file.NewStyle(&style.is); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// printed says how a sheet is printed: landscape, and as wide as a page. Only the
// matrix can have more provisions than anybody could read so; it goes over
// several pages, each with its contributors.
func printed(file *excelize.File, name string) error {
	landscape, wide, high, fit := "landscape", 1, 0, true
	if name == sheetMatrix {
		titles := excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: name + "!$A:$A", Scope: name}
		if err := file.SetDefinedName(&titles); err != nil {
			return err
		}
		return file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape})
	}
	if err := file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	return file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &wide, FitToHeight: &high})
}

func fill(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// sheet is one sheet while it is written, from the top down.
type sheet struct {
	stream *excelize.StreamWriter
	row    int
	err    error // the first
}

// sheet begins a sheet: columns have their widths, and what is above and left
// of the first cell that scrolls stands still.
func (w *workbook) sheet(name string, scrolls spot, widths ...float64) *sheet {
	s := &sheet{}
	if s.stream, s.err = w.file.NewStreamWriter(name); s.err != nil {
		return s
	}
	for n, width := range widths {
		s.do(s.stream.SetColWidth(n+1, n+1, width))
	}
	if scrolls.row > 1 {
		s.do(s.stream.SetPanes(&excelize.Panes{
			Freeze: true, XSplit: scrolls.column - 1, YSplit: scrolls.row - 1, TopLeftCell: scrolls.String(), ActivePane: "bottomRight",
		}))
	}
	return s
}

func (s *sheet) do(err error) {
	if s.err == nil {
		s.err = err
	}
}

// line writes the next row.
func (s *sheet) line(values ...any) {
	s.row++
	if s.err == nil {
		s.err = s.stream.SetRow(spot{column: 1, row: s.row}.String(), values)
	}
}

func (s *sheet) end() error {
	if s.err != nil {
		return s.err
	}
	return s.stream.Flush()
}

// spot is a place in a sheet, both counted from 1.
type spot struct{ column, row int }

// String is A1 for the first.
func (c spot) String() string {
	name, err := excelize.CoordinatesToCellName(c.column, c.row)
	if err != nil {
		return "" // refused by whoever is given it
	}
	return name
}

// styled gives each value a style.
func styled(style int, values ...string) []any {
	cells := make([]any, len(values))
	for n, v := range values {
		cells[n] = excelize.Cell{StyleID: style, Value: v}
	}
	return cells
}

// words writes a code as words: not-applicable is "not applicable".
func words(code string) string { return strings.ReplaceAll(code, "-", " ") }

// dated is a date as spreadsheets count it; none is an empty cell.
func (w *workbook) dated(d rapporteur.Date) any {
	if d.IsZero() {
		return nil
	}
	return excelize.Cell{StyleID: w.date, Value: d.Start()}
}

func (w *workbook) timed(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return excelize.Cell{StyleID: w.minute, Value: t.UTC()}
}

// share is a rate; one that does not exist is an empty cell.
func share(style int, rate func() (float64, bool)) any {
	v, ok := rate()
	if !ok {
		return nil
	}
	return excelize.Cell{StyleID: style, Value: v}
}

// measures writes the measures of each group.
func (w *workbook) measures(m rapporteur.Matrix) error {
	s := w.sheet(sheetMeasures, spot{column: 3, row: 2}, 12, 44, 11, 11, 10, 10, 15, 11, 17, 10, 8, 10)
	s.line(styled(w.head, "By", "Group", "Expected", "Received", "Rate", "On time", "On-time rate", "Days late", "Mean days late", "Rounds", "Nil", "Nil rate")...)
	for _, g := range m.Measures {
		s.line(string(g.By), g.Group, g.Expected, g.Received, share(w.rate, g.Rate), g.OnTime, share(w.rate, g.OnTimeRate),
			g.DaysLate, share(w.few, g.MeanDaysLate), g.Rounds, g.Nil, share(w.rate, g.NilRate))
	}
	return s.end()
}

// about says what the workbook is of, and defines its words.
func (w *workbook) about(m rapporteur.Matrix) error {
	s := w.sheet(sheetAbout, spot{}, 24, 120)
	s.line(excelize.Cell{StyleID: w.title, Value: "Compliance matrix"})
	s.line("Instrument", m.Instrument.Symbol)
	s.line("Title", m.Instrument.Title)
	s.line("As of", w.dated(m.AsOf))
	s.line(nil, "With all that happened until the date was over everywhere on Earth (12:00 UTC on the next day), or for the present date until now.")
	s.line()
	s.line(styled(w.head, "State", "Meaning")...)
	for _, term := range rapporteur.CellStates {
		s.line(words(term.Word), term.Means)
	}
	s.line()
	s.line(styled(w.head, "Measure", "Meaning")...)
	for _, term := range rapporteur.MatrixMeasures {
		s.line(term.Word, term.Means)
	}
	return s.end()
}
