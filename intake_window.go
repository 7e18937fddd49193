package rapporteur

import (
	"fmt"
	"sort"
	"time"
)

// WindowOn is the window that holds a date by the policy; for a date before
// the intake begins, its first window. It depends on nothing but the policy
// and the date: ninety-day windows do not drift, and a window that begins on a
// 31st does so again after a shorter month.
func (p IntakePolicy) WindowOn(on Date) Window {
	if on.Before(p.From) {
		on = p.From
	}
	if p.Halves {
		return p.half(on)
	}
	begins := func(n int) Date {
		return p.From.Add(Period{Months: n * p.Window.Months, Days: n * p.Window.Days})
	}
	n := sort.Search(on.DaysSince(p.From)+1, func(n int) bool { return begins(n + 1).After(on) })
	first := begins(n)
	return Window{Label: first.String(), First: first, Last: begins(n + 1).AddDays(-1)}
}

// half is the calendar half that holds a date, from the beginning of the
// intake on where that lies in it.
func (p IntakePolicy) half(on Date) Window {
	half, first := 1, Date{Year: on.Year, Month: time.January, Day: 1}
	if on.Month > time.June {
		half, first = 2, Date{Year: on.Year, Month: time.July, Day: 1}
	}
	w := Window{Label: fmt.Sprintf("%d-H%d", on.Year, half), First: first, Last: first.AddMonths(6).AddDays(-1)}
	if w.First.Before(p.From) {
		w.First = p.From
	}
	return w
}

// After is the window that follows another. It begins the day after, also
// where the policy has changed in between: there is neither gap nor overlap.
func (p IntakePolicy) After(w Window) Window {
	first := w.Last.AddDays(1)
	next := p.WindowOn(first)
	next.First = first
	return next
}

// windowCycle is the cycle of a window, with the derivation of its dates. It
// begins later than by the policy where the intake was started in the middle.
func windowCycle(i Instrument, s Stream, w Window) Cycle {
	p := s.Intake
	rule, basis := "first day of the calendar half", fmt.Sprintf("calendar halves, not before %s", p.From)
	if !p.Halves {
		rule, basis = "first day of the window", fmt.Sprintf("windows of %s from %s", p.Window, p.From)
	}
	adopted := Step{Rule: "adopted", Basis: i.Symbol, Result: i.Adopted}
	steps := []Step{adopted, {Rule: rule, Basis: basis, Result: p.WindowOn(w.First).First}}
	if begins := p.WindowOn(w.First).First; begins != w.First {
		steps = append(steps, Step{Rule: fmt.Sprintf("%d days later", w.First.DaysSince(begins)), Basis: "where the intake was started, or the window before ended", Result: w.First})
	}
	last := Step{Rule: "last day of the window", Basis: basis, Result: w.Last}
	ends := append(append([]Step{}, steps...), last)
	return Cycle{
		ID: NewCycleID(i.ID, s.ID, WindowPrefix+w.Label), Shape: ShapeIntake, Phase: PhasePlanned,
		Policy: s.Policy, Plan: Plan{Dates: []PlannedDate{
			{Key: DateAdoption, Label: "Adoption", Date: i.Adopted, Derivation: []Step{adopted}},
			{Key: DateOpens, Label: "Window opens", Date: w.First, Derivation: steps},
			{Key: DateDue, Label: "Last day of the window", Date: w.Last, Derivation: ends},
			{Key: DateCloses, Label: "Window closes", Date: w.Last, Derivation: ends},
		}},
	}
}
