package schemas

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// occasionRow is what only streams of occasions have beside their policy.
type occasionRow struct {
	Kind    string   `yaml:"kind" validate:"required,oneof=briefing dissemination training consultation meeting"`
	Title   string   `yaml:"title" validate:"required,max=200"`
	Invites []string `yaml:"invites" validate:"unique,dive,key"`
	// InvitesAll are kinds of which everybody is asked.
	InvitesAll []string `yaml:"invites_all" validate:"unique,dive,oneof=member-state entity mission"`
}

func (r occasionRow) convert() rapporteur.OccasionPolicy {
	return rapporteur.OccasionPolicy{
		Kind: rapporteur.EventKind(r.Kind), Title: r.Title,
		Invites:    each(r.Invites, func(id string) rapporteur.ContributorID { return rapporteur.ContributorID(id) }),
		InvitesAll: each(r.InvitesAll, func(k string) rapporteur.ContributorKind { return rapporteur.ContributorKind(k) }),
	}
}

// occasion checks what a stream of occasions has, and that no other stream has
// any of it.
func (c *instrumentCheck) occasion(at string, stream int) {
	row := c.row.Streams[stream]
	if row.Shape != string(rapporteur.ShapeOccasion) {
		if row.Occasion != nil {
			c.mark(at+"occasion", "is for streams of shape occasion")
		}
		return
	}
	if (row.Occasion == nil) != (row.Policy == nil) {
		c.mark(at+"occasion", "occasion and policy go together: what is held, and how it is followed up")
	}
	if row.Occasion == nil || row.Policy == nil {
		return
	}
	c.invites(at+"occasion.", row)
	c.occasionPolicy(at+"policy.", stream)
}

// invites are contributors of the registry, of a kind that the stream asks.
func (c *instrumentCheck) invites(at string, row streamRow) {
	asks := func(kind string) bool {
		return slices.ContainsFunc(row.Policy.Audience, func(a audienceRow) bool { return a.Kind == kind })
	}
	for n, kind := range row.Occasion.InvitesAll {
		if !asks(kind) {
			c.mark(fmt.Sprintf("%sinvites_all[%d]", at, n), "the stream asks no %s", kind)
		}
	}
	for n, id := range row.Occasion.Invites {
		field := fmt.Sprintf("%sinvites[%d]", at, n)
		m, ok := c.catalogue.registry.find(rapporteur.ContributorID(id))
		if !ok {
			c.mark(field, "there is no contributor %q", id)
			continue
		}
		if !asks(string(m.base.Kind)) {
			c.mark(field, "%s is a %s, which the stream does not ask", id, m.base.Kind)
		}
	}
}

// occasionPolicy checks that the calendar follows from the event, and that the
// ladder fits into it.
func (c *instrumentCheck) occasionPolicy(at string, stream int) {
	row := c.row.Streams[stream].Policy
	foreign := map[string]bool{
		"mandated": row.Mandated != nil, "clearance": len(row.Clearance) > 0, "word_budget": row.WordBudget > 0, "report": row.Report != nil,
	}
	for _, key := range slices.Sorted(maps.Keys(foreign)) {
		if foreign[key] {
			c.mark(at+key, "an occasion has none: its dates follow from its event, and its end is an outcome")
		}
	}
	if !c.follow(at, []string{rapporteur.DateMandated}, row.Dates) {
		return
	}
	for n, rule := range row.Dates {
		if rule.WorkingDays != 0 {
			c.mark(fmt.Sprintf("%sdates[%d].working_days", at, n), "an event moves while its cycle runs; its dates follow by calendar days")
		}
	}
	event := rapporteur.Event{Date: c.instrument.Adopted}
	plan, err := rapporteur.NewEventPlan(c.instrument.Streams[stream], event, "", event.Date.Add(rapporteur.Period{Months: -1200}))
	switch {
	case err != nil:
		c.mark(at+"dates", "%s", err)
	case plan.Date(rapporteur.DateCloses).Before(event.Date):
		c.mark(at+"dates", "collection would close before the event")
	case c.row.Streams[stream].receiptOnly() && plan.Date(rapporteur.DateDue).Before(event.Date):
		c.mark(at+"dates", "receipts would be due before the event")
	case plan.Date(rapporteur.DateOpens).After(event.Date):
		c.mark(at+"dates", "requests would go out after the event")
	default:
		c.fits(at, row, plan)
	}
}

func (r streamRow) receiptOnly() bool { return r.Intake != nil && r.Intake.ReceiptOnly }

// receipts checks that of a stream that keeps receipts only nothing more is
// asked, and of every other one something.
func (c *instrumentCheck) receipts(at string, row streamRow) {
	if row.Policy == nil {
		return
	}
	only := row.receiptOnly()
	if only {
		c.courteous(at+"policy.ladder", row.Policy.Ladder)
		c.courteous(at+"policy.follow_up.ladder", row.Policy.FollowUp.Ladder)
	}
	for n, a := range row.Policy.Audience {
		field := fmt.Sprintf("%spolicy.audience[%d].questionnaire", at, n)
		switch {
		case only && a.Questionnaire != "":
			c.mark(field, "the stream keeps receipts only: there is nothing to answer")
		case !only && a.Questionnaire == "":
			c.mark(field, "is missing")
		case row.Shape == string(rapporteur.ShapeOccasion) && !only: // which asks all that it invites the same
			c.questionnaire(field, a.Questionnaire, "")
		case !only:
			c.questionnaire(field, a.Questionnaire, a.Kind)
		}
	}
}

// courteous checks that nobody is pressed for what may not be sent.
func (c *instrumentCheck) courteous(field string, rungs []rungRow) {
	for n, r := range rungs {
		if r.Notice != string(rapporteur.NoticeReminder) || r.Escalates {
			c.mark(fmt.Sprintf("%s[%d].notice", field, n), "where only receipts are kept, nobody is asked again but by a reminder")
		}
	}
}
