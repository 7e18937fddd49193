package workbook

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// filled is a row of the plan with what stands in its cells.
type filled struct {
	*line
	key   string
	cells []cell // of the inputs
	nth   int    // row: its number in the table; more: of the continuation
}

// filledPage is a sheet as it is written.
type filledPage struct {
	name string
	rows []filled
}

// Spare rows of a table: so many more than there are, and at least so many.
const (
	spareRows   = 4
	leastRows   = 6
	spareWhy    = 10
	rowsWithout = 1000 // where a table has no limit
)

// fill puts an answer into the rows of the plan, as far as cells can show it.
func (p *plan) fill(body map[string]any) []filledPage {
	pages := make([]filledPage, 0, len(p.pages))
	for _, page := range p.pages {
		out := filledPage{name: page.name}
		for n := range page.lines {
			out.rows = append(out.rows, page.lines[n].fill(body)...)
		}
		pages = append(pages, out)
	}
	return pages
}

func (l *line) fill(body map[string]any) []filled {
	one := filled{line: l, key: l.key()}
	switch l.role {
	case roleField:
		return l.fillField(one, lookup(body, l.at))
	case roleChoice:
		codes, _ := lookup(body, l.at).([]any)
		if slices.Contains(codes, any(l.code)) {
			one.cells = []cell{{column: l.first, content: contentText, text: mark}}
		}
	case roleFigures:
		cells, _ := lookup(body, l.at).([]any)
		for n, i := range l.inputs {
			one.put(n, i, l.valueOf(cells, i.name))
		}
	case roleRow:
		return l.fillRows(lookup(body, l.at))
	case roleJustification:
		return l.fillJustifications(lookup(body, l.at))
	}
	return []filled{one}
}

// put encodes a value into the cell of an input, where that can hold it.
func (f *filled) put(n int, i input, v any) {
	if c, ok := i.encode(v); ok {
		c.column, c.text = f.first+n, pieces(c.text)[0]
		f.cells = append(f.cells, c)
	}
}

// fillField is the row of a field, and a row for each continuation of a text
// that does not go into one cell.
func (l *line) fillField(one filled, v any) []filled {
	c, ok := l.inputs[0].encode(v)
	if !ok {
		return []filled{one}
	}
	c.column = l.first
	rows := []filled{one}
	for n, piece := range pieces(c.text) {
		if n > 0 {
			rows = append(rows, filled{line: l, key: string(roleMore) + " " + l.at, nth: n})
		}
		c.text = piece
		rows[n].cells = []cell{c}
	}
	return rows
}

// valueOf is the value of the row's cell for a sex.
func (l *line) valueOf(cells []any, sex string) any {
	for _, item := range cells {
		c, _ := item.(map[string]any)
		if c["sex"] == any(sex) && textOf(c["age"]) == l.age && textOf(c["form"]) == l.form {
			return c["value"]
		}
	}
	return nil
}

func textOf(v any) string {
	s, _ := v.(string)
	return s
}

func (l *line) fillRows(v any) []filled {
	items, _ := v.([]any)
	most := l.rows
	if most == 0 {
		most = rowsWithout
	}
	count := max(len(items), min(most, max(len(items)+spareRows, leastRows)))
	rows := make([]filled, count)
	for n := range rows {
		rows[n] = filled{line: l, key: l.key(), nth: n + 1}
		if n < len(items) {
			fields, _ := items[n].(map[string]any)
			for k, i := range l.inputs {
				rows[n].put(k, i, fields[i.name])
			}
		}
	}
	return rows
}

func (l *line) fillJustifications(v any) []filled {
	texts, _ := v.(map[string]any)
	var rows []filled
	for _, rule := range slices.Sorted(maps.Keys(texts)) {
		if _, said := l.inputs[1].encode(texts[rule]); said && visible(rule) == rule && strings.TrimSpace(rule) == rule && rule != "" {
			one := filled{line: l, key: l.key(), nth: len(rows) + 1}
			one.put(0, l.inputs[0], rule)
			one.put(1, l.inputs[1], texts[rule])
			rows = append(rows, one)
		}
	}
	for range spareWhy {
		rows = append(rows, filled{line: l, key: l.key(), nth: len(rows) + 1})
	}
	return rows
}

// asRows are the rows of a page as they are read back: what a file keeps of them.
func (f filledPage) asRows() []row {
	rows := make([]row, 0, len(f.rows))
	for n, r := range f.rows {
		if r.role == roleNote {
			continue
		}
		cells := make([]cell, 0, len(r.cells)+1)
		cells = append(append(cells, cell{column: columnKey, content: contentText, text: r.key}), r.cells...)
		rows = append(rows, row{sheet: f.name, number: n + 1, cells: cells})
	}
	return rows
}

// lookup is what a pointer leads to through objects.
func lookup(tree any, pointer string) any {
	for _, key := range segments(pointer) {
		object, _ := tree.(map[string]any)
		tree = object[key]
	}
	return tree
}

// decodeJSON reads JSON with its numbers as they are written.
func decodeJSON(body []byte) (map[string]any, error) {
	var tree map[string]any
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.UseNumber()
	err := d.Decode(&tree)
	return tree, err
}
