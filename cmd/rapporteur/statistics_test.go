package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/figures"
)

func TestStatisticsCommands(t *testing.T) {
	written := filepath.Join(t.TempDir(), "statistics.csv")
	for arguments, want := range map[string][]string{
		written:                             {"GET /v1/cycles/s/op34/2018/statistics?format=glotip"},
		written + " --format=csv --preview": {"GET /v1/cycles/s/op34/2018/statistics?format=csv&preview=true"},
		"--publish --idempotency-key=7":     {"POST /v1/cycles/s/op34/2018/statistics 7"},
		written + " --publish --format=sdmx-csv": {
			"POST /v1/cycles/s/op34/2018/statistics ", "GET /v1/cycles/s/op34/2018/statistics?format=sdmx-csv",
		},
	} {
		asked, out, err := statisticsRun(t, strings.Fields(arguments)...)
		if err != nil || strings.Join(asked, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s\nasked %q (%v)\nwant  %q", arguments, asked, err, want)
		}
		if strings.Contains(arguments, "--publish") && out != "release 2: 120 figures of 1 contributor, 45 withheld\n" {
			t.Errorf("%s prints %q", arguments, out)
		}
	}
	if text, err := os.ReadFile(written); err != nil || string(text) != `{"number":2,"figures":120,"contributors":1,"withheld":45}` {
		t.Errorf("%v: %s", err, text)
	}
	for arguments, says := range map[string]string{
		"":                                "FILE",
		written + " --preview --publish":  "can't be used together",
		written + " --format=xlsx":        "--format",
		written + " --preview --format x": "--format",
	} {
		if asked, _, err := statisticsRun(t, strings.Fields(arguments)...); err == nil || len(asked) > 0 || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: asked %q, error %v does not say %q", arguments, asked, err, says)
		}
	}
}

func statisticsRun(t *testing.T, arguments ...string) (asked []string, out string, err error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		line := r.Method + " " + r.RequestURI
		if r.Method == http.MethodPost {
			line += " " + r.Header.Get("Idempotency-Key")
		}
		asked = append(asked, line)
		_, _ = w.Write([]byte(`{"number":2,"figures":120,"contributors":1,"withheld":45}`))
	}))
	defer server.Close()
	t.Setenv("RAPPORTEUR_SERVER", server.URL)
	t.Setenv("RAPPORTEUR_KEY_FILE", file(t, "key", "rap_key"))
	out, err = output(t, append([]string{"statistics", "s/op34/2018"}, arguments...)...)
	return asked, out, err
}

// small is a file in which the women of one State are few, and given away by
// the men.
const small = "Iso3_code,Country,Region,Subregion,Indicator,Dimension,Category,Sex,Age,Year,Unit of measurement,txtVALUE,Source\n" +
	"KEN,Kenya,Africa,Sub-Saharan Africa,Persons convicted,Total,Total,Total,Total,2018,Counts,30,GLOTIP\n" +
	"KEN,Kenya,Africa,Sub-Saharan Africa,Persons convicted,Total,Total,Female,Total,2018,Counts,3,GLOTIP\n" +
	"KEN,Kenya,Africa,Sub-Saharan Africa,Persons convicted,Total,Total,Male,Total,2018,Counts,27,GLOTIP\n" +
	"FRA,France,Europe,Western Europe,Persons convicted,Total,Total,Total,Total,2018,Counts,\"1,030\",GLOTIP\n"

func TestFiguresGoOutAsSDMX(t *testing.T) {
	in := file(t, "figures.csv", small)
	out := filepath.Join(t.TempDir(), "out.csv")
	text, err := output(t, "figures", "sdmx", in, out)
	if err != nil || !strings.Contains(text, "4 figures, 2 told, 1 withheld as small, 1 withheld because") {
		t.Fatalf("%v: %s", err, text)
	}
	first, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(first), ",,Q,C,") != 2 || !strings.Contains(string(first), ",250,PERSONS_CONVICTED,_T,_T,_T,_T,_T,1,2018,1030,A,F,") {
		t.Errorf("written:\n%s", first)
	}
	// What was published so already comes out the same.
	rows, err := figures.ReadGLOTIP(strings.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	published, err := figures.Suppress(rows, figures.Disclosure{})
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := figures.WriteGLOTIP(&again, published.Rows); err != nil {
		t.Fatal(err)
	}
	if _, err := output(t, "figures", "sdmx", file(t, "published.csv", again.String()), out); err != nil {
		t.Fatal(err)
	}
	if second, err := os.ReadFile(out); err != nil || !bytes.Equal(first, second) {
		t.Errorf("%v: the published file comes out otherwise:\n%s", err, second)
	}
}

func TestFiguresGoOutAsCSV(t *testing.T) {
	in, folder := file(t, "figures.csv", small), filepath.Join(t.TempDir(), "out")
	for _, out := range []string{folder, folder + ".zip"} {
		if _, err := output(t, "figures", "sdmx", in, out, "--format=csv"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "codelists", "CL_AREA.csv")); err != nil {
		t.Error(err)
	}
	if archive, err := os.ReadFile(folder + ".zip"); err != nil || !bytes.HasPrefix(archive, []byte("PK")) {
		t.Error(err)
	}
	bad := file(t, "bad.csv", strings.Replace(small, "KEN,Kenya", "KE,Kenya", 1))
	if _, err := output(t, "figures", "sdmx", bad, folder+".csv"); err == nil || !strings.Contains(err.Error(), "bad.csv") || !strings.Contains(err.Error(), "row 1: column Iso3_code") {
		t.Errorf("an area that is none: %v", err)
	}
	if _, err := os.Stat(folder + ".csv"); !os.IsNotExist(err) {
		t.Errorf("half a file was left: %v", err)
	}
}

func TestFiguresCodes(t *testing.T) {
	for arguments, want := range map[string][]string{
		"":                             {"LIST", "CL_AREA ", "CL_UNIT_MULT "},
		"CL_SEX":                       {"CODE  PARENT  NAME", "QUESTIONNAIRE", "_O ", "Other"},
		"CL_EXPLOITATION --format=csv": {"code,parent,name_en,name_fr,name_es,name_ru,name_ar,name_zh,from,until,questionnaire,protocol,htcds,ctdc,glotip,sdg_16_2_2,ic_tip\n", "ORGAN_REMOVAL,OTHER_FORMS,", ",VC_HTF_DETVOG,\n"},
		"CL_AREA --format=csv":         {"\n748,018,Swaziland,Swaziland,", ",2018-04-18,SZ,SWZ,SWZ\n", "\n748,018,Eswatini,"},
	} {
		text, err := output(t, append([]string{"figures", "codes"}, strings.Fields(arguments)...)...)
		if err != nil {
			t.Errorf("%s: %v", arguments, err)
		}
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("codes %s does not print %q:\n%.1500s", arguments, part, text)
			}
		}
	}
	if _, err := output(t, "figures", "codes", "CL_NONE"); err == nil {
		t.Error("a list that is not there was printed")
	}
}

// output runs the command line and gives what it printed.
func output(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := commandTo(t, &out, arguments...)
	return out.String(), err
}
