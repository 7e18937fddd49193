package rapporteur_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// rule completes a rule with what every rule has.
func rule(r rapporteur.DueRule) rapporteur.DueRule {
	if r.ID == "" {
		r.ID = "regular"
	}
	if r.Label == "" {
		r.Label = "as the text says"
	}
	r.Form, r.Confidence = rapporteur.FormReport, "H"
	return r
}

func adopted(basis, on, offset, every string) rapporteur.DueRule {
	r := rapporteur.DueRule{Anchor: rapporteur.AnchorAdoption, Date: dated(on), Offset: period(offset), Basis: basis}
	if every != "" {
		r.Every = period(every)
	}
	return rule(r)
}

func beginning(basis, on, offset, every string) rapporteur.DueRule {
	r := adopted(basis, on, offset, every)
	r.Anchor = rapporteur.AnchorDate
	return r
}

func calendar(rules ...rapporteur.DueRule) rapporteur.Calendar {
	return rapporteur.Calendar{Rules: rules, Work: headquarters()}
}

// fallsDue lists the mandated dates of a window.
func fallsDue(t testing.TB, c rapporteur.Calendar, from, to string, events ...rapporteur.DueEvent) string {
	t.Helper()
	dues, _, err := c.Dues(dated(from), dated(to), events...)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, d := range dues {
		all = append(all, d.Mandated.String())
	}
	return strings.Join(all, " ")
}

// Due dates of real texts, and what a wrong reading would give.
func TestDueDatesOfCouncilTexts(t *testing.T) {
	unitad := calendar(rule(rapporteur.DueRule{
		Anchor: rapporteur.AnchorEvent, Event: "start", Offset: period("P90D"), Every: period("P180D"), Basis: "S/RES/2379 (2017) OP15",
	}))
	unitad.Events = []rapporteur.DueEvent{{ID: "start", Label: "start of activities, as notified by the Secretary-General"}}
	started := rapporteur.DueEvent{ID: "start", Date: dated("2018-08-20"), Authority: "S/2018/773"}
	for _, c := range []struct {
		name     string
		calendar rapporteur.Calendar
		from, to string
		events   []rapporteur.DueEvent
		want     string
	}{
		{"2388 OP34: twelve months, once", calendar(adopted("S/RES/2388 (2017) OP34", "2017-11-21", "P12M", "")), "2017-11-21", "2030-12-31", nil, "2018-11-21"},
		{"2406: every 90 days, not 6 months", calendar(adopted("S/RES/2406 (2018)", "2018-03-15", "P90D", "P90D")), "2018-03-15", "2018-12-31", nil, "2018-06-13 2018-09-11 2018-12-10"},
		{"2406 read wrongly", calendar(adopted("S/RES/2406 (2018)", "2018-03-15", "P6M", "P6M")), "2018-03-15", "2018-12-31", nil, "2018-09-15"},
		{"2410: every 90 days from 1 June 2018", calendar(beginning("S/RES/2410 (2018)", "2018-06-01", "P90D", "P90D")), "2018-06-01", "2019-04-15", nil, "2018-08-30 2018-11-28 2019-02-26"},
		{"2368: by 31 January 2018, then every six months", calendar(beginning("S/RES/2368 (2017) OP101", "2018-01-31", "P0D", "P6M")), "2018-01-01", "2019-02-28", nil, "2018-01-31 2018-07-31 2019-01-31"},
		{"2379 OP15: the event's date is not known", unitad, "2017-09-21", "2020-12-31", nil, ""},
		{"2379 OP15: within 90 days of the start, then every 180", unitad, "2018-01-01", "2019-12-31", []rapporteur.DueEvent{started}, "2018-11-18 2019-05-17 2019-11-13"},
		{"2368 annex I (a): 31 December 2017, then every six months", calendar(beginning("S/RES/2368 (2017) annex I", "2017-12-31", "P0D", "P6M")), "2017-12-01", "2019-01-31", nil, "2017-12-31 2018-06-30 2018-12-31"},
		{"S/PRST/2015/25: twelve months", calendar(adopted("S/PRST/2015/25", "2015-12-16", "P12M", "")), "2015-12-16", "2020-01-01", nil, "2016-12-16"},
		{"the end of a month is kept", calendar(beginning("a text", "2019-10-31", "P1M", "P1M")), "2019-11-01", "2020-06-30", nil, "2019-11-30 2019-12-31 2020-01-31 2020-02-29 2020-03-31 2020-04-30 2020-05-31 2020-06-30"},
		{"leap day", calendar(beginning("a text", "2020-02-29", "P12M", "P12M")), "2020-03-01", "2025-01-01", nil, "2021-02-28 2022-02-28 2023-02-28 2024-02-29"},
		{"every week", calendar(adopted("S/RES/2451 (2018) OP7", "2018-12-21", "P1W", "P1W")), "2018-12-21", "2019-01-11", nil, "2018-12-28 2019-01-04 2019-01-11"},
		{"halves of the year, 31 days after", calendar(rule(rapporteur.DueRule{Anchor: rapporteur.AnchorHalfYear, Offset: period("P31D"), Basis: "letters"})), "2018-01-01", "2019-02-01", nil, "2018-01-31 2018-07-31 2019-01-31"},
	} {
		if got := fallsDue(t, c.calendar, c.from, c.to, c.events...); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// How late the documents of those texts were, by their masthead dates; negative
// for early.
func TestDueDatesAgainstMastheads(t *testing.T) {
	unitad := calendar(adopted("S/RES/2379 (2017) OP15", "2018-08-20", "P90D", "P180D")) // the event, once it was known
	unitad.Rules[0].Anchor, unitad.Rules[0].Date, unitad.Rules[0].Event = rapporteur.AnchorEvent, rapporteur.Date{}, "start"
	unitad.Events = []rapporteur.DueEvent{{ID: "start", Label: "start", Date: dated("2018-08-20"), Authority: "notification"}}
	isil := calendar(beginning("S/RES/2368 (2017) OP101", "2018-01-31", "P0D", "P6M"))
	minujusth := calendar(beginning("S/RES/2410 (2018)", "2018-06-01", "P90D", "P90D"))
	for _, c := range []struct {
		symbol   string
		calendar rapporteur.Calendar
		due      string
		masthead string
		late     int
	}{
		{"S/2018/1042", calendar(adopted("S/RES/2388 (2017) OP34", "2017-11-21", "P12M", "")), "2018-11-21", "2018-11-21", 0},
		{"S/2018/831", calendar(adopted("S/RES/2406 (2018)", "2018-03-15", "P90D", "P90D")), "2018-09-11", "2018-09-11", 0},
		{"S/2018/795", minujusth, "2018-08-30", "2018-08-30", 0},
		{"S/2018/1059", minujusth, "2018-11-28", "2018-11-28", 0},
		{"S/2019/198", minujusth, "2019-02-26", "2019-03-01", 3},
		{"S/2018/80", isil, "2018-01-31", "2018-01-31", 0},
		{"S/2018/770", isil, "2018-07-31", "2018-08-16", 16},
		{"S/2019/103", isil, "2019-01-31", "2019-02-01", 1},
		{"S/2018/1031", unitad, "2018-11-18", "2018-11-15", -3},
		{"S/2018/705", calendar(beginning("S/RES/2368 (2017) annex I", "2017-12-31", "P0D", "P6M")), "2018-06-30", "2018-06-27", -3},
		{"S/2016/949", calendar(adopted("S/PRST/2015/25", "2015-12-16", "P12M", "")), "2016-12-16", "2016-11-10", -36},
	} {
		if late := dated(c.masthead).DaysSince(one(t, c.calendar, c.due).Mandated); late != c.late {
			t.Errorf("%s came %d days late, want %d", c.symbol, late, c.late)
		}
	}
}

func TestAnAwaitedEventIsTold(t *testing.T) {
	c := calendar(rule(rapporteur.DueRule{ID: "first", Anchor: rapporteur.AnchorEvent, Event: "start", Offset: period("P90D"), Basis: "S/RES/2379 (2017) OP15"}))
	c.Events = []rapporteur.DueEvent{{ID: "start", Label: "start of activities"}}
	from, to := dated("2017-09-21"), dated("2019-12-31")
	dues, awaited, err := c.Dues(from, to)
	if want := []rapporteur.Awaited{{Rule: "first", Event: "start", Label: "start of activities"}}; err != nil || len(dues) != 0 || !cmp.Equal(awaited, want) {
		t.Errorf("got %v, awaited %v (%v)", dues, awaited, err)
	}
	dues, awaited, err = c.Dues(from, to, rapporteur.DueEvent{ID: "start", Date: dated("2018-08-20"), Authority: "S/2018/773"})
	if err != nil || len(awaited) != 0 || len(dues) != 1 {
		t.Fatalf("got %v, awaited %v (%v)", dues, awaited, err)
	}
	if got := dues[0].Derivation[0]; got.Authority != "S/2018/773" || got.Rule != "start of activities" {
		t.Errorf("the event is not told: %+v", got)
	}
	if _, _, err := c.Dues(from, to, rapporteur.DueEvent{ID: "sart", Date: dated("2018-08-20")}); !rapporteur.IsProblem(err, rapporteur.ProblemInvalid) {
		t.Errorf("an unknown event is taken: %v", err)
	}
}

// What is awaited concerns the window: not a rule that was replaced before it,
// takes effect after it, or reports on what has closed.
func TestOnlyWhatMattersIsAwaited(t *testing.T) {
	waits := rule(rapporteur.DueRule{Anchor: rapporteur.AnchorEvent, Event: "start", From: dated("2018-01-01"), Basis: "S/RES/1 (2018)"})
	later := adopted("S/RES/2 (2018)", "2018-07-01", "P6M", "")
	later.From = dated("2018-07-01")
	c := calendar(waits, later, rule(rapporteur.DueRule{ID: "end", Anchor: rapporteur.AnchorMandateEnd, Basis: "S/RES/1 (2018)"}))
	c.Events = []rapporteur.DueEvent{{ID: "start", Label: "the start"}}
	c.Mandates = []rapporteur.Mandate{{From: dated("2017-01-01"), Until: dated("2017-12-31"), Authority: "S/RES/1 (2018)"}}
	for _, test := range []struct{ from, to, closes, want string }{
		{"2017-01-01", "2017-12-31", "", ""},
		{"2018-01-01", "2018-01-01", "", "regular end"},
		{"2018-06-30", "2018-12-31", "", "regular end"},
		{"2018-07-01", "2018-12-31", "", "end"},
		{"2018-01-01", "2018-03-01", "2017-12-31", ""},
		{"2017-06-01", "2018-03-01", "2017-12-31", "regular"},
	} {
		c.Closes = rapporteur.Date{}
		if test.closes != "" {
			c.Closes = dated(test.closes)
		}
		_, awaited, err := c.Dues(dated(test.from), dated(test.to))
		var got []string
		for _, a := range awaited {
			got = append(got, a.Rule)
		}
		if err != nil || strings.Join(got, " ") != test.want {
			t.Errorf("%s to %s: got %v (%v), want %s", test.from, test.to, awaited, err, test.want)
		}
	}
}

// The change of UNAMID from 60 to 90 days on 13 July 2018, read both ways.
func TestAChangeOfRhythm(t *testing.T) {
	sixty := adopted("S/RES/2363 (2017)", "2017-06-29", "P60D", "P60D")
	ninety := adopted("S/RES/2429 (2018) OP56", "2018-07-13", "P90D", "P90D")
	ninety.From = dated("2018-07-13")
	c := calendar(sixty, ninety)
	if got, want := fallsDue(t, c, "2018-04-01", "2019-01-31"), "2018-04-25 2018-06-24 2018-10-11 2019-01-09"; got != want {
		t.Errorf("from the adoption: got %s, want %s", got, want)
	}
	ninety.Anchor, ninety.Date = rapporteur.AnchorPrevious, rapporteur.Date{}
	c = calendar(sixty, ninety)
	if got, want := fallsDue(t, c, "2018-04-01", "2019-01-31"), "2018-04-25 2018-06-24 2018-09-22 2018-12-21"; got != want {
		t.Errorf("from the previous due date: got %s, want %s", got, want)
	}
	dues, _, _ := c.Dues(dated("2018-07-01"), dated("2018-12-31"))
	if dues[0].Basis != "S/RES/2429 (2018) OP56" {
		t.Errorf("the change has the authority %q", dues[0].Basis)
	}
}

// S/RES/2409 (2018) OP59 and OP61: every three months, and every 30 days when
// no regular report is due. Each regular report takes the place of the update
// nearest to it, so between two papers never lie more than 45 days.
func TestUpdatesGiveWayToRegularReports(t *testing.T) {
	electoral := adopted("S/RES/2409 (2018) OP61", "2018-03-27", "P30D", "P30D")
	electoral.ID, electoral.Unless, electoral.Until = "electoral", "regular", dated("2018-12-30")
	c := calendar(adopted("S/RES/2409 (2018) OP59", "2018-03-27", "P3M", "P3M"), electoral)
	dues, _, err := c.Dues(dated("2018-03-27"), dated("2019-01-31"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for n, d := range dues {
		got = append(got, d.Mandated.String()[5:]+" "+d.Rule[:1]+fmt.Sprint(d.N))
		if n > 0 && d.Mandated.DaysSince(dues[n-1].Mandated) > 45 {
			t.Errorf("nothing is due between %s and %s", dues[n-1].Mandated, d.Mandated)
		}
	}
	want := "04-26 e1, 05-26 e2, 06-27 r1, 07-25 e4, 08-24 e5, 09-27 r2, 10-23 e7, 11-22 e8, 12-27 r3"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
	if got := fallsDue(t, c, "2018-06-01", "2018-06-25"); got != "" {
		t.Errorf("a window that ends before the regular report has an update on %s", got)
	}
}

// A regular report takes the place of the nearest update, half-way between two
// of the later one.
func TestWhichUpdateGivesWay(t *testing.T) {
	for _, c := range []struct{ every, regular, want string }{
		{"P31D", "2018-02-16", "2018-02-16 2018-03-04"}, // 15 days after 1 February, 16 before 4 March
		{"P31D", "2018-02-17", "2018-02-01 2018-02-17"},
		{"P30D", "2018-02-14", "2018-02-14 2018-03-02"}, // 14 days after 31 January, 16 before 2 March
		{"P30D", "2018-02-15", "2018-01-31 2018-02-15"}, // 15 days either way
	} {
		update := adopted("S/RES/2409 (2018) OP61", "2018-01-01", c.every, c.every)
		update.ID, update.Unless = "update", "regular"
		if got := fallsDue(t, calendar(beginning("S/RES/2409 (2018) OP59", c.regular, "P0D", ""), update), "2018-01-01", "2018-03-10"); got != c.want {
			t.Errorf("%s with a report on %s: got %s, want %s", c.every, c.regular, got, c.want)
		}
	}
}
