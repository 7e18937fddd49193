package workbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// role is what a row of a sheet holds.
type role string

// The roles, as they begin a row's key. A field is one value, more continues its
// text; a choice is one option of several; figures are the cells of a table that
// have age and form in common; a row is one of a table's rows; a justification
// is a rule and what is said to it; kept is what cells cannot show; about says
// what the workbook is for. A note holds words only.
const (
	roleField         role = "field"
	roleMore          role = "more"
	roleChoice        role = "choice"
	roleFigures       role = "figures"
	roleRow           role = "row"
	roleJustification role = "justification"
	roleKept          role = "kept"
	roleAbout         role = "about"
	roleNote          role = "note"
)

// valueKind is how a value stands in a cell.
type valueKind int

const (
	asText   valueKind = iota
	asLines            // a list of texts, a line each
	asNumber           // a number
	asCount            // a number of persons, or a text that masks it: <5
	asDate
	asCode // a code, shown as its label
	asBool // yes or no
	asMark // whether an option is chosen
)

// input is one cell that is filled in.
type input struct {
	kind valueKind
	name string // key of the value in a row, or sex in a table
	list *list  // of a code
}

// line is one row of a plan.
type line struct {
	role   role
	at     string // JSON Pointer to the field, list or table
	code   string // choice: the option
	age    string // figures
	form   string
	first  int // column of the first input, from 1
	inputs []input

	look   look
	number string   // in the second column: question, provision
	label  string   // in the third
	aside  string   // in the fourth, where no input is there: age
	heads  []string // from the first column of inputs on: heads of a table
	rows   int      // row: how many the table may have
	room   int      // lines of text that the row has room for at least
}

// key is what a row is found by.
func (l line) key() string {
	parts := []string{string(l.role), l.at}
	for _, more := range []string{l.code, l.age, l.form} {
		if more != "" {
			parts = append(parts, more)
		}
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

// look is how a row looks.
type look int

const (
	lookField look = iota
	lookMinor      // a field that is seldom filled in
	lookTitle
	lookText
	lookQuestion
	lookHeading
	lookPart
	lookBeside
	lookHeads
	lookGap
	lookFact
)

// Columns of a sheet. The first is hidden.
const (
	columnKey = iota + 1
	columnNumber
	columnLabel
	columnInput
	columnGrid            // first column of a table of figures
	columnLast  = 9       // of a text
	columnMost  = 16      // nothing is written beyond
	columnSpare = 1 << 14 // the last that a sheet can have
)

// page is one sheet of a plan.
type page struct {
	name  string
	lines []line
}

// plan is a questionnaire as sheets of rows.
type plan struct {
	language string
	pages    []page
	lists    *lists
	byKey    map[string]*line
}

// newPlan lays a questionnaire out in a language. The names of States only matter
// for writing.
func newPlan(q rapporteur.Questionnaire, language string, states []rapporteur.Option) *plan {
	p := &plan{language: language, lists: newLists(language, states), byKey: map[string]*line{}}
	p.pages = append(p.pages, p.headerPage())
	for n, section := range q.Sections {
		p.pages = append(p.pages, p.sectionPage(n+1, section))
	}
	p.pages = append(p.pages, p.justificationsPage())
	for _, page := range p.pages {
		for n := range page.lines {
			if l := &page.lines[n]; l.role != roleNote {
				p.byKey[l.key()] = l
			}
		}
	}
	return p
}

// say is a text in the plan's language.
func (p *plan) say(text map[string]string) string { return in(text, p.language) }

func note(look look, number, label string) line {
	return line{role: roleNote, look: look, number: number, label: label}
}

// text is one of this package's texts, by its name in words.json.
func (p *plan) text(name string) string { return p.say(words.Texts[name]) }

func (p *plan) field(at string, look look, name string, kind valueKind, options *list) line {
	return line{role: roleField, at: at, look: look, label: p.text(name), first: columnInput, inputs: []input{{kind: kind, list: options}}}
}

// has reports whether a place has a row already.
func has(lines []line, at string) bool {
	return slices.ContainsFunc(lines, func(l line) bool { return l.role != roleNote && l.at == at })
}

func (p *plan) headerPage() page {
	yesNo, yesPart := p.lists.yesNo, p.lists.yesInPartNo
	lines := []line{
		note(lookTitle, "", p.text("header")), note(lookText, "", p.text("header_help")), {role: roleNote, look: lookGap},
		p.field("/return_type", lookField, "return_type", asCode, p.lists.returnTypes),
		p.field("/reason", lookField, "return_reason", asText, nil),
		p.field("/language", lookField, "language", asCode, p.lists.languages),
		note(lookPart, "", p.text("responsible")),
		p.field("/header/permanent_mission", lookField, "mission", asText, nil),
		p.field("/header/authority", lookField, "authority", asText, nil),
		p.field("/header/officer/name", lookField, "officer_name", asText, nil),
		p.field("/header/officer/title", lookField, "officer_title", asText, nil),
		p.field("/header/officer/email", lookField, "officer_mail", asText, nil),
		p.field("/header/officer/telephone", lookField, "officer_phone", asText, nil),
		note(lookPart, "", p.text("whole_answer")),
		p.field("/header/period/from", lookField, "period_from", asDate, nil),
		p.field("/header/period/to", lookField, "period_to", asDate, nil),
		p.field("/header/classification", lookField, "classification", asCode, p.lists.classifications),
		p.field("/header/may_be_quoted", lookField, "may_be_quoted", asBool, yesNo),
		p.field("/header/assistance_needed", lookField, "assistance", asCode, yesPart),
		p.field("/header/note_verbale", lookField, "note_verbale", asText, nil),
	}
	return page{name: p.text("header"), lines: lines}
}

func (p *plan) justificationsPage() page {
	return page{name: p.text("justifications"), lines: []line{
		note(lookTitle, "", p.text("justifications")), note(lookText, "", p.text("justifications_help")), {role: roleNote, look: lookGap},
		{role: roleNote, look: lookHeads, label: p.text("rule"), first: columnInput, heads: []string{p.text("why")}},
		{role: roleJustification, at: "/justifications", first: columnLabel, rows: 500, inputs: []input{{kind: asText}, {kind: asText}}},
	}}
}

func (p *plan) sectionPage(number int, section rapporteur.QuestionSection) page {
	page := page{name: fmt.Sprintf("%s %d", p.text("section"), number)}
	page.lines = append(page.lines, note(lookTitle, "", fmt.Sprintf("%d. %s", number, p.say(section.Title))))
	for _, q := range section.Questions {
		page.lines = append(page.lines, p.question(q)...)
	}
	return page
}

// question is the block of one question: the answer, its parts, then what every
// answer may have beside.
func (p *plan) question(q rapporteur.Question) []line {
	at := "/answers/" + escape(q.ID)
	heading := cmp.Or(p.say(q.Label), q.ID)
	if q.Provision != "" {
		heading += " (" + q.Provision + ")"
	}
	lines := []line{{role: roleNote, look: lookGap}, note(lookQuestion, q.ID, heading)}
	for _, part := range q.Parts {
		lines = append(lines, p.part(at+"/"+escape(part.Name), part)...)
	}
	minor := func(below, name string, kind valueKind, options *list) {
		if has(lines, at+below) {
			return // the question has a part of its own by this name
		}
		lines = append(lines, p.field(at+below, lookMinor, name, kind, options))
	}
	lines = append(lines, note(lookBeside, "", p.text("beside")))
	minor("/reason", "reason", asText, nil)
	minor("/text", "text", asText, nil)
	minor("/legal_reference", "legal", asLines, nil)
	minor("/source", "source", asLines, nil)
	minor("/period/from", "period_from", asDate, nil)
	minor("/period/to", "period_to", asDate, nil)
	minor("/classification", "classification", asCode, p.lists.classifications)
	minor("/may_be_quoted", "may_be_quoted", asBool, p.lists.yesNo)
	minor("/assistance_needed/needed", "assistance", asCode, p.lists.yesInPartNo)
	minor("/assistance_needed/kind", "assistance_kind", asText, nil)
	return lines
}
