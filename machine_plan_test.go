package rapporteur_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func period(text string) rapporteur.Period {
	p, err := rapporteur.ParsePeriod(text)
	if err != nil {
		panic(err)
	}
	return p
}

func TestDatesMoveByPeriods(t *testing.T) {
	for _, c := range []struct{ from, by, want string }{
		{"2017-11-21", "P12M", "2018-11-21"}, // S/RES/2388 (2017), paragraph 34
		{"2017-11-21", "P1Y", "2018-11-21"},
		{"2018-03-15", "P90D", "2018-06-13"},
		{"2018-03-15", "P3M", "2018-06-15"}, // ninety days are not three months
		{"2018-11-21", "-P68D", "2018-09-14"},
		{"2018-11-21", "-P6M", "2018-05-21"},
		{"2018-01-31", "P1M", "2018-02-28"},
		{"2020-01-31", "P1M", "2020-02-29"},
		{"2000-01-31", "P1M", "2000-02-29"},
		{"2100-01-31", "P1M", "2100-02-28"}, // no leap year
		{"2018-03-31", "-P1M", "2018-02-28"},
		{"2020-02-29", "P12M", "2021-02-28"},
		{"2020-02-29", "P48M", "2024-02-29"},
		{"2018-12-31", "P2M", "2019-02-28"},
		{"2018-01-15", "-P13M", "2016-12-15"},
		{"2018-01-30", "P1M1D", "2018-03-01"}, // months first, then days
		{"2018-03-15", "P2W", "2018-03-29"},
		{"2018-10-27", "P2D", "2018-10-29"}, // clocks change; dates do not
		{"2018-03-15", "P0D", "2018-03-15"},
	} {
		if got := dated(c.from).Add(period(c.by)); got != dated(c.want) {
			t.Errorf("%s %s is %s, want %s", c.from, c.by, got, c.want)
		}
	}
	if got := dated("2018-03-15").Add(period("P90D")).Add(period("P90D")); got != dated("2018-09-11") {
		t.Errorf("twice ninety days after 15 March 2018 is %s, want 11 September", got)
	}
}

func TestDatesProperties(t *testing.T) {
	anyDate := rapid.Custom(func(t *rapid.T) rapporteur.Date {
		return dated("1945-10-24").AddDays(rapid.IntRange(0, 60000).Draw(t, "days"))
	})
	rapid.Check(t, func(t *rapid.T) {
		a, n := anyDate.Draw(t, "date"), rapid.IntRange(-4000, 4000).Draw(t, "n")
		if got := a.AddDays(n).DaysSince(a); got != n {
			t.Fatalf("%s plus %d days is %d days later", a, n, got)
		}
		moved := a.AddMonths(n)
		if months := (moved.Year-a.Year)*12 + int(moved.Month-a.Month); months != n || moved.Day > a.Day {
			t.Fatalf("%s plus %d months is %s", a, n, moved)
		}
		if moved.Day < a.Day && moved.AddDays(1).Day != 1 {
			t.Fatalf("%s plus %d months is %s, which is not the end of its month", a, n, moved)
		}
		b := anyDate.Draw(t, "other")
		if a.Before(b) != b.After(a) || (a.Before(b) || a.After(b)) == (a == b) || a.Before(b) != (b.DaysSince(a) > 0) {
			t.Fatalf("%s and %s are in no order", a, b)
		}
		var back rapporteur.Date
		text, err := json.Marshal(a)
		if err != nil || json.Unmarshal(text, &back) != nil || back != a {
			t.Fatalf("%s becomes %s and %s", a, text, back)
		}
		if rapporteur.DateOf(a.At(23).Add(59*time.Minute)) != a || rapporteur.DateOf(a.Start().In(time.FixedZone("", -12*3600))) != a {
			t.Fatalf("%s loses its day in a zone", a)
		}
		if !a.End().Equal(a.Start().In(time.UTC).Add(36 * time.Hour)) {
			t.Fatalf("%s does not end when it ends at UTC−12", a)
		}
	})
}

func TestDatesThatAreNone(t *testing.T) {
	for _, text := range []string{"", "2018-02-30", "2018-13-01", "2018-1-1", "21 November 2018", "2018-11-21T00:00:00Z", " 2018-11-21"} {
		if d, err := rapporteur.ParseDate(text); err == nil {
			t.Errorf("%q is read as %s", text, d)
		}
	}
	var none rapporteur.Date
	if text, err := json.Marshal(none); err != nil || string(text) != `""` || none.String() != "" || none.Words() != "" || !none.IsZero() {
		t.Errorf("no date is written %s (%v)", text, err)
	}
	kept := dated("2018-11-21")
	if err := kept.UnmarshalText([]byte("nonsense")); err == nil || kept != dated("2018-11-21") {
		t.Errorf("an unreadable date gives %s (%v)", kept, err)
	}
	if err := kept.UnmarshalText(nil); err != nil || !kept.IsZero() {
		t.Errorf("an empty text gives %s (%v)", kept, err)
	}
	if got := dated("2018-11-01").Words(); got != "1 November 2018" {
		t.Errorf("the date in words is %q", got)
	}
}

func TestPeriodsAreReadAndWritten(t *testing.T) {
	for text, want := range map[string]rapporteur.Period{
		"P12M": {Months: 12}, "P1Y": {Months: 12}, "P1Y2M": {Months: 14}, "P90D": {Days: 90}, "P2W": {Days: 14},
		"-P68D": {Days: -68}, "-P1M3D": {Months: -1, Days: -3}, "P0D": {}, "-P0D": {}, "P1Y1M1W1D": {Months: 13, Days: 8},
	} {
		got, err := rapporteur.ParsePeriod(text)
		if err != nil || got != want {
			t.Errorf("%s is read as %+v (%v), want %+v", text, got, err, want)
		}
	}
	if period("P90D") == period("P3M") {
		t.Error("ninety days are taken for three months")
	}
	for _, text := range []string{"", "P", "-P", "12M", "P12", "PT1H", "P1DT1H", "P1M1Y", "+P1D", "P-1D", "P1.5M", "p1d", "P1D ", "P99999999999M"} {
		if p, err := rapporteur.ParsePeriod(text); err == nil {
			t.Errorf("%q is read as %+v", text, p)
		}
	}
	for text, want := range map[string]string{
		"P12M": "plus 12 months", "-P68D": "minus 68 days", "P1D": "plus 1 day", "-P1M1D": "minus 1 month and 1 day", "P0D": "itself",
	} {
		if got := period(text).Words(); got != want {
			t.Errorf("%s in words is %q, want %q", text, got, want)
		}
	}
}

// What can be read can be written and read again: plans cross from run to run
// of a workflow as text.
func TestPeriodsSurviveBeingWritten(t *testing.T) {
	part := func(t *rapid.T, digits int, unit string) string {
		if !rapid.Bool().Draw(t, unit+" present") {
			return ""
		}
		return fmt.Sprint(rapid.StringMatching(fmt.Sprintf(`[0-9]{1,%d}`, digits)).Draw(t, unit), unit)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"P", "-P"}).Draw(t, "sign") + part(t, 3, "Y") + part(t, 4, "M") + part(t, 3, "W") + part(t, 5, "D")
		p, err := rapporteur.ParsePeriod(text)
		if err != nil {
			return
		}
		var back rapporteur.Period
		if err := back.UnmarshalText([]byte(p.String())); err != nil || back != p {
			t.Fatalf("%s is written %s and read as %+v (%v)", text, p, back, err)
		}
	})
}

// resolution is S/RES/2388 (2017) with the calendar of its report.
func resolution() (rapporteur.Instrument, rapporteur.Stream) {
	states, system := []rapporteur.ContributorKind{rapporteur.KindMemberState}, []rapporteur.ContributorKind{rapporteur.KindEntity, rapporteur.KindMission}
	rung := func(id, offset string, notice rapporteur.Notice, kinds []rapporteur.ContributorKind) rapporteur.Rung {
		return rapporteur.Rung{ID: id, Offset: period(offset), Notice: notice, Kinds: kinds}
	}
	escalation := rung("system-escalation", "P7D", rapporteur.NoticeEscalation, system)
	escalation.Escalates = true
	stream := rapporteur.Stream{
		ID: "op34", Shape: rapporteur.ShapeReport, Title: "Twelve-month report", Provisions: []string{"OP34"},
		Policy: rapporteur.Policy{
			Mandated: rapporteur.DateRule{Key: rapporteur.DateMandated, Label: "Mandated date", From: rapporteur.DateAdoption, Offset: period("P12M"), Basis: "practice", Provision: "OP34"},
			Dates: []rapporteur.DateRule{
				{Key: rapporteur.DateOpens, Label: "Opening", From: rapporteur.DateMandated, Offset: period("-P6M"), Basis: "programme of work"},
				{Key: rapporteur.DateDue, Label: "Deadline", From: rapporteur.DateMandated, Offset: period("-P68D"), Basis: "slot date"},
				{Key: rapporteur.DateCloses, Label: "Close", From: rapporteur.DateDue, Offset: period("P21D"), Basis: "drafting"},
				{Key: rapporteur.DateDraft, Label: "Draft", From: rapporteur.DateCloses, Offset: period("P7D"), Basis: "drafting"},
				{Key: rapporteur.DateTransmits, Label: "Transmittal", From: rapporteur.DateMandated, Offset: period("P0D"), Basis: "ST/AI/189"},
			},
			Ladder: []rapporteur.Rung{
				rung("states-first", "-P60D", rapporteur.NoticeReminder, states), rung("states-second", "-P21D", rapporteur.NoticeReminder, states),
				rung("states-overdue", "P3D", rapporteur.NoticeOverdue, states), rung("states-final", "P12D", rapporteur.NoticeFinal, states),
				rung("system-first", "-P30D", rapporteur.NoticeReminder, system), rung("system-overdue", "P3D", rapporteur.NoticeOverdue, system),
				escalation,
			},
			CollectEvery: period("P1D"),
		},
	}
	return rapporteur.Instrument{ID: "s-res-2388-2017", Symbol: "S/RES/2388 (2017)", Adopted: dated("2017-11-21"), Streams: []rapporteur.Stream{stream}}, stream
}

func plan(t testing.TB) (rapporteur.Plan, []rapporteur.Rung) {
	t.Helper()
	instrument, stream := resolution()
	p, err := rapporteur.NewPlan(instrument, stream, rapporteur.WorkingDays{})
	if err != nil {
		t.Fatal(err)
	}
	return p, stream.Policy.Ladder
}

func derivation(p rapporteur.Plan, key string) []rapporteur.Step {
	for _, d := range p.Dates {
		if d.Key == key {
			return d.Derivation
		}
	}
	return nil
}

func TestEveryDateIsDerived(t *testing.T) {
	p, _ := plan(t)
	for key, want := range map[string]string{
		rapporteur.DateAdoption: "2017-11-21", rapporteur.DateMandated: "2018-11-21", rapporteur.DateOpens: "2018-05-21",
		rapporteur.DateDue: "2018-09-14", rapporteur.DateCloses: "2018-10-05", rapporteur.DateDraft: "2018-10-12",
		rapporteur.DateTransmits: "2018-11-21", "no such date": "",
	} {
		if got := p.Date(key).String(); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	steps := []rapporteur.Step{
		{Rule: "adopted", Basis: "S/RES/2388 (2017)", Result: dated("2017-11-21")},
		{Rule: "Adoption plus 12 months", Basis: "OP34", Result: dated("2018-11-21")},
		{Rule: "Mandated date minus 68 days", Basis: "slot date", Result: dated("2018-09-14")},
	}
	if diff := cmp.Diff(steps, derivation(p, rapporteur.DateDue)); diff != "" {
		t.Errorf("the deadline is derived otherwise (-want +got):\n%s", diff)
	}
	var rungs []string
	for _, r := range p.Rungs {
		rungs = append(rungs, r.At.Format("01-02T15 ")+r.Rung.ID)
		if r.Due != p.Date(rapporteur.DateDue) {
			t.Errorf("%s is reckoned from %s", r.Rung.ID, r.Due)
		}
	}
	want := "07-16T13 states-first,08-15T13 system-first,08-24T13 states-second,09-17T13 states-overdue," +
		"09-17T13 system-overdue,09-21T13 system-escalation,09-26T13 states-final"
	if got := strings.Join(rungs, ","); got != want {
		t.Errorf("the ladder is\n%s\nwant\n%s", got, want)
	}
}

func TestPlansThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*rapporteur.Policy)
		says   string
	}{
		"leans on nothing":      {func(p *rapporteur.Policy) { p.Dates[0].From = "nowhere" }, `leans on "nowhere"`},
		"leans on a later":      {func(p *rapporteur.Policy) { p.Dates[0].From = rapporteur.DateCloses }, `leans on "closes"`},
		"lacks a date":          {func(p *rapporteur.Policy) { p.Dates = p.Dates[:4] }, `no rule gives the date "transmits"`},
		"due before it opens":   {func(p *rapporteur.Policy) { p.Dates[1].Offset = period("-P7M") }, "due (2018-04-21) is before opens (2018-05-21)"},
		"closes before due":     {func(p *rapporteur.Policy) { p.Dates[2].Offset = period("-P1D") }, "is before due"},
		"drafted after it left": {func(p *rapporteur.Policy) { p.Dates[3].Offset = period("P12M") }, "transmits (2018-11-21) is before draft"},
	} {
		instrument, stream := resolution()
		c.change(&stream.Policy)
		if _, err := rapporteur.NewPlan(instrument, stream, rapporteur.WorkingDays{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: the error is %v, want %q", name, err, c.says)
		}
	}
}

func TestAmendingKeepsHowItWas(t *testing.T) {
	p, ladder := plan(t)
	before := fmt.Sprintf("%+v", p)
	once, err := p.Amend(rapporteur.DateDue, dated("2018-09-20"), "Note SCA/1/18", "moved by key-1", ladder)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := once.Amend(rapporteur.DateDue, dated("2018-09-28"), "Note SCA/2/18", "moved by key-2", ladder)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprintf("%+v", p) != before {
		t.Error("amending changed the plan that was amended")
	}
	want := []rapporteur.Step{
		{Rule: "adopted", Basis: "S/RES/2388 (2017)", Result: dated("2017-11-21")},
		{Rule: "Adoption plus 12 months", Basis: "OP34", Result: dated("2018-11-21")},
		{Rule: "Mandated date minus 68 days", Basis: "slot date", Result: dated("2018-09-14")},
		{Rule: "moved from 2018-09-14", Basis: "moved by key-1", Result: dated("2018-09-20"), Authority: "Note SCA/1/18"},
		{Rule: "moved from 2018-09-20", Basis: "moved by key-2", Result: dated("2018-09-28"), Authority: "Note SCA/2/18"},
	}
	if diff := cmp.Diff(want, derivation(twice, rapporteur.DateDue)); diff != "" {
		t.Errorf("the derivation was not kept (-want +got):\n%s", diff)
	}
	for _, r := range twice.Rungs {
		if r.Due != dated("2018-09-28") || !r.At.Equal(r.Due.Add(r.Rung.Offset).At(rapporteur.SendHour)) {
			t.Errorf("the rung %s was not reckoned again: %+v", r.Rung.ID, r)
		}
	}
	for _, from := range []rapporteur.Plan{p, once, twice} {
		left, _ := from.Amend(rapporteur.DateDue, dated("2018-09-24"), "left", "b", ladder)
		_, _ = from.Amend(rapporteur.DateDue, dated("2018-09-25"), "right", "b", ladder)
		if steps := derivation(left, rapporteur.DateDue); steps[len(steps)-1].Authority != "left" {
			t.Errorf("two plans that were amended from one share their derivations: %+v", steps)
		}
	}
	other, err := p.Amend(rapporteur.DateCloses, dated("2018-10-08"), "a", "b", ladder)
	if diff := cmp.Diff(p.Rungs, other.Rungs); err != nil || diff != "" {
		t.Errorf("moving the close moved the ladder (%v):\n%s", err, diff)
	}
	for key, to := range map[string]string{"nowhere": "2018-09-20", rapporteur.DateDue: "2018-10-06", rapporteur.DateOpens: "2018-09-15"} {
		if _, err := p.Amend(key, dated(to), "a", "b", ladder); err == nil {
			t.Errorf("%s can be moved to %s", key, to)
		}
	}
}
