package figures

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
)

// walk has one place of each sort: with age and form, with age, with neither.
var walk = rapporteur.Crosswalk{
	ID: "glotip", Source: "GLOTIP", Questionnaire: "poll",
	Sexes: map[string]string{"Female": "F", "Total": "total"},
	Ages:  map[string]string{"0 to 17 years": "0-17", "Total": "total"},
	Forms: map[string]string{"Forced labour": "LABOUR", "Total": "total"},
	Places: []rapporteur.CrosswalkPlace{
		{Indicator: "Victims", Dimensions: []string{"Total", "by form"}, Question: "Q1", Part: "victims", ByAge: true, ByForm: true},
		{Indicator: "Convicted", Dimensions: []string{"Total"}, Question: "Q2", Part: "convicted", ByAge: true},
		{Indicator: "Trained", Dimensions: []string{"Total"}, Question: "Q2", Part: "trained"},
	},
}

func row(indicator, dimension, category, sex, age, year, value string) Row {
	return Row{Area: "KEN", Indicator: indicator, Dimension: dimension, Category: category, Sex: sex, Age: age, Year: year, Value: value}
}

// inWords is tables in words.
func inWords(tables []rapporteur.PublishedTable) []string {
	lines := []string{}
	for _, t := range tables {
		line := fmt.Sprintf("%s %s %s/%s %d:", t.Crosswalk, t.Source, t.Question, t.Part, t.Year)
		for _, f := range t.Cells {
			line += fmt.Sprintf(" [%s %s %s %d-%d]", f.Sex, f.Age, f.Form, f.Low, f.High)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestTablesAreOfTheNewestUsableYear(t *testing.T) {
	p := NewPublished([]Row{
		row("Victims", "Total", "Total", "Total", "Total", "2015", "9"),
		row("Victims", "Total", "Total", "Total", "Total", "2017", "1,234"),
		row("Victims", "Total", "Total", "Female", "0 to 17 years", "2017", "<5"),
		row("Victims", "by form", "Forced labour", "Total", "Total", "2017", "0"),
		row("Victims", "Total", "Total", "Total", "Total", "2017", "77"),         // there already
		row("Victims", "by form", "Begging", "Total", "Total", "2017", "1"),      // another code
		row("Victims", "by citizenship", "Total", "Total", "Total", "2017", "1"), // another dimension
		row("Victims", "Total", "Total", "Other", "Total", "2017", "1"),
		row("Victims", "Total", "Total", "Female", "Unknown", "2017", "1"),
		row("Victims", "Total", "Total", "Total", "0 to 17 years", "2017", "<11"),
		row("Victims", "Total", "Total", "Total", "Total", "soon", "3"),
		row("Offences", "Total", "Total", "Total", "Total", "2017", "3"),
		row("Convicted", "Total", "Forced labour", "Total", "Total", "2016", "3"), // broken down where the place is not
		row("Convicted", "Total", "Total", "Total", "Total", "2016", "3"),
		row("Trained", "Total", "Total", "Female", "Total", "2019", "20"),
		row("Trained", "Total", "Total", "Female", "0 to 17 years", "2019", "2"),
	}, walk)
	cases := []struct {
		area, questionnaire string
		last                int
		want                []string
	}{
		{"KEN", "poll", 2018, []string{
			"glotip GLOTIP Q1/victims 2017: [total total total 1234-1234] [F 0-17 total 0-4] [total total LABOUR 0-0]", "glotip GLOTIP Q2/convicted 2016: [total total  3-3]",
		}},
		{"KEN", "poll", 2016, []string{"glotip GLOTIP Q1/victims 2015: [total total total 9-9]", "glotip GLOTIP Q2/convicted 2016: [total total  3-3]"}},
		{"KEN", "poll", 2019, []string{
			"glotip GLOTIP Q1/victims 2017: [total total total 1234-1234] [F 0-17 total 0-4] [total total LABOUR 0-0]",
			"glotip GLOTIP Q2/convicted 2016: [total total  3-3]", "glotip GLOTIP Q2/trained 2019: [F   20-20]",
		}},
		{"KEN", "poll", 2014, []string{}},
		{"KEN", "mission", 2018, []string{}},
		{"FRA", "poll", 2018, []string{}},
	}
	for _, c := range cases {
		if diff := cmp.Diff(c.want, inWords(p.Tables(c.area, c.questionnaire, c.last))); diff != "" {
			t.Errorf("%s, %s, up to %d (-want +got):\n%s", c.area, c.questionnaire, c.last, diff)
		}
	}
}

func TestTablesAreTheCallersOwn(t *testing.T) {
	p := NewPublished([]Row{row("Convicted", "Total", "Total", "Total", "Total", "2016", "3")}, walk)
	p.Tables("KEN", "poll", 2018)[0].Cells[0].Low = 99
	if got := p.Tables("KEN", "poll", 2018)[0].Cells[0].Low; got != 3 {
		t.Errorf("the figure is now %d", got)
	}
}

// The figures that the public data set has of a place all come out, none twice.
func TestPublicDataComeOutAsTheyAre(t *testing.T) {
	packed, err := os.ReadFile(needs.SharedFile(t, "unodc-glotip-2023-05-30.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := ReadGLOTIP(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	every := walk
	every.Sexes = map[string]string{"Female": "F", "Male": "M", "Other": "other", "Unknown": "unknown", "Total": "total"}
	every.Ages = map[string]string{"0 to 17 years": "0-17", "18 years or over": "18+", "Unknown": "unknown", "Total": "total"}
	every.Places = []rapporteur.CrosswalkPlace{{Indicator: "Persons prosecuted", Dimensions: []string{"Total"}, Question: "Q1", Part: "p", ByAge: true}}
	p := NewPublished(rows, every)
	newest, want := map[string]string{}, map[string]map[string]bool{} // by area
	for _, r := range rows {
		if r.Indicator != "Persons prosecuted" || r.Dimension != "Total" || r.Year > "2018" || r.Year < newest[r.Area] {
			continue
		}
		if r.Year > newest[r.Area] {
			newest[r.Area], want[r.Area] = r.Year, map[string]bool{}
		}
		want[r.Area][every.Sexes[r.Sex]+" "+every.Ages[r.Age]] = true
	}
	if len(want) < 100 {
		t.Fatalf("the file has figures of %d areas", len(want))
	}
	for area, cells := range want {
		tables := p.Tables(area, "poll", 2018)
		if len(tables) != 1 || fmt.Sprint(tables[0].Year) != newest[area] || len(tables[0].Cells) != len(cells) ||
			slices.ContainsFunc(tables[0].Cells, func(f rapporteur.Figure) bool { return !cells[f.Sex+" "+f.Age] }) {
			t.Errorf("%s: %v, want %v of %s", area, inWords(tables), cells, newest[area])
		}
	}
}
