package rapporteur_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func rescheduled(on string) rapporteur.CycleEvent {
	return rapporteur.CycleEvent{Command: &rapporteur.Command{
		ID: "r", Kind: rapporteur.CommandReschedule, Actor: "key-1", Date: dated(on), Authority: "S/2018/950", Reason: "The Council asked for it.",
	}}
}

// planDates are the dates of a plan in the order of their rules.
func planDates(p rapporteur.Plan) string {
	var dates []string
	for _, d := range p.Dates {
		dates = append(dates, d.Date.String())
	}
	return strings.Join(dates, " ")
}

func TestCalendarsFollowTheEvent(t *testing.T) {
	for name, c := range map[string]struct{ on, today, want string }{
		"in time":              {"2018-11-21", "2018-10-01", "2018-11-21 2018-10-24 2018-11-14 2018-12-05 2018-12-12 2018-12-12"},
		"on the opening day":   {"2018-11-21", "2018-10-24", "2018-11-21 2018-10-24 2018-11-14 2018-12-05 2018-12-12 2018-12-12"},
		"at short notice":      {"2018-11-21", "2018-11-19", "2018-11-21 2018-11-19 2018-11-19 2018-12-05 2018-12-12 2018-12-12"},
		"today":                {"2018-11-21", "2018-11-21", "2018-11-21 2018-11-21 2018-11-21 2018-12-05 2018-12-12 2018-12-12"},
		"yesterday":            {"2018-11-21", "2018-11-22", "2018-11-21 2018-11-22 2018-12-13 2019-01-03 2019-01-10 2019-01-10"},
		"a year ago":           {"2017-11-21", "2018-11-21", "2017-11-21 2018-11-21 2018-12-12 2019-01-02 2019-01-09 2019-01-09"},
		"on a day of February": {"2020-02-29", "2020-01-01", "2020-02-29 2020-02-01 2020-02-22 2020-03-14 2020-03-21 2020-03-21"},
	} {
		p := eventPlan(t, c.on, c.today)
		if got := planDates(p); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if rungs := p.Rungs; len(rungs) != 3 || rungs[0].Due != p.Date(rapporteur.DateDue) {
			t.Errorf("%s: the ladder is %+v", name, rungs)
		}
		planExplained(t, p)
	}
}

// planExplained checks that the last step of every date gives it, and that every
// step has a basis.
func planExplained(t interface{ Errorf(string, ...any) }, p rapporteur.Plan) {
	for _, d := range p.Dates {
		if last := d.Derivation[len(d.Derivation)-1]; last.Result != d.Date {
			t.Errorf("%s is %s and its derivation ends with %s", d.Key, d.Date, last.Result)
		}
		if slices.ContainsFunc(d.Derivation, func(s rapporteur.Step) bool { return s.Basis == "" || s.Rule == "" }) {
			t.Errorf("%s has a step without rule or basis: %+v", d.Key, d.Derivation)
		}
	}
}

func dateSteps(p rapporteur.Plan, key string) []string {
	var steps []string
	for _, d := range p.Dates {
		for _, s := range d.Derivation {
			if d.Key == key {
				steps = append(steps, fmt.Sprintf("%s | %s | %s", s.Rule, s.Result, s.Authority))
			}
		}
	}
	return steps
}

func TestEventPlansThatCannotBe(t *testing.T) {
	for says, spoil := range map[string]func(*rapporteur.Stream){
		"no earlier rule gives": func(s *rapporteur.Stream) { s.Policy.Dates[0].From = rapporteur.DateAdoption },
		"no rule gives":         func(s *rapporteur.Stream) { s.Policy.Dates = s.Policy.Dates[:3] },
		"is before":             func(s *rapporteur.Stream) { s.Policy.Dates[2].Offset = period("-P1D") },
	} {
		s := briefings()
		spoil(&s)
		if _, err := rapporteur.NewEventPlan(s, rapporteur.Event{Date: eventDay}, "", dated("2018-01-01")); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("want %q, got %v", says, err)
		}
	}
}

// Original, agreed and actual: nothing of a date's past is lost.
func TestReschedulingKeepsWhatWas(t *testing.T) {
	now := dated("2018-10-30").At(9)
	s := proceed(t, occasionIn(t, rapporteur.PhaseCollecting), now, rescheduled("2018-12-05"))
	if got, want := planDates(s.Plan), "2018-12-05 2018-10-24 2018-11-28 2018-12-19 2018-12-26 2018-12-26"; got != want {
		t.Errorf("the calendar is %s, want %s: the invitations are out", got, want)
	}
	planned := proceed(t, plannedOccasion(t), dated("2018-10-02").At(9), rescheduled("2018-12-05"))
	if got, want := planDates(planned.Plan), "2018-12-05 2018-11-07 2018-11-28 2018-12-19 2018-12-26 2018-12-26"; got != want {
		t.Errorf("the calendar is %s, want %s: the invitations are not out", got, want)
	}
	late := held()
	late.Command.Date = dated("2018-12-06")
	s = proceed(t, s, dated("2018-12-06").At(20), late)
	for key, want := range map[string][]string{
		rapporteur.DateMandated: {
			"set | 2018-11-21 | S/2018/900", "moved from 2018-11-21 | 2018-12-05 | S/2018/950", "held | 2018-12-06 | key-1",
		},
		rapporteur.DateDue: {
			"set | 2018-11-21 | S/2018/900", "Event minus 7 days | 2018-11-14 | ", "moved from 2018-11-14: Event minus 7 days | 2018-11-28 | S/2018/950",
		},
		rapporteur.DateOpens: {"set | 2018-11-21 | S/2018/900", "Event minus 28 days | 2018-10-24 | "},
	} {
		if diff := cmp.Diff(want, dateSteps(s.Plan, key)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
	planExplained(t, s.Plan)
}

// An event that comes sooner cannot ask for replies in the past, and the notice
// of the move stands for the reminders whose time is over.
func TestReschedulingToASoonerDay(t *testing.T) {
	now := dated("2018-10-30").At(15)
	s := drain(t, occasionIn(t, rapporteur.PhaseCollecting), now)
	s = proceed(t, s, now, rescheduled("2018-11-01"))
	if got, want := planDates(s.Plan), "2018-11-01 2018-10-24 2018-10-30 2018-11-15 2018-11-22 2018-11-22"; got != want {
		t.Errorf("the calendar is %s, want %s", got, want)
	}
	if step, rung := s.Due(now); step == rapporteur.StepSendRung {
		t.Errorf("with the notice of the move goes %s", rung.Rung.ID)
	}
	if step, rung := s.Due(dated("2018-11-01").At(13)); step != rapporteur.StepSendRung || rung.Rung.ID != "overdue" {
		t.Errorf("two days after the new deadline: %q %s", step, rung.Rung.ID)
	}
}

// Where a person had the invitations go early, the event can move to a day
// before that on which they were to go.
func TestReschedulingWhatWasOpenedEarly(t *testing.T) {
	now := dated("2018-10-10").At(15) // the invitations were planned for the 24th
	s := drain(t, proceed(t, plannedOccasion(t), now, rapporteur.CycleEvent{Opened: &someOpen}), now)
	s = proceed(t, s, now, rescheduled("2018-10-20"))
	if got, want := planDates(s.Plan), "2018-10-20 2018-10-10 2018-10-13 2018-11-03 2018-11-10 2018-11-10"; s.Phase != rapporteur.PhaseCollecting || got != want {
		t.Errorf("%s: the calendar is %s, want %s", s.Phase, got, want)
	}
	planExplained(t, s.Plan)
}

func TestReschedulingThatIsRefused(t *testing.T) {
	now := dated("2018-10-30").At(9)
	for name, spoil := range map[string]func(*rapporteur.Command){
		"no authority":  func(c *rapporteur.Command) { c.Authority = " " },
		"no date":       func(c *rapporteur.Command) { c.Date = rapporteur.Date{} },
		"yesterday":     func(c *rapporteur.Command) { c.Date = dated("2018-10-29") },
		"the same date": func(c *rapporteur.Command) { c.Date = eventDay },
	} {
		s, e := occasionIn(t, rapporteur.PhaseCollecting), rescheduled("2018-12-05")
		spoil(e.Command)
		if next, err := s.Next(e, now); problemKind(err) != rapporteur.ProblemInvalid || planDates(next.Plan) != planDates(s.Plan) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := proceed(t, occasionIn(t, rapporteur.PhaseCollecting), afterEvent, held())
	if _, err := s.Next(rescheduled("2018-12-05"), afterEvent); problemKind(err) != rapporteur.ProblemConflict {
		t.Errorf("an event that was held moves: %v", err)
	}
}

// Whatever the day of the event and of the start, and however often it moves:
// the dates are in order, nothing is asked for in the past, the spans after the
// event hold, and every date explains itself.
func TestEventPlansProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		today := dated("2018-01-01").AddDays(rapid.IntRange(0, 2000).Draw(t, "today"))
		event := today.AddDays(rapid.IntRange(-400, 400).Draw(t, "event in days"))
		p, err := rapporteur.NewEventPlan(briefings(), rapporteur.Event{Date: event}, "S/2018/900", today)
		if err != nil {
			t.Fatal(err)
		}
		open := rapid.Bool().Draw(t, "open")
		for range rapid.IntRange(0, 4).Draw(t, "moves") {
			today = today.AddDays(rapid.IntRange(0, 30).Draw(t, "days later"))
			c := rescheduled(today.AddDays(rapid.IntRange(-5, 200).Draw(t, "to")).String()).Command
			moved, err := rapporteur.Rescheduled(p, briefings().Policy.Dates, briefings().Policy.Ladder, open, *c, today.At(rapid.IntRange(0, 23).Draw(t, "hour")))
			if err != nil {
				if problemKind(err) != rapporteur.ProblemInvalid {
					t.Fatalf("%v", err)
				}
				continue
			}
			for n, d := range moved.Dates {
				before := p.Dates[n].Derivation
				if len(d.Derivation) < len(before) || !slices.Equal(d.Derivation[:len(before)], before) {
					t.Fatalf("%s lost its past: %+v", d.Key, d.Derivation)
				}
			}
			p, event = moved, c.Date
		}
		if err := p.Validate(); err != nil || p.Date(rapporteur.DateMandated) != event {
			t.Fatalf("%v: %s", err, planDates(p))
		}
		planExplained(t, p)
		if !event.Before(today) && p.Date(rapporteur.DateCloses).Before(event) {
			t.Fatalf("collection closes on %s, before the event on %s", p.Date(rapporteur.DateCloses), event)
		}
		for _, r := range p.Rungs {
			if r.Due != p.Date(rapporteur.DateDue) || r.At.Sub(r.Due.Start()) > 20*24*time.Hour {
				t.Fatalf("rung %s is for %s", r.Rung.ID, r.Due)
			}
		}
	})
}
