package rapporteur

import (
	"context"
	"slices"
	"strings"
)

// Where prefilled values can come from.
const (
	FromEarlierAnswer = "earlier-answer" // the contributor's last accepted answer in the same stream
	FromPublished     = "published"      // figures that others have published
)

// PrefillSources lists the sources in the order in which they are asked where
// nobody chooses: what one source has filled, the next leaves alone.
var PrefillSources = []string{FromEarlierAnswer, FromPublished}

// Prefill fills in what the sources, in their order, have for questions that
// nobody has answered yet, and marks it. Nothing that is there is overwritten;
// the same again changes nothing.
func (c Correspondence) Prefill(ctx context.Context, actor Principal, key RequestKey, sources []string) (WorkingAnswer, error) {
	request, err := c.workable(ctx, key)
	if err != nil {
		return WorkingAnswer{}, err
	}
	q, err := c.asked(request)
	if err != nil {
		return WorkingAnswer{}, err
	}
	if len(sources) == 0 {
		sources = PrefillSources
	}
	var values []Prefilled
	for _, source := range sources {
		var found []Prefilled
		switch source {
		case FromEarlierAnswer:
			found, err = c.fromEarlier(ctx, request, q)
		case FromPublished:
			found, err = c.fromPublished(ctx, request, q)
		default:
			err = Problemf(ProblemInvalid, "No such source", "Values can be filled in from: %s.", strings.Join(PrefillSources, ", "))
		}
		if err == nil {
			found, err = c.acceptable(ctx, q.QuestionnaireRef, found)
		}
		if err != nil {
			return WorkingAnswer{}, err
		}
		values = append(values, found...)
	}
	return c.work(ctx, actor, request, WorkingEvent{Prefill: values})
}

// acceptable leaves out of what one source has whatever the questionnaire
// refuses.
func (c Correspondence) acceptable(ctx context.Context, ref QuestionnaireRef, values []Prefilled) ([]Prefilled, error) {
	alone, err := WorkingAnswer{}.Next(WorkingEvent{Prefill: values}, "", c.Clock())
	if err != nil {
		return nil, err
	}
	_, findings, err := c.Catalogue.Check(ctx, ref, alone.Body(ref))
	return Without(values, findings), err
}

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
			s, err := r.Submission(ctx, before.RequestKey, before.Standing())
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
		if !same || before.Standing() == 0 || !before.OpenedAt.Before(request.OpenedAt) {
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
