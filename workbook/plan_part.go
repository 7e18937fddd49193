package workbook

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// part is the rows of one part of an answer.
func (p *plan) part(at string, part rapporteur.QuestionPart) []line {
	label := cmp.Or(p.say(part.Label), part.Name)
	one := func(kind valueKind, options *list) []line {
		if part.MaxWords > 0 {
			label += " " + fmt.Sprintf(p.text("at_most"), part.MaxWords)
		}
		l := p.field(at, lookField, "", kind, options)
		l.label, l.room = label, min(part.MaxWords/40, 4)
		return []line{l}
	}
	switch part.Kind {
	case rapporteur.PartStatus, rapporteur.PartChoice:
		return one(asCode, p.lists.of(part.Options))
	case rapporteur.PartDate:
		return one(asDate, nil)
	case rapporteur.PartNumber, rapporteur.PartPercent:
		if part.Persons {
			return one(asCount, nil)
		}
		return one(asNumber, nil)
	case rapporteur.PartChoices:
		return p.choices(at, label, part.Options)
	case rapporteur.PartFigures:
		return p.figures(at, label, part)
	case rapporteur.PartRows:
		return p.rows(at, label, part)
	case rapporteur.PartText, rapporteur.PartRef:
	}
	return one(asText, nil)
}

// choices is a row for each option, to be marked.
func (p *plan) choices(at, label string, options []rapporteur.Option) []line {
	lines := []line{note(lookPart, "", label+" "+p.text("mark"))}
	for _, o := range options {
		lines = append(lines, line{
			role: roleChoice, at: at, code: o.Code, label: cmp.Or(p.say(o.Label), o.Code), first: columnInput,
			inputs: []input{{kind: asMark, list: p.lists.marks}},
		})
	}
	return lines
}

// figures is a grid of all cells of a table: a row for each form and age, a
// column for each sex.
func (p *plan) figures(at, label string, part rapporteur.QuestionPart) []line {
	lines := []line{note(lookPart, "", label)}
	heads := line{role: roleNote, look: lookHeads, first: columnGrid}
	if part.ByForm {
		heads.label = p.text("form")
	}
	if part.ByAge {
		heads.aside = p.text("age")
	}
	inputs := make([]input, 0, len(part.Sexes))
	for _, sex := range part.Sexes {
		heads.heads = append(heads.heads, p.named(words.Sexes, sex))
		inputs = append(inputs, input{kind: asCount, name: sex})
	}
	lines = append(lines, heads)
	labels := map[string]string{}
	for _, o := range part.Options {
		labels[o.Code] = p.say(o.Label)
	}
	for _, form := range orNone(part.Forms) {
		for n, age := range orNone(part.Ages) {
			l := line{role: roleFigures, at: at, age: age, form: form, aside: p.named(words.Ages, age), first: columnGrid, inputs: inputs}
			if form != "" && n == 0 {
				l.label = cmp.Or(labels[form], form)
			}
			lines = append(lines, l)
		}
	}
	return lines
}

// orNone is the codes of a dimension, or that there is none.
func orNone(codes []string) []string {
	if len(codes) == 0 {
		return []string{""}
	}
	return codes
}

// rows is a table to which rows can be added.
func (p *plan) rows(at, label string, part rapporteur.QuestionPart) []line {
	heads := line{role: roleNote, look: lookHeads, label: p.text("row_help"), first: columnInput}
	row := line{role: roleRow, at: at, first: columnInput, rows: part.MaxRows}
	for _, c := range part.Columns {
		heads.heads = append(heads.heads, p.named(words.Columns, c.Name))
		i := input{kind: asText, name: c.Name}
		switch {
		case c.Kind == rapporteur.PartChoice:
			i.kind, i.list = asCode, p.lists.codes(c.Options)
		case c.Kind == rapporteur.PartDate:
			i.kind = asDate
		case c.Kind == rapporteur.PartNumber && c.Persons:
			i.kind = asCount
		case c.Kind == rapporteur.PartNumber:
			i.kind = asNumber
		case c.Format == "country":
			i.kind, i.list = asCode, p.lists.states
		}
		row.inputs = append(row.inputs, i)
	}
	return []line{note(lookPart, "", label), heads, row}
}

// named is what a code or field is called; where nobody has named it, the code
// itself.
func (p *plan) named(names map[string]phrase, code string) string {
	if name, ok := names[code]; ok {
		return p.say(name)
	}
	words := strings.ReplaceAll(code, "_", " ")
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}
