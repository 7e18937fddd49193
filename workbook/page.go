package workbook

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Widths of the columns, in characters.
var widths = []float64{columnNumber: 8, columnLabel: 42, columnInput: 26, columnGrid: 14, 14, 14, 14, 14, 14}

// Heights of rows, in points.
const (
	lineHeight = 15.0
	mostHeight = 400.0
	gapHeight  = 9.0

	titleHeight = 1.4 // times a line's
)

// sheet is one sheet while it is written.
type sheet struct {
	*writer
	name   string
	stream *excelize.StreamWriter
	row    int
	checks []check
	err    error // the first
}

// check is a rule for what may be chosen or written in some cells.
type check struct {
	input    input
	from, to int // rows
	column   int
}

// page writes one sheet from the top down.
func (w *writer) page(page filledPage, stands bool) error {
	s := &sheet{writer: w, name: page.name}
	s.do(w.layout(page.name))
	if s.stream, s.err = w.file.NewStreamWriter(page.name); s.err != nil {
		return s.err
	}
	for column := columnNumber; column < len(widths); column++ {
		s.do(s.stream.SetColWidth(column, column, widths[column]))
	}
	s.do(s.stream.SetColVisible(columnKey, columnKey, false))
	if stands {
		s.do(s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	}
	for _, r := range page.rows {
		s.line(r)
	}
	for _, c := range s.checks {
		s.do(s.validate(c))
	}
	s.do(w.protect(page.name))
	s.do(s.stream.Flush())
	return s.err
}

// layout is how a sheet is shown and printed: landscape, as wide as a page.
func (w *writer) layout(name string) error {
	landscape, wide, high, fit, paper := "landscape", 1, 0, true, 9 // A4
	if err := w.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if w.language == "ar" {
		if err := w.file.SetSheetView(name, 0, &excelize.ViewOptions{RightToLeft: &fit}); err != nil {
			return err
		}
	}
	return w.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &wide, FitToHeight: &high, Size: &paper})
}

func (s *sheet) do(err error) {
	if s.err == nil {
		s.err = err
	}
}

// line writes one row.
func (s *sheet) line(r filled) {
	s.row++
	values := make([]any, columnLast)
	values[columnKey-1] = cmp.Or(r.key, string(roleNote))
	height := lineHeight * float64(max(r.room, 1))
	tall := func(text string, characters float64) { height = max(height, tallness(text, characters)) }
	set := func(column, style int, value any) { values[column-1] = excelize.Cell{StyleID: style, Value: value} }
	write := func(column, style int, text string) {
		if text != "" {
			set(column, style, text)
		}
	}
	switch r.look {
	case lookTitle:
		tall(r.label, 100)
		height *= titleHeight
		write(columnNumber, s.styles.title, r.label)
		s.merge(columnNumber)
	case lookText:
		tall(r.label, 150)
		write(columnNumber, s.styles.words, r.label)
		s.merge(columnNumber)
	case lookHeading:
		write(columnNumber, s.styles.part, r.label)
		s.merge(columnNumber)
	case lookBeside:
		write(columnLabel, s.styles.beside, r.label)
	case lookQuestion:
		tall(r.label, 115)
		set(columnNumber, s.styles.number, r.number)
		for column := columnLabel; column <= columnLast; column++ {
			set(column, s.styles.question, nil)
		}
		write(columnLabel, s.styles.question, r.label)
		s.merge(columnLabel)
	case lookGap:
		height = gapHeight
	case lookPart:
		tall(r.label, 115)
		write(columnLabel, s.styles.part, r.label)
		s.merge(columnLabel)
	case lookFact:
		tall(r.label, 36)
		tall(r.aside, 85)
		write(columnNumber, s.styles.fact, r.number)
		write(columnLabel, s.styles.fact, r.label)
		write(columnInput, s.styles.words, r.aside)
		s.merge(columnInput)
	case lookHeads:
		for column := columnLabel; column <= max(r.first+len(r.heads)-1, columnInput); column++ {
			values = reach(values, column)
			set(column, s.styles.heads, nil)
		}
		write(columnLabel, s.styles.heads, r.label)
		write(columnInput, s.styles.heads, r.aside)
		for n, head := range r.heads {
			write(r.first+n, s.styles.heads, head)
			tall(head, 11)
		}
	case lookField, lookMinor:
		values = s.inputs(r, values, tall)
	}
	s.do(s.stream.SetRow("A"+strconv.Itoa(s.row), values, excelize.RowOpts{Height: min(height, mostHeight)}))
}

// reach makes room for a column.
func reach(values []any, column int) []any {
	for len(values) < column {
		values = append(values, nil)
	}
	return values
}

// inputs writes the label and the cells of a row that is filled in.
func (s *sheet) inputs(r filled, values []any, tall func(string, float64)) []any {
	style, label := s.styles.label, r.label
	switch {
	case r.look == lookMinor:
		style = s.styles.minor
	case r.role == roleRow:
		label = strconv.Itoa(r.nth)
	}
	if r.role == roleField && r.nth > 0 {
		label = s.text("continued")
	}
	tall(label, 43)
	if label != "" {
		values[columnLabel-1] = excelize.Cell{StyleID: style, Value: label}
	}
	if r.aside != "" {
		values[columnInput-1] = excelize.Cell{StyleID: s.styles.aside, Value: r.aside}
	}
	for n, i := range r.inputs {
		column := r.first + n
		values = reach(values, column)
		values[column-1] = excelize.Cell{StyleID: s.styles.of(i.kind)}
		s.check(i, column)
	}
	long := r.inputs[len(r.inputs)-1].kind
	if last := r.first + len(r.inputs) - 1; last == columnInput && (long == asText || long == asLines) {
		for column := columnInput + 1; column <= columnLast; column++ {
			values[column-1] = excelize.Cell{StyleID: s.styles.text}
		}
		s.merge(columnInput)
	}
	for _, c := range r.cells {
		i := r.inputs[c.column-r.first]
		values[c.column-1] = excelize.Cell{StyleID: s.styles.of(i.kind), Value: c.value()}
		if c.column == columnInput && len(r.inputs) == 1 && (i.kind == asText || i.kind == asLines) {
			tall(c.text, 85)
		} else {
			tall(c.text, max(widths[min(c.column, len(widths)-1)]-3, 8))
		}
	}
	return values
}

// value is a cell's content as the library wants it.
func (c cell) value() any {
	if c.content != contentNumber {
		return c.text
	}
	if n, err := strconv.ParseInt(c.text, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(c.text, 64)
	if err != nil {
		return c.text
	}
	return f
}

// merge makes one cell of a row from a column to the last of a text.
func (s *sheet) merge(column int) {
	s.do(s.stream.MergeCell(columnName(column)+strconv.Itoa(s.row), columnName(columnLast)+strconv.Itoa(s.row)))
}

// tallness is the height that a text needs in so many characters a line.
func tallness(text string, characters float64) float64 {
	lines := 0.0
	for part := range strings.SplitSeq(text, "\n") {
		lines += max(1, math.Ceil(float64(utf8.RuneCountInString(part))/characters))
	}
	return lines * lineHeight
}

// check notes that an input stands in this row. Rows below each other share one
// check.
func (s *sheet) check(i input, column int) {
	if i.list == nil && i.kind != asCount || i.list != nil && s.ranges[i.list] == "" {
		return
	}
	for n := len(s.checks) - 1; n >= 0 && n >= len(s.checks)-columnMost; n-- {
		c := &s.checks[n]
		if c.column == column && c.to == s.row-1 && c.input.list == i.list && c.input.kind == i.kind {
			c.to = s.row
			return
		}
	}
	s.checks = append(s.checks, check{input: i, from: s.row, to: s.row, column: column})
}

// validate makes a check: a drop-down of a code list, or a count of persons.
func (s *sheet) validate(c check) error {
	name := columnName(c.column)
	v := excelize.NewDataValidation(true)
	v.SetSqref(fmt.Sprintf("%s%d:%s%d", name, c.from, name, c.to))
	if c.input.list != nil {
		v.SetSqrefDropList(s.ranges[c.input.list])
		if c.input.list.open {
			v.SetError(excelize.DataValidationErrorStyleInformation, "", s.text("other_code"))
		} else {
			v.SetError(excelize.DataValidationErrorStyleStop, "", s.say(words.Findings["workbook/choice"]))
		}
		return s.file.AddDataValidation(s.name, v)
	}
	at := name + strconv.Itoa(c.from)
	v.Type = "custom"
	v.Formula1 = fmt.Sprintf(`OR(%s="&lt;5",AND(ISNUMBER(%s),%s&gt;=0,%s=INT(%s)))`, at, at, at, at, at)
	v.SetError(excelize.DataValidationErrorStyleWarning, "", s.say(words.Findings["workbook/number"]))
	return s.file.AddDataValidation(s.name, v)
}
