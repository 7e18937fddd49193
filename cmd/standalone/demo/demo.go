// Package demo runs the main job in minutes: the cycle of the
// Secretary-General's twelve-month report of S/RES/2388 (operative paragraph
// 34), with every contributor, on the real engine, over the real API and real
// SMTP. Only the people and the clock are made up: contributors behave by a
// seed, and business time is moved in jumps.
package demo

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// Instrument and stream that the demonstration runs.
const (
	instrument = "s-res-2388-2017"
	stream     = "op34"
)

// Stage is the running product on which the demonstration plays.
type Stage struct {
	API       remote.Client // without a key
	Catalogue rapporteur.Catalogue
	// Published is UNODC's public figures for the Member States' tables; they are
	// made up where it is nil.
	Published rapporteur.Published
	// Offset is business time minus the time that Now and Advance speak of.
	Offset time.Duration
	// Now is the stage's clock.
	Now func() time.Time
	// Advance moves the clock of every workflow to a moment and returns when
	// nothing is left to do before it.
	Advance func(ctx context.Context, moment time.Time) error
	// Settle returns when the engine has been told everything.
	Settle func(ctx context.Context) error
	// IssueKey makes an API key.
	IssueKey func(ctx context.Context, role rapporteur.Role, c rapporteur.ContributorID, office string) (string, error)
}

// Options say what to play.
type Options struct {
	Out      string // folder of the results
	Seed     uint64 // the same seed plays the same year
	Messages io.Writer
	// AllStreams plays every stream of the resolution beside the twelve-month
	// report.
	AllStreams bool
}

// show is one performance.
type show struct {
	Stage
	options  Options
	staff    remote.Client
	admin    remote.Client
	officers map[string]remote.Client
	people   []*person
	cycle    rapporteur.CycleID
	calendar calendar
	agenda   agenda
	mutex    sync.Mutex // guards agenda, tally, done and events
	tally    tally
	progress progress
	streams  []streamAnswer
	done     map[string]bool  // what is to be done only once
	events   map[string]event // by cycle
}

// Run plays the whole year and writes the results. It returns the table that
// the year ends with.
func Run(ctx context.Context, stage Stage, options Options) (Summary, error) {
	s := &show{Stage: stage, options: options, officers: map[string]remote.Client{}, done: map[string]bool{}, events: map[string]event{}}
	acts := []struct {
		label string
		do    func(context.Context) error
	}{
		{"giving out keys and contacts", s.invite},
		{"planning the cycle", s.plan},
		{"starting every other stream", s.begin},
		{"collecting answers", s.play},
		{"clearing the report", s.clear},
		{"transmitting the report", s.transmit},
		{"writing the results", s.write},
	}
	for _, a := range acts {
		s.progress.describe(options.Messages, a.label)
		if err := a.do(ctx); err != nil {
			return Summary{}, fmt.Errorf("cannot finish %s: %w", a.label, err)
		}
	}
	s.progress.finish()
	return s.summary(ctx)
}

// business is the present business time.
func (s *show) business() time.Time { return s.Now().Add(s.Offset) }

// until moves business time to a moment, and lets everybody act who has planned
// to before.
func (s *show) until(ctx context.Context, moment time.Time) error {
	for s.agenda.Len() > 0 && s.agenda[0].at.Before(moment) {
		at, acts := s.agenda.next()
		if err := s.jump(ctx, at); err != nil {
			return err
		}
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(atOnce)
		for _, a := range acts {
			group.Go(func() error {
				if err := a.do(ctx); err != nil {
					return fmt.Errorf("%s on %s: %w", a.who, at.Format(time.DateOnly), err)
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
	return s.jump(ctx, moment)
}

// jump moves business time to a moment, after the engine has heard of all that
// was done.
func (s *show) jump(ctx context.Context, moment time.Time) error {
	if err := s.Settle(ctx); err != nil {
		return err
	}
	if err := s.Advance(ctx, moment.Add(-s.Offset)); err != nil {
		return err
	}
	s.progress.reach(moment)
	return nil
}

// atOnce is how many contributors act at the same moment.
const atOnce = 8

// play lets the time pass in which answers are collected.
func (s *show) play(ctx context.Context) error {
	return s.until(ctx, s.calendar.at("closes").AddDays(2).At(actHour))
}

// later plans an act for a person on a working moment at or after the date.
func (s *show) later(on rapporteur.Date, who string, do func(context.Context) error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.agenda.add(workday(on).At(actHour), who, do)
}

// actHour is when people of the demonstration act, in UTC.
const actHour = 15

// workday is the next Tuesday or Friday: everybody of the demonstration works
// on these, which keeps the number of jumps through the year small.
func workday(on rapporteur.Date) rapporteur.Date {
	for {
		switch on.Start().Weekday() {
		case time.Tuesday, time.Friday:
			return on
		}
		on = on.AddDays(1)
	}
}
