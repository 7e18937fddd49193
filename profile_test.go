package rapporteur_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// fast asks for a section ten working days before a report.
func fast() rapporteur.Profile {
	days := func(key, label, from string, n int) rapporteur.DateRule {
		return rapporteur.DateRule{Key: key, Label: label, From: from, WorkingDays: n, Basis: "practice"}
	}
	return rapporteur.Profile{ID: "fast", Title: "Fast", Basis: "practice", Dates: []rapporteur.DateRule{
		days(rapporteur.DateOpens, "Opening", rapporteur.DatePlanned, -20),
		days(rapporteur.DateDue, "Deadline", rapporteur.DatePlanned, -10),
		days(rapporteur.DateCloses, "Close", rapporteur.DateDue, 2),
		days(rapporteur.DateDraft, "Draft", rapporteur.DateCloses, 1),
		days(rapporteur.DateTransmits, "Transmittal", rapporteur.DatePlanned, 0),
	}}
}

// The section is asked for ahead of the day for which the report is planned,
// which may be weeks before the mandated one.
func TestAProfileLeadsToTheDueDate(t *testing.T) {
	c := calendar(adopted("S/RES/2344 (2017)", "2017-03-17", "P3M", "P3M"))
	c.Rules[0].BeforeRenewal = period("P21D")
	c.Mandates = []rapporteur.Mandate{{From: dated("2017-03-18"), Until: dated("2018-03-17"), Authority: "S/RES/2344 (2017)"}}
	due := one(t, c, "2018-03-17")
	ladder := []rapporteur.Rung{{ID: "first", Offset: period("-P3D"), Notice: rapporteur.NoticeReminder}}
	p, err := fast().Plan(due, ladder, headquarters())
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		rapporteur.DateMandated: "2018-03-17", rapporteur.DatePlanned: "2018-02-23", rapporteur.DateOpens: "2018-01-26",
		rapporteur.DateDue: "2018-02-09", rapporteur.DateCloses: "2018-02-13", rapporteur.DateDraft: "2018-02-14",
		rapporteur.DateTransmits: "2018-02-23",
	} {
		if got := p.Date(key); got != dated(want) {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	if diff := cmp.Diff(due.Derivation[:2], derivation(p, rapporteur.DateMandated)); diff != "" {
		t.Errorf("the mandated date is derived otherwise (-want +got):\n%s", diff)
	}
	steps := append(append([]rapporteur.Step{}, due.Derivation...), rapporteur.Step{Rule: "Planned date minus 10 working days", Basis: "practice", Result: dated("2018-02-09")})
	if diff := cmp.Diff(steps, derivation(p, rapporteur.DateDue)); diff != "" {
		t.Errorf("the deadline is derived otherwise (-want +got):\n%s", diff)
	}
	if len(p.Rungs) != 1 || p.Rungs[0].At != dated("2018-02-06").At(rapporteur.SendHour) {
		t.Errorf("the ladder is %+v", p.Rungs)
	}
}

func TestAProfileLeadsToTheDateAsExtended(t *testing.T) {
	c := calendar(adopted("S/RES/2406 (2018)", "2018-03-15", "P90D", "P90D"))
	c, err := c.Move(rapporteur.DueChange{Kind: rapporteur.ChangeExtension, Rule: "regular", Due: dated("2018-06-13"), To: dated("2018-07-08"), Authority: "S/2018/600"})
	if err != nil {
		t.Fatal(err)
	}
	due := one(t, c, "2018-06-13")
	p, err := fast().Plan(due, nil, headquarters())
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Date(rapporteur.DateMandated); got != dated("2018-07-08") || len(derivation(p, rapporteur.DateMandated)) != 3 {
		t.Errorf("the mandated date is %s, by %+v", got, derivation(p, rapporteur.DateMandated))
	}
	if got := p.Date(rapporteur.DatePlanned); got != dated("2018-07-06") || len(derivation(p, rapporteur.DatePlanned)) != 4 {
		t.Errorf("the planned date is %s, by %+v", got, derivation(p, rapporteur.DatePlanned))
	}
}

func TestAProfileThatCannotBe(t *testing.T) {
	profile, due := fast(), one(t, calendar(adopted("S/RES/2406 (2018)", "2018-03-15", "P90D", "P90D")), "2018-06-13")
	profile.Dates[0].From = rapporteur.DateAdoption
	if _, err := profile.Plan(due, nil, headquarters()); err == nil {
		t.Error("a profile leans on the adoption of nothing")
	}
}
