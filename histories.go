package rapporteur

import (
	"context"
	"sync"
	"time"
)

// Histories tells what happened in cycles, in plain words: from the record
// alone, with the events of the engine where that answers and still keeps them.
type Histories struct {
	Store     Store
	Catalogue Catalogue
	Engine    Engine
	Inspector Inspector
}

// HistoryOptions is how a history is told.
type HistoryOptions struct {
	Language string // of contributors' names, one of Languages
	// Events has the lines name the engine's events that they come from. It takes
	// as long as the engine needs, at most historyTime.
	Events bool
}

// History is what happened in a cycle, oldest first.
type History struct {
	Cycle Cycle // of an inclusion stream's calendar, what a history needs of it
	Lines []HistoryLine
	// Away is why lines name no events, or not all: the engine does not answer
	// or no longer keeps them. It is the first such error, nil for none.
	Away error
}

// Read tells everything that happened in a cycle, or under the period calendar
// in the calendar of an inclusion stream.
func (h Histories) Read(ctx context.Context, id CycleID, o HistoryOptions) (History, error) {
	told, err := h.chronicle(ctx, id)
	if err != nil {
		return History{}, err
	}
	history := History{Cycle: told.cycle}
	var events []EngineEvent
	if o.Events {
		events, history.Away = h.EngineEvents(ctx, CycleWorkflows(told.cycle, told.requests))
	}
	name := h.names(told.cycle, o.Language)
	history.Lines = Narrate(told.cycle, name, NameActors(told.audit, told.known, name), events)
	return history, nil
}

// names gives contributors' names as they were when the cycle started.
func (h Histories) names(c Cycle, language string) func(ContributorID) string {
	on := DateOf(c.StartedAt)
	return func(id ContributorID) string {
		found, err := h.Catalogue.Contributor(id, on)
		if err != nil {
			return string(id)
		}
		return found.Name(language)
	}
}

// chronicle is what the record knows of a cycle's history.
type chronicle struct {
	cycle    Cycle
	audit    []AuditRecord
	requests []Request
	known    KnownActors
}

func (h Histories) chronicle(ctx context.Context, id CycleID) (chronicle, error) {
	var p chronicle
	err := h.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if p.cycle, err = cycleOrCalendar(ctx, r, id); err != nil {
			return err
		}
		if p.audit, err = r.Audit(ctx, id, 0, 0); err != nil {
			return err
		}
		if p.known, err = ReadKnownActors(ctx, r); err != nil {
			return err
		}
		p.requests, err = r.Requests(ctx, RequestFilter{Cycle: id})
		return err
	})
	return p, err
}

// cycleOrCalendar is a cycle, or what a history needs of the calendar that has
// the id.
func cycleOrCalendar(ctx context.Context, r Reader, id CycleID) (Cycle, error) {
	instrument, stream, period, err := id.Parts()
	if err != nil || period != CalendarPeriod {
		return r.Cycle(ctx, id)
	}
	c, err := r.StreamCalendar(ctx, StreamKey{Instrument: instrument, Stream: stream})
	return Cycle{ID: id, Shape: ShapeInclusion, StartedAt: c.StartedAt, ClockOffset: c.ClockOffset}, err
}

// How many histories are read from the engine at once, and how long all may
// take: the history can be told without them.
const (
	historyReaders = 4
	historyTime    = 20 * time.Second
)

// EngineEvents reads the engine's histories of some workflows, in their order. What
// cannot be read is left out; the first such error is returned beside the rest.
func (h Histories) EngineEvents(ctx context.Context, workflows []string) ([]EngineEvent, error) {
	ctx, cancel := context.WithTimeout(ctx, historyTime)
	defer cancel()
	found := make([][]EngineEvent, len(workflows))
	away := eachOf(len(workflows), historyReaders, func(n int) (err error) {
		found[n], err = h.Engine.Events(ctx, workflows[n])
		return err
	})
	var all []EngineEvent
	for _, events := range found {
		all = append(all, events...)
	}
	return all, away
}

// eachOf does n things, several at once, and gives the first error that came.
func eachOf(n, atOnce int, do func(n int) error) error {
	work := make(chan int)
	var group sync.WaitGroup
	var once sync.Once
	var first error
	for range atOnce {
		group.Go(func() {
			for n := range work {
				if err := do(n); err != nil {
					once.Do(func() { first = err })
				}
			}
		})
	}
	for n := range n {
		work <- n
	}
	close(work)
	group.Wait()
	return first
}
