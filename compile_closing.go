package rapporteur

import (
	"fmt"
	"strings"
)

// limitations says what the data can and cannot tell, and on which provisions
// nothing was received.
func (c *compiler) limitations(silent []string) ReportSection {
	s := ReportSection{Heading: "Limitations of the data"}
	add := func(text string) { s.Blocks = append(s.Blocks, c.own(text, "method")) }
	add("The figures in the present report are a measure of detection, not of magnitude: they count what authorities and organizations found and recorded, and depend on their capacity and practice. A higher figure may mean better identification, and the absence of figures does not mean the absence of cases.")
	add("Contributors report by their own laws, definitions and periods. Where the same quantity is known from different sources, each figure stays with its source; figures of different sources are never averaged. Figures are given with the number of contributors behind them and are not estimates for those that did not reply.")
	add(c.disclosureText())
	if c.skippedLanguages > 0 {
		add(fmt.Sprintf("Statements from the text of replies are cited only where they were made in English and may be attributed; %s made in another language.",
			plural(c.skippedLanguages, "statement that may be attributed was", "statements that may be attributed were")))
	}
	if len(silent) > 0 {
		noun := "provision"
		if len(silent) > 1 {
			noun = "provisions"
		}
		s.Blocks = append(s.Blocks, paragraphBlock(Paragraph{
			Text: fmt.Sprintf("No information was received on the following %s of %s: %s.",
				noun, resolutionName(c.in.Instrument), joinWords(silent)),
			Provisions: silent, Sources: c.record("requests"),
		}))
	}
	return s
}

func (c *compiler) disclosureText() string {
	text := fmt.Sprintf("Figures that count persons are protected. A value that a contributor masked as fewer than %d is reckoned as lying between 0 and %d, so that a sum may be given as a range. A figure is given only where at least %d contributors stand behind it, and a sum below %d is shown as “%s”. Where a group within a breakdown is that small, or a masked value could be worked out, the whole breakdown is withheld and only the total is given.",
		smallCount, smallCount-1, minContributors, smallCount, tokenSmall)
	if c.inconsistent > 0 {
		text += fmt.Sprintf(" In %s the parts did not agree with the total that the contributor gave; these persons are shown as not specified.",
			plural(c.inconsistent, "breakdown", "breakdowns"))
	}
	return text
}

// observations is the last section: what the Secretariat wrote itself, or else
// plain facts on coverage. Opinions are never made up.
func (c *compiler) observations() ReportSection {
	s := ReportSection{Heading: "Observations"}
	for n, o := range c.in.Observations {
		if text := strings.TrimSpace(o.Text); text != "" {
			s.Blocks = append(s.Blocks, c.own(text, fmt.Sprintf("observations/%d", n+1)))
		}
	}
	if len(s.Blocks) == 0 {
		s.Blocks = append(s.Blocks, c.own(c.coverageText(), "requests"))
	}
	return s
}

func (c *compiler) coverageText() string {
	replied := c.coverage.OnTime + c.coverage.Late
	silent := c.coverage.Asked - replied
	text := fmt.Sprintf("The present report rests on the replies of %s of the %s asked.", digits(replied), plural(c.coverage.Asked, "contributor", "contributors"))
	if silent == 0 {
		return text + " No reply is overdue."
	}
	var missing []string
	for _, kind := range kindOrder {
		if k := c.coverage.ByKind[kind]; k.Asked > k.Replied {
			missing = append(missing, kindCount(kind, k.Asked-k.Replied))
		}
	}
	verb := "are"
	if silent == 1 {
		verb = "is"
	}
	return fmt.Sprintf("%s %s overdue, from %s.", text, plural(silent, "reply", "replies")+" "+verb, joinWords(missing))
}

// annexes lists who replied, who did not and on what the report rests. An
// annex without items is left out.
func (c *compiler) annexes() []Annex {
	replies, silent := Annex{Heading: "Replies received"}, Annex{Heading: "Contributors that did not reply"}
	for _, kind := range kindOrder {
		for _, t := range returnTypes {
			if item, ok := c.listOf(kind, t.kind, t.heading); ok {
				replies.Items = append(replies.Items, item)
			}
		}
		if item, ok := c.listOf(kind, ReturnNoReply, "No reply"); ok {
			silent.Items = append(silent.Items, item)
		}
	}
	var all []Annex
	for _, a := range []Annex{replies, silent, c.basis()} {
		if len(a.Items) > 0 {
			a.Number = roman(len(all) + 1)
			all = append(all, a)
		}
	}
	return all
}

// listOf is one line of an annex: everybody of a kind with an outcome, in the
// alphabetical order of English.
func (c *compiler) listOf(kind ContributorKind, outcome ReturnType, heading string) (AnnexItem, bool) {
	var names []string
	var item AnnexItem
	for _, p := range c.people {
		if p.kind != kind || p.outcome != outcome {
			continue
		}
		names = append(names, p.name)
		if p.replied {
			item.Sources = append(item.Sources, p.source("return_type"))
		} else {
			item.Sources = append(item.Sources, Source{Contributor: p.id, Record: c.record("requests")[0].Record + "/" + string(p.id)})
		}
	}
	item.Text = fmt.Sprintf("%s: %s (%s): %s", heading, kindNoun(kind, 2), digits(len(names)), strings.Join(names, "; "))
	return item, len(names) > 0
}

// basis is the annex of legal basis and dates.
func (c *compiler) basis() Annex {
	i, plan := c.in.Instrument, c.in.Cycle.Plan
	a := Annex{Heading: "Basis of the report"}
	add := func(format string, args ...any) {
		a.Items = append(a.Items, AnnexItem{Text: fmt.Sprintf(format, args...), Sources: c.record("plan")})
	}
	text := fmt.Sprintf("Instrument: %s", i.Symbol)
	if i.Title != "" {
		text += ", " + i.Title
	}
	if i.Body != "" {
		text += "; adopted by the " + strings.TrimPrefix(i.Body, "the ")
	}
	if !i.Adopted.IsZero() {
		text += " on " + i.Adopted.Words()
	}
	add("%s", text)
	add("Mandate: %s", c.operatives(c.mandate()))
	for _, date := range []struct{ key, text string }{
		{DateMandated, "Date set by the text"}, {DateDue, "Replies due"}, {DateCloses, "Collection closed"},
	} {
		if d := plan.Date(date.key); !d.IsZero() {
			add("%s: %s", date.text, d.Words())
		}
	}
	return a
}
