package schemas

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

func TestTheGLOTIPCrosswalkLeadsIntoTheMemberStatesQuestionnaire(t *testing.T) {
	c, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	walk, err := c.Crosswalk("glotip")
	if err != nil {
		t.Fatal(err)
	}
	want := []rapporteur.CrosswalkPlace{
		{Indicator: "Detected trafficking victims", Dimensions: []string{"Total", "by form of exploitation"}, Question: "Q3.4", Part: "identified", ByAge: true, ByForm: true},
		{Indicator: "Persons brought into formal contact", Dimensions: []string{"Total"}, Question: "Q5.2", Part: "contact", ByAge: true},
		{Indicator: "Persons prosecuted", Dimensions: []string{"Total"}, Question: "Q5.2", Part: "prosecuted", ByAge: true},
		{Indicator: "Persons convicted", Dimensions: []string{"Total", "by form of exploitation"}, Question: "Q5.2", Part: "convicted", ByAge: true, ByForm: true},
	}
	if diff := cmp.Diff(want, walk.Places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	if walk.Forms["Forced labour"] != "FORCED_LABOUR" || walk.Source != "GLOTIP" || walk.Questionnaire != "member-state" {
		t.Errorf("it is %+v", walk)
	}
	if _, err := c.Crosswalk("none"); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("one that is not there: %v", err)
	}
}

// TestCrosswalkFaults spoils the release's file: each fault is named with its
// line, field and reason.
func TestCrosswalkFaults(t *testing.T) {
	good, err := files.ReadFile("crosswalks/glotip.yaml")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, old, replacement, want string }{
		{"no such questionnaire", "questionnaire: member-state", "questionnaire: member", "line 6: questionnaire: there is no questionnaire member"},
		{"no such question", "question: Q3.4", "question: Q3.44", "places[0].question: member-state@1.0.0 has no question Q3.44"},
		{"no such part", "part: contact", "part: contacts", "places[1].part: Q5.2 of member-state@1.0.0 has no table of figures contacts"},
		{"a part that is no table", "question: Q3.4, part: identified", "question: Q3.4, part: how_determined", "places[0].part: Q3.4 of member-state@1.0.0 has no table"},
		{"two for one part", "part: prosecuted", "part: contact", "places[2].part: another place has the part contact of Q5.2"},
		{"a code that is none", "Female: F", "Female: W", `line 8: codes.sex: Female stands for "W", which identified of Q3.4 does not have`},
		{"an age that is none", "0-17", "0-18", `codes.age: 0 to 17 years stands for "0-18"`},
		{"a form that is none", "FORCED_LABOUR", "LABOUR", `codes.form: Forced labour stands for "LABOUR"`},
		{"no codes", "  sex: {Female: F, Male: M, Other: other, Unknown: unknown, Total: total}\n", "", "codes.sex: is missing"},
		{"no source", "source: GLOTIP\n", "", "source: is missing"},
		{"no dimension", "dimensions: [Total], question: Q5.2, part: contact", "dimensions: [], question: Q5.2, part: contact", "places[1].dimensions"},
		{"a field that is none", "source: GLOTIP", "origin: GLOTIP", "origin"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(string(good), c.old) {
				t.Fatalf("the file does not contain %q", c.old)
			}
			text := strings.Replace(string(good), c.old, c.replacement, 1)
			_, err := Load(Embedded(), fstest.MapFS{"crosswalks/spoilt.yaml": {Data: []byte(strings.Replace(text, "id: glotip", "id: spoilt", 1))}})
			if err == nil || !strings.Contains(err.Error(), "crosswalks/spoilt.yaml") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want it to say %q", err, c.want)
			}
		})
	}
	if _, err := Load(Embedded(), fstest.MapFS{"crosswalks/again.yaml": {Data: good}}); err == nil || !strings.Contains(err.Error(), "glotip is there twice") {
		t.Errorf("a second one of the same id: %v", err)
	}
}

func TestASectionMayNotBeCalledHeader(t *testing.T) {
	_, err := Load(spoilt(t, "questionnaires/poll/1.0.0.json", `"x-sections": [{"id": "`, `"x-sections": [{"id": "header", "title": {"en": "a", "fr": "b"}, "questions": ["x"]}, {"id": "`))
	if err == nil || !strings.Contains(err.Error(), "/x-sections/0/id: a working answer has a section of this name") {
		t.Errorf("got %v", err)
	}
}
