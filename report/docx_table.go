package report

import (
	"fmt"
	"strings"

	"github.com/gomutex/godocx/docx"
	"github.com/gomutex/godocx/wml/ctypes"
	"github.com/gomutex/godocx/wml/stypes"

	"github.com/rapporteur/rapporteur"
)

// Thickness of rules in eighths of a point.
const (
	thin  = 4
	thick = 12
)

func rule(size int) *ctypes.Border {
	return ctypes.NewCellBorder(stypes.BorderStyleSingle, "auto", "0", size)
}

// masthead is the head of the first page: United Nations and the symbol above
// a rule, the organ and the particulars of distribution below it. The emblem
// is left to documents management.
func (w *writer) masthead(r rapporteur.Report) {
	const left, middle = 1267, 5373
	right := lineWidth - left - middle
	t := w.grid(left, middle, right)
	top := t.AddRow()
	name := cell(top, left+middle, rule(thin)).ColSpan(2)
	put(name, "", "United Nations", 14, false, stypes.JustificationLeft)
	symbol := cell(top, right, rule(thin))
	p := symbol.AddEmptyPara()
	p.Style(styleSymbol)
	series, rest, _ := strings.Cut(symbolOrDraft(r), "/")
	if r.Masthead.Symbol == "" {
		p.AddText(series).Size(14).Bold(true)
	} else {
		p.AddText(series).Size(20)
		p.AddText("/" + rest).Size(10)
	}
	below := t.AddRow()
	put(cell(below, left, rule(thick)), "", "", 0, false, stypes.JustificationLeft)
	put(cell(below, middle, rule(thick)), styleOrgan, r.Masthead.Organ, 0, false, stypes.JustificationLeft)
	particulars := cell(below, right, rule(thick))
	put(particulars, styleParticular, "Distr.: "+r.Masthead.Distribution, 0, false, stypes.JustificationLeft)
	if date := r.Masthead.Date.Words(); date != "" {
		put(particulars, "", date, 0, false, stypes.JustificationLeft)
	}
	put(particulars, styleParticular, "Original: "+r.Masthead.Original, 0, false, stypes.JustificationLeft)
}

// table sets a table of figures within the width of the text: a rule above, a
// thick one under the head, which is repeated on each page, and one below.
func (w *writer) table(t rapporteur.Table) {
	w.paragraph(styleTableTitle, fmt.Sprintf("Table %d", t.Number))
	title := w.document.AddEmptyParagraph()
	title.Style(styleTableTitle)
	title.Spacing(0, 60)
	title.AddText(t.Title).Bold(true)
	widths := columnWidths(len(t.Columns))
	grid := w.grid(widths...)
	grid.Indent(textIndent)
	grid.GetCT().TableProp.Indent = ctypes.NewTableWidth(textIndent, stypes.TableWidthDxa)
	head := grid.AddRow()
	for n, column := range t.Columns {
		c := cell(head, widths[n], nil)
		c.Borders(rule(thin), nil, rule(thick), nil, nil, nil, nil, nil)
		put(c, styleTableHead, column, 0, false, alignment(n))
	}
	repeatHead(grid)
	for n, row := range t.Rows {
		bottom := (*ctypes.Border)(nil)
		if n == len(t.Rows)-1 {
			bottom = rule(thick)
		}
		line := grid.AddRow()
		put(cell(line, widths[0], bottom), styleTableText, row.Label, 0, false, alignment(0))
		for i, figure := range row.Cells {
			put(cell(line, widths[min(i+1, len(widths)-1)], bottom), styleTableText, figure.Text, 0, figure.Flag != rapporteur.FlagFree, alignment(i+1))
		}
	}
	for _, note := range t.Notes {
		w.paragraph(styleTableNote, note)
	}
	if len(t.Notes) == 0 {
		w.paragraph(styleTableNote, "")
	}
}

// columnWidths gives two fifths of the width to the labels and the rest to
// figures, so that a range fits on one line.
func columnWidths(columns int) []int {
	widths := make([]int, max(columns, 1))
	for n := range widths {
		widths[n] = textWidth * 3 / 5 / max(len(widths)-1, 1)
	}
	widths[0] = textWidth - widths[len(widths)-1]*(len(widths)-1)
	return widths
}

func alignment(column int) stypes.Justification {
	if column == 0 {
		return stypes.JustificationLeft
	}
	return stypes.JustificationRight
}

// grid begins a table with fixed columns.
func (w *writer) grid(widths ...int) *docx.Table {
	t := w.document.AddTable()
	sum := 0
	for _, width := range widths {
		sum += width
		t.Grid(uint64(width)) //nolint:gosec // widths are small and positive
	}
	t.Width(sum, stypes.TableWidthDxa)
	t.Layout(stypes.TableLayoutFixed)
	return t
}

func cell(row *docx.Row, width int, bottom *ctypes.Border) *docx.Cell {
	c := row.AddCell().Width(width, stypes.TableWidthDxa)
	if bottom != nil {
		c.Borders(nil, nil, bottom, nil, nil, nil, nil, nil)
	}
	return c
}

// put sets one paragraph in a cell; a size of 0 leaves it to the style.
func put(c *docx.Cell, style, text string, size uint64, italic bool, align stypes.Justification) {
	p := c.AddEmptyPara()
	if style != "" {
		p.Style(style)
	}
	p.Justification(align)
	run := p.AddText(text)
	if size > 0 {
		run.Size(size)
	}
	if italic {
		run.Italic(true)
	}
}

// repeatHead has the first row repeated on every page the table runs over.
func repeatHead(t *docx.Table) {
	t.GetCT().RowContents[0].Row.Property.Header = ctypes.OnOffFromBool(true)
}
