package report_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/report"
)

// smallMatrix has every state, an answer that was late and came back, somebody
// whose name looks like a formula, and a group without rates.
func smallMatrix() rapporteur.Matrix {
	due := rapporteur.Date{Year: 2018, Month: time.September, Day: 14}
	provisions := []string{"OP2", "OP28.a", "OP31", "OP34"}
	row := func(id, name string, state rapporteur.CellState, returnType rapporteur.ReturnType, cells ...rapporteur.CellState) rapporteur.MatrixRow {
		r := rapporteur.MatrixRow{
			RequestKey: rapporteur.RequestKey{Cycle: "s-res-2388-2017/op34/2018", Contributor: rapporteur.ContributorID(id)},
			Name:       name, Kind: rapporteur.KindMemberState, Region: "Africa", State: state, ReturnType: returnType, Due: due,
		}
		if returnType != "" {
			r.Version, r.AnsweredAt = 1, due.At(9)
		}
		for n, c := range cells {
			if c != "" {
				r.Cells = append(r.Cells, rapporteur.MatrixCell{Provision: provisions[n], State: c})
			}
		}
		return r
	}
	late := row("mission-unmiss", "UNMISS", rapporteur.CellConsidered, rapporteur.ReturnDeclined, "", "", "", rapporteur.CellConsidered)
	late.Kind, late.Region, late.DaysLate, late.Rounds = rapporteur.KindMission, "", 3, 2
	overdue := row("state-fra", "France", rapporteur.CellOverdue, "", rapporteur.CellOverdue, rapporteur.CellOverdue, "", rapporteur.CellOverdue)
	overdue.DaysLate = 11
	awaited := row("state-nor", "Norway", rapporteur.CellAwaited, "", rapporteur.CellAwaited, rapporteur.CellAwaited, "", rapporteur.CellAwaited)
	awaited.Due = due.AddDays(30)
	return rapporteur.Matrix{
		Instrument: rapporteur.Instrument{ID: "s-res-2388-2017", Symbol: "S/RES/2388 (2017)", Title: "Trafficking in persons in armed conflict"},
		AsOf:       due.AddDays(11), Provisions: provisions,
		Rows: []rapporteur.MatrixRow{
			row("entity-iom", "=1+1|cmd", rapporteur.CellNil, rapporteur.ReturnNil, "", "", rapporteur.CellNil, rapporteur.CellNil),
			late, overdue,
			row("state-ken", "Kenya", rapporteur.CellAnswered, rapporteur.ReturnPartial, rapporteur.CellAnswered, rapporteur.CellNotApplicable, "", rapporteur.CellAnswered),
			awaited,
			row("state-per", "Peru", rapporteur.CellSilent, "", rapporteur.CellSilent, rapporteur.CellSilent, "", rapporteur.CellSilent),
		},
		Measures: []rapporteur.GroupMeasures{
			{By: rapporteur.GroupAll, Measures: rapporteur.Measures{Expected: 6, Received: 3, OnTime: 2, DaysLate: 3, Rounds: 2, Nil: 1}},
			{By: rapporteur.GroupProvision, Group: "OP2", Measures: rapporteur.Measures{Expected: 4, Received: 1, OnTime: 1}},
			{By: rapporteur.GroupRegion, Group: "Oceania"},
		},
	}
}

func workbook(t *testing.T, m rapporteur.Matrix) (*excelize.File, []byte) {
	t.Helper()
	content, err := report.New().Workbook(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file, content
}

// rowsOf is a sheet as it is shown.
func rowsOf(t *testing.T, file *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := file.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestWorkbookGolden(t *testing.T) {
	file, _ := workbook(t, smallMatrix())
	var b strings.Builder
	for _, name := range file.GetSheetList() {
		fmt.Fprintf(&b, "# %s\n", name)
		for _, row := range rowsOf(t, file, name) {
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
	}
	golden := filepath.Join("testdata", "matrix.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("the cells differ (-want +got):\n%s", diff)
	}
}

// What looks like a formula is text, dates are dates and numbers numbers.
func TestWorkbookTypes(t *testing.T) {
	file, _ := workbook(t, smallMatrix())
	for name, want := range map[string]excelize.CellType{
		"B5": excelize.CellTypeInlineString, "I5": excelize.CellTypeUnset, "J5": excelize.CellTypeUnset, "K6": excelize.CellTypeUnset,
	} {
		got, err := file.GetCellType("Matrix", name)
		if err != nil || got != want {
			t.Errorf("%s has the type %d, want %d (%v)", name, got, want, err)
		}
	}
	raw, err := file.GetCellValue("Matrix", "I5", excelize.Options{RawCellValue: true})
	if err != nil || raw != "43357" { // 14 September 2018, as spreadsheets count days
		t.Errorf("the due date is %q (%v)", raw, err)
	}
	for _, sheet := range file.GetSheetList() {
		for r, row := range rowsOf(t, file, sheet) {
			for c := range row {
				at, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err != nil {
					t.Fatal(err)
				}
				if formula, err := file.GetCellFormula(sheet, at); err != nil || formula != "" {
					t.Errorf("%s!%s holds the formula %q (%v)", sheet, at, formula, err)
				}
			}
		}
	}
}

// Each state has a colour of its own, by its word, in the legend and in the
// cells; the heads stand still, and the lines can be filtered.
func TestWorkbookColoursWhatItSays(t *testing.T) {
	file, _ := workbook(t, smallMatrix())
	formats, err := file.GetConditionalFormats("Matrix")
	if err != nil {
		t.Fatal(err)
	}
	for _, area := range []string{"B2:H2", "G5:P10"} {
		var words []string
		colours := map[string]bool{}
		for _, rule := range formats[area] {
			words = append(words, strings.Trim(rule.Value, `"`))
			style, err := file.GetConditionalStyle(*rule.Format)
			if err != nil {
				t.Fatal(err)
			}
			colours[strings.Join(style.Fill.Color, "")] = true
		}
		slices.Sort(words)
		want := []string{"answered", "awaited", "considered", "nil", "not applicable", "overdue", "silent"}
		if !slices.Equal(words, want) || len(colours) != len(want) {
			t.Errorf("%s colours %q in %d colours; areas %v", area, words, len(colours), formats)
		}
	}
	if panes, err := file.GetPanes("Matrix"); err != nil || !panes.Freeze || panes.XSplit != 2 || panes.YSplit != 4 {
		t.Errorf("panes %+v (%v)", panes, err)
	}
	named := map[string]string{}
	for _, name := range file.GetDefinedName() {
		named[name.Name] = name.RefersTo
	}
	if diff := cmp.Diff(map[string]string{"_xlnm._FilterDatabase": "'Matrix'!$A$4:$P$10", "_xlnm.Print_Titles": "Matrix!$A:$A"}, named); diff != "" {
		t.Errorf("what can be filtered and stands on every page (-want +got):\n%s", diff)
	}
	for sheet, want := range map[string]bool{"Matrix": false, "Measures": true, "About": true} {
		if props, err := file.GetSheetProps(sheet); err != nil || (props.FitToPage != nil && *props.FitToPage) != want {
			t.Errorf("%s is not printed as wide as it should be (%v)", sheet, err)
		}
	}
}

func TestAnEmptyMatrixIsAWorkbook(t *testing.T) {
	empty := smallMatrix()
	empty.Rows, empty.Provisions, empty.Measures = nil, nil, []rapporteur.GroupMeasures{{By: rapporteur.GroupAll}}
	file, _ := workbook(t, empty)
	if rows := rowsOf(t, file, "Matrix"); len(rows) != 4 {
		t.Errorf("rows %q", rows)
	}
	if rows := rowsOf(t, file, "Measures"); len(rows) != 2 || rows[1][0] != "all" {
		t.Errorf("measures %q", rows)
	}
}

func TestTheSameMatrixGivesTheSameWorkbook(t *testing.T) {
	_, first := workbook(t, smallMatrix())
	_, second := workbook(t, smallMatrix())
	if !bytes.Equal(first, second) {
		t.Error("the bytes differ")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := report.New().Workbook(ended, smallMatrix()); err == nil {
		t.Error("a context that has ended is not its error")
	}
}

// LibreOffice reads the same cells as were written.
func TestLibreOfficeOpensTheWorkbook(t *testing.T) {
	office := needs.LibreOfficeCalc(t)
	file, content := workbook(t, smallMatrix())
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "matrix.xlsx"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	convert := exec.CommandContext(t.Context(), office, "--headless", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
		"--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1", "--outdir", dir, filepath.Join(dir, "matrix.xlsx"))
	if out, err := convert.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, sheet := range file.GetSheetList() {
		text, err := os.ReadFile(filepath.Join(dir, "matrix-"+sheet+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		reader := csv.NewReader(bytes.NewReader(text))
		reader.FieldsPerRecord = -1
		got, err := reader.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(trimmed(rowsOf(t, file, sheet)), trimmed(got)); diff != "" {
			t.Errorf("%s (-written +read):\n%s", sheet, diff)
		}
	}
}

// trimmed leaves out empty cells at the ends of rows, and empty rows.
func trimmed(rows [][]string) [][]string {
	var all [][]string
	for _, row := range rows {
		for len(row) > 0 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		if len(row) > 0 {
			all = append(all, row)
		}
	}
	return all
}

// Ten thousand contributors and forty provisions.
func BenchmarkWorkbook(b *testing.B) {
	m := smallMatrix()
	one := m.Rows[3]
	m.Provisions, one.Cells, m.Rows = nil, nil, nil
	for n := range 40 {
		p := fmt.Sprintf("OP%d", n+1)
		m.Provisions = append(m.Provisions, p)
		one.Cells = append(one.Cells, rapporteur.MatrixCell{Provision: p, State: rapporteur.CellState(rapporteur.CellStates[n%len(rapporteur.CellStates)].Word)})
	}
	for range 10_000 {
		m.Rows = append(m.Rows, one)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := report.New().Workbook(b.Context(), m); err != nil {
			b.Fatal(err)
		}
	}
}
