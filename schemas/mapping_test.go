package schemas

import (
	"strings"
	"testing"
	"testing/fstest"
)

// smallNext is a second version of the small questionnaire: the count moved to a
// question of its own, one colour has another name and one is new, and the
// second question is not asked any more.
var smallNext = strings.NewReplacer(
	`"x-version": "1.0.0"`, `"x-version": "1.1.0"`, `"version": {"const": "1.0.0"}`, `"version": {"const": "1.1.0"}`,
	`["Q1.1", "Q1.2"]`, `["Q1.1", "Q1.3"]`, `"Q1.2": {`, `"Q1.3": {`,
	`"properties": {},`, `"properties": {"count": {"$ref": "../definitions/1.0.0.json#/$defs/persons", "x-label": {"en": "Count", "fr": "Nombre"}}},`,
	`            "count": {"$ref": "../definitions/1.0.0.json#/$defs/persons", "x-label": {"en": "Count", "fr": "Nombre"}},
`, "",
	`["red", "blue"]`, `["scarlet", "blue", "green"]`, `"red": {"en": "Red", "fr": "Rouge"}`, `"scarlet": {"en": "Red", "fr": "Rouge"}`,
	`"blue": {"en": "Blue", "fr": "Bleu"}}`, `"blue": {"en": "Blue", "fr": "Bleu"}, "green": {"en": "Green", "fr": "Vert"}}`,
	`'Q1.1', 'count'`, `'Q1.3', 'count'`, `/answers/Q1.1/count`, `/answers/Q1.3/count`,
).Replace(smallQuestionnaire)

const smallMapping = `questionnaire: poll
from: 1.0.0
to: 1.1.0
basis: a test
moves:
  - {from: Q1.1/count, to: Q1.3/count}
  - {from: Q1.1/colour, options: {red: scarlet}}
kept:
  - {from: Q1.2, reason: nobody knew}
new: [Q1.3]
`

const mappingFile = "questionnaires/poll/migrations/1.0.0-1.1.0.yaml"

// mappedFiles is the smallest catalogue with two versions and a mapping, of
// which a piece is replaced.
func mappedFiles(t testing.TB, old, replacement string) fstest.MapFS {
	t.Helper()
	if !strings.Contains(smallMapping, old) {
		t.Fatalf("the mapping does not contain %q", old)
	}
	files := goodFiles(t)
	files["questionnaires/poll/1.1.0.json"] = &fstest.MapFile{Data: []byte(smallNext)}
	files[mappingFile] = &fstest.MapFile{Data: []byte(strings.Replace(smallMapping, old, replacement, 1))}
	return files
}

func TestAMappingLoads(t *testing.T) {
	c, err := Load(mappedFiles(t, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.way("poll", "1.0.0", "1.1.0")) != 1 || len(c.way("poll", "1.1.0", "1.0.0")) != 1 {
		t.Error("there is no way there and back")
	}
}

func TestABadMappingNamesFileLineAndField(t *testing.T) {
	for _, test := range []struct {
		name, old, replacement string
		line                   int
		field, reason          string
	}{
		{"no basis", "basis: a test\n", "", 1, "basis", "is missing"},
		{"an unknown field", "basis:", "bases:", 4, "bases", "unknown field"},
		{"a version that is not there", "to: 1.1.0", "to: 1.2.0", 3, "to", "no version 1.2.0"},
		{"no version at all", "from: 1.0.0", "from: first", 2, "from", "semver"},
		{"another questionnaire's folder", "questionnaire: poll", "questionnaire: survey", 1, "questionnaire", "want the file as questionnaires/survey/"},
		{"a way back", "from: 1.0.0\nto: 1.1.0", "from: 1.1.0\nto: 1.0.0", 3, "to", "a version after 1.1.0"},
		{"a place that was never there", "Q1.1/count, to", "Q1.1/counts, to", 6, "moves[0].from", "poll@1.0.0 has no Q1.1/counts"},
		{"a place that is not there", "to: Q1.3/count", "to: Q1.4/count", 6, "moves[0].to", "poll@1.1.0 has no Q1.4/count"},
		{"a part to a question", "to: Q1.3/count", "to: Q1.3", 6, "moves[0].to", "a part to a part"},
		{"one place twice", "  - {from: Q1.1/colour", "  - {from: Q1.1/count, to: Q1.1/colour}\n  - {from: Q1.1/colour", 7, "moves[1].from", "named twice"},
		{"two to one place", "  - {from: Q1.1/colour, options", "  - {from: Q1.2, to: Q1.3/count}\n  - {from: Q1.1/colour, to: Q1.3/count, options", 8, "moves[2].to", "Q1.3/count is named twice"},
		{"another kind", "Q1.1/count, to: Q1.3/count", "Q1.1/colour, to: Q1.3/count", 6, "moves[0]", "it is choice before and number after"},
		{"a code that was never there", "red: scarlet", "pink: scarlet", 7, "moves[1].options", "Q1.1/colour of 1.0.0 has no code pink"},
		{"a code that is not there", "red: scarlet", "red: crimson", 7, "moves[1].options.red", "of 1.1.0 has no code crimson"},
		{"a code that is lost", "{from: Q1.1/colour, options: {red: scarlet}}", "{from: Q1.1/colour, options: {blue: scarlet}}", 7, "moves[1]", "what becomes of the code red?"},
		{"two codes to one", "{red: scarlet}", "{red: blue}", 7, "moves[1]", "there would be no way back"},
		{"codes of a question", "  - {from: Q1.1/colour, options: {red: scarlet}}\nkept:\n  - {from: Q1.2, reason: nobody knew}\nnew: [Q1.3]", "  - {from: Q1.2, to: Q1.3, options: {red: scarlet}}", 7, "moves[1].options", "name the part"},
		{"nothing told", "  - {from: Q1.1/colour, options: {red: scarlet}}\n", "", 6, "moves", "Q1.1/colour is not the same in both: what becomes of the code red?"},
		{"a move that is none", "options: {red: scarlet}", "to: Q1.1/colour", 7, "moves[1]", "stays where it is"},
		{"a question that is gone", "kept:\n  - {from: Q1.2, reason: nobody knew}\n", "", 6, "moves", "poll@1.1.0 has no Q1.2 any more"},
		{"no word on where answers go", "reason: nobody knew", "reason: ''", 9, "kept[0].reason", "is missing"},
		{"a question from nowhere", "new: [Q1.3]\n", "", 1, "new", "Q1.3 of 1.1.0 comes from nowhere"},
		{"new and not there", "new: [Q1.3]", "new: [Q1.3, Q1.5]", 10, "new[1]", "poll@1.1.0 has no Q1.5"},
		{"new and the same", "new: [Q1.3]", "new: [Q1.3, Q1.1]", 6, "moves", "Q1.1 is to become what Q1.1 already is"},
		{"new, and something comes", "new: [Q1.3]", "new: [Q1.3, Q1.3/count]", 6, "moves[0].to", "is said to be new"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load(mappedFiles(t, test.old, test.replacement))
			found := Faults(err)
			if len(found) == 0 {
				t.Fatalf("it loads: %v", err)
			}
			for _, f := range found {
				if f.File == mappingFile && f.Line == test.line && f.Field == test.field && strings.Contains(f.Reason, test.reason) {
					return
				}
			}
			t.Errorf("got %v, want line %d, %s: %s", err, test.line, test.field, test.reason)
		})
	}
}

func TestAMappingIsThereOnce(t *testing.T) {
	_, err := Load(mappedFiles(t, "", ""), fstest.MapFS{mappingFile: {Data: []byte(smallMapping)}})
	if err == nil || !strings.Contains(err.Error(), "is there twice") {
		t.Errorf("got %v", err)
	}
}
