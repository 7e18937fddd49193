package schemas

import (
	"fmt"

	"github.com/rapporteur/rapporteur"
)

// The rows mirror the due-date grammar key by key, wherever a file holds it:
// `reporting` of a mission, `calendar` of a series.

type calendarRow struct {
	None     string       `yaml:"none"`
	Mandates []mandateRow `yaml:"mandates" validate:"dive"`
	Events   []eventRow   `yaml:"events" validate:"dive"`
	Rules    []dueRuleRow `yaml:"rules" validate:"dive"`
	Changes  []changeRow  `yaml:"changes" validate:"dive"`
}

type mandateRow struct {
	From      string `yaml:"from" validate:"required,date"`
	Until     string `yaml:"until" validate:"required,date"`
	Authority string `yaml:"authority" validate:"required"`
}

type eventRow struct {
	ID        string `yaml:"id" validate:"required,key"`
	Label     string `yaml:"label" validate:"required"`
	Date      string `yaml:"date" validate:"omitempty,date"`
	Authority string `yaml:"authority" validate:"required_with=Date"`
}

type dueRuleRow struct {
	ID            string `yaml:"id" validate:"required,key"`
	Label         string `yaml:"label" validate:"required"`
	Form          string `yaml:"form" validate:"omitempty,oneof=report update letter briefing"`
	From          string `yaml:"from" validate:"omitempty,date"`
	Until         string `yaml:"until" validate:"omitempty,date"`
	Anchor        string `yaml:"anchor" validate:"required,oneof=adoption date event mandate-start mandate-end previous half-year"`
	Date          string `yaml:"date" validate:"omitempty,date"`
	Event         string `yaml:"event" validate:"omitempty,key"`
	Of            string `yaml:"of" validate:"omitempty,key"`
	Offset        string `yaml:"offset" validate:"omitempty,period"`
	Every         string `yaml:"every" validate:"omitempty,period"`
	Expected      bool   `yaml:"expected"`
	Unless        string `yaml:"unless" validate:"omitempty,key"`
	Final         bool   `yaml:"final"`
	BeforeRenewal string `yaml:"before_renewal" validate:"omitempty,period"`
	Basis         string `yaml:"basis" validate:"required"`
	Confidence    string `yaml:"confidence" validate:"required,oneof=H M L"`
}

type changeRow struct {
	Kind      string `yaml:"kind" validate:"required,oneof=extension programme"`
	Rule      string `yaml:"rule" validate:"required,key"`
	Due       string `yaml:"due" validate:"required,date"`
	To        string `yaml:"to" validate:"required,date"`
	Authority string `yaml:"authority" validate:"required"`
}

// check marks what the rows say against each other. It is for rows that have
// passed their own rules.
func (r calendarRow) check(mark marker) {
	for n, rule := range r.Rules {
		if rule.Every != "" && period(rule.Every).IsZero() {
			mark(fmt.Sprintf("rules[%d].every", n), "an interval has a length; leave it out for a date that comes once")
		}
		if rule.BeforeRenewal != "" && period(rule.BeforeRenewal).IsZero() {
			mark(fmt.Sprintf("rules[%d].before_renewal", n), "has a length; leave it out where renewals are not served")
		}
	}
	for _, f := range r.convert().Faults() {
		mark(f.Field, "%s", f.Reason)
	}
}

// convert gives the calendar without what the files do not know of it: when
// what it is about closes, and the working days.
func (r calendarRow) convert() rapporteur.Calendar {
	return rapporteur.Calendar{
		None: r.None,
		Mandates: each(r.Mandates, func(m mandateRow) rapporteur.Mandate {
			return rapporteur.Mandate{From: date(m.From), Until: date(m.Until), Authority: m.Authority}
		}),
		Events: each(r.Events, func(e eventRow) rapporteur.DueEvent {
			return rapporteur.DueEvent{ID: e.ID, Label: e.Label, Date: date(e.Date), Authority: e.Authority}
		}),
		Rules: each(r.Rules, dueRuleRow.convert),
		Changes: each(r.Changes, func(c changeRow) rapporteur.DueChange {
			return rapporteur.DueChange{
				Kind: rapporteur.DueChangeKind(c.Kind), Rule: c.Rule, Due: date(c.Due), To: date(c.To), Authority: c.Authority,
			}
		}),
	}
}

func (r dueRuleRow) convert() rapporteur.DueRule {
	form := rapporteur.FormReport
	if r.Form != "" {
		form = rapporteur.DueForm(r.Form)
	}
	return rapporteur.DueRule{
		ID: r.ID, Label: r.Label, Form: form, From: date(r.From), Until: date(r.Until),
		Anchor: rapporteur.DueAnchor(r.Anchor), Date: date(r.Date), Event: r.Event, Of: r.Of,
		Offset: period(r.Offset), Every: period(r.Every), Expected: r.Expected, Unless: r.Unless, Final: r.Final,
		BeforeRenewal: period(r.BeforeRenewal), Basis: r.Basis, Confidence: r.Confidence,
	}
}
