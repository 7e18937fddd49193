package rapporteur

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// StreamStanding is a stream of an instrument and what runs of it.
type StreamStanding struct {
	Instrument Instrument
	Stream     Stream
	Calendar   *StreamCalendar // of an inclusion stream; nil where it was not started
	Cycles     []CycleStanding // that have not ended: first what needs attention, then by their next dates
	Ended      []Cycle         // by their deadlines, the newest first
}

// Attention reports whether a person should do something in the stream.
func (s StreamStanding) Attention() bool {
	return s.Calendar != nil && s.Calendar.Attention != "" || slices.ContainsFunc(s.Cycles, func(c CycleStanding) bool { return c.Attention != "" })
}

// CycleStanding is where a cycle stands and what comes next.
type CycleStanding struct {
	Cycle     Cycle
	Now       time.Time // business time
	Counts    Counts
	Next      PlannedDate // what comes next by the plan; the zero one where nothing does
	Attention string      // what a person should do, in words; empty for nothing
}

// nextDates are the dates that a phase leads to, in order.
var nextDates = map[Phase][]string{
	PhasePlanned: {DateOpens}, PhaseCollecting: {DateDue, DateCloses}, PhaseCompiling: {DateDraft},
	PhaseClearing: {DateCleared, DateTransmits}, PhaseCleared: {DateTransmits},
	PhaseHandingOver: {DateDraft}, PhaseAwaiting: {DateTransmits, DateIssued}, PhaseRecording: {DateMandated},
}

// NextDate is the date of the plan that a cycle goes towards: the first of its
// phase that is not over, or else the last of them, which is then late.
func (c Cycle) NextDate(today Date) (PlannedDate, bool) {
	var last PlannedDate
	for _, key := range nextDates[c.Phase] {
		n := slices.IndexFunc(c.Plan.Dates, func(d PlannedDate) bool { return d.Key == key })
		if n < 0 {
			continue
		}
		if last = c.Plan.Dates[n]; !last.Date.Before(today) {
			break
		}
	}
	return last, last.Key != ""
}

// NeedsAttention says what a person should do for a cycle at a business time,
// empty for nothing: what the engine could not do, or a date that is over.
func (c Cycle) NeedsAttention(now time.Time) string {
	if c.Attention != "" {
		return c.Attention
	}
	today := DateOf(now)
	next, ok := c.NextDate(today)
	if !ok || !next.Date.Before(today) {
		return ""
	}
	return fmt.Sprintf("%s was planned for %s and has not happened.", next.Label, next.Date.Words())
}

// Streams tells of every stream of every instrument what runs, by instrument and
// first those that need attention, then by what comes next; streams without a
// cycle come last.
func (s Secretariat) Streams(ctx context.Context) ([]StreamStanding, error) {
	var all []StreamStanding
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		calendars, err := r.StreamCalendars(ctx)
		if err != nil {
			return err
		}
		for _, i := range s.Catalogue.Instruments() {
			for _, stream := range i.Streams {
				standing := StreamStanding{Instrument: i, Stream: stream}
				for n, c := range calendars {
					if c.Instrument == i.ID && c.Stream == stream.ID {
						standing.Calendar = &calendars[n]
					}
				}
				if err := s.cyclesOf(ctx, r, &standing); err != nil {
					return err
				}
				all = append(all, standing)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list streams: %w", err)
	}
	slices.SortStableFunc(all, func(a, b StreamStanding) int {
		return cmp.Or(cmp.Compare(a.Instrument.ID, b.Instrument.ID), a.rank().compare(b.rank()))
	})
	return all, nil
}

// Stream tells of one stream what runs.
func (s Secretariat) Stream(ctx context.Context, key StreamKey) (StreamStanding, error) {
	var standing StreamStanding
	i, err := s.Catalogue.Instrument(key.Instrument)
	if err != nil {
		return standing, err
	}
	stream, ok := i.Stream(key.Stream)
	if !ok {
		return standing, NotFound("stream", key.Stream)
	}
	standing = StreamStanding{Instrument: i, Stream: stream}
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		calendar, err := r.StreamCalendar(ctx, key)
		if err == nil {
			standing.Calendar = &calendar
		} else if !IsProblem(err, ProblemNotFound) {
			return err
		}
		return s.cyclesOf(ctx, r, &standing)
	})
	return standing, err
}

// cyclesOf reads the cycles of a stream.
func (s Secretariat) cyclesOf(ctx context.Context, r Reader, standing *StreamStanding) error {
	cycles, err := cyclesUnder(ctx, r, standing.Instrument.ID+"/"+standing.Stream.ID+"/")
	if err != nil {
		return err
	}
	for _, c := range cycles {
		if c.Phase.Final() {
			standing.Ended = append(standing.Ended, c)
			continue
		}
		now := c.Now(s.Clock())
		running := CycleStanding{Cycle: c, Now: now, Attention: c.NeedsAttention(now)}
		running.Next, _ = c.NextDate(DateOf(now))
		if running.Counts, err = r.Counts(ctx, c.ID); err != nil {
			return err
		}
		standing.Cycles = append(standing.Cycles, running)
	}
	slices.SortStableFunc(standing.Cycles, func(a, b CycleStanding) int { return a.rank().compare(b.rank()) })
	slices.SortStableFunc(standing.Ended, func(a, b Cycle) int { return b.Plan.Date(DateDue).compare(a.Plan.Date(DateDue)) })
	return nil
}

// standingRank orders what is shown: attention first, then the nearest date.
type standingRank struct {
	class int // 0 attention, 1 runs, 2 could run, 3 does not run yet
	next  Date
}

func (r standingRank) compare(other standingRank) int {
	return cmp.Or(cmp.Compare(r.class, other.class), r.next.compare(other.next))
}

func (c CycleStanding) rank() standingRank {
	rank := standingRank{class: 1, next: c.Next.Date}
	if c.Attention != "" {
		rank.class = 0
	}
	return rank
}

func (s StreamStanding) rank() standingRank {
	switch {
	case s.Attention() && len(s.Cycles) == 0:
		return standingRank{class: 0}
	case len(s.Cycles) > 0:
		return s.Cycles[0].rank()
	case s.Stream.Runs():
		return standingRank{class: 2}
	}
	return standingRank{class: 3}
}
