package store

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func drawTime(t *rapid.T, label string) time.Time {
	year := rapid.IntRange(1, 9998).Draw(t, label+" year")
	offset := rapid.Int64Range(0, int64(365*24*time.Hour)).Draw(t, label+" offset")
	zone := time.FixedZone("", rapid.IntRange(-12, 14).Draw(t, label+" zone")*3600)
	return time.Date(year, 1, 2, 0, 0, 0, 0, time.UTC).Add(time.Duration(offset)).In(zone)
}

func TestTimesSortAsTextAndComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawTime(t, "a"), drawTime(t, "b")
		textA, err := bindTime(a)
		if err != nil {
			t.Fatal(err)
		}
		textB, err := bindTime(b)
		if err != nil {
			t.Fatal(err)
		}
		if a.Compare(b) != strings.Compare(textA, textB) {
			t.Errorf("%s and %s are in another order than their texts", a, b)
		}
		var got time.Time
		if err := (timeColumn{&got}).Scan(textA); err != nil || got != a.UTC() {
			t.Errorf("%s came back as %s, %v", a.UTC(), got, err)
		}
	})
}

func TestBindRefusesWhatWouldNotComeBack(t *testing.T) {
	refused := []any{
		time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC),
		"nul \x00", rapporteur.CycleID("\xff"), struct{}{}, 1.5, document{make(chan int)},
	}
	for _, arg := range refused {
		if got, err := bind([]any{arg}); err == nil {
			t.Errorf("%v was bound as %v", arg, got)
		}
	}
}

func TestColumnsRefuseWhatWasNeverWritten(t *testing.T) {
	var at time.Time
	var date rapporteur.Date
	var period struct{ Months int }
	cases := []struct {
		name   string
		column interface{ Scan(any) error }
		src    any
	}{
		{"a time that is a number", timeColumn{&at}, int64(1)},
		{"a time of another form", timeColumn{&at}, "2018-11-21"},
		{"a date that is a number", dateColumn{&date}, int64(1)},
		{"a date of another form", dateColumn{&date}, "21.11.2018"},
		{"a document with a field nobody knows", documentColumn{&period}, `{"Months": 1, "Years": 2}`},
		{"two documents", documentColumn{&period}, `{"Months": 1} {"Months": 2}`},
		{"a document cut short", documentColumn{&period}, `{"Months": 1`},
		{"a document that is bytes", documentColumn{&period}, []byte(`{}`)},
	}
	for _, c := range cases {
		if err := c.column.Scan(c.src); err == nil {
			t.Errorf("%s was read", c.name)
		}
	}
}

func TestQueryNumbersItsParameters(t *testing.T) {
	for range 2 { // the second from memory
		if got := postgreSQL.query("a = ? AND b IN (" + marks(2) + ")"); got != "a = $1 AND b IN ($2, $3)" {
			t.Errorf("got %q", got)
		}
	}
	if got := sqlite.query("a = ?"); got != "a = ?" {
		t.Errorf("got %q", got)
	}
}
