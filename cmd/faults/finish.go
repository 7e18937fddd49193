package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// finish does what the Secretariat has to do for the cycles to end, as far as they have come, and reports whether all
// have ended.
func (s *story) finish(ctx context.Context, n int) (bool, error) {
	cycles, err := s.cycles(ctx)
	if err != nil {
		return false, err
	}
	for _, c := range cycles {
		if over([]cycleAnswer{c}) {
			continue
		}
		if n >= longestFinish {
			return false, fmt.Errorf("%w: %s is %s", errNoEnd, c.ID, c.Phase)
		}
		if err := s.refusedOrLost(s.further(ctx, c)); err != nil {
			return false, err
		}
	}
	return over(cycles) && n > 0, nil
}

// over reports whether all have ended.
func over(cycles []cycleAnswer) bool {
	return !slices.ContainsFunc(cycles, func(c cycleAnswer) bool {
		return c.Phase != rapporteur.PhaseClosed && c.Phase != rapporteur.PhaseCancelled
	})
}

// further does the next thing for one cycle. The workflow may hear of its own step a moment later than the record and
// then refuse; it is asked again in the next round.
func (s *story) further(ctx context.Context, c cycleAnswer) error {
	var err error
	switch {
	case c.Shape == string(rapporteur.ShapeIntake):
		err = s.insist(ctx, s.staff, remote.Call{
			Method: http.MethodPost, Path: intakeAt + "/stop", Body: map[string]string{"reason": "The story ends."}, Idempotency: "stop",
		}, nil)
	case c.Phase == rapporteur.PhaseClearing:
		err = s.decide(ctx, c)
	case c.Phase == rapporteur.PhaseCleared:
		err = s.command(ctx, c.ID, "transmit", map[string]any{"symbol": "S/2018/1042", "date": rapporteur.DateOf(s.clock.business())})
	case c.Phase == rapporteur.PhaseAwaiting:
		var whole cycleAnswer
		if err := s.insist(ctx, s.staff, remote.Call{Method: http.MethodGet, Path: "/v1/cycles/" + string(c.ID)}, &whole); err != nil {
			return err
		}
		if whole.date("transmits").After(rapporteur.DateOf(s.clock.business())) {
			return nil
		}
		body := map[string]any{"symbol": "S/2018/705", "date": whole.date("transmits")}
		if whole.Draft > 0 {
			body["paragraphs"] = "45–47"
		}
		err = s.command(ctx, c.ID, "record-issue", body)
	case c.Shape == string(rapporteur.ShapeInclusion) && c.Phase == rapporteur.PhasePlanned && s.weeksOver():
		err = s.command(ctx, c.ID, "cancel", map[string]any{"reason": "The story ends before it."})
	}
	if remote.Is(err, http.StatusConflict) || remote.Is(err, http.StatusPreconditionFailed) {
		return nil
	}
	return err
}

// weeksOver reports whether the calendar has been paused, so that what it has planned need not be awaited.
func (s *story) weeksOver() bool { return s.clock.business().After(begins.AddDate(0, 0, 7*weeks)) }

// decide has every office of the present step approve the draft.
func (s *story) decide(ctx context.Context, c cycleAnswer) error {
	var whole cycleAnswer
	if err := s.insist(ctx, s.staff, remote.Call{Method: http.MethodGet, Path: "/v1/cycles/" + string(c.ID)}, &whole); err != nil {
		return err
	}
	path := fmt.Sprintf("/v1/cycles/%s/clearance/%d", c.ID, whole.Draft)
	var state struct {
		DraftHash string `json:"draft_hash"`
		Outcome   string `json:"outcome"`
		Step      string `json:"step"`
		Steps     []struct {
			ID      string   `json:"id"`
			Offices []string `json:"offices"`
		} `json:"steps"`
	}
	if err := s.insist(ctx, s.staff, remote.Call{Method: http.MethodGet, Path: path}, &state); err != nil {
		return err
	}
	for _, step := range state.Steps {
		if step.ID != state.Step || state.Outcome != string(rapporteur.ClearancePending) {
			continue
		}
		for _, office := range step.Offices {
			body := map[string]any{"step": step.ID, "draft_hash": state.DraftHash, "approve": true}
			err := s.insist(ctx, s.officers[office], remote.Call{
				Method: http.MethodPost, Path: path + "/decisions", Body: body, Idempotency: fmt.Sprintf("%s-%d-%s", office, whole.Draft, step.ID),
			}, nil)
			if err != nil && !remote.Is(err, http.StatusConflict) {
				return err
			}
		}
	}
	return nil
}
