package rapporteur

import (
	"fmt"
	"slices"
	"sort"
)

// DefaultWordBudget is how many words a report that originates in the
// Secretariat may have, footnotes, headings and tables counted, where the
// stream's policy sets no other budget.
const DefaultWordBudget = 8500

// Compile makes the report of a cycle from what was accepted. It is pure: the
// same compilation always gives the same report and hash, in whatever order
// requests and submissions come.
//
// The report opens with mandate and coverage, follows the outline of the
// stream's policy, says what its figures can and cannot tell, and closes with
// the Secretariat's observations. When it is longer than the budget, examples,
// quotations, details and the least answered questions give way, in that order; Words
// over WordBudget in the result means that even then a waiver is needed.
//
// It fails where the compilation contradicts itself: a request without its
// contributor, an accepted version without its submission, a submission of an
// unknown questionnaire.
func Compile(in Compilation) (Report, error) {
	c, err := newCompiler(in)
	if err != nil {
		return Report{}, fmt.Errorf("cannot compile report: %w", err)
	}
	r := c.fit(c.report)
	if r.Hash, err = ContentHash(r); err != nil {
		return Report{}, fmt.Errorf("cannot compile report: %w", err)
	}
	if err := CheckReport(r); err != nil {
		return Report{}, fmt.Errorf("cannot compile report: %w", err)
	}
	return r, nil
}

// detail is how much a report tells about each question.
type detail struct {
	examples int  // States named for each question
	quotes   int  // sentences quoted for each question
	choices  int  // codes named for each choice
	extras   bool // mention of dates, documents and rows
	brief    bool // replies other than yes, in part and no in one count
	noTables bool
	fold     int // so many of the least answered questions are only listed

	noPersons bool // figures that count persons are only mentioned
}

// details are tried in order until the report keeps its budget of words.
var details = []detail{
	{examples: 5, quotes: 2, choices: 6, extras: true},
	{examples: 3, quotes: 1, choices: 5, extras: true},
	{examples: 2, choices: 4, extras: true},
	{examples: 2, choices: 3},
	{examples: 2, choices: 2, brief: true},
	{examples: 1, choices: 2, brief: true},
	{choices: 2, brief: true},
	{choices: 1, brief: true},
}

// fit renders the report in the greatest detail that keeps the budget. Where
// even the least detail is too long, as few questions as need be are folded,
// and last of all every question and table.
func (c *compiler) fit(render func(detail) Report) Report {
	var r Report
	for _, d := range details {
		if r = render(d); r.Words <= r.WordBudget {
			return r
		}
	}
	least := details[len(details)-1]
	folded := func(n int) detail {
		d := least
		d.fold = n
		return d
	}
	n := sort.Search(len(c.foldRank), func(n int) bool {
		return render(folded(n)).Words <= r.WordBudget
	})
	if r = render(folded(n)); r.Words <= r.WordBudget {
		return r
	}
	return render(detail{noTables: true, fold: len(c.foldRank)})
}

// report renders the whole report at one level of detail.
func (c *compiler) report(d detail) Report {
	c.tables, c.inconsistent, c.skippedLanguages = 0, 0, 0
	body, silent := c.body(d)
	sections := append([]ReportSection{c.introduction()}, body...)
	sections = append(sections, c.limitations(silent), c.observations())
	number(sections)
	policy := c.in.Stream.Policy
	r := Report{
		Cycle: c.in.Cycle.ID, Draft: c.in.Draft,
		Masthead: Masthead{
			Organ: c.in.Instrument.Body, Distribution: "General", Original: "English",
			Title: c.outline.Title, Instrument: c.in.Instrument.Symbol,
		},
		Sections: sections, Annexes: c.annexes(), Coverage: c.coverage,
		WordBudget: policy.WordBudget, CompiledAt: c.in.CompiledAt,
	}
	if r.Masthead.Title == "" {
		r.Masthead.Title = fmt.Sprintf("Report of the Secretary-General pursuant to %s", resolutionName(c.in.Instrument))
	}
	if r.WordBudget <= 0 {
		r.WordBudget = DefaultWordBudget
	}
	r.Words = CountWords(r)
	return r
}

// body is the sections of the outline, and the provisions of the outline on
// which nothing was received.
func (c *compiler) body(d detail) (sections []ReportSection, silent []string) {
	for _, section := range c.parts {
		s := ReportSection{Level: 1, Heading: section.heading}
		for _, part := range headless(section.parts) {
			blocks := c.partBlocks(part, d)
			for _, p := range part.provisions {
				if !part.answered(p) {
					silent = append(silent, p)
				}
			}
			switch {
			case len(blocks) == 0:
			case part.heading == "":
				s.Blocks = append(s.Blocks, blocks...)
			default:
				s.Sections = append(s.Sections, ReportSection{Level: 2, Heading: part.heading, Blocks: blocks})
			}
		}
		if len(s.Sections) == 1 { // a level may not have one lone subheading
			s.Blocks, s.Sections = append(s.Blocks, s.Sections[0].Blocks...), nil
		}
		if len(s.Blocks)+len(s.Sections) > 0 {
			sections = append(sections, s)
		}
	}
	slices.SortStableFunc(silent, func(a, b string) int { return c.provisionRank(a) - c.provisionRank(b) })
	return sections, slices.Compact(silent)
}

// headless puts parts without a subheading first: what stands directly under a
// main heading comes before its subheadings.
func headless(parts []outlinePart) []outlinePart {
	sorted := slices.Clone(parts)
	slices.SortStableFunc(sorted, func(a, b outlinePart) int {
		return min(len(a.heading), 1) - min(len(b.heading), 1)
	})
	return sorted
}

// partBlocks is the paragraphs and tables of one subheading: the questions
// that enough contributors answered, then a list of the others, then what other
// streams have on record.
func (c *compiler) partBlocks(part outlinePart, d detail) []Block {
	var blocks []Block
	var folded []*askedQuestion
	for _, q := range part.questions {
		if len(q.replies) == 0 {
			continue
		}
		if c.foldRank[q] < d.fold {
			folded = append(folded, q)
			continue
		}
		blocks = append(blocks, c.question(q, d)...)
	}
	if len(folded) > 0 {
		blocks = append(blocks, paragraphBlock(c.foldedParagraph(folded)))
	}
	return append(blocks, c.recordBlocks(part)...)
}

func paragraphBlock(p Paragraph) Block { return Block{Paragraph: &p} }
