package rapporteur

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Schedule is everything of a cycle that has a date: what is planned and why, what
// came to be, and the way to the date at which its report must be there.
type Schedule struct {
	Cycle   Cycle
	Now     time.Time // business time
	Entries []ScheduleEntry
	Path    []Link
}

// ScheduleEntry is one date or rung.
type ScheduleEntry struct {
	Date  PlannedDate // of a rung: its day, with the derivation from the deadline
	Done  Date        // when it came to be; zero while it has not
	Rung  *RungStanding
	First Date // as it was before the first move; the date itself where it was not moved
}

// Schedule reckons the schedule of a cycle, in the order of time.
func (s Secretariat) Schedule(ctx context.Context, id CycleID) (Schedule, error) {
	var b Board
	var done map[string]Date
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if b.Cycle, err = r.Cycle(ctx, id); err != nil {
			return err
		}
		b.Now = b.Cycle.Now(s.Clock())
		if done, err = doneDates(ctx, r, b.Cycle); err != nil {
			return err
		}
		return boardRungs(ctx, r, &b)
	})
	if err != nil {
		return Schedule{}, fmt.Errorf("cannot read schedule: %w", err)
	}
	return b.Cycle.schedule(b.Now, done, b.Rungs, s.Catalogue.WorkingDays()), nil
}

// schedule puts dates and rungs together.
func (c Cycle) schedule(now time.Time, done map[string]Date, rungs []RungStanding, work WorkingDays) Schedule {
	out := Schedule{Cycle: c, Now: now, Path: CriticalPath(c, done, now, work)}
	var due PlannedDate
	for _, d := range c.Plan.Dates {
		entry := ScheduleEntry{Date: d, Done: done[d.Key], First: d.first()}
		if over := d.Key == DateAdoption || d.Key == DateDue; over && d.Date.Before(DateOf(now)) { // nobody has to do them
			entry.Done = d.Date
		}
		out.Entries = append(out.Entries, entry)
		if d.Key == DateDue {
			due = d
		}
	}
	for n, r := range rungs {
		if r.Rung.ID == RungRequest && r.SentAt.IsZero() { // the requests go out when the cycle opens
			continue
		}
		entry := ScheduleEntry{Date: r.planned(due), Rung: &rungs[n]}
		if !r.SentAt.IsZero() {
			entry.Done = DateOf(r.SentAt)
		}
		entry.First = entry.Date.Date
		out.Entries = append(out.Entries, entry)
	}
	slices.SortStableFunc(out.Entries, func(a, b ScheduleEntry) int { return cmp.Compare(0, b.Date.Date.DaysSince(a.Date.Date)) })
	return out
}

var movedFrom = regexp.MustCompile(`^(moved|extended) from `)

// Moves reports whether the step moves a date that was reckoned before it.
func (s Step) Moves() bool { return movedFrom.MatchString(s.Rule) }

// first is the date as it was before it was moved.
func (d PlannedDate) first() Date {
	n := len(d.Derivation)
	for n > 0 && d.Derivation[n-1].Moves() {
		n--
	}
	if n == 0 {
		return d.Date
	}
	return d.Derivation[n-1].Result
}

// planned is the rung as a date, derived from the deadline that it is for.
func (r PlannedRung) planned(due PlannedDate) PlannedDate {
	day := DateOf(r.At)
	basis := "reminder ladder, rung " + r.Rung.ID
	if r.Rung.ID == RungRequest {
		return PlannedDate{Key: r.Rung.ID, Label: "Requests", Date: day, Derivation: []Step{{Rule: "when the cycle opens", Basis: basis, Result: day}}}
	}
	step := Step{Rule: due.Label + " " + r.Rung.Offset.Words(), Basis: basis, Result: day}
	if r.Due != due.Date { // sent for the deadline as it was before
		step.Rule = "deadline of " + r.Due.Words() + " " + r.Rung.Offset.Words()
		return PlannedDate{Key: r.Rung.ID, Label: string(r.Rung.Notice), Date: r.Due.Add(r.Rung.Offset), Derivation: []Step{step}}
	}
	return PlannedDate{Key: r.Rung.ID, Label: string(r.Rung.Notice), Date: day, Derivation: append(slices.Clone(due.Derivation), step)}
}

// Planned is the rung as a date of a plan, derived from the plan's deadline.
func (r PlannedRung) Planned(p Plan) PlannedDate {
	for _, d := range p.Dates {
		if d.Key == DateDue {
			return r.planned(d)
		}
	}
	return r.planned(PlannedDate{})
}
