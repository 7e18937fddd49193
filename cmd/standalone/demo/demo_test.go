package demo

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
	"github.com/rapporteur/rapporteur/figures"
	"github.com/rapporteur/rapporteur/schemas"
)

func TestHabitsShareOutEverybody(t *testing.T) {
	for kind, shares := range habits {
		sum := 0
		for _, s := range shares {
			sum += s.percent
		}
		if sum != 100 {
			t.Errorf("the habits of %s add up to %d %%", kind, sum)
		}
	}
}

func TestSameSeedSamePeople(t *testing.T) {
	kenya := rapporteur.Contributor{ID: "state-ken", Kind: rapporteur.KindMemberState, Alpha3: "KEN"}
	a, b := newPerson(kenya, 1), newPerson(kenya, 1)
	if a.behaviour != b.behaviour || a.random.Uint64() != b.random.Uint64() {
		t.Error("the same seed gave other habits")
	}
	different := 0
	for seed := range uint64(50) {
		if newPerson(kenya, seed).behaviour != a.behaviour {
			different++
		}
	}
	if different == 0 {
		t.Error("the seed changes nothing")
	}
}

func TestAgendaKeepsTime(t *testing.T) {
	var a agenda
	var done []string
	note := func(text string) func(context.Context) error {
		return func(context.Context) error { done = append(done, text); return nil }
	}
	at := rapporteur.Date{Year: 2018, Month: time.June, Day: 1}.At(actHour)
	a.add(at.Add(day), "b", note("second day"))
	a.add(at, "z", note("first day, z"))
	a.add(at, "a", note("first day, a"))
	for a.Len() > 0 {
		_, acts := a.next()
		for _, act := range acts {
			_ = act.do(t.Context())
		}
		done = append(done, "|")
	}
	if want := []string{"first day, a", "first day, z", "|", "second day", "|"}; !cmp.Equal(done, want) {
		t.Errorf("acts came in the order %q, want %q", done, want)
	}
}

func TestWorkdays(t *testing.T) {
	monday := rapporteur.Date{Year: 2018, Month: time.May, Day: 21}
	for days, want := range []string{"2018-05-22", "2018-05-22", "2018-05-25", "2018-05-25", "2018-05-25", "2018-05-29", "2018-05-29"} {
		if got := workday(monday.AddDays(days)); got.String() != want {
			t.Errorf("workday(%s) = %s, want %s", monday.AddDays(days), got, want)
		}
	}
}

const glotip = `Iso3_code,Country,Region,Subregion,Indicator,Dimension,Category,Sex,Age,Year,Unit of measurement,txtVALUE,Source
KEN,Kenya,Africa,Eastern Africa,Detected trafficking victims,Total,Total,Total,Total,2016,Counts,7,GLOTIP
KEN,Kenya,Africa,Eastern Africa,Detected trafficking victims,Total,Total,Total,Total,2018,Counts,"1,234",GLOTIP
KEN,Kenya,Africa,Eastern Africa,Detected trafficking victims,Total,Total,Female,0 to 17 years,2018,Counts,<5,GLOTIP
KEN,Kenya,Africa,Eastern Africa,Detected trafficking victims,by citizenship,Kenya,Total,Total,2018,Counts,9,GLOTIP
KEN,Kenya,Africa,Eastern Africa,Detected trafficking victims,Total,Total,Total,Total,2019,Counts,8,GLOTIP
CAR,,Africa,Eastern Africa,Offences of trafficking in persons,Total,Total,Total,Total,2018,Counts,3,GLOTIP
`

// published reads figures as the process does.
func published(t *testing.T, text string) rapporteur.Published {
	t.Helper()
	catalogue, err := schemas.Load(schemas.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	crosswalk, err := catalogue.Crosswalk("glotip")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := figures.ReadGLOTIP(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return figures.NewPublished(rows, crosswalk)
}

func TestPublishedFiguresOfTheNewestUsableYearAreAnswered(t *testing.T) {
	s := &show{Stage: Stage{Published: published(t, glotip)}}
	answers := map[string]map[string]any{"Q3.4": {"status": "no"}}
	for _, area := range []string{"KEN", "CAR"} {
		s.fill(area, "member-state", answers)
	}
	s.fill("KEN", "mission", answers)
	want := map[string]map[string]any{"Q3.4": {
		"status": "yes", "source": []string{"GLOTIP"},
		"identified": []any{
			map[string]any{"sex": "total", "age": "total", "form": "total", "value": json.Number("1234")},
			map[string]any{"sex": "F", "age": "0-17", "form": "total", "value": "<5"},
		},
	}}
	if diff := cmp.Diff(want, answers); diff != "" {
		t.Errorf("answers differ (-want +got):\n%s", diff)
	}
	(&show{}).fill("KEN", "member-state", answers) // without figures nothing changes
	if diff := cmp.Diff(want, answers); diff != "" {
		t.Errorf("answers differ (-want +got):\n%s", diff)
	}
}

func TestMending(t *testing.T) {
	start := func() document {
		return document{Answers: map[string]map[string]any{
			"Q1": {"status": "yes", "date": "x", "text": "kept"},
			"Q2": {"status": "broken"},
			"Q3": {"status": "yes"},
		}}
	}
	mended, err := mend(start(), []remote.Finding{
		{Severity: "error", Rule: "schema/format", Pointer: "/answers/Q1/date"},
		{Severity: "error", Rule: "schema/enum", Pointer: "/answers/Q2/status"},
		{Severity: "error", Rule: "supplier-named", Pointer: "/answers/Q3/supplier"},
		{Severity: "warning", Rule: "sums", Pointer: "/answers/Q1/text"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]map[string]any{"Q1": {"status": "yes", "text": "kept"}}; !cmp.Equal(mended.Answers, want) {
		t.Errorf("answers %v, want %v", mended.Answers, want)
	}
	if mended.Justifications["sums /answers/Q1/text"] == "" {
		t.Error("the warning was not justified")
	}
	if _, err := mend(start(), []remote.Finding{{Severity: "error", Pointer: "/language"}}); err == nil {
		t.Error("what cannot be mended was mended")
	}
}

func TestBalance(t *testing.T) {
	row := SummaryRow{Asked: 4, Answered: 1, Nil: 1, Declined: 1, Silent: 1}
	if !(Summary{Rows: []SummaryRow{row}}).Balanced() {
		t.Error("a balanced table is said not to be")
	}
	row.Silent = 0
	if (Summary{Rows: []SummaryRow{row}}).Balanced() || (Summary{}).Balanced() {
		t.Error("a table that does not add up is said to")
	}
}
