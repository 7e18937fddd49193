package rapporteur

import (
	"context"
	"fmt"
	"time"
)

// planAhead is how many days before its requests go out a cycle is planned, so
// that the Secretariat sees what is coming and mends who cannot be reached.
const planAhead = 30

// lookAhead is how many days ahead due dates are looked for to find when the
// next cycle is to be planned.
const lookAhead = 400

// The actions of a stream's calendar.
const (
	ActionCalendarStarted Action = "calendar.started"
	ActionCalendarPaused  Action = "calendar.paused"
	ActionEventDated      Action = "calendar.event-dated"
	ActionDueMoved        Action = "calendar.due-moved"
	ActionDueMissed       Action = "calendar.due-missed"
)

// PlannedCycles is what came of looking at a stream's calendar.
type PlannedCycles struct {
	Started int
	Missed  int       // due dates for which it was too late to ask
	Next    time.Time // when the next cycle is to be planned; zero where none is known
}

// PlanCycles starts a cycle for every due date of a stream whose time to be
// planned has come. What was started before is not started again. A due date
// that the engine comes to too late is put on record, and so asked for by
// nobody; one for which there still is some time is asked for at short notice.
func (c Conduct) PlanCycles(ctx context.Context, key StreamKey, m Moment) (PlannedCycles, error) {
	var calendar StreamCalendar
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		calendar, err = r.StreamCalendar(ctx, key)
		return err
	})
	if err != nil || !calendar.PausedAt.IsZero() {
		return PlannedCycles{}, err
	}
	p, err := newInclusionPlanner(c.Catalogue, calendar)
	if err != nil {
		return PlannedCycles{}, err
	}
	today := DateOf(m.Now)
	dues, _, err := p.stream.Inclusion.Dues(calendar, calendar.From, today.AddDays(lookAhead))
	if err != nil {
		return PlannedCycles{}, fmt.Errorf("cannot reckon due dates of %s: %w", key, err)
	}
	var out PlannedCycles
	for _, due := range dues {
		cycle, err := p.cycle(due, today)
		if err != nil {
			return out, err
		}
		at := cycle.Plan.Date(DateOpens).AddDays(-planAhead).At(SendHour)
		if at.After(m.Now) {
			if out.Next.IsZero() || at.Before(out.Next) {
				out.Next = at
			}
			continue
		}
		if err := c.startPlanned(ctx, key, due, cycle, &out, m); err != nil {
			return out, err
		}
	}
	return out, nil
}

// startPlanned puts a cycle on record and has the relay start it, unless it is
// there; or puts on record that it was too late to ask.
func (c Conduct) startPlanned(ctx context.Context, key StreamKey, due SeriesDue, cycle Cycle, out *PlannedCycles, m Moment) error {
	late := cycle.Plan.Validate() != nil
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		_, err := tx.Cycle(ctx, cycle.ID)
		if err == nil || !IsProblem(err, ProblemNotFound) {
			return err
		}
		if late {
			record := m.record(key.Calendar(), ActionDueMissed, string(ActionDueMissed)+"/"+string(cycle.ID))
			record.Contributor = due.Series.Contributor
			record.Details["series"], record.Details["due"] = due.Series.ID, due.Due.Mandated.String()
			added, err := tx.AppendAudit(ctx, record)
			if added {
				out.Missed++
			}
			return err
		}
		out.Started++
		calendar, err := tx.StreamCalendar(ctx, key)
		if err != nil {
			return err
		}
		cycle.StartedAt, cycle.StartedBy, cycle.LeadDrafter = m.Now, ActorEngine, calendar.StartedBy
		_, err = plant(ctx, tx, cycle, m.record(cycle.ID, ActionCyclePlanned, ""))
		return err
	})
}
