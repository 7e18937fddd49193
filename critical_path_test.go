package rapporteur_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// pathCycle is the cycle of the twelve-month report as its policy plans it.
func pathCycle(t testing.TB) (rapporteur.Cycle, rapporteur.WorkingDays) {
	t.Helper()
	catalogue, err := theCatalogue()
	must(t, err)
	i, err := catalogue.Instrument(instrument)
	must(t, err)
	s, _ := i.Stream(stream)
	plan, err := rapporteur.NewPlan(i, s, catalogue.WorkingDays())
	must(t, err)
	return rapporteur.Cycle{ID: "s-res-2388-2017/op34/2018", Shape: s.Shape, Phase: rapporteur.PhasePlanned, Plan: plan, Policy: s.Policy}, catalogue.WorkingDays()
}

// amended is a cycle one of whose dates is another.
func amended(t testing.TB, c rapporteur.Cycle, key, to string) rapporteur.Cycle {
	t.Helper()
	var err error
	c.Plan, err = c.Plan.Amend(key, dated(to), "S/2018/900", "exchange of letters", nil)
	must(t, err)
	return c
}

// toldPath is a way as a table: key, expected, latest, slack, working days.
func toldPath(path []rapporteur.Link) []string {
	var lines []string
	for _, l := range path {
		lines = append(lines, fmt.Sprintf("%s %s %s %d %d", l.Key, l.Expected, l.Latest, l.Slack, l.Working))
	}
	return lines
}

func TestCriticalPath(t *testing.T) {
	planned, work := pathCycle(t)
	for name, c := range map[string]struct {
		cycle  rapporteur.Cycle
		done   map[string]rapporteur.Date
		on     string
		want   []string
		advice string // of the one stage that is too late; empty for none
	}{
		"as the policy plans it two days are left": {cycle: planned, on: "2018-03-01", want: []string{
			"due 2018-09-14 2018-09-16 2 0", "closes 2018-10-05 2018-10-07 2 0", "draft 2018-10-12 2018-10-14 2 0",
			"cleared 2018-11-16 2018-11-16 0 0", "transmits 2018-11-21 2018-11-21 0 0",
		}},
		"collection a week longer, and the draft is not moved": {cycle: amended(t, planned, rapporteur.DateCloses, "2018-10-10"), on: "2018-03-01", want: []string{
			"due 2018-09-14 2018-09-16 2 0", "closes 2018-10-10 2018-10-07 -3 -3", "draft 2018-10-17 2018-10-14 -3 -3",
			"cleared 2018-11-19 2018-11-16 -3 -1", "transmits 2018-11-24 2018-11-21 -3 -1",
		}, advice: "Close collection by 7 October 2018"},
		"collection was closed early": {
			cycle: planned, on: "2018-09-25", done: map[string]rapporteur.Date{rapporteur.DateOpens: dated("2018-05-21"), rapporteur.DateCloses: dated("2018-09-24")},
			want: []string{
				"due 2018-09-14 2018-09-16 2 0", "closes 2018-09-24 2018-10-07 13 9", "draft 2018-10-12 2018-10-14 2 0",
				"cleared 2018-11-16 2018-11-16 0 0", "transmits 2018-11-21 2018-11-21 0 0",
			},
		},
		"the draft is not there on its day": {
			cycle: planned, on: "2018-10-20", done: map[string]rapporteur.Date{rapporteur.DateCloses: dated("2018-10-05")},
			want: []string{
				"due 2018-09-14 2018-09-16 2 0", "closes 2018-10-05 2018-10-07 2 0", "draft 2018-10-20 2018-10-14 -6 -5",
				"cleared 2018-11-22 2018-11-16 -6 -3", "transmits 2018-11-27 2018-11-21 -6 -3",
			},
			advice: "The draft must be with clearance by 14 October 2018",
		},
		"clearance goes on too long": {
			cycle: planned, on: "2018-11-19",
			done: map[string]rapporteur.Date{rapporteur.DateCloses: dated("2018-10-05"), rapporteur.DateDraft: dated("2018-10-12")},
			want: []string{
				"due 2018-09-14 2018-09-16 2 0", "closes 2018-10-05 2018-10-07 2 0", "draft 2018-10-12 2018-10-14 2 0",
				"cleared 2018-11-19 2018-11-16 -3 -1", "transmits 2018-11-24 2018-11-21 -3 -1",
			},
			advice: "Clearance must end by 16 November 2018",
		},
		"the mandated date was moved by an exchange of letters": {cycle: amended(t, amended(t, planned, rapporteur.DateTransmits, "2018-12-05"), rapporteur.DateMandated, "2018-12-05"), on: "2018-03-01", want: []string{
			"due 2018-09-14 2018-09-30 16 10", "closes 2018-10-05 2018-10-21 16 10", "draft 2018-10-12 2018-10-28 16 10",
			"cleared 2018-11-16 2018-11-30 14 9", "transmits 2018-12-05 2018-12-05 0 0",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			path := rapporteur.CriticalPath(c.cycle, c.done, dated(c.on).At(13), work)
			if diff := cmp.Diff(c.want, toldPath(path)); diff != "" {
				t.Errorf("on %s (-want +got):\n%s", c.on, diff)
			}
			var advised []string
			for _, l := range path {
				if l.Advice != "" {
					advised = append(advised, l.Advice)
				}
			}
			if c.advice == "" && len(advised) > 0 || c.advice != "" && (len(advised) != 1 || !strings.HasPrefix(advised[0], c.advice)) {
				t.Errorf("advice is %q, want %q", advised, c.advice)
			}
		})
	}
}

// Whatever is moved or late: the latest dates are as far apart as the stages
// take, what is late has one piece of advice where it begins, and nothing is
// expected before today that is not done.
func TestCriticalPathProperties(t *testing.T) {
	planned, work := pathCycle(t)
	rapid.Check(t, func(t *rapid.T) {
		c := planned
		for n, d := range c.Plan.Dates {
			if d.Key != rapporteur.DateAdoption && d.Key != rapporteur.DateMandated {
				c.Plan.Dates[n].Date = d.Date.AddDays(rapid.IntRange(-5, 20).Draw(t, d.Key))
			}
		}
		now := c.Plan.Date(rapporteur.DateOpens).AddDays(rapid.IntRange(-30, 250).Draw(t, "day"))
		path := rapporteur.CriticalPath(c, nil, now.At(13), work)
		for n, l := range path {
			if n > 0 && l.Latest != path[n-1].Latest.AddDays(l.Needs) {
				t.Errorf("%s must end by %s, %d days after %s", l.Key, l.Latest, l.Needs, path[n-1].Latest)
			}
			if l.Done.IsZero() && l.Expected.Before(now) {
				t.Errorf("%s is expected on %s, and it is %s", l.Key, l.Expected, now)
			}
			if l.Slack < 0 != (l.Working < 0) && l.Working != 0 {
				t.Errorf("%s: slack %d and %d working days", l.Key, l.Slack, l.Working)
			}
			if l.Advice != "" && l.Slack >= 0 {
				t.Errorf("%s has %d days left and the advice %q", l.Key, l.Slack, l.Advice)
			}
		}
		if last := path[len(path)-1]; last.Slack < 0 && !advised(path) {
			t.Errorf("the report is %d days late, and nobody says what to do: %v", -last.Slack, toldPath(path))
		}
	})
}

func advised(path []rapporteur.Link) bool {
	for _, l := range path {
		if l.Advice != "" {
			return true
		}
	}
	return false
}

func TestWorkingDaysBetween(t *testing.T) {
	_, work := pathCycle(t)
	for _, c := range []struct {
		from, to string
		want     int
	}{
		{"2018-11-16", "2018-11-16", 0}, {"2018-11-16", "2018-11-19", 1}, {"2018-11-16", "2018-11-18", 0},
		{"2018-11-19", "2018-11-16", -1}, {"2018-11-21", "2018-11-23", 1}, // Thanksgiving is free
	} {
		if got := work.Between(dated(c.from), dated(c.to)); got != c.want {
			t.Errorf("from %s to %s are %d working days, want %d", c.from, c.to, got, c.want)
		}
	}
}
