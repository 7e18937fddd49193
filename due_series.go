package rapporteur

import "slices"

// reckoning works out the dates of a calendar between two days. What it has
// worked out is kept, for rules lean on each other.
type reckoning struct {
	Calendar
	from, to Date
	horizon  Date // as far as dates are worked out: those after the last have a say in it
	events   map[string]DueEvent
	series   map[string][]due
	awaited  []Awaited
}

// due is a date as its rule gives it, before anybody explains it.
type due struct {
	rule     int // index of the rule
	n        int
	anchor   anchor
	total    Period // what the anchor is moved by
	previous Date   // the multiple before it, or the anchor
	since    Date   // the date before it that stands, or the anchor
	mandated Date
}

// anchor is a day that dates are reckoned from.
type anchor struct {
	date      Date
	words     string
	basis     string
	authority string
	n         int  // of several, which
	last      Date // the last day that a date from it can be; zero for any
}

// dates gives all dates of a rule's id up to the horizon, in order.
func (r *reckoning) dates(id string) []due {
	if known, ok := r.series[id]; ok {
		return known
	}
	var all []due
	for n, rule := range r.Rules {
		if rule.ID != id {
			continue
		}
		next := r.replaced(n)
		for _, d := range r.candidates(n, all) {
			if r.stands(rule, d, next) {
				all = with(all, d)
			}
		}
	}
	r.series[id] = all
	return all
}

// with adds a date in its place, unless the day is there: what an old rule and
// a new one both ask for is due once.
func with(all []due, d due) []due {
	n := len(all)
	for n > 0 && !all[n-1].mandated.Before(d.mandated) {
		n--
	}
	if n < len(all) && all[n].mandated == d.mandated {
		return all
	}
	if d.since = d.previous; n > 0 {
		d.since = all[n-1].mandated
	}
	if n < len(all) {
		all[n].since = d.mandated
	}
	return slices.Insert(all, n, d)
}

// stands reports whether a date counts: its rule is in force and nothing has
// ended. A date that was to be met on a day before the next rule took effect
// stays, for what had been delivered by then is not undone.
func (r *reckoning) stands(rule DueRule, d due, next Date) bool {
	switch {
	case d.mandated.Before(rule.From):
		return false
	case !rule.Until.IsZero() && d.mandated.After(rule.Until):
		return false
	case !r.Closes.IsZero() && d.mandated.After(r.Closes) && !rule.Final:
		return false
	case !next.IsZero() && !d.mandated.Before(next):
		wanted, _ := r.renewal(rule, d.mandated)
		return r.Work.OnOrBefore(wanted).Before(next)
	}
	return true
}

// replaced is the day on which the next rule of the same id takes effect; zero
// for never.
func (c Calendar) replaced(n int) Date {
	for _, later := range c.Rules[n+1:] {
		if later.ID == c.Rules[n].ID {
			return later.From
		}
	}
	return Date{}
}

// candidates are the dates that a rule gives by itself; before are those of
// the rules of its id that came before it.
func (r *reckoning) candidates(n int, before []due) []due {
	rule := r.Rules[n]
	if rule.Anchor == AnchorPrevious {
		return r.chain(n, before)
	}
	var all []due
	for _, a := range r.anchors(n) {
		all = append(all, r.multiples(n, a)...)
	}
	if rule.Unless != "" {
		all = r.unless(rule, all)
	}
	return all
}

// multiples are the dates from one anchor: each by itself, so that no rounding
// adds up.
func (r *reckoning) multiples(n int, a anchor) []due {
	rule := r.Rules[n]
	limit := r.horizon
	if !a.last.IsZero() && a.last.Before(limit) {
		limit = a.last
	}
	if rule.Every.IsZero() {
		d := due{rule: n, n: max(a.n, 1), anchor: a, total: rule.Offset, mandated: a.date.Add(rule.Offset)}
		if d.mandated.After(r.horizon) {
			return nil
		}
		return []due{d}
	}
	var all []due
	previous := a.date
	for k := 1; ; k++ {
		total := rule.Offset.plus(rule.Every, k-1)
		on := a.date.Add(total)
		if on.After(limit) {
			return all
		}
		all = append(all, due{rule: n, n: k, anchor: a, total: total, previous: previous, mandated: on})
		previous = on
	}
}

// chain gives dates that each lean on the one before it, as it was agreed.
func (r *reckoning) chain(n int, before []due) []due {
	rule := r.Rules[n]
	if rule.Of != "" && rule.Of != rule.ID {
		before = r.dates(rule.Of)
	}
	start := Date{}
	for _, d := range before {
		if d.mandated.Before(rule.From) {
			start, _ = r.agreed(r.Rules[d.rule].ID, d.mandated)
		}
	}
	if start.IsZero() {
		return nil
	}
	var all []due
	previous, step := start, rule.Offset
	for k := 1; ; k++ {
		a := anchor{date: previous, words: "previous due date", basis: rule.Basis}
		on := previous.Add(step)
		if on.After(r.horizon) || !on.After(previous) {
			return all
		}
		all = append(all, due{rule: n, n: k, anchor: a, total: step, previous: previous, mandated: on})
		if rule.Every.IsZero() {
			return all
		}
		previous, _ = r.agreed(rule.ID, on)
		step = rule.Every
	}
}

// unless drops the dates that a date of the other rule takes the place of. The
// time line is cut half-way between one date and the next; a date of the other
// rule stands for the one in whose part it falls.
func (r *reckoning) unless(rule DueRule, all []due) []due {
	others := r.dates(rule.Unless)
	kept := all[:0]
	for _, d := range all {
		next := d.anchor.date.Add(d.total.plus(rule.Every, 1))
		from, until := halfway(d.previous, d.mandated), halfway(d.mandated, next)
		n, _ := slices.BinarySearchFunc(others, from, func(o due, day Date) int { return o.mandated.compare(day) })
		if n == len(others) || !others[n].mandated.Before(until) {
			kept = append(kept, d)
		}
	}
	return kept
}

// halfway is the day in the middle between two, the later of two middle days.
func halfway(a, b Date) Date { return a.AddDays((b.DaysSince(a) + 1) / 2) }
