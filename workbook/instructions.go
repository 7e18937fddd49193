package workbook

import (
	"cmp"

	"github.com/rapporteur/rapporteur"
)

// instructions is the first sheet: what is asked, by when, and how to answer.
func instructions(q rapporteur.Questionnaire, p *plan, facts rapporteur.WorkbookFacts) filledPage {
	page := filledPage{name: p.text("instructions")}
	add := func(l line) { page.rows = append(page.rows, filled{line: &l}) }
	gap := func() { add(line{role: roleNote, look: lookGap}) }
	fact := func(name, text string) {
		if text != "" {
			add(line{role: roleNote, look: lookFact, label: p.text(name), aside: text})
		}
	}
	add(note(lookTitle, "", cmp.Or(p.say(q.Title), q.ID)))
	gap()
	fact("asked", facts.Name)
	fact("instrument", facts.Instrument)
	fact("report", facts.Title)
	fact("due", facts.Due.String())
	fact("version", q.String())
	for _, block := range words.Instructions {
		gap()
		add(note(lookHeading, "", p.say(block.Heading)))
		for _, text := range block.Texts {
			add(note(lookText, "", p.say(text)))
		}
	}
	gap()
	add(note(lookHeading, "", p.text("return_types_heading")))
	for _, o := range p.lists.returnTypes.options {
		add(line{role: roleNote, look: lookFact, label: o.Label[""], aside: p.say(words.ReturnTypeMeanings[o.Code])})
	}
	return page
}
