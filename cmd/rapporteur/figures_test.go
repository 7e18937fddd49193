package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/internal/needs"
)

const figuresHeader = "Iso3_code,Country,Region,Subregion,Indicator,Dimension,Category,Sex,Age,Year,Unit of measurement,txtVALUE,Source\n"

// figuresFile writes the convicted persons of one State, by sex.
func figuresFile(t *testing.T, name, sum, women, men string) string {
	t.Helper()
	text := figuresHeader
	for _, r := range [][2]string{{"Total", sum}, {"Female", women}, {"Male", men}} {
		text += "KEN,Kenya,Africa,Sub-Saharan Africa,Persons convicted,Total,Total," + r[0] + ",Total,2018,Counts," + r[1] + ",GLOTIP\n"
	}
	return textFile(t, name, text)
}

func textFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func contents(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPublishWithholds(t *testing.T) {
	in := figuresFile(t, "in.csv", "100", "97", "3")
	out := filepath.Join(t.TempDir(), "out.csv")
	var said bytes.Buffer
	if err := (figuresPublishCommand{disclosure: disclosure{Class: "national"}, In: in, Out: out}).Run(&said); err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(",97,", ",<5,", ",3,", ",<5,").Replace(contents(t, in))
	if got := contents(t, out); got != want {
		t.Errorf("published\n%s, want\n%s", got, want)
	}
	if !strings.Contains(said.String(), "3 figures, 1 told, 1 withheld as small, 1 withheld because they would give a small one away") {
		t.Error(said.String())
	}
}

func TestPublishTakesClassesAndEarlierPublications(t *testing.T) {
	before, in := figuresFile(t, "before.csv", "100", "<5", "<5"), figuresFile(t, "in.csv", "117", "97", "20")
	for name, c := range map[string]struct {
		rules disclosure
		want  []string
	}{
		"alone":      {disclosure{Class: "national"}, []string{",117,", ",97,", ",20,"}},
		"remembered": {disclosure{Class: "national", Published: []string{before}}, []string{",117,", ",<5,"}},
		"by class":   {disclosure{Class: "national", ClassOf: map[string]string{"Total": "group"}}, []string{",117,", ",97,", ",20,"}},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out.csv")
			if err := (figuresPublishCommand{disclosure: c.rules, In: in, Out: out}).Run(io.Discard); err != nil {
				t.Fatal(err)
			}
			got := contents(t, out)
			for _, w := range c.want {
				if !strings.Contains(got, w) {
					t.Errorf("%s is missing:\n%s", w, got)
				}
			}
		})
	}
}

func TestPublishPacksAndUnpacks(t *testing.T) {
	packed := filepath.Join(t.TempDir(), "out.csv.gz")
	if err := (figuresPublishCommand{disclosure: disclosure{Class: "group"}, In: figuresFile(t, "in.csv", "100", "97", "3"), Out: packed}).Run(io.Discard); err != nil {
		t.Fatal(err)
	}
	if _, err := gzip.NewReader(strings.NewReader(contents(t, packed))); err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(t.TempDir(), "plain.csv")
	if err := (figuresPublishCommand{disclosure: disclosure{Class: "group"}, In: packed, Out: plain}).Run(io.Discard); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, plain); strings.Count(got, "<11") != 2 {
		t.Errorf("published\n%s", got)
	}
}

// TestPublishWritesNothingWhereSomethingIsWrong covers that there is neither a
// file, nor half of one, nor what was there before.
func TestPublishWritesNothingWhereSomethingIsWrong(t *testing.T) {
	good := figuresFile(t, "good.csv", "100", "97", "3")
	for name, c := range map[string]struct {
		rules    disclosure
		in, want string
	}{
		"a value":             {disclosure{Class: "national"}, figuresFile(t, "bad.csv", "100", "97", "some"), "bad.csv: cannot read figures: line 4: column txtVALUE"},
		"columns":             {disclosure{Class: "national"}, textFile(t, "bad.csv", "a,b\n"), "line 1"},
		"nothing":             {disclosure{Class: "national"}, textFile(t, "bad.csv", ""), "line 1"},
		"a class":             {disclosure{Class: "local"}, good, "cannot read class of data"},
		"a class of one":      {disclosure{Class: "national", ClassOf: map[string]string{"Total": "local"}}, good, "cannot read class of data"},
		"what was before":     {disclosure{Class: "national", Published: []string{textFile(t, "old.csv", "x")}}, good, "old.csv: cannot read figures"},
		"a file not there":    {disclosure{Class: "national"}, filepath.Join(t.TempDir(), "none.csv"), "cannot read figures"},
		"more than one block": {disclosure{Class: "national"}, textFile(t, "bad.csv", figuresHeader+strings.Repeat("KEN,,,,P,Total,Total,Total,Total,2018,Counts,7,X\n", 501)), "row 501"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			out := filepath.Join(folder, "out.csv")
			if err := os.WriteFile(out, []byte("before"), 0o600); err != nil {
				t.Fatal(err)
			}
			err := figuresPublishCommand{disclosure: c.rules, In: c.in, Out: out}.Run(io.Discard)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want it to say %q", err, c.want)
			}
			if got := contents(t, out); got != "before" {
				t.Errorf("the file is now %q", got)
			}
			if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
				t.Errorf("%d files are left (%v)", len(left), err)
			}
		})
	}
}

func TestPublishLosesNothingThatItReads(t *testing.T) {
	in, old := figuresFile(t, "in.csv", "100", "97", "3"), figuresFile(t, "old.csv", "100", "<5", "<5")
	for _, out := range []string{in, old} {
		err := figuresPublishCommand{disclosure: disclosure{Class: "national", Published: []string{old}}, In: in, Out: out}.Run(io.Discard)
		if err == nil || !strings.Contains(err.Error(), "it is read as well") {
			t.Errorf("got %v", err)
		}
	}
}

func TestReplaceFileKeepsWhatWasThere(t *testing.T) {
	path := textFile(t, "kept.csv", "before")
	broken := errors.New("broken")
	if err := replaceFile(path, func(w io.Writer) error {
		_, err := w.Write([]byte("half"))
		return errors.Join(err, broken)
	}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if got := contents(t, path); got != "before" {
		t.Errorf("the file is now %q", got)
	}
}

// TestPublishPublicData runs the command as a user does.
func TestPublishPublicData(t *testing.T) {
	in, folder := needs.SharedFile(t, "unodc-glotip-2023-05-30.csv.gz"), t.TempDir()
	once, twice := filepath.Join(folder, "once.csv"), filepath.Join(folder, "twice.csv")
	for _, args := range [][]string{{in, once}, {once, twice}} {
		if status := runCommand(t, append([]string{"figures", "publish"}, args...)); status != 0 {
			t.Fatalf("status %d", status)
		}
	}
	if contents(t, once) != contents(t, twice) {
		t.Error("publishing what was published changes it")
	}
}

// runCommand runs the program with arguments.
func runCommand(t *testing.T, args []string) int {
	t.Helper()
	before := os.Args
	t.Cleanup(func() { os.Args = before })
	os.Args = append([]string{"rapporteur"}, args...)
	return wiring.Run(&commands{}, "rapporteur", "", "info")
}
