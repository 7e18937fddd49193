package rapporteur_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// one is the only due date of a day.
func one(t testing.TB, c rapporteur.Calendar, on string) rapporteur.DueDate {
	t.Helper()
	dues, _, err := c.Dues(dated(on), dated(on))
	if err != nil || len(dues) != 1 {
		t.Fatalf("on %s is due %v (%v)", on, dues, err)
	}
	return dues[0]
}

func must1[T any](t testing.TB) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// A date moves by exchange of letters and by the programme of work; the rest of
// the series stays, and nothing of how it was is lost.
func TestADateMovesOnAnAuthority(t *testing.T) {
	series := calendar(adopted("S/RES/2406 (2018)", "2018-03-15", "P90D", "P90D"))
	before := fmt.Sprintf("%+v", series)
	move := must1[rapporteur.Calendar](t)
	extended := move(series.Move(rapporteur.DueChange{Kind: rapporteur.ChangeExtension, Rule: "regular", Due: dated("2018-06-13"), To: dated("2018-06-29"), Authority: "S/2018/600"}))
	again := move(extended.Move(rapporteur.DueChange{Kind: rapporteur.ChangeExtension, Rule: "regular", Due: dated("2018-06-13"), To: dated("2018-07-07"), Authority: "S/2018/650"}))
	planned := move(again.Move(rapporteur.DueChange{Kind: rapporteur.ChangeProgramme, Rule: "regular", Due: dated("2018-06-13"), To: dated("2018-07-04"), Authority: "programme of work for July 2018"}))
	if fmt.Sprintf("%+v", series) != before {
		t.Error("moving a date changed the calendar that was moved from")
	}
	d := one(t, planned, "2018-06-13")
	if d.Mandated != dated("2018-06-13") || d.Agreed != dated("2018-07-07") || d.Planned != dated("2018-07-03") {
		t.Errorf("mandated %s, agreed %s, planned %s", d.Mandated, d.Agreed, d.Planned)
	}
	want := []rapporteur.Step{
		{Rule: "adoption", Basis: "S/RES/2406 (2018)", Result: dated("2018-03-15")},
		{Rule: "adoption plus 90 days", Basis: "S/RES/2406 (2018)", Result: dated("2018-06-13")},
		{Rule: "extended from 2018-06-13", Basis: "one-time extension", Result: dated("2018-06-29"), Authority: "S/2018/600"},
		{Rule: "extended from 2018-06-29", Basis: "one-time extension", Result: dated("2018-07-07"), Authority: "S/2018/650"},
		{Rule: "moved from 2018-07-07", Basis: "programme of work", Result: dated("2018-07-04"), Authority: "programme of work for July 2018"},
		{Rule: "last working day before", Basis: "Headquarters", Result: dated("2018-07-03")},
	}
	if diff := cmp.Diff(want, d.Derivation); diff != "" {
		t.Errorf("the derivation (-want +got):\n%s", diff)
	}
	if got := fallsDue(t, planned, "2018-03-15", "2018-12-31"); got != "2018-06-13 2018-09-11 2018-12-10" {
		t.Errorf("an extension moved other dates: %s", got)
	}
}

// Only a series that follows the previous due date moves with it.
func TestASeriesThatFollowsThePreviousDate(t *testing.T) {
	follows := adopted("S/PRST/2018/17", "2018-08-10", "P6M", "P6M")
	follows.Anchor, follows.Date, follows.From = rapporteur.AnchorPrevious, rapporteur.Date{}, dated("2018-08-10")
	c := calendar(beginning("S/PRST/2015/12", "2015-11-30", "P0D", "P6M"), follows)
	if got, want := fallsDue(t, c, "2018-01-01", "2019-12-31"), "2018-05-30 2018-11-30 2019-05-30 2019-11-30"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	c = must1[rapporteur.Calendar](t)(c.Move(rapporteur.DueChange{Kind: rapporteur.ChangeExtension, Rule: "regular", Due: dated("2018-11-30"), To: dated("2018-12-31"), Authority: "S/2018/1100"}))
	if got, want := fallsDue(t, c, "2018-01-01", "2019-12-31"), "2018-05-30 2018-11-30 2019-06-30 2019-12-30"; got != want {
		t.Errorf("after an extension: got %s, want %s", got, want)
	}
	c = calendar(beginning("S/PRST/2015/12", "2015-11-30", "P0D", "P6M"), follows)
	c = must1[rapporteur.Calendar](t)(c.Move(rapporteur.DueChange{Kind: rapporteur.ChangeExtension, Rule: "regular", Due: dated("2018-05-30"), To: dated("2018-06-15"), Authority: "S/2018/500"}))
	if got, want := fallsDue(t, c, "2018-01-01", "2018-12-31"), "2018-05-30 2018-12-15"; got != want {
		t.Errorf("after an extension before the change: got %s, want %s", got, want)
	}
	other := follows
	other.ID, other.Of, other.Offset, other.Every = "second", "regular", period("P1M"), rapporteur.Period{}
	c = calendar(beginning("S/PRST/2015/12", "2015-11-30", "P0D", "P6M"), other)
	if got, want := fallsDue(t, c, "2018-06-01", "2018-10-01"), ""; got != want {
		t.Errorf("a date before its rule took effect is due: %s", got)
	}
	c.Rules[1].From = dated("2018-06-05")
	if got, want := fallsDue(t, c, "2018-06-01", "2018-10-01"), "2018-06-30"; got != want {
		t.Errorf("after another rule's date: got %s, want %s", got, want)
	}
}

// A report that falls due in the last three weeks of a mandate is wanted before
// the Council renews it: S/2018/165 of 27 February for the mandate of UNAMA
// that ended on 17 March 2018. It stands although the renewal, of 8 March,
// begins another series before the mandated date.
func TestAReportServesTheRenewal(t *testing.T) {
	old := adopted("S/RES/2344 (2017)", "2017-03-17", "P3M", "P3M")
	renewed := adopted("S/RES/2405 (2018)", "2018-03-08", "P3M", "P3M")
	renewed.From = dated("2018-03-08")
	c := calendar(old, renewed)
	c.Mandates = []rapporteur.Mandate{{From: dated("2017-03-18"), Until: dated("2018-03-17"), Authority: "S/RES/2344 (2017)"}}
	if got, want := fallsDue(t, c, "2017-12-01", "2018-06-30"), "2017-12-17 2018-06-08"; got != want {
		t.Errorf("without a time before renewal: got %s, want %s", got, want)
	}
	c.Rules[0].BeforeRenewal, c.Rules[1].BeforeRenewal = period("P21D"), period("P21D")
	if got, want := fallsDue(t, c, "2017-12-01", "2018-06-30"), "2017-12-17 2018-03-17 2018-06-08"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	d := one(t, c, "2018-03-17")
	if d.Planned != dated("2018-02-23") || d.Agreed != d.Mandated {
		t.Errorf("planned for %s", d.Planned)
	}
	says := "end of the mandate period, 17 March 2018, minus 21 days, for its renewal"
	if got := d.Derivation[2]; got.Rule != says || got.Basis != "S/RES/2344 (2017)" || got.Result != dated("2018-02-24") {
		t.Errorf("got %+v", got)
	}
	extension := rapporteur.DueChange{Kind: rapporteur.ChangeExtension, Rule: "regular", Due: dated("2018-03-17"), To: dated("2018-03-20"), Authority: "S/2018/200"}
	c, err := c.Move(extension)
	if err != nil {
		t.Fatalf("a date that stands cannot be moved: %v", err)
	}
	if d := one(t, c, "2018-03-17"); d.Planned != dated("2018-03-20") {
		t.Errorf("a date that was extended is planned for %s", d.Planned)
	}
}

// Two rules may ask for something on one day; a move is of one of them.
func TestAMoveIsOfOneRule(t *testing.T) {
	other := adopted("S/RES/2 (2018)", "2018-03-15", "P90D", "P90D")
	other.ID = "other"
	c := calendar(adopted("S/RES/1 (2018)", "2018-03-15", "P90D", "P90D"), other)
	move := must1[rapporteur.Calendar](t)
	c = move(c.Move(rapporteur.DueChange{Kind: rapporteur.ChangeExtension, Rule: "other", Due: dated("2018-06-13"), To: dated("2018-06-27"), Authority: "S/2018/600"}))
	c = move(c.Move(rapporteur.DueChange{Kind: rapporteur.ChangeProgramme, Rule: "other", Due: dated("2018-06-13"), To: dated("2018-06-20"), Authority: "programme of work"}))
	dues, _, err := c.Dues(dated("2018-06-13"), dated("2018-06-13"))
	if err != nil || len(dues) != 2 || dues[0].Rule != "regular" || dues[1].Rule != "other" {
		t.Fatalf("got %+v (%v)", dues, err)
	}
	if d := dues[0]; d.Agreed != d.Mandated || d.Planned != d.Mandated {
		t.Errorf("the other rule's date moved: %+v", d)
	}
	if d := dues[1]; d.Agreed != dated("2018-06-27") || d.Planned != dated("2018-06-20") {
		t.Errorf("the date did not move: %+v", d)
	}
}

func TestMandatePeriods(t *testing.T) {
	end := rule(rapporteur.DueRule{Anchor: rapporteur.AnchorMandateEnd, Offset: period("-P30D"), Expected: true, Basis: "S/RES/2351 (2017)"})
	start := rule(rapporteur.DueRule{ID: "started", Anchor: rapporteur.AnchorMandateStart, Offset: period("P3M"), Every: period("P3M"), Basis: "S/RES/2421 (2018)"})
	c := calendar(end, start)
	c.Mandates = []rapporteur.Mandate{
		{From: dated("2017-05-01"), Until: dated("2018-04-30"), Authority: "S/RES/2351 (2017)"},
		{From: dated("2018-05-01"), Until: dated("2018-10-31"), Authority: "S/RES/2414 (2018)"},
	}
	if got, want := fallsDue(t, c, "2018-01-01", "2019-12-31"), "2018-02-01 2018-03-31 2018-08-01 2018-10-01"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	_, awaited, _ := c.Dues(dated("2018-01-01"), dated("2019-12-31"))
	want := []rapporteur.Awaited{{Rule: "regular", Label: "the mandate after 31 October 2018"}, {Rule: "started", Label: "the mandate after 31 October 2018"}}
	if diff := cmp.Diff(want, awaited); diff != "" {
		t.Errorf("awaited (-want +got):\n%s", diff)
	}
	if _, awaited, _ = c.Dues(dated("2018-01-01"), dated("2018-10-31")); len(awaited) != 0 {
		t.Errorf("in a known mandate is awaited %v", awaited)
	}
	d := one(t, c, "2018-10-01")
	if !d.Expected || !strings.Contains(d.Derivation[1].Rule, "no text fixes the date") || d.Derivation[0].Basis != "S/RES/2414 (2018)" {
		t.Errorf("got %+v", d)
	}
}

func TestNothingIsDueAfterTheEnd(t *testing.T) {
	final := rule(rapporteur.DueRule{ID: "final", Anchor: rapporteur.AnchorDate, Date: dated("2018-04-14"), Final: true, Basis: "S/RES/2333 (2016)"})
	regular := beginning("S/RES/2333 (2016)", "2017-12-31", "P0D", "P1M")
	c := calendar(regular, final)
	c.Closes = dated("2018-03-30")
	if got, want := fallsDue(t, c, "2017-12-01", "2020-12-31"), "2017-12-31 2018-01-31 2018-02-28 2018-04-14"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	c.Rules[0].Until = dated("2018-02-27")
	if got, want := fallsDue(t, c, "2017-12-01", "2020-12-31"), "2017-12-31 2018-01-31 2018-04-14"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWhatADateCovers(t *testing.T) {
	halves := rule(rapporteur.DueRule{ID: "halves", Anchor: rapporteur.AnchorHalfYear, Basis: "letters"})
	ninety := adopted("S/RES/2429 (2018) OP56", "2018-07-13", "P90D", "P90D")
	ninety.From = dated("2018-07-13")
	c := calendar(adopted("S/RES/2363 (2017)", "2017-06-29", "P60D", "P60D"), ninety, halves,
		rule(rapporteur.DueRule{ID: "once", Anchor: rapporteur.AnchorDate, Date: dated("2018-06-15"), Basis: "S/RES/2398 (2018)"}))
	for on, want := range map[string]string{
		"2017-08-28": "2017-06-30 2017-08-28", // the first, from the adoption
		"2018-04-25": "2018-02-25 2018-04-25",
		"2018-10-11": "2018-06-25 2018-10-11", // over the change of rhythm
		"2018-06-30": "2018-01-01 2018-06-30",
		"2018-12-31": "2018-07-01 2018-12-31",
		"2018-06-15": " ",
	} {
		if d := one(t, c, on); d.CoversFrom.String()+" "+d.CoversUntil.String() != want {
			t.Errorf("%s covers %s to %s, want %s", on, d.CoversFrom, d.CoversUntil, want)
		}
	}
}

// What an old rule and the one that replaces it both ask for is due once.
func TestNoDateIsDueTwice(t *testing.T) {
	old := beginning("an old text", "2018-01-14", "P0D", "P2M") // 14 July is a Saturday, planned for the 13th
	renewed := beginning("a new text", "2018-07-14", "P0D", "P1M")
	renewed.From = dated("2018-07-14")
	if got, want := fallsDue(t, calendar(old, renewed), "2018-05-01", "2018-09-01"), "2018-05-14 2018-07-14 2018-08-14"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A date of the old rule that stands may lie after the first of the new one.
func TestDatesOfTwoRulesAreInOrder(t *testing.T) {
	old := beginning("an old text", "2018-03-17", "P0D", "P3M")
	old.BeforeRenewal = period("P21D")
	renewed := beginning("a new text", "2018-03-10", "P0D", "P3M")
	renewed.From = dated("2018-03-08")
	c := calendar(old, renewed)
	c.Mandates = []rapporteur.Mandate{{From: dated("2017-03-18"), Until: dated("2018-03-17"), Authority: "an old text"}}
	if got, want := fallsDue(t, c, "2018-01-01", "2018-06-30"), "2018-03-10 2018-03-17 2018-06-10"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for on, from := range map[string]string{"2018-03-17": "2018-03-11", "2018-06-10": "2018-03-18"} {
		if d := one(t, c, on); d.CoversFrom != dated(from) {
			t.Errorf("%s covers from %s, want %s", on, d.CoversFrom, from)
		}
	}
}

func TestExplain(t *testing.T) {
	c := calendar(adopted("S/RES/2406 (2018)", "2018-03-15", "P90D", "P90D"))
	steps, err := c.Explain("regular", dated("2018-09-11"))
	want := []rapporteur.Step{
		{Rule: "adoption", Basis: "S/RES/2406 (2018)", Result: dated("2018-03-15")},
		{Rule: "adoption plus 2 × 90 days", Basis: "S/RES/2406 (2018)", Result: dated("2018-09-11")},
	}
	if diff := cmp.Diff(want, steps); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, c := range []struct {
		calendar rapporteur.Calendar
		on, says string
	}{
		{calendar(beginning("S/RES/2368 (2017)", "2018-01-31", "P0D", "P6M")), "2018-01-31", "as the text says"},
		{calendar(beginning("S/RES/2368 (2017)", "2018-01-31", "P0D", "P6M")), "2019-01-31", "31 January 2018 plus 2 × 6 months"},
		{calendar(adopted("S/RES/2379 (2017)", "2018-08-20", "P90D", "P180D")), "2018-11-18", "adoption plus 90 days"},
		{calendar(adopted("S/RES/2379 (2017)", "2018-08-20", "P90D", "P180D")), "2019-11-13", "adoption plus 90 days plus 2 × 180 days"},
	} {
		if got := one(t, c.calendar, c.on).Derivation[1].Rule; got != c.says {
			t.Errorf("%s: %q, want %q", c.on, got, c.says)
		}
	}
	for _, id := range []string{"regular", "another"} {
		if _, err := c.Explain(id, dated("2018-09-12")); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
			t.Errorf("a date that %s does not give is explained: %v", id, err)
		}
	}
	unknown := c
	unknown.Work = rapporteur.WorkingDays{}
	d := one(t, unknown, "2018-06-13")
	if d.Planned != d.Mandated || len(d.Derivation) != 2 {
		t.Errorf("a working day is moved: %+v", d)
	}
	c = calendar(adopted("a text", "2020-01-31", "P1M", "P1M"))
	if got := one(t, c, "2020-02-29").Derivation[2].Rule; got != "last working day before (weekends only, the holidays of 2020 are not known)" {
		t.Errorf("got %q", got)
	}
}
