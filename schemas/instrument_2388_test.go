package schemas

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
)

// loadOnce saves the tests the time of a load each; a catalogue is immutable.
var loadOnce = sync.OnceValues(func() (*Catalogue, error) { return Load(Embedded()) })

func load(t testing.TB) *Catalogue {
	t.Helper()
	c, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func resolution2388(t testing.TB) rapporteur.Instrument {
	t.Helper()
	i, err := load(t).Instrument("s-res-2388-2017")
	if err != nil {
		t.Fatal(err)
	}
	return i
}

var (
	typography = strings.NewReplacer("’", "'", "‘", "'", "“", `"`, "”", `"`, "*", "", "\u00a0", " ",
		"Combatting", "Combating") // the one word that the two copies spell differently
	adverbs = regexp.MustCompile(`(?i)^(further|also|strongly) `)
)

func plain(text string) string { return strings.Join(strings.Fields(typography.Replace(text)), " ") }

// The United Nations' own machine-readable copy is the oracle for the text.
func TestResolution2388AgreesWithTheMachineReadableCopy(t *testing.T) {
	body, err := os.ReadFile(needs.SharedFile(t, "s-res-2388-2017.paragraphs.json"))
	if err != nil {
		t.Fatal(err)
	}
	var paragraphs []struct {
		Text   string `json:"text"`
		Type   string `json:"paragraph_type"`
		Prefix string `json:"prefix"`
		Verb   string `json:"action_verb"`
	}
	if err := json.Unmarshal(body, &paragraphs); err != nil {
		t.Fatal(err)
	}
	i := resolution2388(t)
	n := 0
	for _, p := range paragraphs {
		if p.Type != "operative" {
			continue
		}
		if n == len(i.Operatives) {
			t.Fatalf("the file has fewer operative paragraphs than the copy")
		}
		o := i.Operatives[n]
		n++
		if diff := cmp.Diff(plain(p.Text), plain(o.Text)); diff != "" {
			t.Errorf("text of paragraph %d (-copy +ours):\n%s", n, diff)
		}
		first, _, _ := strings.Cut(adverbs.ReplaceAllString(plain(o.Text), ""), " ")
		provision := firstProvision(t, i, n)
		ours, _, _ := strings.Cut(provision.Verb, " ")
		if !strings.EqualFold(first, p.Verb) || !strings.EqualFold(ours, p.Verb) {
			t.Errorf("first verb of paragraph %d: copy %q, text %q, provision %s %q", n, p.Verb, first, provision.ID, ours)
		}
	}
	if n != 35 {
		t.Errorf("compared %d operative paragraphs, want 35", n)
	}
}

func firstProvision(t *testing.T, i rapporteur.Instrument, operative int) rapporteur.Provision {
	t.Helper()
	for _, p := range i.Provisions {
		if p.Operative == operative {
			return p
		}
	}
	t.Fatalf("no provision in paragraph %d", operative)
	return rapporteur.Provision{}
}

func TestResolution2388HasFortyEightProvisions(t *testing.T) {
	several := map[int]int{1: 2, 3: 3, 10: 2, 15: 2, 20: 2, 21: 2, 23: 2, 24: 2, 25: 2, 27: 2, 28: 2, 32: 2}
	got := map[int]int{}
	i := resolution2388(t)
	for _, p := range i.Provisions {
		got[p.Operative]++
	}
	for n := 1; n <= 35; n++ {
		want := max(several[n], 1)
		if got[n] != want {
			t.Errorf("paragraph %d holds %d provisions, want %d", n, got[n], want)
		}
	}
	if len(i.Provisions) != 48 {
		t.Errorf("got %d provisions, want 48", len(i.Provisions))
	}
}

// Strength follows the verb, except that the same verb binds less in "expresses
// its intention" than in "decides": the table is the resolution's own usage.
func TestStrengthFollowsTheVerb(t *testing.T) {
	strength := map[string]int{
		"decides": 5, "requests": 4, "urges": 3, "calls": 3, "calls upon": 3, "invites": 2, "encourages": 1, "welcomes": 1,
		"reaffirms": 0, "stresses": 0, "underscores": 0, "reiterates": 0, "recognizes": 0, "condemns": 0, "expresses": 0,
	}
	for _, p := range resolution2388(t).Provisions {
		want, ok := strength[p.Verb]
		if !ok || p.Strength != want {
			t.Errorf("%s %s has strength %d, want %d", p.ID, p.Verb, p.Strength, want)
		}
	}
}

func TestEveryShapeHasItsStreams(t *testing.T) {
	want := map[string]rapporteur.Shape{
		"op34": rapporteur.ShapeReport,
		"op33": rapporteur.ShapeInclusion, "op11": rapporteur.ShapeInclusion, "op12": rapporteur.ShapeInclusion,
		"op22": rapporteur.ShapeInclusion, "op25": rapporteur.ShapeInclusion, "op28a": rapporteur.ShapeInclusion,
		"op28b": rapporteur.ShapeInclusion,
		"op9":   rapporteur.ShapeIntake, "op23b": rapporteur.ShapeIntake, "op30": rapporteur.ShapeIntake, "op31": rapporteur.ShapeIntake,
		"op23a": rapporteur.ShapeOccasion, "op24": rapporteur.ShapeOccasion, "op26": rapporteur.ShapeOccasion,
		"op27b": rapporteur.ShapeOccasion, "op29": rapporteur.ShapeOccasion, "op32": rapporteur.ShapeOccasion,
	}
	got := map[string]rapporteur.Shape{}
	for _, s := range resolution2388(t).Streams {
		got[s.ID] = s.Shape
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("streams (-want +got):\n%s", diff)
	}
}

func TestOP34CarriesEveryMeasure(t *testing.T) {
	i := resolution2388(t)
	s, _ := i.Stream("op34")
	carried := map[string]bool{}
	for _, id := range s.Provisions {
		carried[id] = true
	}
	for _, p := range i.Provisions {
		if p.Class == rapporteur.ClassMeasure && !carried[p.ID] {
			t.Errorf("op34 does not carry the measure %s", p.ID)
		}
	}
}

func TestCalendarOfTheTwelveMonthReport(t *testing.T) {
	i := resolution2388(t)
	s, ok := i.Stream("op34")
	if !ok {
		t.Fatal("no stream op34")
	}
	plan, err := rapporteur.NewPlan(i, s, rapporteur.WorkingDays{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		rapporteur.DateAdoption: "2017-11-21", rapporteur.DateMandated: "2018-11-21", rapporteur.DateOpens: "2018-05-21",
		rapporteur.DateDue: "2018-09-14", rapporteur.DateCloses: "2018-10-05", rapporteur.DateDraft: "2018-10-12",
		rapporteur.DateCleared: "2018-11-16", rapporteur.DateTransmits: "2018-11-21",
	}
	got := map[string]string{}
	for _, d := range plan.Dates {
		got[d.Key] = d.Date.String()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("dates (-want +got):\n%s", diff)
	}
	if n := len(plan.Rungs); n != 9 {
		t.Errorf("the ladder has %d rungs, want 9", n)
	}
	if last := plan.Rungs[8]; last.Rung.ID != "states-final" || rapporteur.DateOf(last.At).String() != "2018-09-26" {
		t.Errorf("the last rung is %s on %s", last.Rung.ID, last.At)
	}
}
