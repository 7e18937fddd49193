package rapporteur

import (
	"fmt"
	"slices"
	"time"
)

// anchors are the days that the dates of a rule are reckoned from. Where one
// is not known yet, it is noted what the rule waits for.
func (r *reckoning) anchors(n int) []anchor {
	rule := r.Rules[n]
	switch rule.Anchor {
	case AnchorAdoption:
		return []anchor{{date: rule.Date, words: "adoption", basis: rule.Basis}}
	case AnchorDate:
		return []anchor{{date: rule.Date, words: rule.Date.Words(), basis: rule.Basis}}
	case AnchorEvent:
		return r.event(n)
	case AnchorMandateStart, AnchorMandateEnd:
		return r.mandates(n)
	case AnchorHalfYear:
		return r.halves(rule)
	}
	return nil
}

func (r *reckoning) event(n int) []anchor {
	rule := r.Rules[n]
	e := r.events[rule.Event]
	if e.Date.IsZero() {
		r.await(n, Awaited{Rule: rule.ID, Event: rule.Event, Label: e.Label})
		return nil
	}
	return []anchor{{date: e.Date, words: e.Label, basis: rule.Basis, authority: e.Authority}}
}

// mandates gives an anchor for each period of the mandate. A period's dates
// end with it; the next period begins anew.
func (r *reckoning) mandates(n int) []anchor {
	rule := r.Rules[n]
	var all []anchor
	for k, m := range r.Mandates {
		a := anchor{date: m.From, words: "start of the mandate period", basis: m.Authority, n: k + 1, last: m.Until}
		if rule.Anchor == AnchorMandateEnd {
			a.date, a.words, a.last = m.Until, "end of the mandate period", Date{}
		}
		all = append(all, a)
	}
	last := r.Mandates[len(r.Mandates)-1].Until
	if last.Before(r.to) && (r.Closes.IsZero() || last.Before(r.Closes)) {
		r.await(n, Awaited{Rule: rule.ID, Label: "the mandate after " + last.Words()})
	}
	return all
}

// halves gives an anchor for each half of the calendar year, from the first
// that can matter: to the window, or to a rule that leans on the last date
// before it takes effect.
func (r *reckoning) halves(rule DueRule) []anchor {
	first := r.from
	for _, other := range r.Rules {
		if !other.From.IsZero() && other.From.Before(first) {
			first = other.From
		}
	}
	moved := max(rule.Offset.Months, -rule.Offset.Months)/12 + max(rule.Offset.Days, -rule.Offset.Days)/365
	var all []anchor
	for year := first.Year - moved - 2; year <= r.horizon.Year+moved+1; year++ {
		all = append(all,
			anchor{date: Date{Year: year, Month: time.June, Day: 30}, words: fmt.Sprintf("end of the first half of %d", year), basis: rule.Basis, n: 1},
			anchor{date: Date{Year: year, Month: time.December, Day: 31}, words: fmt.Sprintf("end of the second half of %d", year), basis: rule.Basis, n: 2})
	}
	return all
}

// await notes what a rule waits for, once, when it is in force between the two
// days that are asked about.
func (r *reckoning) await(n int, a Awaited) {
	next, rule := r.replaced(n), r.Rules[n]
	over := !next.IsZero() && !next.After(r.from) ||
		!r.Closes.IsZero() && r.from.After(r.Closes) && !rule.Final
	if over || rule.From.After(r.to) || slices.Contains(r.awaited, a) {
		return
	}
	r.awaited = append(r.awaited, a)
}
