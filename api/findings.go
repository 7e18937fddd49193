package api

import (
	"context"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// AnswerFindings is what was found in one accepted answer, on the wire.
type AnswerFindings struct {
	Contributor string    `json:"contributor"`
	Version     int       `json:"version" doc:"The newest that was accepted."`
	State       string    `json:"state" enum:"open,received,returned,settled,no-reply" doc:"Of the request."`
	ReturnType  string    `json:"return_type"`
	BecauseOf   int       `json:"because_of,omitempty" doc:"Number of the suspension because of which it was last checked again; left out where the findings are those it was accepted with."`
	Findings    []Finding `json:"findings" doc:"Warnings with what the contributor said to them, advice, and what stands against the answer since a suspended rule holds again."`
}

type findingsInput struct {
	CyclePath
	Paged
	Rule     string `query:"rule" maxLength:"200" doc:"Only of this rule."`
	Severity string `query:"severity" enum:"error,warning,privacy,advice" doc:"Only of this severity."`
	Blocking bool   `query:"blocking" doc:"Only what would stop the answer if it came now."`
}

type findingsOutput struct {
	Vary string `header:"Vary"`
	Body struct {
		Items      []AnswerFindings `json:"items"`
		NextCursor string           `json:"next_cursor,omitempty" doc:"Left out on the last page."`
	} `nameHint:"FindingPage"`
}

// QualityNote is what a drafter should know of an answer that a draft uses, on
// the wire.
type QualityNote struct {
	Contributor string  `json:"contributor"`
	Version     int     `json:"version"`
	Paragraphs  []int   `json:"paragraphs" doc:"Numbers of the draft's paragraphs that use the place; none where it concerns the answer as a whole."`
	Tables      []int   `json:"tables" doc:"Numbers of the draft's tables that use the place."`
	Finding     Finding `json:"finding" doc:"A warning with what the contributor said to it, a suspended rule that is not kept, or what stands against the answer now."`
}

type notesOutput struct {
	Vary string `header:"Vary"`
	Body struct {
		Items []QualityNote `json:"items"`
	} `nameHint:"QualityNotes"`
}

const findingsPath = "/v1/cycles/{instrument}/{stream}/{period}/findings"

func (s *service) registerFindings() {
	register(s, operation{
		id: "list-findings", method: http.MethodGet, path: findingsPath, tag: tagReports, action: access.ReadFindings,
		summary:     "List what was found in accepted answers",
		description: "By contributor, of the newest accepted version: for whoever relies on the answers, or decides which to return for correction.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemMalformed},
	}, s.listFindings)
	register(s, operation{
		id: "list-draft-notes", method: http.MethodGet, path: draftsPath + "/{number}/notes", tag: tagReports, action: access.ReadFindings,
		summary: "List the quality notes of a draft",
		description: "For drafters: what was found in the answers that the draft rests on and what their contributors said to it, with the paragraphs and tables that use each. " +
			"The notes are no part of the report and of what is cleared.",
	}, s.listDraftNotes)
}

func (s *service) listFindings(ctx context.Context, in *findingsInput) (*findingsOutput, error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	found, err := s.Secretariat.Findings(ctx, in.id(), rapporteur.FindingFilter{
		Rule: in.Rule, Severity: rapporteur.Severity(in.Severity), Blocking: in.Blocking, After: rapporteur.ContributorID(after), Limit: in.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	out := &findingsOutput{Vary: "Accept-Language"}
	out.Body.Items = []AnswerFindings{}
	cut, next := page(found, in.Limit, func(f rapporteur.AcceptedFindings) string { return string(f.Contributor) })
	out.Body.NextCursor = next
	for _, f := range cut {
		out.Body.Items = append(out.Body.Items, AnswerFindings{
			Contributor: string(f.Contributor), Version: f.Version, State: string(f.State), ReturnType: string(f.ReturnType), BecauseOf: f.Because,
			Findings: findingsOf(f.Findings, callOf(ctx).language),
		})
	}
	return out, nil
}

func (s *service) listDraftNotes(ctx context.Context, in *DraftPath) (*notesOutput, error) {
	notes, err := s.Secretariat.DraftNotes(ctx, in.id(), in.Number)
	if err != nil {
		return nil, err
	}
	out := &notesOutput{Vary: "Accept-Language"}
	out.Body.Items = []QualityNote{}
	for _, n := range notes {
		out.Body.Items = append(out.Body.Items, QualityNote{
			Contributor: string(n.Contributor), Version: n.Version, Paragraphs: notNull(n.Paragraphs), Tables: notNull(n.Tables),
			Finding: findingOf(n.Finding, callOf(ctx).language),
		})
	}
	return out, nil
}

// notNull is a list on the wire: empty, not null, without any.
func notNull(list []int) []int { return append([]int{}, list...) }
