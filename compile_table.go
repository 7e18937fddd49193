package rapporteur

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// figures tells a part that counts persons: the total in a sentence, and the
// breakdowns that may be published in a table.
func (c *compiler) figures(q *askedQuestion, part QuestionPart, label string, d detail) (string, *Table) {
	p := c.persons(q, part)
	if len(p.given) == 0 {
		return "", nil
	}
	text := fmt.Sprintf("%s%s gave figures", label, kindCount(q.kind, len(p.given)))
	if d.noPersons {
		return text + ".", nil
	}
	if !p.tellable() {
		return text + untellable(p) + ".", nil
	}
	text += fmt.Sprintf(": %s persons in total", intervalText(p.total.value))
	if d.noTables {
		return text + ".", nil
	}
	if len(p.published) == 0 {
		return text + "." + withheldText(p.withheld), nil
	}
	for _, b := range p.published {
		c.inconsistent += b.inconsistent
	}
	c.tables++
	text += fmt.Sprintf(" (see table %d).", c.tables)
	return text + withheldText(p.withheld), p.table(q, part)
}

// persons is what may be told about a part, decided once for all levels of
// detail.
func (c *compiler) persons(q *askedQuestion, part QuestionPart) personFigures {
	key := partKey{q, part.Name}
	if p, ok := c.disclosed[key]; ok {
		return p
	}
	var given []contribution
	for _, r := range q.replies {
		all := statements(r.answer.Values.Of(part.Name))
		if total, ok := statedTotal(all); ok {
			given = append(given, contribution{r, all, total})
		}
	}
	p := disclose(given, func(g contribution, index int) Source {
		if index < 0 || part.Kind != PartFigures {
			return g.reply.source(q.ID, part.Name)
		}
		return g.reply.source(q.ID, part.Name, strconv.Itoa(index))
	})
	c.keepFromEarlier(q, part, &p)
	c.keepApart(q, &p)
	c.disclosed[key] = p
	return p
}

// partKey names one part of one question.
type partKey struct {
	question *askedQuestion
	part     string
}

// untellable says what can be said of a total that is not told.
func untellable(p personFigures) string {
	v := p.total.value
	switch {
	case p.near:
		return "; their total lies so close to the figure before that it is not given"
	case p.telling:
		return "; their total is not given, for beside an earlier report it would tell what a few of them changed"
	case len(p.given) < minContributors:
		return fmt.Sprintf("; a total is given only where at least %d stand behind it", minContributors)
	case v.high < smallCount:
		return fmt.Sprintf(": %s persons in total", tokenSmall)
	case v.low < smallCount:
		return fmt.Sprintf(": fewer than %s persons in total", digits((v.high/smallCount+1)*smallCount))
	}
	return fmt.Sprintf("; a total is given only where at least %d stand behind it", minContributors)
}

func withheldText(withheld []axis) string {
	if len(withheld) == 0 {
		return ""
	}
	names := make([]string, len(withheld))
	for n, a := range withheld {
		names[n] = axisNames[a]
	}
	return fmt.Sprintf(" The breakdown %s is withheld.", joinWords(names))
}

func intervalText(v interval) string {
	if v.exact() {
		return digits(v.low)
	}
	return fmt.Sprintf("between %s and %s", digits(v.low), digits(v.high))
}

// rangeText is an interval as a cell of a table has it.
func rangeText(v interval) string {
	if v.exact() {
		return digits(v.low)
	}
	return digits(v.low) + "–" + digits(v.high)
}

// table shows the total and each breakdown; one that is withheld has a line
// that says so.
func (p personFigures) table(q *askedQuestion, part QuestionPart) *Table {
	title := labelText(q.Label, q.ID)
	if label := labelText(part.Label, codeLabel(nil, part.Name)); !strings.EqualFold(label, title) {
		title += " – " + inSentence(label)
	}
	t := &Table{Title: title, Columns: []string{"Group", "Persons", "Contributors"}, Question: q.ID}
	t.Rows = append(t.Rows, figureRow("Total", p.total))
	ranges := !p.total.value.exact()
	for _, b := range p.published {
		for _, code := range b.codes() {
			t.Rows = append(t.Rows, figureRow(groupLabel(b.axis, part, code), *b.cells[code]))
			ranges = ranges || !b.cells[code].value.exact()
		}
		if b.residue != nil {
			t.Rows = append(t.Rows, figureRow(residueLabel(b), *b.residue))
			ranges = ranges || !b.residue.value.exact()
		}
	}
	for _, a := range p.withheld {
		name := axisNames[a]
		t.Rows = append(t.Rows, TableRow{Label: strings.ToUpper(name[:1]) + name[1:], Cells: []Cell{
			{Text: "withheld", Flag: FlagConfidential, Sources: p.total.sources},
			{Text: digits(len(p.total.sources)), Flag: FlagFree, Sources: p.total.sources},
		}})
	}
	if ranges {
		t.Notes = append(t.Notes, fmt.Sprintf("Ranges arise where contributors masked values below %d.", smallCount))
	}
	if len(p.withheld) > 0 {
		t.Notes = append(t.Notes, "Withheld breakdowns protect small groups.")
	}
	return t
}

// figureRow shows a sum and how many contributors gave a figure towards it.
func figureRow(label string, a aggregate) TableRow {
	contributors := map[ContributorID]bool{}
	for _, s := range a.sources {
		contributors[s.Contributor] = true
	}
	return TableRow{Label: label, Cells: []Cell{
		{Text: rangeText(a.value), Flag: FlagFree, Sources: a.sources},
		{Text: digits(len(contributors)), Flag: FlagFree, Sources: a.sources},
	}}
}

func groupLabel(a axis, part QuestionPart, code string) string {
	switch a {
	case bySex:
		switch strings.ToUpper(code) {
		case "F":
			return "Female"
		case "M":
			return "Male"
		}
	case byAge:
		switch code {
		case "0-17":
			return "Children (0–17 years)"
		case "18+":
			return "Adults (18 years and over)"
		}
		return "Aged " + strings.ReplaceAll(code, "-", "–")
	case byForm:
	}
	label := codeLabel(part.Options, code)
	return strings.ToUpper(label[:1]) + label[1:]
}

func residueLabel(b publishedBreakdown) string {
	switch {
	case b.axis == bySex:
		return "Other sex or not specified"
	case b.axis == byAge:
		return "Age not specified"
	case b.folded:
		return "Other forms or not specified"
	}
	return "Form not specified"
}

// keepApart guards the parts of one question against each other: where a sum
// lies within a small number of the same sum of an earlier part (victims
// identified, and of them those from conflict areas), the difference of the two
// would be a small group. The later part then loses that breakdown or, where
// the totals themselves are close, all its figures.
func (c *compiler) keepApart(q *askedQuestion, p *personFigures) {
	for _, earlier := range c.told[q] {
		if !earlier.tellable() || !p.tellable() {
			continue
		}
		if near(&p.total, &earlier.total) {
			p.near = true
			return
		}
		var kept []publishedBreakdown
		for _, b := range p.published {
			if slices.ContainsFunc(earlier.published, b.near) {
				p.withheld = append(p.withheld, b.axis)
				continue
			}
			kept = append(kept, b)
		}
		p.published = kept
		slices.Sort(p.withheld)
	}
	c.told[q] = append(c.told[q], *p)
}

// near reports whether the difference of two sums may be a small number.
func near(a, b *aggregate) bool {
	return a != nil && b != nil &&
		a.value.low < b.value.high+smallCount && b.value.low < a.value.high+smallCount
}

func (b publishedBreakdown) near(o publishedBreakdown) bool {
	if b.axis != o.axis {
		return false
	}
	for code, cell := range b.cells {
		if near(cell, o.cells[code]) {
			return true
		}
	}
	return near(b.residue, o.residue)
}
