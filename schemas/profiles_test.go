package schemas

import (
	"testing"

	"github.com/rapporteur/rapporteur"
)

func profilePlan(t testing.TB, c *Catalogue, id string, due rapporteur.DueDate) rapporteur.Plan {
	t.Helper()
	profile, err := c.Profile(id)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := profile.Plan(due, nil, c.WorkingDays())
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestShippedProfiles(t *testing.T) {
	c := load(t)
	day := on(t, "2018-09-11") // S/2018/831, whose period ended on 1 September
	due := rapporteur.DueDate{Mandated: day, Agreed: day, Planned: day}
	for id, want := range map[string]map[string]string{
		"council-fast": {
			rapporteur.DateOpens: "2018-08-03", rapporteur.DateDue: "2018-08-27", rapporteur.DateCloses: "2018-08-29",
			rapporteur.DateDraft: "2018-08-30", rapporteur.DateTransmits: "2018-09-11", rapporteur.DateIssued: "2018-09-14",
		},
		"presession-10-4-6": { // of a meeting on that day
			rapporteur.DateOpens: "2018-04-10", rapporteur.DateDue: "2018-06-05", rapporteur.DateCloses: "2018-06-12",
			rapporteur.DateDraft: "2018-06-19", rapporteur.DateTransmits: "2018-07-03", rapporteur.DateIssued: "2018-07-31",
		},
	} {
		plan := profilePlan(t, c, id, due)
		for key, date := range want {
			if got := plan.Date(key); got != on(t, date) {
				t.Errorf("%s: %s is %s, want %s", id, key, got, date)
			}
		}
		if issued := plan.Date(rapporteur.DateIssued); id != "council-fast" && day.DaysSince(issued) != 42 {
			t.Errorf("issued %d days before the meeting, want six weeks", day.DaysSince(issued))
		}
	}
	if _, err := c.Profile("council-slow"); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("got %v, want a not-found problem", err)
	}
}

// Whoever answers for a mission is done with one report before they are asked
// for the next, also every 60 days, and their section comes to the drafters at
// least five working days before the masthead date.
func TestSectionsAreDoneBeforeTheNextIsAsked(t *testing.T) {
	c := load(t)
	for _, m := range c.registry.members {
		if m.reporting == nil {
			continue
		}
		for _, rule := range m.reporting.Rules {
			var before rapporteur.Plan
			for _, due := range missionDues(t, string(m.base.ID[len("mission-"):]), "2017-11-01", "2019-12-31") {
				if due.Rule != rule.ID || due.Form != rapporteur.FormReport {
					continue
				}
				plan := profilePlan(t, c, "council-fast", due)
				if before.Dates != nil && !plan.Date(rapporteur.DateOpens).After(before.Date(rapporteur.DateDraft)) {
					t.Errorf("%s: the section for %s is asked on %s, the one before goes to the drafters on %s",
						m.base.ID, due.Mandated, plan.Date(rapporteur.DateOpens), before.Date(rapporteur.DateDraft))
				}
				if ready := c.WorkingDays().AddWorkingDays(plan.Date(rapporteur.DateDraft), 5); ready.After(due.Planned) {
					t.Errorf("%s: the drafters of %s have the section only on %s", m.base.ID, due.Planned, plan.Date(rapporteur.DateDraft))
				}
				before = plan
			}
		}
	}
}

func TestHolidaysOfHeadquarters(t *testing.T) {
	work := load(t).WorkingDays()
	for day, want := range map[string]string{
		"2017-01-02": "New Year’s Day", "2017-06-26": "Eid al-Fitr", "2017-11-23": "Thanksgiving Day",
		"2018-03-30": "Good Friday", "2018-08-21": "Eid al-Adha", "2020-07-03": "Independence Day", "2020-05-26": "Eid al-Fitr",
		"2017-02-20": "", // Presidents’ Day is a floating holiday
		"2018-11-21": "",
	} {
		if got := work.Holiday(on(t, day)); got != want || work.IsWorkingDay(on(t, day)) != (want == "") {
			t.Errorf("%s is %q, want %q", day, got, want)
		}
	}
	for year := 2016; year <= 2020; year++ {
		free := 0
		for day := on(t, "2016-01-01").AddMonths(12 * (year - 2016)); day.Year == year; day = day.AddDays(1) {
			if work.Holiday(day) != "" {
				free++
			}
		}
		if first := (rapporteur.Date{Year: year, Month: 1, Day: 1}); free != 9 || work.Note(first, first.AddDays(364)) != "" {
			t.Errorf("%d has %d holidays, want nine; %s", year, free, work.Note(first, first.AddDays(364)))
		}
	}
	if note := work.Note(on(t, "2026-01-01"), on(t, "2026-01-02")); note == "" {
		t.Error("of a year without known holidays nothing is said")
	}
}
