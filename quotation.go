package rapporteur

import (
	"context"
	"fmt"
	"slices"
)

// Quotation is where a draft rests on a version of an answer: what a correction
// or a withdrawal touches. A report cites the answers of its own cycle, and
// those of the occasions that it tells of.
type Quotation struct {
	Cycle      CycleID // of the draft
	Draft      int
	Newest     bool // no later draft has taken its place
	Outcome    ClearanceOutcome
	Version    int
	Paragraphs []int    // their numbers, rising
	Tables     []int    // their numbers, rising
	Annexes    []string // their numbers, in order
}

// quotes lists where the draft rests on the versions of a request that are
// wanted, one quotation a version, by version.
func (d Draft) quotes(key RequestKey, wanted func(version int) bool) []Quotation {
	found := map[int]*Quotation{}
	at := func(sources []Source, note func(*Quotation)) {
		for _, s := range sources {
			if s.Contributor != key.Contributor || s.Version == 0 || !wanted(s.Version) || s.of(d.Cycle) != key.Cycle {
				continue
			}
			if found[s.Version] == nil {
				found[s.Version] = &Quotation{Cycle: d.Cycle, Draft: d.Number, Outcome: d.Outcome, Version: s.Version}
			}
			note(found[s.Version])
		}
	}
	d.Report.cited(
		func(number int, sources []Source) {
			at(sources, func(q *Quotation) { q.Paragraphs = appendOnce(q.Paragraphs, number) })
		},
		func(number int, sources []Source) {
			at(sources, func(q *Quotation) { q.Tables = appendOnce(q.Tables, number) })
		},
		func(number string, sources []Source) {
			at(sources, func(q *Quotation) { q.Annexes = appendOnce(q.Annexes, number) })
		},
	)
	all := make([]Quotation, 0, len(found))
	for _, q := range found {
		all = append(all, *q)
	}
	slices.SortFunc(all, func(a, b Quotation) int { return a.Version - b.Version })
	return all
}

// of is the cycle that a source is in, which is the report's own where it names
// none.
func (s Source) of(own CycleID) CycleID {
	if s.Cycle == "" {
		return own
	}
	return s.Cycle
}

func appendOnce[T comparable](list []T, item T) []T {
	if slices.Contains(list, item) {
		return list
	}
	return append(list, item)
}

// cited calls back for every paragraph, cell and item of an annex with the
// sources that it rests on, in the order of the report.
func (r Report) cited(paragraph, table func(number int, sources []Source), annex func(number string, sources []Source)) {
	var walk func([]ReportSection)
	walk = func(sections []ReportSection) {
		for _, section := range sections {
			for _, b := range section.Blocks {
				if b.Paragraph != nil {
					paragraph(b.Paragraph.Number, b.Paragraph.Sources)
				}
				if b.Table == nil {
					continue
				}
				for _, row := range b.Table.Rows {
					for _, cell := range row.Cells {
						table(b.Table.Number, cell.Sources)
					}
				}
			}
			walk(section.Sections)
		}
	}
	walk(r.Sections)
	for _, a := range r.Annexes {
		for _, item := range a.Items {
			annex(a.Number, item.Sources)
		}
	}
}

// Quotations lists the drafts that rest on versions of a request that are
// wanted, by cycle and draft: those of its own cycle, and where that is of
// another shape those of the reports of its instrument.
func Quotations(ctx context.Context, r Reader, key RequestKey, wanted func(version int) bool) ([]Quotation, error) {
	cycles, err := quotingCycles(ctx, r, key.Cycle)
	if err != nil {
		return nil, err
	}
	all := []Quotation{}
	for _, cycle := range cycles {
		drafts, err := r.Drafts(ctx, cycle.ID)
		if err != nil {
			return nil, err
		}
		for _, listed := range drafts {
			draft, err := r.Draft(ctx, cycle.ID, listed.Number)
			if err != nil {
				return nil, err
			}
			for _, q := range draft.quotes(key, wanted) {
				q.Newest = draft.Number == cycle.Draft
				all = append(all, q)
			}
		}
	}
	return all, nil
}

// quotingCycles lists the cycles whose drafts can cite answers of a cycle, by id.
func quotingCycles(ctx context.Context, r Reader, id CycleID) ([]Cycle, error) {
	own, err := r.Cycle(ctx, id)
	if err != nil || own.Shape == ShapeReport {
		return []Cycle{own}, err
	}
	instrument, _, _, err := id.Parts()
	if err != nil {
		return nil, err
	}
	cycles, err := cyclesUnder(ctx, r, instrument+"/")
	return slices.DeleteFunc(cycles, func(c Cycle) bool {
		return c.Draft == 0 || c.ID != id && c.Shape != ShapeReport
	}), err
}

// withdrawnIn lists whose answers a report rests on that were withdrawn, by id.
func withdrawnIn(ctx context.Context, r Reader, own CycleID, report Report) ([]ContributorID, error) {
	cited := map[CycleID]map[ContributorID][]int{}
	note := func(sources []Source) {
		for _, s := range sources {
			if s.Version == 0 {
				continue
			}
			cycle := s.of(own)
			if cited[cycle] == nil {
				cited[cycle] = map[ContributorID][]int{}
			}
			cited[cycle][s.Contributor] = appendOnce(cited[cycle][s.Contributor], s.Version)
		}
	}
	number := func(_ int, sources []Source) { note(sources) }
	report.cited(number, number, func(_ string, sources []Source) { note(sources) })
	var who []ContributorID
	for cycle, versions := range cited {
		withdrawn, err := r.WithdrawnSubmissions(ctx, cycle)
		if err != nil {
			return nil, err
		}
		for _, s := range withdrawn {
			if slices.Contains(versions[s.Contributor], s.Version) {
				who = appendOnce(who, s.Contributor)
			}
		}
	}
	slices.Sort(who)
	return who, nil
}

// mostNamed is how many contributors a text for the Secretariat names.
const mostNamed = 10

// withdrawnText says what the Secretariat can do about a draft that rests on
// answers that were withdrawn; empty where there are none or nothing is to be
// done. A draft that was returned is compiled anew, without them.
func withdrawnText(phase Phase, draft int, who []ContributorID) string {
	if len(who) == 0 {
		return ""
	}
	names := joinIDs(who, mostNamed)
	switch phase {
	case PhaseClearing:
		return fmt.Sprintf("Draft %d rests on answers that were withdrawn by %s. Have it returned to drafting: the next draft does without them.", draft, names)
	case PhaseCleared:
		return fmt.Sprintf("Draft %d, which is cleared, rests on answers that were withdrawn by %s. Transmit it as it is, or cancel the cycle.", draft, names)
	case PhaseAwaiting:
		return fmt.Sprintf("The section that was handed over rests on an answer that was withdrawn by %s. Tell its drafter.", names)
	}
	return ""
}
