package figures_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/figures"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/schemas"
)

var update = flag.Bool("update", false, "write the golden files anew")

var loadCodes = sync.OnceValues(func() (figures.Codes, error) {
	catalogue, err := schemas.Load(schemas.Embedded())
	if err != nil {
		return figures.Codes{}, err
	}
	return figures.NewCodes(catalogue.CodeLists())
})

func codes(t testing.TB) figures.Codes {
	t.Helper()
	c, err := loadCodes()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// row is a figure about Kenya in 2018.
func row(indicator, dimension, category, sex, age, value string) figures.Row {
	return figures.Row{
		Area: "KEN", Country: "Kenya", Region: "Africa", Subregion: "Sub-Saharan Africa", Indicator: indicator, Dimension: dimension,
		Category: category, Sex: sex, Age: age, Year: "2018", Unit: "Counts", Value: value, Source: "GLOTIP",
	}
}

const (
	detected  = "Detected trafficking victims"
	convicted = "Persons convicted"
)

// published is a small publication with everything that a file may have.
func published() []figures.Row {
	aggregate := row(detected, "Total", "Total", "Total", "Total", "45")
	aggregate.Area, aggregate.Country, aggregate.Region, aggregate.Subregion = "CAR", "", "", ""
	return []figures.Row{
		row(detected, "Total", "Total", "Total", "Total", "1,234"),
		row(detected, "Total", "Total", "Female", "0 to 17 years", "<5"),
		row(detected, "Total", "Total", "Other", "Unknown", "5"),
		row(detected, "by form of exploitation", "Other forms of exploitation", "Male", "18 years or over", "<11"),
		row(convicted, "by citizenship", "Swaziland", "Total", "Total", "12"),
		row(convicted, "by citizenship", "SWAZILAND", "Total", "Total", "13"),
		row(convicted, "by citizenship", "3 nigériens et 1 tunisien", "Unknown", "Total", "14"),
		row(convicted, "by citizenship", "=HYPERLINK(\"x\")", "Total", "Total", "15"),
		row(convicted, "by country of repatriation", "", "Total", "Total", "16"),
		row(detected, "Total", "Total", "Total", "Total", "77"), // again, as in the public data set
		aggregate,
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", name, diff)
	}
}

// plain is rows as they come back: counts without commas.
func plain(rows []figures.Row) []figures.Row {
	var all []figures.Row
	for _, r := range rows {
		r.Value = strings.ReplaceAll(r.Value, ",", "")
		all = append(all, r)
	}
	return all
}

func TestSDMXThereAndBack(t *testing.T) {
	var written bytes.Buffer
	if err := codes(t).WriteSDMX(&written, published()); err != nil {
		t.Fatal(err)
	}
	golden(t, "published.sdmx.csv", written.Bytes())
	back, err := codes(t).ReadSDMX(&written)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plain(published()), back); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSDMXDoesNotTellWhyAFigureIsWithheld: outside there is one status for what
// is small and for what would give it away, and nothing of the value.
func TestSDMXDoesNotTellWhyAFigureIsWithheld(t *testing.T) {
	var written bytes.Buffer
	if err := codes(t).WriteSDMX(&written, []figures.Row{row(detected, "Total", "Total", "Male", "Total", "<5")}); err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(written.String(), "\n")
	if want := "RAPPORTEUR:DF_GLOTIP(1.0),404,VICTIMS_DETECTED,_T,_T,_T,M,_T,1,2018,,Q,C,NUMBER,0,5,GLOTIP,\n"; line != want {
		t.Errorf("got  %swant %s", line, want)
	}
}

func TestSDMXSaysWhichTextHasNoCode(t *testing.T) {
	for column, change := range map[string]func(*figures.Row){
		"Iso3_code":           func(r *figures.Row) { r.Area = "KE" },
		"Indicator":           func(r *figures.Row) { r.Indicator = "Persons suspected" },
		"Dimension":           func(r *figures.Row) { r.Dimension = "by place" },
		"Category":            func(r *figures.Row) { r.Category = "Forced labour" },
		"Sex":                 func(r *figures.Row) { r.Sex = "F" },
		"Age":                 func(r *figures.Row) { r.Age = "minor" },
		"Year":                func(r *figures.Row) { r.Year = "2018/19" },
		"Unit of measurement": func(r *figures.Row) { r.Unit = "Rate" },
		"txtVALUE":            func(r *figures.Row) { r.Value = "few" },
		"txtVALUE: a count":   func(r *figures.Row) { r.Value = "4" },
	} {
		rows := published()
		change(&rows[1])
		err := codes(t).WriteSDMX(io.Discard, rows)
		if err == nil || !strings.Contains(err.Error(), "row 2: column "+column) {
			t.Errorf("%s: got %v", column, err)
		}
	}
}

func TestReadSDMXSaysWhatIsWrong(t *testing.T) {
	var written bytes.Buffer
	if err := codes(t).WriteSDMX(&written, published()[:2]); err != nil {
		t.Fatal(err)
	}
	good := written.String()
	for name, c := range map[string]struct{ old, replacement, want string }{
		"empty":               {good, "", "line 1: want the names"},
		"another first":       {"DATAFLOW,REF_AREA", "REF_AREA,DATAFLOW", "line 1: want column DATAFLOW"},
		"a column less":       {",SEX", "", "line 1: want column SEX"},
		"a column more":       {",SEX", ",SEX,GENDER", "line 1: column 8 is none of"},
		"a column twice":      {",AGE", ",SEX", "line 1: column 8 is there twice"},
		"a cell less":         {",404,VICTIMS_DETECTED,_T,_T,_T,F", ",404,VICTIMS_DETECTED,_T,_T,F", "line 3"},
		"another dataflow":    {"\nRAPPORTEUR:DF_GLOTIP(1.0)", "\nSDG:DF(1.0)", "line 2: column DATAFLOW"},
		"an unknown area":     {",404,", ",4040,", "line 2: column REF_AREA: no code of CL_AREA"},
		"a region":            {",404,", ",002,", "line 2: column REF_AREA: no code of CL_AREA that the layout has"},
		"an unknown sex":      {",F,Y0T17", ",W,Y0T17", "line 3: column SEX: no code of CL_SEX"},
		"no year":             {"2018", "18", "line 2: column TIME_PERIOD"},
		"thousands":           {",NUMBER,0", ",NUMBER,3", "line 2: column UNIT_MULT"},
		"below zero":          {"1234", "-1234", "line 2: column OBS_VALUE"},
		"no value":            {"1234", "", "line 2: column OBS_VALUE"},
		"withheld and told":   {",,Q,C", ",3,Q,C", "line 3: column OBS_VALUE"},
		"no threshold at all": {",0,5,", ",0,none,", "line 3: column THRESHOLD"},
		"two breakdowns":      {"DETECTED,_T,_T,_T,_T", "DETECTED,SERVITUDE,404,_T,_T", "line 2: column"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(good, c.old) {
				t.Fatalf("there is no %q in:\n%s", c.old, good)
			}
			_, err := codes(t).ReadSDMX(strings.NewReader(strings.Replace(good, c.old, c.replacement, 1)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want it to say %q", err, c.want)
			}
		})
	}
}

// TestZipIsTheSameEveryTimeAndComplete: every code of the data is in its list.
func TestZipIsTheSameEveryTimeAndComplete(t *testing.T) {
	var first, second bytes.Buffer
	for _, to := range []*bytes.Buffer{&first, &second} {
		if err := codes(t).WriteZip(to, published()); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same figures gave other bytes")
	}
	archive, err := zip.NewReader(bytes.NewReader(first.Bytes()), int64(first.Len()))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := codes(t).WriteFolder(folder, published()); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range archive.File {
		names = append(names, file.Name)
		opened, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(opened)
		if err != nil {
			t.Fatal(err)
		}
		beside, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(file.Name)))
		if err != nil || !bytes.Equal(text, beside) {
			t.Errorf("%s is other in the folder: %v", file.Name, err)
		}
		switch file.Name {
		case "data.csv", "codelists/CL_EXPLOITATION.csv", "codelists/CL_CONF_STATUS.csv":
			golden(t, filepath.FromSlash(file.Name), text)
		case "codelists/CL_AREA.csv":
			for _, line := range []string{"X_3_NIGERIENS_ET_1_TUNISIEN,,3 nigériens et 1 tunisien", "748,018,Swaziland", "\nX_HYPERLINK_X,,\"'=HYPERLINK"} {
				if !strings.Contains(string(text), line) {
					t.Errorf("%s has no line %s", file.Name, line)
				}
			}
		}
	}
	want := []string{
		"data.csv", "codelists/CL_AGE.csv", "codelists/CL_AREA.csv", "codelists/CL_CONF_STATUS.csv", "codelists/CL_EXPLOITATION.csv", "codelists/CL_INDICATOR.csv",
		"codelists/CL_OBS_STATUS.csv", "codelists/CL_SEX.csv", "codelists/CL_UNIT_MEASURE.csv", "codelists/CL_UNIT_MULT.csv",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringMatching(`[=+\-@'\t\r\n][a-z0-9=()"',]{0,12}`).Draw(rt, "category")
		r := row(convicted, "by citizenship", text, "Total", "Total", "12")
		r.Source = text
		var written bytes.Buffer
		if err := codes(t).WriteSDMX(&written, []figures.Row{r}); err != nil {
			rt.Fatal(err)
		}
		lines, err := csv.NewReader(bytes.NewReader(written.Bytes())).ReadAll()
		if err != nil {
			rt.Fatal(err)
		}
		for _, cell := range lines[1] { // as a spreadsheet reads it
			if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
				rt.Fatalf("cell %q", cell)
			}
		}
		back, err := codes(t).ReadSDMX(&written)
		if err != nil {
			rt.Fatal(err)
		}
		if !strings.Contains(text, "\r") && (back[0].Category != text || back[0].Source != text) {
			rt.Fatalf("%q came back as %q, %q", text, back[0].Category, back[0].Source)
		}
	})
}

// TestThePublicDataSetGoesOutAndComesBack: all 46,529 figures, of which nothing
// is lost but the words that the code lists say otherwise.
func TestThePublicDataSetGoesOutAndComesBack(t *testing.T) {
	file, err := os.Open(needs.SharedFile(t, "unodc-glotip-2023-05-30.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := figures.ReadGLOTIP(file)
	if err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	if err := codes(t).WriteSDMX(&written, rows); err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for n, line := range strings.Split(strings.TrimSuffix(written.String(), "\n"), "\n") {
		key := strings.Join(strings.SplitN(line, ",", 11)[:10], ",")
		if keys[key] {
			t.Fatalf("line %d has the key of another", n+1)
		}
		keys[key] = true
	}
	back, err := codes(t).ReadSDMX(&written)
	if err != nil {
		t.Fatal(err)
	}
	described := codes(t).Described(rows)
	if diff := cmp.Diff(plain(described), back); diff != "" {
		t.Errorf("(-want +got):\n%.2000s", diff)
	}
	regions, names := map[string]bool{}, map[string]bool{}
	for n, r := range rows {
		if r.Region != described[n].Region || r.Subregion != described[n].Subregion {
			regions[r.Area+" "+r.Subregion+" / "+described[n].Subregion] = true
		}
		if r.Country != described[n].Country {
			names[r.Country+" / "+described[n].Country] = true
		}
	}
	if len(regions) > 0 {
		t.Errorf("regions differ: %v", regions)
	}
	if len(names) > 2 {
		t.Errorf("names differ: %v", names)
	}
}

func TestCodesWantTheirLists(t *testing.T) {
	if _, err := figures.NewCodes(rapporteur.CodeLists{}); err == nil || !strings.Contains(err.Error(), rapporteur.ListArea) {
		t.Errorf("got %v", err)
	}
}

func FuzzReadSDMX(f *testing.F) {
	c, err := loadCodes()
	if err != nil {
		f.Fatal(err)
	}
	var written bytes.Buffer
	if err := c.WriteSDMX(&written, published()); err != nil {
		f.Fatal(err)
	}
	f.Add(written.Bytes())
	f.Add([]byte("\ufeffDATAFLOW,REF_AREA\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := c.ReadSDMX(bytes.NewReader(text))
		if err != nil {
			return
		}
		var first bytes.Buffer
		rows = slices.DeleteFunc(rows, func(r figures.Row) bool { n, exact := r.Number(); return exact && n < 5 })
		if err := c.WriteSDMX(&first, rows); err != nil {
			t.Fatal(err)
		}
		again, err := c.ReadSDMX(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		var second bytes.Buffer
		if err := c.WriteSDMX(&second, again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first.String(), second.String()); diff != "" {
			t.Error(diff)
		}
	})
}

func BenchmarkWriteSDMX(b *testing.B) {
	rows := published()
	for len(rows) < 46_000 {
		rows = append(rows, rows...)
	}
	c := codes(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.WriteSDMX(io.Discard, rows); err != nil {
			b.Fatal(err)
		}
	}
}
