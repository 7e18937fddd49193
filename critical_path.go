package rapporteur

import (
	"fmt"
	"time"
)

// Link is one stage of the way to the date at which a cycle's report must be
// there, seen from that date backwards.
type Link struct {
	Key   string // the date that ends it: DateDue, DateCloses, DateDraft, DateCleared, DateTransmits
	Label string
	Needs int    // days that it takes at least
	Why   string // what says so, in words
	From  Date   // when it begins by the plan, or began
	Plan  Date   // when it ends by the plan
	Done  Date   // when it ended; zero while it has not
	// Expected is when it ends if everything before it takes no longer than it
	// must: what is not done today does not end today.
	Expected Date
	Latest   Date // when it must end for the rest to be there in time
	Slack    int  // days from Expected to Latest; negative where it is too late
	Working  int  // the same in working days
	Advice   string
}

// CriticalPath is the way back from the date at which the report of a cycle must
// be there: transmittal, clearance, drafting, collection, each with what it
// takes, when it must end at the latest and how many days are left, in the order
// of time. done tells when dates of the plan came to be in fact, by their keys.
// Lengths are those of the cycle's own policy, not of its plan: a date that was
// moved takes its days from somewhere, and here is where. Cycles of intakes and
// occasions have no such way.
func CriticalPath(c Cycle, done map[string]Date, now time.Time, work WorkingDays) []Link {
	if c.Shape != ShapeReport && c.Shape != ShapeInclusion {
		return nil
	}
	path := c.stages(work)
	today := DateOf(now)
	began := c.Plan.Date(DateOpens)
	if d, ok := done[DateOpens]; ok {
		began = d
	}
	expected := began
	for n := range path {
		l := &path[n]
		l.From, l.Done = began, done[l.Key]
		switch {
		case !l.Done.IsZero():
			expected = l.Done
		case l.Key == DateDue && today.After(l.Plan): // a deadline is over by itself
			l.Done, expected = l.Plan, l.Plan
		case l.Key == DateDue, l.Key == DateCloses: // and does not wait for what was before
			expected = maxDate(l.Plan, today)
		default:
			expected = maxDate(maxDate(l.Plan, expected.AddDays(l.Needs)), today)
		}
		l.Expected, began = expected, expected
	}
	latest := c.target()
	for n := len(path) - 1; n >= 0; n-- {
		l := &path[n]
		l.Latest = latest
		l.Slack, l.Working = latest.DaysSince(l.Expected), work.Between(l.Expected, latest)
		latest = latest.AddDays(-l.Needs)
	}
	for n := range path {
		path[n].Advice = path.advice(n)
	}
	return path
}

// target is the day by which the report must have left.
func (c Cycle) target() Date {
	if c.Shape == ShapeInclusion { // the host report has dates of its own
		return c.Plan.Date(DateTransmits)
	}
	return c.Plan.Date(DateMandated)
}

type links []Link

// stages are the stages that a cycle has, with what each takes.
func (c Cycle) stages(work WorkingDays) links {
	length := func(key, from string) (int, string) { return c.length(key, from, work) }
	var path links
	add := func(key, label string, needs int, why string) {
		if date := c.Plan.Date(key); !date.IsZero() {
			path = append(path, Link{Key: key, Label: label, Needs: max(0, needs), Why: why, Plan: date})
		}
	}
	// How long contributors are given is a promise, and not the shortest time.
	add(DateDue, "Contributors answer", c.Plan.Date(DateDue).DaysSince(c.Plan.Date(DateOpens)), "the time that was given to contributors")
	needs, why := length(DateCloses, DateDue)
	if planned := c.Plan.Date(DateCloses).DaysSince(c.Plan.Date(DateDue)); planned < needs { // who plans less means it
		needs, why = planned, "as planned"
	}
	add(DateCloses, "Late answers are awaited", needs, why)
	needs, why = length(DateDraft, DateCloses)
	if c.Shape == ShapeInclusion {
		add(DateDraft, "The section is handed over", needs, why)
		needs, why = length(DateTransmits, DateDraft)
		add(DateTransmits, "The host report is finished", needs, why)
		return path
	}
	add(DateDraft, "The draft is made", needs, why)
	if !c.Plan.Date(DateCleared).IsZero() {
		add(DateCleared, "The draft is cleared", c.Policy.clearanceDays(c.Plan.Date(DateDraft)), clearanceWords(len(c.Policy.Clearance)))
		needs, why = c.before(DateCleared)
		add(DateTransmits, "The report is transmitted", needs, why)
		return path
	}
	needs, why = length(DateTransmits, DateDraft)
	add(DateTransmits, "The report is cleared and transmitted", needs, why)
	return path
}

// length is how many days the policy puts between two dates of the plan, or else
// the plan itself does.
func (c Cycle) length(key, from string, work WorkingDays) (days int, why string) {
	begins := c.Plan.Date(from)
	for _, rule := range c.Policy.Dates {
		if rule.Key == key && rule.From == from {
			return work.AddWorkingDays(begins.Add(rule.Offset), rule.WorkingDays).DaysSince(begins), rule.Basis
		}
	}
	return c.Plan.Date(key).DaysSince(begins), "as planned"
}

// before is how many days before the mandated date the policy has another date.
func (c Cycle) before(key string) (days int, why string) {
	mandated := c.Plan.Date(DateMandated)
	for _, rule := range c.Policy.Dates {
		if rule.Key == key && rule.From == DateMandated {
			return mandated.DaysSince(mandated.Add(rule.Offset)), rule.Basis
		}
	}
	return mandated.DaysSince(c.Plan.Date(key)), "as planned"
}

// clearanceDays is how long the steps of clearance take, one after the other,
// from a day on.
func (p Policy) clearanceDays(from Date) int {
	to := from
	for _, step := range p.Clearance {
		to = to.Add(step.Within)
	}
	return to.DaysSince(from)
}

func clearanceWords(steps int) string {
	if steps == 0 {
		return "nobody clears"
	}
	return count(steps, "step") + " of clearance, one after the other"
}

// advice says what to do where a stage ends too late. It is said where the time
// is lost, not of every stage after it.
func (path links) advice(n int) string {
	l := path[n]
	if l.Slack >= 0 || !l.Done.IsZero() || n > 0 && path[n-1].Done.IsZero() && path[n-1].Slack <= l.Slack {
		return ""
	}
	late := count(-l.Slack, "day")
	ask := fmt.Sprintf("ask the Council for a later date by exchange of letters, at least %s later", late)
	switch l.Key {
	case DateDue:
		return fmt.Sprintf("Contributors' deadline is %s too late: move it to %s, shorten the time for late answers, or %s.", late, l.Latest.Words(), ask)
	case DateCloses:
		return fmt.Sprintf("Close collection by %s with what has come, make the draft %s faster, or %s.", l.Latest.Words(), late, ask)
	case DateDraft:
		return fmt.Sprintf("The draft must be with clearance by %s: give clearance %s less, by fewer days for its steps or by steps side by side, or %s.", l.Latest.Words(), late, ask)
	case DateCleared:
		return fmt.Sprintf("Clearance must end by %s: remind the office whose turn it is, agree on shorter terms, or %s.", l.Latest.Words(), ask)
	}
	return fmt.Sprintf("The report will be %s late: tell the Secretary of the Council now, or %s.", late, ask)
}

// Between counts the working days after one date up to and including another;
// backwards they are negative.
func (w WorkingDays) Between(from, to Date) int {
	if to.Before(from) {
		return -w.Between(to, from)
	}
	n := 0
	for d := from.AddDays(1); !d.After(to); d = d.AddDays(1) {
		if w.IsWorkingDay(d) {
			n++
		}
	}
	return n
}
