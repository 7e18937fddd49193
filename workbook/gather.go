package workbook

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
)

// gathering is an answer while it is put together from rows.
type gathering struct {
	*plan
	epoch    time.Time
	tree     map[string]any
	cells    map[string]string // by pointer
	findings []rapporteur.Finding
	texts    map[string]*gatheredText
	tables   map[string]*gatheredTable
	seen     map[string]bool // keys
	kept     []string        // rows of what cells cannot show
	about    map[string]string
}

// gatheredText is a text from its field and continuations.
type gatheredText struct {
	*line
	text strings.Builder
}

// gatheredTable is a list or table, item by item.
type gatheredTable struct {
	*line
	items []item
}

// item is one item of a list with the cells that it is from.
type item struct {
	value any
	id    string // what it is about, apart from its value: sex, age and form, or the code
	cells map[string]string
}

func (p *plan) gathering(epoch time.Time) *gathering {
	return &gathering{
		plan: p, epoch: epoch, tree: map[string]any{}, cells: map[string]string{}, texts: map[string]*gatheredText{},
		tables: map[string]*gatheredTable{}, seen: map[string]bool{}, about: map[string]string{},
	}
}

func (g *gathering) wrong(rule, pointer, cell string) {
	if len(g.findings) < maxFindings {
		g.findings = append(g.findings, finding(rule, pointer, cell))
	}
}

// sheet takes the rows of one sheet in order. Rows that somebody has inserted
// into a table have no key and go with the row before.
func (g *gathering) sheet(rows []row) {
	above := ""
	for _, r := range rows {
		key := strings.TrimSpace(r.at(columnKey).text)
		if key == "" && strings.HasPrefix(above, string(roleRow)+" ") {
			key = above
		}
		above = key
		g.row(key, r)
	}
}

func (g *gathering) row(key string, r row) {
	verb, rest, _ := strings.Cut(key, " ")
	switch role(verb) {
	case roleNote:
		return
	case roleKept:
		g.kept = append(g.kept, r.at(columnNumber).text)
		return
	case roleAbout:
		g.about[rest] = strings.TrimSpace(r.at(columnNumber).text)
		return
	case roleMore:
		if l := g.byKey[string(roleField)+" "+rest]; l != nil {
			g.text(l, r)
			return
		}
	}
	l := g.byKey[key]
	if l == nil {
		g.stray(key, r)
		return
	}
	g.outside(l, r)
	if g.seen[key] && l.role != roleRow && l.role != roleJustification {
		g.wrong("workbook/row-twice", l.at, place(r.sheet, l.first, r.number))
		return
	}
	g.seen[key] = true
	g.known(l, r)
}

func (g *gathering) known(l *line, r row) {
	first := place(r.sheet, l.first, r.number)
	// What holds the place leads here too, until something before it is known.
	for at := l.at; at != ""; at = at[:strings.LastIndexByte(at, '/')] {
		if _, there := g.cells[at]; there {
			break
		}
		g.cells[at] = first
	}
	switch l.role {
	case roleField:
		g.field(l, r)
	case roleChoice:
		if v, ok := g.value(l, 0, l.at, r); ok && v != nil {
			g.add(l, item{value: l.code, id: l.code, cells: map[string]string{"": first}})
		}
	case roleFigures:
		g.figures(l, r)
	case roleRow:
		g.tableRow(l, r)
	case roleJustification:
		g.justification(l, r)
	}
}

// stray is a row that the questionnaire does not have.
func (g *gathering) stray(key string, r row) {
	for _, c := range r.cells {
		switch {
		case c.column == columnKey && key != "":
			g.wrong("workbook/unknown-row", "", place(r.sheet, columnLabel, r.number))
			return
		case !c.blank() && c.column > columnKey:
			g.wrong("workbook/outside", "", place(r.sheet, c.column, r.number))
			return
		}
	}
}

// outside finds what stands in a row beside its inputs.
func (g *gathering) outside(l *line, r row) {
	for _, c := range r.cells {
		if c.column >= l.first+len(l.inputs) && !c.blank() {
			g.wrong("workbook/outside", l.at, place(r.sheet, c.column, r.number))
			return
		}
	}
}

// value is what the n-th input of a row stands for: nothing where it is empty,
// false where it is wrong.
func (g *gathering) value(l *line, n int, pointer string, r row) (any, bool) {
	c := r.at(l.first + n)
	if c.content == 0 || c.blank() {
		return nil, true
	}
	v, broken := l.inputs[n].decode(c, g.epoch)
	if broken != "" {
		g.wrong(broken, pointer, place(r.sheet, c.column, r.number))
		return nil, false
	}
	return v, true
}

func (g *gathering) field(l *line, r row) {
	if kind := l.inputs[0].kind; kind == asText || kind == asLines {
		g.text(l, r)
		return
	}
	if v, ok := g.value(l, 0, l.at, r); ok && v != nil {
		put(g.tree, l.at, v)
	}
}

func (g *gathering) text(l *line, r row) {
	if g.texts[l.at] == nil {
		g.texts[l.at] = &gatheredText{line: l}
	}
	if c := r.at(l.first); c.content == contentText {
		g.texts[l.at].text.WriteString(c.text)
	} else if v, ok := g.value(l, 0, l.at, r); ok && v != nil {
		_, _ = fmt.Fprint(&g.texts[l.at].text, v)
	}
}

func (g *gathering) add(l *line, one item) {
	t := g.tables[l.at]
	if t == nil {
		t = &gatheredTable{line: l}
		g.tables[l.at] = t
	}
	t.items = append(t.items, one)
}

func (g *gathering) figures(l *line, r row) {
	for n, i := range l.inputs {
		v, ok := g.value(l, n, l.at, r)
		if !ok || v == nil {
			continue
		}
		figure := map[string]any{"sex": i.name, "value": v}
		if l.age != "" {
			figure["age"] = l.age
		}
		if l.form != "" {
			figure["form"] = l.form
		}
		g.add(l, item{value: figure, id: figureID(figure), cells: map[string]string{"": place(r.sheet, l.first+n, r.number)}})
	}
}

// figureID tells the cells of a table apart.
func figureID(figure map[string]any) string {
	return strings.Join([]string{textOf(figure["sex"]), textOf(figure["age"]), textOf(figure["form"])}, "|")
}

func (g *gathering) tableRow(l *line, r row) {
	fields, cells := map[string]any{}, map[string]string{"": place(r.sheet, l.first, r.number)}
	broken := false
	for n, i := range l.inputs {
		at := place(r.sheet, l.first+n, r.number)
		cells["/"+escape(i.name)] = at
		count := 0
		if t := g.tables[l.at]; t != nil {
			count = len(t.items)
		}
		v, ok := g.value(l, n, fmt.Sprintf("%s/%d/%s", l.at, count, escape(i.name)), r)
		if broken = broken || !ok; v != nil {
			fields[i.name] = v
		}
	}
	if len(fields) > 0 || broken {
		g.add(l, item{value: fields, cells: cells})
	}
}

func (g *gathering) justification(l *line, r row) {
	rule, _ := g.value(l, 0, l.at, r)
	text, ok := g.value(l, 1, l.at, r)
	name := strings.TrimSpace(textOf(rule))
	switch {
	case !ok || text == nil:
	case name == "":
		g.wrong("workbook/no-rule", l.at, place(r.sheet, l.first, r.number))
	default:
		at := l.at + "/" + escape(name)
		g.cells[at] = place(r.sheet, l.first+1, r.number)
		put(g.tree, at, text)
	}
}

// finish completes the answer from what was gathered. Orders are those in which
// items of lists stood before.
func (g *gathering) finish(orders map[string][]string) {
	for at, t := range g.texts {
		text := t.text.String()
		switch {
		case strings.TrimSpace(text) == "":
		case t.inputs[0].kind == asLines:
			var items []any
			for line := range strings.SplitSeq(text, "\n") {
				if line = strings.TrimSuffix(line, "\r"); strings.TrimSpace(line) != "" {
					items = append(items, line)
				}
			}
			put(g.tree, at, items)
		default:
			put(g.tree, at, text)
		}
	}
	for at, t := range g.tables {
		if order := orders[at]; order != nil {
			t.sort(order)
		}
		list := make([]any, len(t.items))
		for n, one := range t.items {
			list[n] = one.value
			for below, cell := range one.cells {
				g.cells[fmt.Sprintf("%s/%d%s", at, n, below)] = cell
			}
		}
		put(g.tree, at, list)
	}
}

// sort puts items into the order in which they stood before; those that were not
// there come last.
func (t *gatheredTable) sort(order []string) {
	rank := make(map[string]int, len(order))
	for n, id := range order {
		rank[id] = n + 1
	}
	of := func(one item) int {
		if n := rank[one.id]; n > 0 {
			return n
		}
		return len(order) + 1
	}
	slices.SortStableFunc(t.items, func(a, b item) int { return of(a) - of(b) })
}

// put sets the value at a pointer, with the objects on the way to it.
func put(tree map[string]any, pointer string, v any) {
	keys := segments(pointer)
	for _, key := range keys[:len(keys)-1] {
		next, ok := tree[key].(map[string]any)
		if !ok {
			next = map[string]any{}
			tree[key] = next
		}
		tree = next
	}
	tree[keys[len(keys)-1]] = v
}
