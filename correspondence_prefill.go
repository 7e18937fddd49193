package rapporteur

import (
	"context"
	"slices"
)

// fromEarlier is what the contributor's last accepted answer in the same stream
// has, if there is one.
func (c Correspondence) fromEarlier(ctx context.Context, request Request, q Questionnaire) ([]Prefilled, error) {
	var earlier EarlierAnswer
	found := false
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		requests, err := earlierRequests(ctx, r, request)
		if err != nil || len(requests) == 0 {
			return err
		}
		// The last that answers something; a nil return has a header all the same.
		for n, before := range requests {
			s, err := r.Submission(ctx, before.RequestKey, before.Version)
			if err != nil {
				return err
			}
			answers := s.ReturnType == ReturnAnswered || s.ReturnType == ReturnPartial
			if n > 0 && !answers {
				continue
			}
			earlier.Submission = s
			if answers {
				break
			}
		}
		found = true
		earlier.Body, err = r.Body(ctx, earlier.Submission.Hash)
		return err
	})
	if err != nil || !found {
		return nil, err
	}
	if earlier.Questionnaire, err = c.Catalogue.Questionnaire(earlier.Submission.Questionnaire); err != nil {
		return nil, err
	}
	return earlier.Prefill(q), nil
}

// earlierRequests lists the answered requests of a contributor in the cycles of
// the same stream and series that opened before, the newest first.
func earlierRequests(ctx context.Context, r Reader, request Request) ([]Request, error) {
	here, err := r.Cycle(ctx, request.Cycle)
	if err != nil {
		return nil, err
	}
	instrument, stream, _, err := request.Cycle.Parts()
	if err != nil {
		return nil, err
	}
	all, err := r.Requests(ctx, RequestFilter{Contributor: request.Contributor})
	if err != nil {
		return nil, err
	}
	var found []Request
	for _, before := range all {
		i, s, _, err := before.Cycle.Parts()
		same := err == nil && i == instrument && s == stream && before.Questionnaire.ID == request.Questionnaire.ID
		if !same || before.Version == 0 || !before.OpenedAt.Before(request.OpenedAt) {
			continue
		}
		cycle, err := r.Cycle(ctx, before.Cycle)
		if err != nil {
			return nil, err
		}
		if cycle.Series == here.Series {
			found = append(found, before)
		}
	}
	slices.SortStableFunc(found, func(a, b Request) int { return b.OpenedAt.Compare(a.OpenedAt) })
	return found, nil
}

// fromPublished is what is published about the contributor up to the year in
// which the answer is due.
func (c Correspondence) fromPublished(ctx context.Context, request Request, q Questionnaire) ([]Prefilled, error) {
	if c.Published == nil {
		return nil, nil
	}
	var cycle Cycle
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		cycle, err = r.Cycle(ctx, request.Cycle)
		return err
	})
	if err != nil {
		return nil, err
	}
	who, err := c.Catalogue.Contributor(request.Contributor, DateOf(request.OpenedAt))
	if err != nil || who.Alpha3 == "" {
		return nil, err
	}
	return PrefillPublished(q, c.Published.Tables(who.Alpha3, q.ID, cycle.Plan.Date(DateDue).Year)), nil
}
