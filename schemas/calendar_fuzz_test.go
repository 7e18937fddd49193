package schemas

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// Whatever somebody writes as a calendar, it is refused with its place or gives
// dates that are in order, that can be explained and that are the same in
// another window.
func FuzzCalendar(f *testing.F) {
	missions, err := fs.ReadFile(Embedded(), "registry/missions.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range append(strings.Split(string(missions), "    reporting:"), strings.Split(smallMissions, "    reporting:")...) {
		before, _, _ := strings.Cut(text, "\n  - id:")
		f.Add(before)
	}
	for _, seed := range []string{
		"{none: no}", "{}", "", "{rules: []}", "{rules: [{id: a, label: a, anchor: half-year, basis: b, confidence: H, offset: -P99999D}]}",
		"{rules: [{id: a, label: a, anchor: date, date: 0001-01-01, every: P1D, basis: b, confidence: H}]}",
		"{rules: [{id: a, label: a, anchor: date, date: 9999-12-31, every: P9999M99999D, basis: b, confidence: H}]}",
	} {
		f.Add(" " + seed)
	}
	const head = "kind: mission\ncontributors:\n  - id: mission-a\n    group: political\n    host: A\n    exists: [{from: 2018-01-01}]\n    names: [{en: A, fr: A}]\n    reporting:"
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Load(fstest.MapFS{"registry/a.yaml": {Data: []byte(head + text)}})
		var fault *Fault
		if err != nil {
			if !errors.As(err, &fault) || fault.File == "" || fault.Reason == "" {
				t.Fatalf("refused without a place: %v", err)
			}
			return
		}
		from, cut, to := on(t, "2017-11-01"), on(t, "2018-07-14"), on(t, "2019-12-31")
		for _, m := range c.registry.members {
			if m.reporting == nil {
				continue
			}
			all, one, other := duesOf(t, *m.reporting, from, to), duesOf(t, *m.reporting, from, cut), duesOf(t, *m.reporting, cut.AddDays(1), to)
			if diff := cmp.Diff(all, append(one, other...)); diff != "" {
				t.Fatalf("in two windows it is otherwise:\n%s", diff)
			}
			for n, d := range all {
				if n > 0 && d.Mandated.Before(all[n-1].Mandated) || d.Derivation[len(d.Derivation)-1].Result != d.Planned {
					t.Fatalf("%+v after %+v", d, all[n-1])
				}
			}
		}
	})
}

func duesOf(t *testing.T, c rapporteur.Calendar, from, to rapporteur.Date) []rapporteur.DueDate {
	t.Helper()
	all, _, err := c.Dues(from, to)
	if err != nil {
		t.Fatalf("a calendar that was read cannot be reckoned: %v", err)
	}
	return all
}
