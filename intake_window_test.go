package rapporteur

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func on(t rapid.TB, text string) Date {
	t.Helper()
	d, err := ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWindowOn(t *testing.T) {
	halves := IntakePolicy{Halves: true, From: on(t, "2017-11-21")}
	length := func(p, from string) IntakePolicy {
		period, err := ParsePeriod(p)
		if err != nil {
			t.Fatal(err)
		}
		return IntakePolicy{Window: period, From: on(t, from)}
	}
	for _, c := range []struct {
		policy                 IntakePolicy
		on, label, first, last string
	}{
		{halves, "2018-01-01", "2018-H1", "2018-01-01", "2018-06-30"},
		{halves, "2018-06-30", "2018-H1", "2018-01-01", "2018-06-30"},
		{halves, "2018-07-01", "2018-H2", "2018-07-01", "2018-12-31"},
		{halves, "2017-12-31", "2017-H2", "2017-11-21", "2017-12-31"},
		{halves, "2017-01-01", "2017-H2", "2017-11-21", "2017-12-31"}, // before it begins: the first
		{length("P90D", "2018-03-15"), "2018-06-12", "2018-03-15", "2018-03-15", "2018-06-12"},
		{length("P90D", "2018-03-15"), "2018-09-11", "2018-09-11", "2018-09-11", "2018-12-09"}, // 2 × 90 days, not six months
		{length("P1M", "2018-01-31"), "2018-02-27", "2018-01-31", "2018-01-31", "2018-02-27"},
		{length("P1M", "2018-01-31"), "2018-03-30", "2018-02-28", "2018-02-28", "2018-03-30"},
		{length("P1M", "2018-01-31"), "2018-03-31", "2018-03-31", "2018-03-31", "2018-04-29"}, // back to the 31st
		{length("P1D", "2018-02-28"), "2020-02-29", "2020-02-29", "2020-02-29", "2020-02-29"},
		{length("P9999M", "2018-01-01"), "2700-01-01", "2018-01-01", "2018-01-01", "2851-03-31"},
	} {
		want := Window{Label: c.label, First: on(t, c.first), Last: on(t, c.last)}
		if got := c.policy.WindowOn(on(t, c.on)); got != want {
			t.Errorf("%s on %s: %+v, want %+v", c.policy.Window, c.on, got, want)
		}
	}
}

func drawIntake(t *rapid.T) IntakePolicy {
	from := Date{Year: 2018, Month: time.January, Day: 1}.AddDays(rapid.IntRange(0, 800).Draw(t, "from"))
	if rapid.Bool().Draw(t, "halves") {
		return IntakePolicy{Halves: true, From: from}
	}
	p := Period{Months: rapid.IntRange(0, 14).Draw(t, "months"), Days: rapid.IntRange(0, 100).Draw(t, "days")}
	if p.IsZero() {
		p.Days = 1
	}
	return IntakePolicy{Window: p, From: from}
}

// Windows follow each other without gap and overlap, labels sort as they do,
// and whichever way a window is found it is the same.
func TestWindowsLeaveNoGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawIntake(t)
		w := p.WindowOn(p.From)
		if w.First != p.From {
			t.Fatalf("the first window begins on %s, the intake on %s", w.First, p.From)
		}
		for range 30 {
			next := p.After(w)
			switch {
			case next.First != w.Last.AddDays(1) || next.Last.Before(next.First):
				t.Fatalf("%+v follows %+v", next, w)
			case next.Label <= w.Label:
				t.Fatalf("the label %s comes after %s", next.Label, w.Label)
			case p.WindowOn(next.First) != next || p.WindowOn(next.Last) != next:
				t.Fatalf("%+v is %+v on its first and %+v on its last day", next, p.WindowOn(next.First), p.WindowOn(next.Last))
			}
			w = next
		}
	})
}

// Where the policy changes from one window to the next, there is still neither
// gap nor overlap.
func TestWindowsOfAChangedPolicy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawIntake(t), drawIntake(t)
		after.From = before.From
		w := before.WindowOn(before.From.AddDays(rapid.IntRange(0, 1000).Draw(t, "day")))
		next := after.After(w)
		if next.First != w.Last.AddDays(1) || next.Last.Before(next.First) {
			t.Fatalf("%+v follows %+v", next, w)
		}
		if again := after.After(next); again != after.WindowOn(again.First) {
			t.Fatalf("%+v is not a window of the new policy", again)
		}
	})
}

// Every date of a window has its derivation, which ends with the date itself.
func TestWindowCycleExplainsItsDates(t *testing.T) {
	i := Instrument{ID: "s-res-2388-2017", Symbol: "S/RES/2388 (2017)", Adopted: on(t, "2017-11-21")}
	s := Stream{ID: "op9", Intake: IntakePolicy{Halves: true, From: on(t, "2017-11-21")}}
	w := s.Intake.WindowOn(on(t, "2018-02-01"))
	w.First = on(t, "2018-02-10") // started in the middle
	c := windowCycle(i, s, w)
	if c.ID != "s-res-2388-2017/op9/window-2018-H1" || c.Shape != ShapeIntake || c.Phase != PhasePlanned || c.Window() != w {
		t.Errorf("cycle %+v", c)
	}
	if !c.ID.IsWindow() || CycleID("s-res-2388-2017/op23a/occasion-1").IsWindow() || CycleWorkflowID(c.ID) != "intake/s-res-2388-2017/op9" {
		t.Errorf("%s is conducted by %s", c.ID, CycleWorkflowID(c.ID))
	}
	for _, d := range c.Plan.Dates {
		if last := d.Derivation[len(d.Derivation)-1]; last.Result != d.Date || d.Derivation[0].Basis != i.Symbol {
			t.Errorf("%s is %s, derived by %+v", d.Key, d.Date, d.Derivation)
		}
	}
	if steps := c.Plan.Dates[1].Derivation; len(steps) != 3 || steps[2].Rule != "40 days later" {
		t.Errorf("opens is derived by %+v", steps)
	}
}

func TestClassificationAtLeast(t *testing.T) {
	for _, c := range []struct{ of, least, want Classification }{
		{Unclassified, Unclassified, Unclassified}, {Unclassified, Confidential, Confidential}, {Confidential, Unclassified, Confidential},
		{StrictlyConfidential, Confidential, StrictlyConfidential}, {"", StrictlyConfidential, StrictlyConfidential}, {"secret", Unclassified, Unclassified},
	} {
		if got := c.of.AtLeast(c.least); got != c.want {
			t.Errorf("%q at least %q is %q", c.of, c.least, got)
		}
	}
	if Classification("secret").Known() || !StrictlyConfidential.Known() {
		t.Error("levels are not told apart")
	}
}
