package rapporteur

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// labelEvent is what the mandated date of an occasion is called.
const labelEvent = "Event"

// NewEventPlan reckons the calendar of an occasion from the date of its event,
// which stands where other cycles have the mandated date, by the rules of the
// stream's policy. authority is the document or person that set the date; today
// is the business date of the start.
//
// Where an event is near, what should have been before today is today. Where it
// is over, everything is reckoned from today instead, so that those asked have
// the time to report that they would have had. Both are steps of the derivation.
func NewEventPlan(s Stream, e Event, authority string, today Date) (Plan, error) {
	basis := e.Body
	if basis == "" {
		basis = "given at the start"
	}
	event := PlannedDate{
		Key: DateMandated, Label: labelEvent, Date: e.Date,
		Derivation: []Step{{Rule: "set", Basis: basis, Result: e.Date, Authority: authority}},
	}
	p := Plan{Dates: []PlannedDate{event}}
	for _, rule := range s.Policy.Dates {
		if err := p.derive(rule, WorkingDays{}); err != nil {
			return Plan{}, err
		}
	}
	if e.Date.Before(today) {
		p.report(today)
	} else {
		p.atShortNotice(today)
	}
	if err := p.Validate(); err != nil {
		return Plan{}, err
	}
	p.Rungs = PlanRungs(s.Policy.Ladder, p.Date(DateDue))
	return p, nil
}

// report moves all dates but the event's by the days that the opening is late.
func (p *Plan) report(today Date) {
	late := today.DaysSince(p.Date(DateOpens))
	for n := range p.Dates {
		if d := &p.Dates[n]; d.Key != DateMandated {
			d.follow(Step{
				Rule: "plus " + count(late, "day") + ": the event is over", Basis: "practice, whoever is asked afterwards has the same time",
				Result: d.Date.AddDays(late),
			})
		}
	}
}

// atShortNotice moves dates that would be over to today.
func (p *Plan) atShortNotice(today Date) {
	for n := range p.Dates {
		if d := &p.Dates[n]; d.Key != DateMandated && d.Date.Before(today) {
			d.follow(Step{Rule: "not before the start", Basis: "short notice", Result: today})
		}
	}
}

// follow adds a step to a date's derivation; its result is the date.
func (d *PlannedDate) follow(step Step) {
	d.Date, d.Derivation = step.Result, append(slices.Clone(d.Derivation), step)
}

// Rescheduled is the plan of an occasion after a reschedule command: the event
// has another date, and every date that follows from it is reckoned anew. What
// each was before stays in its derivation. Where requests are out, the day on
// which they went stays; where they went before the day that was planned, as a
// person may have them go, it is not after the move.
func Rescheduled(p Plan, rules []DateRule, ladder []Rung, open bool, c Command, now time.Time) (Plan, error) {
	today := DateOf(now)
	switch {
	case strings.TrimSpace(c.Authority) == "":
		return p, Problemf(ProblemInvalid, "An authority is needed", "Name the document or person that allows the event to move.")
	case c.Date.IsZero() || c.Date.Before(today):
		return p, Problemf(ProblemInvalid, "The date is over", "The new date of the event must not lie before %s.", today)
	case c.Date == p.Date(DateMandated):
		return p, Problemf(ProblemInvalid, "Nothing would change", "The event is on %s.", c.Date)
	}
	next := Plan{Dates: slices.Clone(p.Dates)}
	moved := func(from Date) string { return "moved from " + from.String() }
	next.at(DateMandated).follow(Step{
		Rule: moved(p.Date(DateMandated)), Basis: "rescheduled by " + c.Actor, Result: c.Date, Authority: c.Authority,
	})
	reckoned := Plan{Dates: []PlannedDate{*next.at(DateMandated)}}
	for _, rule := range rules {
		d, from := next.at(rule.Key), reckoned.at(rule.From)
		if d == nil || from == nil {
			continue
		}
		step := rule.from(*from, WorkingDays{})
		reckoned.Dates = append(reckoned.Dates, PlannedDate{Key: rule.Key, Label: rule.Label, Date: step.Result})
		if open && rule.Key == DateOpens {
			if d.Date.After(today) {
				d.follow(Step{Rule: moved(d.Date) + ": requests are out", Basis: "opened before its day", Result: today})
			}
			continue
		}
		if step.Result.Before(today) {
			step.Result, step.Rule = today, step.Rule+", not before the move"
		}
		if step.Result != d.Date {
			step.Rule, step.Authority = fmt.Sprintf("%s: %s", moved(d.Date), step.Rule), c.Authority
			d.follow(step)
		}
	}
	if err := next.Validate(); err != nil {
		return p, &Problem{Kind: ProblemInvalid, Title: "The dates would be out of order", Detail: err.Error()}
	}
	next.Rungs = PlanRungs(ladder, next.Date(DateDue))
	return next, nil
}

// at is a date of the plan, to be changed; nil where it has none.
func (p *Plan) at(key string) *PlannedDate {
	n := slices.IndexFunc(p.Dates, func(d PlannedDate) bool { return d.Key == key })
	if n < 0 {
		return nil
	}
	return &p.Dates[n]
}

// Held is the plan of an occasion whose event took place: the day on which it
// did is the last step of its date.
func (p Plan) Held(c Command) Plan {
	p.Dates = slices.Clone(p.Dates)
	basis := c.Symbol
	if basis == "" {
		basis = "recorded outcome"
	}
	if d := p.at(DateMandated); d != nil {
		d.follow(Step{Rule: "held", Basis: basis, Result: c.Date, Authority: c.Actor})
	}
	return p
}
