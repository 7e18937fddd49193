package rapporteur

import (
	"errors"
	"fmt"
	"slices"
)

// CalendarFault says what is wrong in a calendar and where: rules[2].every.
type CalendarFault struct {
	Field  string
	Reason string
}

// Error is the field and the reason in one line.
func (f CalendarFault) Error() string { return f.Field + ": " + f.Reason }

// Validate reports everything that keeps the calendar from being reckoned, nil
// for a good one.
func (c Calendar) Validate() error {
	var all []error
	for _, f := range c.Faults() {
		all = append(all, f)
	}
	if len(all) == 0 {
		return nil
	}
	return fmt.Errorf("cannot reckon due dates: %w", errors.Join(all...))
}

// Faults lists everything that keeps the calendar from being reckoned: an
// unknown anchor, a rule that leans on itself, dates out of order, a change of
// a date that no rule gives.
func (c Calendar) Faults() []CalendarFault {
	k := calendarCheck{Calendar: c}
	if (c.None == "") == (len(c.Rules) == 0) {
		k.mark("none", "give rules, or say why nothing is due, and not both")
	}
	k.mandates()
	k.events()
	for n := range c.Rules {
		k.rule(n)
	}
	k.cycles()
	k.years()
	if len(k.faults) == 0 {
		k.changes()
	}
	return k.faults
}

type calendarCheck struct {
	Calendar
	faults []CalendarFault
}

func (k *calendarCheck) mark(field, format string, args ...any) {
	k.faults = append(k.faults, CalendarFault{Field: field, Reason: fmt.Sprintf(format, args...)})
}

// mandates are in order, one after the other.
func (k *calendarCheck) mandates() {
	for n, m := range k.Mandates {
		if m.Until.Before(m.From) {
			k.mark(fmt.Sprintf("mandates[%d].until", n), "is before its start")
		}
		if n > 0 && !m.From.After(k.Mandates[n-1].Until) {
			k.mark(fmt.Sprintf("mandates[%d].from", n), "overlaps the period before it")
		}
	}
}

// years refuses slips such as 0218 for 2018.
func (k *calendarCheck) years() {
	check := func(list string, n int, field string, date Date) {
		if !reckonable(date) {
			k.mark(fmt.Sprintf("%s[%d].%s", list, n, field), "want a year from %d to %d", FirstYear, LastYear)
		}
	}
	for n, m := range k.Mandates {
		check("mandates", n, "from", m.From)
		check("mandates", n, "until", m.Until)
	}
	for n, e := range k.Events {
		check("events", n, "date", e.Date)
	}
	for n, r := range k.Rules {
		check("rules", n, "from", r.From)
		check("rules", n, "date", r.Date)
	}
	for n, c := range k.Changes {
		check("changes", n, "due", c.Due)
		check("changes", n, "to", c.To)
	}
}

func (k *calendarCheck) events() {
	seen := map[string]bool{}
	for n, e := range k.Events {
		if seen[e.ID] {
			k.mark(fmt.Sprintf("events[%d].id", n), "%s is there twice", e.ID)
		}
		seen[e.ID] = true
	}
}

// before finds the rule of the same id that this one replaces.
func (k *calendarCheck) before(n int) (DueRule, bool) {
	for _, earlier := range slices.Backward(k.Rules[:n]) {
		if earlier.ID == k.Rules[n].ID {
			return earlier, true
		}
	}
	return DueRule{}, false
}

func (k *calendarCheck) rule(n int) {
	rule, at := k.Rules[n], fmt.Sprintf("rules[%d].", n)
	if earlier, ok := k.before(n); ok && !rule.From.After(earlier.From) {
		k.mark(at+"from", "overlaps the %s rule before it: want a later date", rule.ID)
	}
	if !rule.Until.IsZero() && rule.Until.Before(rule.From) {
		k.mark(at+"until", "is before the rule takes effect")
	}
	if rule.Every.Months < 0 || rule.Every.Days < 0 {
		k.mark(at+"every", "an interval goes forward")
	}
	if rule.Final && !rule.Every.IsZero() {
		k.mark(at+"final", "a final report comes once")
	}
	if rule.BeforeRenewal.Months < 0 || rule.BeforeRenewal.Days < 0 {
		k.mark(at+"before_renewal", "is a length, without a minus")
	}
	if !rule.BeforeRenewal.IsZero() && len(k.Mandates) == 0 {
		k.mark(at+"before_renewal", "no mandate is known")
	}
	k.anchor(at, n, rule)
	k.unless(at, rule)
}

// anchor checks that a rule has what its anchor needs and nothing that another
// would need.
func (k *calendarCheck) anchor(at string, n int, rule DueRule) {
	dated := rule.Anchor == AnchorAdoption || rule.Anchor == AnchorDate
	if dated == rule.Date.IsZero() {
		k.mark(at+"date", "the anchors %s and %s have a date, others have none", AnchorAdoption, AnchorDate)
	}
	if (rule.Anchor == AnchorEvent) != (rule.Event != "") {
		k.mark(at+"event", "the anchor %s names an event, others name none", AnchorEvent)
	}
	if rule.Of != "" && rule.Anchor != AnchorPrevious {
		k.mark(at+"of", "only the anchor %s follows a rule", AnchorPrevious)
	}
	switch rule.Anchor {
	case AnchorAdoption, AnchorDate:
	case AnchorEvent:
		if rule.Event != "" && !slices.ContainsFunc(k.Events, func(e DueEvent) bool { return e.ID == rule.Event }) {
			k.mark(at+"event", "there is no event %q", rule.Event)
		}
	case AnchorMandateStart, AnchorMandateEnd:
		if len(k.Mandates) == 0 {
			k.mark(at+"anchor", "no mandate is known")
		}
		if rule.Anchor == AnchorMandateEnd && !rule.Every.IsZero() {
			k.mark(at+"every", "a date before the end of a mandate comes once in each period")
		}
	case AnchorHalfYear:
		if !rule.Every.IsZero() {
			k.mark(at+"every", "the halves of the year are the interval")
		}
	case AnchorPrevious:
		k.previous(at, n, rule)
	default:
		k.mark(at+"anchor", "there is no anchor %q", rule.Anchor)
	}
}

func (k *calendarCheck) previous(at string, n int, rule DueRule) {
	_, replaces := k.before(n)
	switch {
	case rule.Of == "" && !replaces, rule.Of == rule.ID && !replaces:
		k.mark(at+"anchor", "leans on itself: no %s rule comes before it", rule.ID)
	case rule.Of != "" && !k.known(rule.Of):
		k.mark(at+"of", "there is no rule %q", rule.Of)
	}
	if rule.From.IsZero() {
		k.mark(at+"from", "is missing: the date before which day is the previous one?")
	}
	if !(Date{Year: 2000, Month: 1, Day: 1}).Before(Date{Year: 2000, Month: 1, Day: 1}.Add(rule.Offset)) {
		k.mark(at+"offset", "a date follows the previous one")
	}
}

func (k *calendarCheck) known(id string) bool {
	return slices.ContainsFunc(k.Rules, func(r DueRule) bool { return r.ID == id })
}

func (k *calendarCheck) unless(at string, rule DueRule) {
	switch {
	case rule.Unless == "":
	case !k.known(rule.Unless):
		k.mark(at+"unless", "there is no rule %q", rule.Unless)
	case rule.Every.IsZero() || rule.Anchor == AnchorPrevious:
		k.mark(at+"unless", "only a rule with an interval of its own gives way to another")
	}
}

// cycles finds rules that lean on themselves through others.
func (k *calendarCheck) cycles() {
	leans := map[string][]string{}
	for _, r := range k.Rules {
		for _, on := range []string{r.Of, r.Unless} {
			if on != "" && (on != r.ID || on == r.Unless) {
				leans[r.ID] = append(leans[r.ID], on)
			}
		}
	}
	for n, r := range k.Rules {
		field := fmt.Sprintf("rules[%d].unless", n)
		if r.Of != "" {
			field = fmt.Sprintf("rules[%d].of", n)
		}
		if (r.Of != "" || r.Unless != "") && reaches(leans, r.ID, r.ID, map[string]bool{}) {
			k.mark(field, "leans on itself: %s comes back to %s", r.ID, r.ID)
		}
	}
}

func reaches(leans map[string][]string, from, to string, seen map[string]bool) bool {
	for _, on := range leans[from] {
		if on == to {
			return true
		}
		if !seen[on] {
			seen[on] = true
			if reaches(leans, on, to, seen) {
				return true
			}
		}
	}
	return false
}

// changes move dates that exist, on somebody's authority. A date that waits
// for an event can be moved before it is known.
func (k *calendarCheck) changes() {
	for n, c := range k.Changes {
		at := fmt.Sprintf("changes[%d].", n)
		if c.Authority == "" {
			k.mark(at+"authority", "is missing")
		}
		if !k.known(c.Rule) {
			k.mark(at+"rule", "there is no rule %q", c.Rule)
			continue
		}
		r, err := k.reckonUnchecked(c.Due, c.Due, nil)
		if err != nil {
			k.mark(at+"due", "%s", err)
			continue
		}
		gives := slices.ContainsFunc(r.dates(c.Rule), func(d due) bool { return d.mandated == c.Due })
		waits := slices.ContainsFunc(r.awaited, func(a Awaited) bool { return a.Rule == c.Rule })
		if !gives && !waits {
			k.mark(at+"due", "%s gives no date %s", c.Rule, c.Due)
		}
		k.change(at, r, c)
	}
}

func (k *calendarCheck) change(at string, r *reckoning, c DueChange) {
	agreed, _ := r.agreed(c.Rule, c.Due)
	switch {
	case c.To.IsZero():
		k.mark(at+"to", "is missing")
	case c.Kind == ChangeExtension && !c.To.After(c.Due):
		k.mark(at+"to", "an extension is to a later date")
	case c.Kind == ChangeProgramme && c.To.After(agreed):
		k.mark(at+"to", "is after the date due: that takes an extension")
	case c.Kind != ChangeExtension && c.Kind != ChangeProgramme:
		k.mark(at+"kind", "there is no change %q", c.Kind)
	}
}
