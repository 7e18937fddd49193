package rapporteur_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

var (
	someDay = rapid.Custom(func(t *rapid.T) rapporteur.Date {
		return dated("2016-01-01").AddDays(rapid.IntRange(0, 1500).Draw(t, "day"))
	})
	someLength = rapid.Custom(func(t *rapid.T) rapporteur.Period {
		return period(rapid.SampledFrom([]string{"P7D", "P30D", "P45D", "P60D", "P90D", "P1M", "P3M", "P6M", "P1M3D"}).Draw(t, "length"))
	})
)

// someCalendar has a series with a change of rhythm, updates that give way to
// it, what is due by mandate, half year and event, and dates that moved.
var someCalendar = rapid.Custom(func(t *rapid.T) rapporteur.Calendar {
	first := adopted("a text", someDay.Draw(t, "adopted").String(), someLength.Draw(t, "offset").String(), someLength.Draw(t, "every").String())
	next := beginning("another text", someDay.Draw(t, "from").String(), someLength.Draw(t, "offset").String(), someLength.Draw(t, "every").String())
	next.From = next.Date
	if rapid.Bool().Draw(t, "follows") {
		next.Anchor, next.Date = rapporteur.AnchorPrevious, rapporteur.Date{}
	}
	update := adopted("a text", first.Date.String(), someLength.Draw(t, "offset").String(), someLength.Draw(t, "every").String())
	update.ID, update.Unless = "update", "regular"
	c := calendar(first, next, update,
		rule(rapporteur.DueRule{ID: "end", Anchor: rapporteur.AnchorMandateEnd, Offset: period("-P30D"), Basis: "a text"}),
		rule(rapporteur.DueRule{ID: "start", Anchor: rapporteur.AnchorMandateStart, Every: someLength.Draw(t, "every"), Basis: "a text"}),
		rule(rapporteur.DueRule{ID: "half", Anchor: rapporteur.AnchorHalfYear, Offset: period("P31D"), Basis: "letters"}),
		rule(rapporteur.DueRule{ID: "event", Anchor: rapporteur.AnchorEvent, Event: "start", Every: someLength.Draw(t, "every"), Basis: "a text"}),
	)
	c.Events = []rapporteur.DueEvent{{ID: "start", Label: "the start", Date: someDay.Draw(t, "start")}}
	from := someDay.Draw(t, "mandate")
	c.Mandates = []rapporteur.Mandate{
		{From: from, Until: from.AddMonths(6), Authority: "a text"}, {From: from.AddMonths(7), Until: from.AddMonths(19), Authority: "a text"},
	}
	c.Rules[0].BeforeRenewal, c.Rules[1].BeforeRenewal = period("P21D"), period("P21D")
	if rapid.Bool().Draw(t, "closes") {
		c.Closes = someDay.Draw(t, "closed").AddMonths(6)
	}
	return withMoves(t, c)
})

// withMoves extends some dates and plans others otherwise.
func withMoves(t *rapid.T, c rapporteur.Calendar) rapporteur.Calendar {
	dues, _, err := c.Dues(dated("2016-01-01"), dated("2020-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	for range rapid.IntRange(0, 3).Draw(t, "moves") {
		if len(dues) == 0 {
			break
		}
		d := rapid.SampledFrom(dues).Draw(t, "date")
		change := rapporteur.DueChange{Kind: rapporteur.ChangeExtension, Rule: d.Rule, Due: d.Mandated, To: d.Mandated.AddDays(rapid.IntRange(1, 40).Draw(t, "days")), Authority: "letters"}
		if rapid.Bool().Draw(t, "programme") {
			change.Kind, change.To = rapporteur.ChangeProgramme, d.Mandated.AddDays(-rapid.IntRange(0, 20).Draw(t, "days"))
		}
		if next, err := c.Move(change); err == nil { // an earlier move may have taken the date away
			c = next
		}
	}
	return c
}

func dues(t *rapid.T, c rapporteur.Calendar, from, to rapporteur.Date) []rapporteur.DueDate {
	all, _, err := c.Dues(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDueDatesProperties(t *testing.T) {
	work := headquarters()
	rapid.Check(t, func(t *rapid.T) {
		c := someCalendar.Draw(t, "calendar")
		from := someDay.Draw(t, "window")
		to := from.AddDays(rapid.IntRange(0, 1200).Draw(t, "length"))
		all := dues(t, c, from, to)
		if diff := cmp.Diff(all, dues(t, c, from, to)); diff != "" {
			t.Fatalf("reckoned again it is otherwise:\n%s", diff)
		}
		cut := from.AddDays(rapid.IntRange(0, to.DaysSince(from)).Draw(t, "cut"))
		if diff := cmp.Diff(all, append(dues(t, c, from, cut), dues(t, c, cut.AddDays(1), to)...)); diff != "" {
			t.Fatalf("cut after %s it is otherwise:\n%s", cut, diff)
		}
		last := map[string]rapporteur.Date{}
		for n, d := range all {
			switch {
			case d.Mandated.Before(from) || d.Mandated.After(to):
				t.Fatalf("%s is not in the window", d.Mandated)
			case n > 0 && d.Mandated.Before(all[n-1].Mandated):
				t.Fatalf("%s comes after %s", d.Mandated, all[n-1].Mandated)
			case !d.Mandated.After(last[d.Rule]):
				t.Fatalf("%s is due twice on %s", d.Rule, d.Mandated)
			case d.Agreed.Before(d.Mandated), d.Planned.After(d.Agreed), !work.IsWorkingDay(d.Planned):
				t.Fatalf("mandated %s, agreed %s, planned %s", d.Mandated, d.Agreed, d.Planned)
			case len(c.Changes) == 0 && d.Planned.After(d.Mandated):
				t.Fatalf("mandated %s, planned %s", d.Mandated, d.Planned)
			case !c.Closes.IsZero() && d.Mandated.After(c.Closes):
				t.Fatalf("%s is after the end, %s", d.Mandated, c.Closes)
			}
			last[d.Rule] = d.Mandated
			explained(t, c, d)
		}
	})
}

// explained checks that the steps lead from the anchor to the planned date and
// pass the mandated and the agreed one.
func explained(t *rapid.T, c rapporteur.Calendar, d rapporteur.DueDate) {
	steps, err := c.Explain(d.Rule, d.Mandated)
	if err != nil || !cmp.Equal(steps, d.Derivation) {
		t.Fatalf("%s of %s is explained otherwise: %v (%v)", d.Mandated, d.Rule, steps, err)
	}
	results := map[rapporteur.Date]bool{}
	for _, s := range steps {
		results[s.Result] = true
		if s.Rule == "" || s.Basis == "" {
			t.Fatalf("a step without words: %+v", s)
		}
	}
	if steps[len(steps)-1].Result != d.Planned || steps[1].Result != d.Mandated || !results[d.Agreed] {
		t.Fatalf("%+v leads to %s, not to %s", steps, steps[len(steps)-1].Result, d.Planned)
	}
}

// The n-th date is the anchor plus n intervals, whatever the window and however
// short the months between.
func TestDueDatesDoNotDrift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start, offset, every := someDay.Draw(t, "adopted"), someLength.Draw(t, "offset"), someLength.Draw(t, "every")
		c := calendar(adopted("a text", start.String(), offset.String(), every.String()))
		from := start.AddDays(rapid.IntRange(0, 3000).Draw(t, "window"))
		for _, d := range dues(t, c, from, from.AddMonths(24)) {
			times := d.N - 1
			want := start.AddMonths(offset.Months + times*every.Months).AddDays(offset.Days + times*every.Days)
			if d.Mandated != want {
				t.Fatalf("the date %d of %s from %s is %s, want %s", d.N, every, start, d.Mandated, want)
			}
		}
	})
}

// However updates and rarer regular reports lie, each regular report takes the
// place of one update; gaps are from half an interval to one and a half.
func TestUpdatesGiveWayOnceProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start, interval := someDay.Draw(t, "adopted"), rapid.IntRange(10, 60).Draw(t, "days")
		update := adopted("a text", start.String(), rapporteur.Period{Days: interval}.String(), rapporteur.Period{Days: interval}.String())
		update.ID, update.Unless = "update", "regular"
		longer := rapporteur.Period{Days: 2*interval + rapid.IntRange(0, 90).Draw(t, "more")}
		c := calendar(adopted("a text", start.String(), longer.String(), longer.String()), update)
		to := start.AddMonths(36)
		all := dues(t, c, start, to)
		regular := 0
		for n, d := range all {
			if d.Rule == "regular" {
				regular++
			}
			if n > 0 && 2*d.Mandated.DaysSince(all[n-1].Mandated) > 3*interval+1 {
				t.Fatalf("with %d and %s days nothing is due from %s to %s", interval, longer, all[n-1].Mandated, d.Mandated)
			}
			if n > 0 && 2*d.Mandated.DaysSince(all[n-1].Mandated) < interval-1 {
				t.Fatalf("with %d and %s days two papers are due on %s and %s", interval, longer, all[n-1].Mandated, d.Mandated)
			}
		}
		updates, whole := len(all)-regular, to.DaysSince(start)/interval
		if dropped := whole - updates; dropped < regular-1 || dropped > regular+1 {
			t.Fatalf("%d regular reports took the place of %d updates", regular, dropped)
		}
	})
}
