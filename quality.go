package rapporteur

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// AcceptedFindings is what was found in the newest accepted version of one
// contributor's answer, as it stands now, with what the contributor said to it.
type AcceptedFindings struct {
	Submission     // with the findings that a filter let through
	Because    int // number of the suspension because of which it was checked again, 0 for none
	State      RequestState
}

// FindingFilter narrows a list of findings; zero fields do not narrow.
type FindingFilter struct {
	Rule     string
	Severity Severity
	Blocking bool          // only what would stop the answer if it came now
	After    ContributorID // contributors after this one
	Limit    int           // at most so many contributors
}

func (f FindingFilter) passes(found Finding) bool {
	return (f.Rule == "" || found.Rule == f.Rule) && (f.Severity == "" || found.Severity == f.Severity) && (!f.Blocking || found.Blocks())
}

// Findings lists what was found in the accepted answers of a cycle, by
// contributor: the warnings with their justifications, advice, and what stands
// against an answer since a suspended rule holds again. Whose answer has nothing
// that the filter lets through is left out.
func (s Secretariat) Findings(ctx context.Context, id CycleID, filter FindingFilter) ([]AcceptedFindings, error) {
	var listed []AcceptedFindings
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		if _, err := r.Cycle(ctx, id); err != nil {
			return err
		}
		requests, err := r.Requests(ctx, RequestFilter{Cycle: id, After: filter.After})
		if err != nil {
			return err
		}
		newest, err := newestRevalidations(ctx, r, id)
		if err != nil {
			return err
		}
		for _, request := range requests {
			if filter.Limit > 0 && len(listed) == filter.Limit {
				return nil
			}
			if request.Standing() == 0 || request.State == RequestWithdrawn {
				continue
			}
			submission, err := r.Submission(ctx, request.RequestKey, request.Standing())
			if err != nil {
				return err
			}
			because := newest[versionKey{request.RequestKey, request.Standing()}].Suspension
			submission = submission.present(newest)
			submission.Findings = slices.DeleteFunc(slices.Clone(submission.Findings), func(f Finding) bool { return !filter.passes(f) })
			if len(submission.Findings) > 0 {
				listed = append(listed, AcceptedFindings{Submission: submission, Because: because, State: request.State})
			}
		}
		return nil
	})
	return listed, err
}

func newestRevalidations(ctx context.Context, r Reader, id CycleID) (map[versionKey]Revalidation, error) {
	revalidations, err := r.Revalidations(ctx, RequestKey{Cycle: id})
	return byVersion(revalidations), err
}

// QualityNote tells a drafter what stands behind an answer that a draft uses: a
// warning with its justification, a suspended rule that is not kept, or a finding
// that stands against the answer since it was accepted.
type QualityNote struct {
	RequestKey
	Version    int
	Finding    Finding
	Paragraphs []int // those that use the place or what it belongs to, in order
	Tables     []int
}

// DraftNotes lists the quality notes of a draft by contributor and place. It
// reads the record: they are no part of the report and do not change its hash.
func (s Secretariat) DraftNotes(ctx context.Context, id CycleID, number int) ([]QualityNote, error) {
	var draft Draft
	var submissions []Submission
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if draft, err = r.Draft(ctx, id, number); err != nil {
			return err
		}
		if submissions, err = r.Submissions(ctx, RequestKey{Cycle: id}); err != nil {
			return err
		}
		newest, err := newestRevalidations(ctx, r, id)
		for n, submission := range submissions {
			submissions[n] = submission.present(newest)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read notes on draft: %w", err)
	}
	return QualityNotes(draft.Report, submissions), nil
}

// QualityNotes lists what the findings of some submissions say about the
// paragraphs and tables of a report that use them, by contributor, version and
// place. Versions that the report does not use have no note.
func QualityNotes(r Report, submissions []Submission) []QualityNote {
	uses := usesOf(r)
	var notes []QualityNote
	for _, s := range submissions {
		used := uses[versionKey{RequestKey{Cycle: r.Cycle, Contributor: s.Contributor}, s.Version}]
		if s.Cycle != r.Cycle || len(used) == 0 {
			continue
		}
		for _, f := range s.Findings {
			if f.Severity == SeverityAdvice && !f.Suspended {
				continue // it told the contributor something, not the reader
			}
			note := QualityNote{RequestKey: s.RequestKey, Version: s.Version, Finding: f}
			for _, use := range used {
				if !touches(f.Pointer, use.pointer) {
					continue
				}
				if use.paragraph > 0 {
					note.Paragraphs = appendOnce(note.Paragraphs, use.paragraph)
				}
				if use.table > 0 {
					note.Tables = appendOnce(note.Tables, use.table)
				}
			}
			notes = append(notes, note)
		}
	}
	slices.SortStableFunc(notes, func(a, b QualityNote) int {
		return cmp.Or(cmp.Compare(a.Contributor, b.Contributor), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Finding.Pointer, b.Finding.Pointer))
	})
	return notes
}

// use is where a report uses a place of a version: in a paragraph or in a table.
type use struct {
	pointer          string
	paragraph, table int
}

// usesOf finds what a report uses, by version.
func usesOf(r Report) map[versionKey][]use {
	uses := map[versionKey][]use{}
	add := func(sources []Source, paragraph, table int) {
		for _, s := range sources {
			if s.Version > 0 && (s.Cycle == "" || s.Cycle == r.Cycle) {
				key := versionKey{RequestKey{Cycle: r.Cycle, Contributor: s.Contributor}, s.Version}
				uses[key] = append(uses[key], use{s.Pointer, paragraph, table})
			}
		}
	}
	var walk func([]ReportSection)
	walk = func(sections []ReportSection) {
		for _, section := range sections {
			for _, block := range section.Blocks {
				if block.Paragraph != nil {
					add(block.Paragraph.Sources, block.Paragraph.Number, 0)
				}
				if block.Table == nil {
					continue
				}
				for _, row := range block.Table.Rows {
					for _, cell := range row.Cells {
						add(cell.Sources, 0, block.Table.Number)
					}
				}
			}
			walk(section.Sections)
		}
	}
	walk(r.Sections)
	for _, annex := range r.Annexes {
		for _, item := range annex.Items {
			add(item.Sources, 0, 0)
		}
	}
	return uses
}

// touches reports whether one JSON Pointer leads into what the other leads to.
func touches(a, b string) bool {
	return a == b || strings.HasPrefix(a, b+"/") || strings.HasPrefix(b, a+"/")
}
