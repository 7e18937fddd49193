package schemas

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// tolerances are how far a report may lie from the day it was planned for, in
// days, by the confidence of its rule. H: a week, for a rule read in the text
// meets every sourced masthead date within seven days. M: a month, for an
// inferred interval of three or four months names the month and no more. L:
// general knowledge, half of the shortest of those intervals.
var tolerances = map[string]int{"H": 7, "M": 31, "L": 45}

// evidence is a report that came. Where its masthead date was not seen, first
// and last are those of the nearest symbols before and after it whose dates
// were.
type evidence struct {
	mission, rule, symbol string
	first, last           string
	why                   string // of a date that is not exact
}

// reportsSeen is what was seen of the reports on missions, November 2017 to
// December 2018, and of some before and after.
func reportsSeen(t testing.TB) []evidence {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "mission-reports.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return each(rows[1:], func(row []string) evidence { return evidence{row[0], row[1], row[2], row[3], row[4], row[5]} })
}

// late is how many days a report came after the day, negative for before.
func (e evidence) late(t testing.TB, planned rapporteur.Date) int {
	t.Helper()
	first, last := on(t, e.first), on(t, e.first)
	if e.last != "" {
		last = on(t, e.last)
	}
	switch {
	case planned.Before(first):
		return first.DaysSince(planned)
	case planned.After(last):
		return last.DaysSince(planned)
	}
	return 0
}

func missionDues(t testing.TB, mission, from, to string) []rapporteur.DueDate {
	t.Helper()
	calendar, err := load(t).Calendar(rapporteur.ContributorID("mission-" + mission))
	if err != nil {
		t.Fatal(err)
	}
	dues, _, err := calendar.Dues(on(t, from), on(t, to))
	if err != nil {
		t.Fatalf("%s: %v", mission, err)
	}
	return dues
}

// Every report that was seen came near a due date of its own.
func TestReportsCameWhenTheyWereDue(t *testing.T) {
	taken := map[string]string{}
	for _, e := range reportsSeen(t) {
		var best rapporteur.DueDate
		nearest := 1 << 20
		for _, d := range missionDues(t, e.mission, "2017-07-01", "2019-06-30") {
			if away := max(e.late(t, d.Planned), -e.late(t, d.Planned)); d.Rule == e.rule && away < nearest {
				best, nearest = d, away
			}
		}
		if tolerance, ok := tolerances[best.Confidence]; !ok || nearest > tolerance {
			t.Errorf("%s %s of %s: %d days from the nearest date, planned for %s, with confidence %q", e.mission, e.symbol, e.first, nearest, best.Planned, best.Confidence)
		}
		key := e.mission + e.rule + best.Mandated.String()
		if other := taken[key]; other != "" {
			t.Errorf("%s: %s and %s are both for %s", e.mission, other, e.symbol, best.Mandated)
		}
		taken[key] = e.symbol
	}
}

// Where two reports in a row were seen, nothing else was due between them.
func TestNothingElseWasDue(t *testing.T) {
	for mission, want := range map[string]string{
		"minurso":   "2018-03-31 2018-10-01",
		"minusca":   "2018-02-15 2018-06-15 2018-10-15",
		"minusma":   "2017-12-29 2018-03-29 2018-06-29 2018-09-28 2018-12-28",
		"minujusth": "2018-03-16 2018-08-30 2018-11-28",
		"unama":     "2017-12-17 2018-03-17 2018-06-08 2018-09-08 2018-12-08",
		"unami":     "2018-01-14 2018-04-14 2018-07-14 2018-11-01",
		"unamid":    "2017-12-26 2018-02-24 2018-04-25 2018-06-24 2018-10-11",
		"unmiss":    "2017-12-11 2018-03-14 2018-06-13 2018-09-11 2018-12-10",
		"uniogbis":  "2018-02-23 2018-08-23",
		"unisfa":    "2018-04-03 2018-10-04",
		"unmil":     "2018-04-14", // the final report, after the mission closed
		"unoca":     "2017-11-30 2018-05-30 2018-11-30",
		"unowas":    "2017-12-31 2018-06-30 2018-12-31",
		"unsmil":    "2018-01-14 2018-05-14 2018-09-14",
		"unsom":     "2017-12-28 2018-04-27 2018-08-25 2018-12-23",
		"unvmc":     "2017-12-25 2018-03-25 2018-06-23 2018-09-21 2018-12-20",
		"untso":     "", "unmogip": "", "ose-syria": "", "ose-burundi": "",
	} {
		got := ""
		for _, d := range missionDues(t, mission, "2017-11-01", "2018-12-31") {
			if d.Form == rapporteur.FormReport {
				got += " " + d.Mandated.String()
			}
		}
		if got != " "+want && got+want != "" {
			t.Errorf("%s: got%s, want %s", mission, got, want)
		}
	}
}

func TestEveryMissionSaysWhenReportsAreDue(t *testing.T) {
	c := load(t)
	for _, m := range c.registry.members {
		calendar, err := c.Calendar(m.base.ID)
		if m.base.Kind != rapporteur.KindMission {
			if !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
				t.Errorf("%s is no mission and has a calendar: %v", m.base.ID, err)
			}
			continue
		}
		if err != nil || calendar.Validate() != nil || calendar.Work.Title() != "United Nations Headquarters, New York" {
			t.Errorf("%s: %v, %v", m.base.ID, err, calendar.Validate())
		}
		if n := len(m.exists); calendar.Closes != m.exists[n-1].until {
			t.Errorf("%s closes on %s, its calendar on %s", m.base.ID, m.exists[n-1].until, calendar.Closes)
		}
	}
	if _, err := c.Calendar("mission-none"); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestReportsEndWithTheMission(t *testing.T) {
	for mission, last := range map[string]string{"unamid": "2020-12-31", "minusma": "2023-12-31", "minujusth": "2019-10-15", "uniogbis": "2020-12-31"} {
		dues := missionDues(t, mission, "2018-01-01", "2030-12-31")
		if end := dues[len(dues)-1].Mandated; end.After(on(t, last)) || on(t, last).DaysSince(end) > 184 {
			t.Errorf("the last report on %s is due on %s, and it closed on %s", mission, end, last)
		}
	}
}

func TestSuccession(t *testing.T) {
	c := load(t)
	minujusth, err := c.Contributor("mission-minujusth", on(t, "2018-01-01"))
	if err != nil || minujusth.Succeeds != "mission-minustah" {
		t.Fatalf("got %+v, %v", minujusth, err)
	}
	for day, want := range map[string]rapporteur.ContributorID{"2017-10-15": "mission-minustah", "2017-10-16": "mission-minujusth"} {
		for _, m := range c.Contributors(on(t, day), rapporteur.KindMission) {
			if m.Host == "Haiti" && m.ID != want {
				t.Errorf("on %s there is %s in Haiti, want %s", day, m.ID, want)
			}
		}
	}
	if slices.ContainsFunc(c.Contributors(on(t, "2017-11-21")), func(m rapporteur.Contributor) bool { return m.ID == "mission-unoci" }) {
		t.Error("a mission that closed before the resolution is asked")
	}
}

// What the README shows is a calendar.
func TestTheExampleOfTheReadme(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "```yaml\n")
	example, _, found := strings.Cut(example, "```")
	if !found || !strings.HasPrefix(example, "reporting:\n") {
		t.Fatalf("the example is %q", example)
	}
	files := goodFiles(t)
	files["registry/missions.yaml"].Data = []byte(strings.Replace(smallMissions, "    reporting: {none: closed}\n", "    "+strings.ReplaceAll(strings.TrimSpace(example), "\n", "\n    ")+"\n", 1))
	c, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	calendar, _ := c.Calendar("mission-old")
	calendar.Closes = rapporteur.Date{}
	dues, awaited, err := calendar.Dues(on(t, "2018-06-01"), on(t, "2018-12-31"))
	if err != nil || len(awaited) != 1 || len(dues) != 2 || dues[1].Agreed != on(t, "2018-10-31") {
		t.Errorf("got %+v, awaited %v (%v)", dues, awaited, err)
	}
}

// Ten years of due dates of all missions, with every derivation. The goal is
// under 50 ms.
func BenchmarkDues(b *testing.B) {
	c := load(b)
	var all []rapporteur.Calendar
	for _, m := range c.registry.members {
		if m.reporting != nil {
			calendar, _ := c.Calendar(m.base.ID)
			all = append(all, calendar)
		}
	}
	from, to := on(b, "2017-11-01"), on(b, "2027-10-31")
	b.ReportAllocs()
	for b.Loop() {
		for _, calendar := range all {
			if _, _, err := calendar.Dues(from, to); err != nil {
				b.Fatal(err)
			}
		}
	}
}
