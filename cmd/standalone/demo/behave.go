package demo

import (
	"context"
	"fmt"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// intend plans what a contributor will do about its request.
func (s *show) intend(p *person) {
	opens, due := s.calendar.at("opens"), s.calendar.at("due")
	during := func() rapporteur.Date { return opens.AddDays(7 + p.random.IntN(due.DaysSince(opens)-14)) }
	returns := map[behaviour]string{
		nothing: "nil", notApplicable: "not-applicable", covered: "covered", declines: "declined",
	}
	switch p.behaviour {
	case onTime, partly:
		s.later(during(), p.name(), func(ctx context.Context) error { return s.answer(ctx, p) })
	case afterReminder:
		s.later(due.AddDays(-p.random.IntN(5)), p.name(), func(ctx context.Context) error { return s.answer(ctx, p) })
	case afterDeadline:
		s.later(due.AddDays(4+p.random.IntN(10)), p.name(), func(ctx context.Context) error { return s.answer(ctx, p) })
	case invalidFirst:
		s.later(during(), p.name(), func(ctx context.Context) error { return s.answerWrongly(ctx, p) })
	case sentBack:
		s.later(due.AddDays(-40-p.random.IntN(20)), p.name(), func(ctx context.Context) error { return s.answerTwice(ctx, p) })
	case extended, refused:
		s.later(due.AddDays(-14-p.random.IntN(5)), p.name(), func(ctx context.Context) error { return s.askForTime(ctx, p) })
	case nothing, notApplicable, covered, declines:
		s.later(during(), p.name(), func(ctx context.Context) error { return s.submitReturn(ctx, p, returns[p.behaviour]) })
	case afterEscalation:
		s.later(due.AddDays(11), p.name(), func(ctx context.Context) error { return s.answer(ctx, p) })
	}
}

// request is the path of a contributor's request.
func (s *show) request(p *person) string {
	return fmt.Sprintf("/v1/cycles/%s/requests/%s", s.cycle, p.contributor.ID)
}

// answer submits a whole answer, justifying what the rules warn of.
func (s *show) answer(ctx context.Context, p *person) error {
	document, err := s.compose(p, s.own(p))
	if err != nil {
		return err
	}
	if p.behaviour == partly {
		document.ReturnType = "partial"
	}
	return s.submit(ctx, p, s.own(p), document)
}

// answerWrongly first sends an answer that the schema rejects, and the right
// one on the next working moment.
func (s *show) answerWrongly(ctx context.Context, p *person) error {
	right, err := s.compose(p, s.own(p))
	if err != nil {
		return err
	}
	wrong := right
	wrong.Language = "xx"
	err = s.send(ctx, p, s.own(p), wrong)
	if !remote.Is(err, http.StatusUnprocessableEntity) {
		return fmt.Errorf("a wrong answer should be rejected, got %w", err)
	}
	s.count(func(t *tally) { t.rejected++ })
	s.later(rapporteur.DateOf(s.business()).AddDays(1), p.name(), func(ctx context.Context) error { return s.submit(ctx, p, s.own(p), right) })
	return nil
}

// answerTwice answers, is returned for correction, and corrects.
func (s *show) answerTwice(ctx context.Context, p *person) error {
	if err := s.answer(ctx, p); err != nil {
		return err
	}
	today := rapporteur.DateOf(s.business())
	s.later(today.AddDays(3), "secretariat/"+p.name(), func(ctx context.Context) error {
		body := map[string]any{"comments": "The figures are for another period than the one asked for; please give those of the reporting period."}
		if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodPost, Path: s.request(p) + "/returns", Body: body}, nil); err != nil {
			return err
		}
		s.count(func(t *tally) { t.returned++ })
		s.later(today.AddDays(9), p.name(), func(ctx context.Context) error { return s.answer(ctx, p) })
		return nil
	})
	return nil
}

// askForTime asks for two more weeks; the Secretariat decides some days later.
func (s *show) askForTime(ctx context.Context, p *person) error {
	until := s.calendar.at("due").AddDays(14)
	ask := map[string]any{"until": until, "reason": "Figures of the third quarter are still being consolidated."}
	var asked struct {
		FollowUp int `json:"follow_up"`
	}
	if err := s.answered(ctx, p, "/extensions", ask, &asked); err != nil {
		return err
	}
	granted := p.behaviour == extended
	s.later(rapporteur.DateOf(s.business()).AddDays(2), "secretariat/"+p.name(), func(ctx context.Context) error {
		decision := map[string]any{"granted": granted, "reason": "As asked."}
		if granted {
			decision["until"] = until
		} else {
			decision["reason"] = "The report would be late; please answer with what there is."
		}
		path := fmt.Sprintf("%s/extensions/%d/decision", s.request(p), asked.FollowUp)
		if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodPost, Path: path, Body: decision}, nil); err != nil {
			return err
		}
		s.count(func(t *tally) { t.extensions++ })
		answers := s.calendar.at("due").AddDays(-1)
		if granted {
			answers = until.AddDays(-3)
		}
		s.later(answers, p.name(), func(ctx context.Context) error { return s.answer(ctx, p) })
		return nil
	})
	return nil
}

func (s *show) answered(ctx context.Context, p *person, what string, body, out any) error {
	return p.client.JSON(ctx, remote.Call{Method: http.MethodPost, Path: s.request(p) + what, Body: body}, out)
}

// count changes the tally.
func (s *show) count(change func(*tally)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change(&s.tally)
}

// submitReturn answers without answers: nil, not applicable, covered, declined.
func (s *show) submitReturn(ctx context.Context, p *person, returnType string) error {
	document, err := s.returned(p, s.own(p), returnType)
	if err != nil {
		return err
	}
	return s.submit(ctx, p, s.own(p), document)
}
