package rapporteur

import (
	"cmp"
	"fmt"
	"slices"
)

// The years for which dates are reckoned: no text is older than the first, and
// a slip in a year must cost neither the time of ten thousand nor a date that
// cannot be written.
const (
	FirstYear = 1945
	LastYear  = 2200
)

// basisExtension marks the steps of an extension in a derivation.
const basisExtension = "one-time extension"

// Dues lists what falls due from one day to another, both included, by mandated
// date and then in the order of the rules. It does not matter where the window
// begins: each date comes out the same in every window that holds it. Events
// supply the dates of those that the calendar waits for, or others for those it
// knows; what is still awaited by a rule that is in force in the window is told
// beside the dates and is no error. An invalid calendar or an unknown event is.
func (c Calendar) Dues(from, to Date, events ...DueEvent) ([]DueDate, []Awaited, error) {
	r, err := c.reckon(from, to, events)
	if err != nil {
		return nil, nil, err
	}
	var all []DueDate
	for n, rule := range c.Rules {
		if first := slices.IndexFunc(c.Rules, func(o DueRule) bool { return o.ID == rule.ID }); first != n {
			continue
		}
		for _, d := range r.dates(rule.ID) {
			if !d.mandated.Before(from) && !d.mandated.After(to) {
				all = append(all, r.date(d))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b DueDate) int { return a.Mandated.compare(b.Mandated) })
	return all, r.awaited, nil
}

// Explain is the derivation of one date, from what it is anchored to down to
// the day it is planned for, which is the last step's result. A date that the
// rule does not give is a not-found Problem.
func (c Calendar) Explain(rule string, mandated Date, events ...DueEvent) ([]Step, error) {
	all, _, err := c.Dues(mandated, mandated, events...)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if d.Rule == rule {
			return d.Derivation, nil
		}
	}
	return nil, NotFound("due date", fmt.Sprintf("%s of %s", mandated, rule))
}

func (c Calendar) reckon(from, to Date, events []DueEvent) (*reckoning, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if to.Year > LastYear {
		return nil, Problemf(ProblemInvalid, "The time is too long", "Due dates are reckoned up to the year %d.", LastYear)
	}
	return c.reckonUnchecked(from, to, events)
}

func (c Calendar) reckonUnchecked(from, to Date, events []DueEvent) (*reckoning, error) {
	r := &reckoning{Calendar: c, from: from, to: to, horizon: to, events: map[string]DueEvent{}, series: map[string][]due{}}
	for _, e := range c.Events {
		r.events[e.ID] = e
	}
	for _, e := range events {
		known, ok := r.events[e.ID]
		if !ok {
			return nil, Problemf(ProblemInvalid, "Unknown event", "No rule of the calendar waits for %q.", e.ID)
		}
		if !reckonable(e.Date) {
			return nil, Problemf(ProblemInvalid, "Not a date of an event", "%s is not between %d and %d.", e.Date, FirstYear, LastYear)
		}
		r.events[e.ID] = DueEvent{ID: e.ID, Label: cmp.Or(e.Label, known.Label), Date: e.Date, Authority: e.Authority}
	}
	for _, rule := range c.Rules {
		if later := to.Add(rule.Every); rule.Unless != "" && later.After(r.horizon) {
			r.horizon = later
		}
	}
	return r, nil
}

// reckonable reports whether dates can be reckoned from a day, or there is none.
func reckonable(d Date) bool { return d.IsZero() || d.Year >= FirstYear && d.Year <= LastYear }

// date turns a date as its rule gives it into one that can be shown.
func (r *reckoning) date(d due) DueDate {
	rule := r.Rules[d.rule]
	out := DueDate{
		Rule: rule.ID, Label: rule.Label, Form: rule.Form, N: d.n, Mandated: d.mandated,
		Expected: rule.Expected, Confidence: rule.Confidence, Basis: rule.Basis, Derivation: r.mandatedSteps(rule, d),
	}
	switch {
	case rule.Anchor == AnchorHalfYear:
		first := Date{Year: d.anchor.date.Year, Month: d.anchor.date.Month, Day: 1}
		out.CoversFrom, out.CoversUntil = first.AddMonths(-5), d.anchor.date
	case !d.since.IsZero():
		out.CoversFrom, out.CoversUntil = d.since.AddDays(1), d.mandated
	}
	var steps []Step
	out.Agreed, steps = r.agreed(rule.ID, d.mandated)
	out.Derivation = append(out.Derivation, steps...)
	out.Planned, steps = r.plan(rule, d)
	out.Derivation = append(out.Derivation, steps...)
	return out
}

// mandatedSteps tell how the rule gives the date.
func (r *reckoning) mandatedSteps(rule DueRule, d due) []Step {
	steps := []Step{{Rule: d.anchor.words, Basis: d.anchor.basis, Result: d.anchor.date, Authority: d.anchor.authority}}
	words := d.anchor.words
	switch {
	case rule.Anchor == AnchorPrevious, d.n == 1 || rule.Every.IsZero():
		words += " " + d.total.Words()
	case rule.Offset == rule.Every:
		words += fmt.Sprintf(" plus %d × %s", d.n, rule.Every.length())
	case rule.Offset.IsZero():
		words += fmt.Sprintf(" plus %d × %s", d.n-1, rule.Every.length())
	default:
		words += fmt.Sprintf(" %s plus %d × %s", rule.Offset.Words(), d.n-1, rule.Every.length())
	}
	if d.total.IsZero() {
		words = rule.Label
	}
	if rule.Expected {
		words += ", expected: no text fixes the date"
	}
	return append(steps, Step{Rule: words, Basis: rule.Basis, Result: d.mandated})
}

// agreed is the mandated date as it was extended, and the steps of that.
func (r *reckoning) agreed(id string, mandated Date) (Date, []Step) {
	date := mandated
	var steps []Step
	for _, c := range r.Changes {
		if c.Kind == ChangeExtension && c.Rule == id && c.Due == mandated {
			steps = append(steps, Step{Rule: "extended from " + date.String(), Basis: basisExtension, Result: c.To, Authority: c.Authority})
			date = c.To
		}
	}
	return date, steps
}

// agreedSteps is the derivation down to the agreed date.
func (d DueDate) agreedSteps() []Step {
	n := min(2, len(d.Derivation)) // anchor and rule
	for n < len(d.Derivation) && d.Derivation[n].Basis == basisExtension {
		n++
	}
	return slices.Clone(d.Derivation[:n])
}

// plan is the working day that a date is planned for, and the steps to it from
// the date agreed: before the Council decides on a renewal, by the programme of
// work, and on a working day.
func (r *reckoning) plan(rule DueRule, d due) (Date, []Step) {
	date, extended := r.agreed(rule.ID, d.mandated)
	var steps []Step
	if wanted, m := r.renewal(rule, date); wanted != date && len(extended) == 0 {
		date = wanted
		steps = append(steps, Step{
			Rule:  fmt.Sprintf("end of the mandate period, %s, minus %s, for its renewal", m.Until.Words(), rule.BeforeRenewal.length()),
			Basis: m.Authority, Result: date,
		})
	}
	for _, c := range r.Changes {
		if c.Kind == ChangeProgramme && c.Rule == rule.ID && c.Due == d.mandated {
			steps = append(steps, Step{Rule: "moved from " + date.String(), Basis: "programme of work", Result: c.To, Authority: c.Authority})
			date = c.To
		}
	}
	if day := r.Work.OnOrBefore(date); day != date {
		words := "last working day before"
		if note := r.Work.Note(day, date); note != "" {
			words += " (" + note + ")"
		}
		steps = append(steps, Step{Rule: words, Basis: r.Work.Title(), Result: day})
		date = day
	}
	return date, steps
}

// renewal is the day on which a report is wanted because a period of the
// mandate ends soon after its date, and that period; otherwise the date itself.
func (r *reckoning) renewal(rule DueRule, date Date) (Date, Mandate) {
	if rule.BeforeRenewal.IsZero() {
		return date, Mandate{}
	}
	for _, m := range r.Mandates {
		wanted := m.Until.Add(Period{}.plus(rule.BeforeRenewal, -1))
		if date.After(wanted) && !date.After(m.Until) {
			return wanted, m
		}
	}
	return date, Mandate{}
}
