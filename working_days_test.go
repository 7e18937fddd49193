package rapporteur_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// headquarters has the holidays of 2018 alone.
func headquarters() rapporteur.WorkingDays {
	var holidays []rapporteur.Holiday
	for h := range strings.FieldsSeq("01-01 03-30 05-28 06-15 07-04 08-21 09-03 11-22 12-25") {
		holidays = append(holidays, rapporteur.Holiday{Date: dated("2018-" + h), Name: "Holiday of " + h})
	}
	return rapporteur.NewWorkingDays("Headquarters", []int{2018}, holidays)
}

func TestWorkingDays(t *testing.T) {
	work := headquarters()
	for day, want := range map[string]bool{
		"2018-03-29": true, "2018-03-30": false, "2018-03-31": false, "2018-04-01": false, "2018-04-02": true,
		"2018-07-04": false, "2017-07-04": true, // of 2017 no holiday is known
	} {
		if got := work.IsWorkingDay(dated(day)); got != want {
			t.Errorf("%s is a working day: %t, want %t", day, got, want)
		}
	}
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2018-03-29", 1, "2018-04-02"}, // over Good Friday and a weekend
		{"2018-04-02", -1, "2018-03-29"},
		{"2018-03-31", 0, "2018-03-31"}, // no working days leave even a Saturday
		{"2018-03-31", 1, "2018-04-02"},
		{"2018-03-31", -1, "2018-03-29"},
		{"2018-09-11", -10, "2018-08-27"}, // Labour Day between
		{"2018-12-31", -5, "2018-12-21"},
		{"2018-12-28", 2, "2019-01-01"}, // of 2019 no holiday is known
	} {
		if got := work.AddWorkingDays(dated(c.from), c.n); got != dated(c.want) {
			t.Errorf("%s plus %d working days is %s, want %s", c.from, c.n, got, c.want)
		}
	}
	if got := work.OnOrBefore(dated("2018-04-01")); got != dated("2018-03-29") {
		t.Errorf("the last working day before Easter is %s", got)
	}
	if work.Holiday(dated("2018-07-04")) == "" || work.Holiday(dated("2018-07-05")) != "" {
		t.Error("holidays are not named")
	}
}

func TestYearsWithoutHolidaysAreTold(t *testing.T) {
	work := headquarters()
	for _, c := range []struct{ one, other, says string }{
		{"2018-01-01", "2018-12-31", ""},
		{"2018-12-31", "2019-01-02", "2019"},
		{"2019-01-02", "2018-12-31", "2019"},
		{"2017-12-31", "2017-12-31", "2017"},
	} {
		if got := work.Note(dated(c.one), dated(c.other)); (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%s to %s: %q, want %q", c.one, c.other, got, c.says)
		}
	}
	if (rapporteur.WorkingDays{}).Title() == "" || work.Title() != "Headquarters" {
		t.Error("a calendar has no title")
	}
}

func TestWorkingDaysProperties(t *testing.T) {
	work := headquarters()
	rapid.Check(t, func(t *rapid.T) {
		day := dated("2017-11-01").AddDays(rapid.IntRange(0, 600).Draw(t, "day"))
		n := rapid.IntRange(1, 60).Draw(t, "n")
		later := work.AddWorkingDays(day, n)
		if !work.IsWorkingDay(later) || !later.After(day) {
			t.Fatalf("%s plus %d working days is %s", day, n, later)
		}
		counted := 0
		for d := day.AddDays(1); !d.After(later); d = d.AddDays(1) {
			if work.IsWorkingDay(d) {
				counted++
			}
		}
		if counted != n {
			t.Fatalf("from %s to %s are %d working days, want %d", day, later, counted, n)
		}
		if back := work.AddWorkingDays(later, -n); back != work.OnOrBefore(day) {
			t.Fatalf("%s plus and minus %d working days is %s", day, n, back)
		}
		if before := work.OnOrBefore(day); before.After(day) || !work.IsWorkingDay(before) || day.DaysSince(before) > 4 {
			t.Fatalf("the working day on or before %s is %s", day, before)
		}
	})
}
