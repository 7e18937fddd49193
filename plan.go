package rapporteur

import (
	"fmt"
	"slices"
	"time"
)

// Keys of the dates that every report cycle has. Two are different on
// purpose: the mandated date is what the text says, the planned dates are what
// the programme of work needs.
const (
	DateAdoption  = "adoption"
	DateMandated  = "mandated"
	DateOpens     = "opens"     // requests go out
	DateDue       = "due"       // contributors' answers are due
	DateCloses    = "closes"    // collection closes with whatever came
	DateDraft     = "draft"     // the draft goes to clearance
	DateCleared   = "cleared"   // clearance ends
	DateTransmits = "transmits" // planned masthead date
	DateIssued    = "issued"    // the document is issued in all languages
	DatePlanned   = "planned"   // the working day that a due date is planned for
)

// Plan is the calendar of one cycle: every date with its derivation, and every
// rung of the ladder.
type Plan struct {
	Dates []PlannedDate
	Rungs []PlannedRung
}

// PlannedDate is one date of a cycle and why it is what it is.
type PlannedDate struct {
	Key        string
	Label      string
	Date       Date
	Derivation []Step
}

// Step is one step in the derivation of a date.
type Step struct {
	Rule      string // in words: mandated date minus 68 days
	Basis     string // provision, practice or document symbol
	Result    Date
	Authority string // who decided it, where a person did
}

// PlannedRung is a rung of the ladder at the instant it is due.
type PlannedRung struct {
	Rung Rung
	At   time.Time
	Due  Date // the deadline it is reckoned from
}

// Date finds a date of the plan; the zero Date where it has none.
func (p Plan) Date(key string) Date {
	for _, d := range p.Dates {
		if d.Key == key {
			return d.Date
		}
	}
	return Date{}
}

// SendHour is the hour of the day, in UTC, at which requests and reminders go
// out and windows open: office hours in Africa, Europe and the Americas' east.
const SendHour = 13

// NewPlan reckons the calendar of a cycle of the stream, with the working days
// that its rules may count. It fails where a rule leans on a date that no
// earlier rule gives, or where the dates are out of order.
func NewPlan(i Instrument, s Stream, work WorkingDays) (Plan, error) {
	adoption := PlannedDate{
		Key: DateAdoption, Label: "Adoption", Date: i.Adopted,
		Derivation: []Step{{Rule: "adopted", Basis: i.Symbol, Result: i.Adopted}},
	}
	rules := append([]DateRule{s.Policy.Mandated}, s.Policy.Dates...)
	return planFrom([]PlannedDate{adoption}, rules, s.Policy.Ladder, work)
}

// planFrom derives a plan from the dates that it begins with.
func planFrom(known []PlannedDate, rules []DateRule, ladder []Rung, work WorkingDays) (Plan, error) {
	p := Plan{Dates: known}
	for _, rule := range rules {
		if err := p.derive(rule, work); err != nil {
			return Plan{}, err
		}
	}
	if err := p.Validate(); err != nil {
		return Plan{}, err
	}
	p.Rungs = PlanRungs(ladder, p.Date(DateDue))
	return p, nil
}

func (p *Plan) derive(rule DateRule, work WorkingDays) error {
	n := slices.IndexFunc(p.Dates, func(d PlannedDate) bool { return d.Key == rule.From })
	if n < 0 {
		return fmt.Errorf("cannot derive date %q: it leans on %q, which no earlier rule gives", rule.Key, rule.From)
	}
	from := p.Dates[n]
	step := rule.from(from, work)
	p.Dates = append(p.Dates, PlannedDate{
		Key: rule.Key, Label: rule.Label, Date: step.Result,
		Derivation: append(slices.Clone(from.Derivation), step),
	})
	return nil
}

// from is the step that the rule makes from a date.
func (r DateRule) from(d PlannedDate, work WorkingDays) Step {
	basis := r.Basis
	if r.Provision != "" {
		basis = r.Provision
	}
	step := Step{Rule: d.Label + " " + r.words(), Basis: basis, Result: work.AddWorkingDays(d.Date.Add(r.Offset), r.WorkingDays)}
	if note := work.Note(d.Date, step.Result); r.WorkingDays != 0 && note != "" {
		step.Rule += " (" + note + ")"
	}
	return step
}

// Validate checks that the dates that a cycle lives by exist and are in order:
// opens, due, closes, draft, transmits.
func (p Plan) Validate() error {
	order := []string{DateOpens, DateDue, DateCloses, DateDraft, DateTransmits}
	for n, key := range order {
		if p.Date(key).IsZero() {
			return fmt.Errorf("cannot plan cycle: no rule gives the date %q", key)
		}
		if n > 0 && p.Date(key).Before(p.Date(order[n-1])) {
			return fmt.Errorf("cannot plan cycle: %s (%s) is before %s (%s)",
				key, p.Date(key), order[n-1], p.Date(order[n-1]))
		}
	}
	return nil
}

// Amend replaces one date on somebody's authority and keeps how it was before
// in its derivation. Moving the contributors' deadline re-reckons the ladder.
func (p Plan) Amend(key string, to Date, authority, basis string, ladder []Rung) (Plan, error) {
	next := Plan{Dates: slices.Clone(p.Dates), Rungs: p.Rungs}
	n := slices.IndexFunc(next.Dates, func(d PlannedDate) bool { return d.Key == key })
	if n < 0 {
		return Plan{}, fmt.Errorf("cannot move date: the cycle has no date %q", key)
	}
	d := next.Dates[n]
	step := Step{Rule: "moved from " + d.Date.String(), Basis: basis, Result: to, Authority: authority}
	d.Date, d.Derivation = to, append(slices.Clone(d.Derivation), step)
	next.Dates[n] = d
	if err := next.Validate(); err != nil {
		return Plan{}, err
	}
	if key == DateDue {
		next.Rungs = PlanRungs(ladder, to)
	}
	return next, nil
}

// words say how far the rule goes: minus 68 days, minus 10 working days.
func (r DateRule) words() string {
	switch {
	case r.WorkingDays == 0:
		return r.Offset.Words()
	case r.Offset.IsZero():
		return workingWords(r.WorkingDays)
	}
	return r.Offset.Words() + ", " + workingWords(r.WorkingDays)
}

func workingWords(n int) string {
	if n < 0 {
		return "minus " + count(-n, "working day")
	}
	return "plus " + count(n, "working day")
}

// Words says a period as a person would: plus 12 months, minus 68 days.
func (p Period) Words() string {
	switch {
	case p.IsZero():
		return "itself"
	case p.Months < 0 || p.Days < 0:
		return "minus " + Period{Months: -p.Months, Days: -p.Days}.length()
	}
	return "plus " + p.length()
}

func (p Period) length() string {
	months, days := count(p.Months, "month"), count(p.Days, "day")
	switch {
	case p.Months == 0:
		return days
	case p.Days == 0:
		return months
	}
	return months + " and " + days
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
