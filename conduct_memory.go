package rapporteur

import (
	"context"
	"slices"
)

// earlierReports gathers what the reports of the stream's other cycles were
// compiled from that were transmitted: the versions that had come when the draft
// was compiled. Drafts that never left the house tell nobody anything.
func (c Conduct) earlierReports(ctx context.Context, r Reader, report Cycle) ([]Compilation, error) {
	instrument, stream, _, err := report.ID.Parts()
	if err != nil {
		return nil, err
	}
	cycles, err := cyclesUnder(ctx, r, instrument+"/"+stream+"/")
	if err != nil {
		return nil, err
	}
	var all []Compilation
	for _, cycle := range cycles {
		if cycle.ID == report.ID || cycle.Symbol == "" || cycle.Draft == 0 {
			continue
		}
		draft, err := r.Draft(ctx, cycle.ID, cycle.Draft)
		if err != nil {
			return nil, err
		}
		in := Compilation{
			Cycle: cycle, Draft: draft.Number, CompiledAt: draft.CompiledAt, Contributors: map[ContributorID]Contributor{},
			Questionnaires: map[QuestionnaireRef]Questionnaire{},
		}
		if in.Requests, in.Accepted, err = c.answersUntil(ctx, r, in); err != nil {
			return nil, err
		}
		all = append(all, in)
	}
	return all, nil
}

// answersUntil is the requests of a cycle and what had been accepted when its
// draft was compiled.
func (c Conduct) answersUntil(ctx context.Context, r Reader, in Compilation) ([]Request, []Accepted, error) {
	requests, err := r.Requests(ctx, RequestFilter{Cycle: in.Cycle.ID})
	if err != nil {
		return nil, nil, err
	}
	submissions, err := r.Submissions(ctx, RequestKey{Cycle: in.Cycle.ID})
	if err != nil {
		return nil, nil, err
	}
	versions := map[ContributorID]int{}
	for _, s := range submissions {
		if !s.SubmittedAt.After(in.CompiledAt) {
			versions[s.Contributor] = max(versions[s.Contributor], s.Version)
		}
	}
	requests = slices.Clone(requests)
	for n := range requests {
		requests[n].Version = versions[requests[n].Contributor]
	}
	all, err := c.allAccepted(ctx, r, in.Cycle, requests)
	return requests, all, err
}
