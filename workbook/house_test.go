package workbook_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas"
	"github.com/rapporteur/rapporteur/workbook"
)

var update = flag.Bool("update", false, "write the golden files anew")

// books is what is tested.
var books rapporteur.Workbooks = workbook.Workbooks{}

// catalogue reads the real questionnaires once for all tests.
var catalogue = sync.OnceValues(func() (*schemas.Catalogue, error) { return schemas.Load(schemas.Embedded()) })

// questionnaireIDs are all questionnaires of the release.
var questionnaireIDs = []string{
	"assessment-section", "briefing-reply", "children-section", "coordination-report", "country-situation-section", "dissemination-report",
	"entity", "expertise-report", "financial-flows", "glotip-extract", "member-state", "mission", "mission-section", "monitoring-team-section",
	"panel-section", "procurement-disclosure", "sexual-violence-section", "training-report",
}

// rounds is how often a property is tried where the command line does not say:
// each try writes files.
func rounds(t *testing.T, n int) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	if checks.Value.String() != checks.DefValue {
		return
	}
	fail(t, checks.Value.Set(strconv.Itoa(n)))
	t.Cleanup(func() { fail(t, checks.Value.Set(checks.DefValue)) })
}

func questionnaire(t testing.TB, id string) rapporteur.Questionnaire {
	t.Helper()
	c, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	q, err := c.Latest(id)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

var facts = rapporteur.WorkbookFacts{
	RequestKey: rapporteur.RequestKey{Cycle: "s-res-2388-2017/op34/2018", Contributor: "state-ken"},
	Name:       "Kenya", Instrument: "S/RES/2388 (2017)", Title: "Trafficking in persons in armed conflict: twelve-month report, 2018",
	Due: rapporteur.Date{Year: 2018, Month: time.September, Day: 14}, Language: "en",
	States: []rapporteur.Option{
		{Code: "KEN", Label: named("كينيا", "肯尼亚", "Kenya", "Kenya", "Кения", "Kenya")},
		{Code: "NGA", Label: named("نيجيريا", "尼日利亚", "Nigeria", "Nigéria", "Нигерия", "Nigeria")},
		{Code: "LBY", Label: named("ليبيا", "利比亚", "Libya", "Libye", "Ливия", "Libia")},
	},
}

// named are names in the order of the languages.
func named(names ...string) map[string]string {
	all := map[string]string{}
	for n, language := range rapporteur.Languages {
		all[language] = names[n]
	}
	return all
}

func in(language string) rapporteur.WorkbookFacts {
	f := facts
	f.Language = language
	return f
}

func write(t testing.TB, q rapporteur.Questionnaire, body []byte) []byte {
	t.Helper()
	file, err := books.Write(q, body, facts)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func read(t testing.TB, q rapporteur.Questionnaire, file []byte) rapporteur.FilledWorkbook {
	t.Helper()
	filled, err := books.Read(file, q)
	if err != nil {
		t.Fatal(err)
	}
	return filled
}

// edited is a file as a person has changed it.
func edited(t testing.TB, file []byte, change func(*excelize.File)) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	change(f)
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// found is a place by the key of its row: where people would see the input.
type found struct {
	sheet string
	row   int
}

func find(t testing.TB, f *excelize.File, key string) found {
	t.Helper()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for n, row := range rows {
			if len(row) > 0 && row[0] == key {
				return found{sheet, n + 1}
			}
		}
	}
	t.Fatalf("there is no row %q", key)
	return found{}
}

func (p found) cell(t testing.TB, column int) string {
	t.Helper()
	name, err := excelize.CoordinatesToCellName(column, p.row)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// set fills in a cell of the row with a key.
func set(t testing.TB, f *excelize.File, key string, column int, value any) string {
	t.Helper()
	p := find(t, f, key)
	if err := f.SetCellValue(p.sheet, p.cell(t, column), value); err != nil {
		t.Fatal(err)
	}
	return p.sheet + "!" + p.cell(t, column)
}

// tree is JSON with numbers as they are written.
func tree(t testing.TB, body []byte) any {
	t.Helper()
	var v any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return v
}
