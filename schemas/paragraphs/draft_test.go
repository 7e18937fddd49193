package paragraphs_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/schemas"
	"github.com/rapporteur/rapporteur/schemas/paragraphs"
)

var update = flag.Bool("update", false, "write the golden files anew")

func draftOf(t testing.TB, file string) paragraphs.Draft {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	list, err := paragraphs.Read(body)
	if err != nil {
		t.Fatal(err)
	}
	return paragraphs.New(list, strings.TrimSuffix(filepath.Base(file), ".json"))
}

// The whole draft of a made-up resolution, as its reader gets it.
func TestDraftGolden(t *testing.T) {
	golden := filepath.Join("testdata", "made-up.yaml")
	got := draftOf(t, filepath.Join("testdata", "made-up.json")).YAML()
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the draft has changed; read the difference, then write it with -update (-want +got):\n%s", diff)
	}
}

// S/RES/2388 (2017) as a person has split it is the oracle: the draft finds the
// same provisions, and where it is not sure it says so.
func TestDraftOf2388AgreesWithThePersons(t *testing.T) {
	d := draftOf(t, needs.SharedFile(t, "s-res-2388-2017.paragraphs.json"))
	catalogue, err := schemas.Load(schemas.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	ours, err := catalogue.Instrument("s-res-2388-2017")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(d.Operatives()); n != 35 {
		t.Errorf("the draft has %d operative paragraphs, want 35", n)
	}
	type told struct {
		ID, Verb  string
		Operative int
		Strength  int
	}
	tell := func(all []rapporteur.Provision) []told {
		var list []told
		for _, p := range all {
			list = append(list, told{p.ID, p.Verb, p.Operative, p.Strength})
		}
		return list
	}
	if diff := cmp.Diff(tell(ours.Provisions), tell(d.Provisions())); diff != "" {
		t.Errorf("provisions (-person +draft):\n%s", diff)
	}
	doubted := map[string]bool{}
	for _, m := range d.Marks() {
		doubted[m.Field] = true
	}
	agree := 0
	for n, p := range d.Provisions() {
		same := p.Class == ours.Provisions[n].Class
		if same {
			agree++
		}
		if !same && !doubted[provisionField(n, "class")] {
			t.Errorf("%s is drafted as %s without a mark; a person says %s", p.ID, p.Class, ours.Provisions[n].Class)
		}
	}
	if agree < 38 {
		t.Errorf("%d of 48 classes are what a person says", agree)
	}
}

func provisionField(n int, field string) string {
	return fmt.Sprintf("provisions[%d].%s", n, field)
}

// The oracle's own first verbs, one a paragraph.
func TestFirstVerbsAreThoseOfTheFile(t *testing.T) {
	body, err := os.ReadFile(needs.SharedFile(t, "s-res-2388-2017.paragraphs.json"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := paragraphs.Read(body)
	if err != nil {
		t.Fatal(err)
	}
	first := map[int]string{}
	for _, p := range paragraphs.New(list, "").Provisions() {
		if first[p.Operative] == "" {
			first[p.Operative], _, _ = strings.Cut(p.Verb, " ")
		}
	}
	n := 0
	for _, p := range list {
		if p.Kind == "operative" {
			n++
			if first[n] != p.Verb {
				t.Errorf("paragraph %d begins with %q, the file says %q", n, first[n], p.Verb)
			}
		}
	}
	if n != 35 {
		t.Errorf("compared %d paragraphs, want 35", n)
	}
}

var anyMark = regexp.MustCompile(`(?m)^ *# CHECK: .*\n| *# CHECK: .*$`)

// A person who completes a draft looks at the marks, removes them, and writes
// what is missing; here, questionnaires of the release stand for their own.
// Until then the loader refuses it and lists what is left.
func TestACompletedDraftLoads(t *testing.T) {
	const file = "s-res-9001-2031.yaml"
	d := draftOf(t, filepath.Join("testdata", "made-up.json"))
	_, err := schemas.CheckInstrument(fstest.MapFS{file: {Data: d.YAML()}}, file, schemas.Embedded())
	left := map[string]int{}
	for _, f := range schemas.Faults(err) {
		if f.Line == 0 || f.Field == "" {
			t.Errorf("a fault without its place: %v", f)
		}
		switch {
		case strings.Contains(f.Reason, "still marked"):
			left["marked"]++
		case strings.Contains(f.Reason, "no questionnaire"):
			left["questionnaire"]++
		default:
			t.Errorf("a draft has a fault that is no person's to mend: %v", f)
		}
	}
	if left["marked"] != len(d.Marks()) || left["questionnaire"] == 0 {
		t.Errorf("%d of %d marks and %d questionnaires are listed:\n%v", left["marked"], len(d.Marks()), left["questionnaire"], err)
	}

	text := strings.ReplaceAll(anyMark.ReplaceAllString(string(d.YAML()), ""), "questionnaire: s-res-9001-2031-", "questionnaire: ")
	i, err := schemas.CheckInstrument(fstest.MapFS{file: {Data: []byte(text)}}, file, schemas.Embedded())
	if err != nil {
		t.Fatalf("the completed draft does not load:\n%v", err)
	}
	s, ok := i.Stream("op7")
	if !ok || !s.Runs() {
		t.Fatalf("the report does not run: %+v", s)
	}
	plan, err := rapporteur.NewPlan(i, s, rapporteur.WorkingDays{})
	if err != nil {
		t.Fatal(err)
	}
	if on := plan.Date(rapporteur.DateMandated).String(); on != "2031-12-03" {
		t.Errorf("within nine months of 3 March 2031 is %s", on)
	}
	if n := i.Coverage().Count(rapporteur.CoverReport); n == 0 {
		t.Error("the report covers nothing")
	}
}
