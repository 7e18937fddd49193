package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// roundEvery is how often the Secretariat goes through the streams beside the
// twelve-month report.
const roundEvery = 7 * day

// streamAnswer is what the demonstration reads of a stream.
type streamAnswer struct {
	ID    string `json:"id"`
	Shape string `json:"shape"`
	Title string `json:"title"`
	Runs  bool   `json:"runs"`
}

// begin has every other stream run: calendars start, intakes open, occasions
// are put on the agenda.
func (s *show) begin(ctx context.Context) error {
	if !s.options.AllStreams {
		return nil
	}
	var answer struct {
		Items []streamAnswer `json:"items"`
	}
	if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodGet, Path: "/v1/instruments/" + instrument + "/streams"}, &answer); err != nil {
		return err
	}
	s.streams = answer.Items
	for _, stream := range s.streams {
		var err error
		switch rapporteur.Shape(stream.Shape) {
		case rapporteur.ShapeInclusion:
			err = s.follow(ctx, stream.ID)
		case rapporteur.ShapeIntake:
			err = s.openIntake(ctx, stream.ID)
		case rapporteur.ShapeOccasion:
			s.announceAll(stream.ID)
		case rapporteur.ShapeReport:
		}
		if err != nil {
			return fmt.Errorf("stream %s: %w", stream.ID, err)
		}
	}
	s.agenda.add(s.business().Add(day), "secretariat/round", s.round)
	return nil
}

// round is the Secretariat's weekly look at everything that runs.
func (s *show) round(ctx context.Context) error {
	cycles, err := s.cycles(ctx)
	if err != nil {
		return err
	}
	for _, c := range cycles {
		var err error
		switch rapporteur.Shape(c.Shape) {
		case rapporteur.ShapeInclusion:
			err = s.section(ctx, c)
		case rapporteur.ShapeOccasion:
			err = s.occasion(ctx, c)
		case rapporteur.ShapeReport, rapporteur.ShapeIntake:
		}
		if err != nil {
			return fmt.Errorf("cycle %s: %w", c.ID, err)
		}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.agenda.add(s.business().Add(roundEvery).Truncate(time.Hour), "secretariat/round", s.round)
	return nil
}

// cycles lists every cycle there is.
func (s *show) cycles(ctx context.Context) ([]cycleAnswer, error) {
	var all []cycleAnswer
	for after := ""; ; {
		var page struct {
			Items []cycleAnswer `json:"items"`
			Next  string        `json:"next_cursor"`
		}
		if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodGet, Path: "/v1/cycles?cursor=" + url.QueryEscape(after)}, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if after = page.Next; after == "" {
			return all, nil
		}
	}
}

// chance is the dice of one thing; the same seed gives the same.
func (s *show) chance(what string) *rand.Rand {
	return rand.New(rand.NewPCG(s.options.Seed, hash(what))) //nolint:gosec // a year that can be played again, no secret
}

// once reports, the first time it is asked, that something is to be done.
func (s *show) once(what string) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.done[what] {
		return false
	}
	s.done[what] = true
	return true
}
