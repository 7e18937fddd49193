package rapporteur

import (
	"bytes"
	"strings"
	"testing"
)

var contentQuestionnaire = Questionnaire{Sections: []QuestionSection{
	{ID: "op2", Questions: []Question{{ID: "Q2.1"}, {ID: "Q2.2"}}}, {ID: "op3", Questions: []Question{{ID: "Q3.1"}}},
}}

func TestSectionContent(t *testing.T) {
	cases := []struct {
		name, section, content, want string
		kind                         ProblemKind
	}{
		{"one way of writing", "op2", "{ \"Q2.2\": {\"b\":1.50,\"a\":12345678901234567890},\n\"Q2.1\":{} }", `{"Q2.1":{},"Q2.2":{"a":12345678901234567890,"b":1.50}}`, ""},
		{"less than", "op2", `{"Q2.1":{"n":"<5"}}`, `{"Q2.1":{"n":"<5"}}`, ""},
		{"nothing", "op2", `{}`, `{}`, ""},
		{"header", "header", `{"return_type":"nil","header":{"authority":"x"}}`, `{"header":{"authority":"x"},"return_type":"nil"}`, ""},
		{"a list", "op2", `[]`, "", ProblemInvalid},
		{"null", "op2", `null`, "", ProblemInvalid},
		{"two values", "op2", `{}{}`, "", ProblemInvalid},
		{"another section's question", "op2", `{"Q3.1":{}}`, "", ProblemInvalid},
		{"an answer that is none", "op2", `{"Q2.1":"yes"}`, "", ProblemInvalid},
		{"answers in the header", "header", `{"answers":{}}`, "", ProblemInvalid},
		{"another version in the header", "header", `{"version":"2.0.0"}`, "", ProblemInvalid},
		{"no such section", "op9", `{}`, "", ProblemNotFound},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := SectionContent(contentQuestionnaire, c.section, []byte(c.content))
			if string(got) != c.want || (err == nil) != (c.kind == "") || err != nil && !IsProblem(err, c.kind) {
				t.Errorf("got %s and %v, want %s and %s", got, err, c.want, c.kind)
			}
		})
	}
}

func TestPointersLeadIntoSections(t *testing.T) {
	content := fieldsOf([]byte(`{"Q2.1":{"a~b":{"c/d":1},"x":[1]}}`))
	for pointer, want := range map[string]bool{
		"/answers/Q2.1": true, "/answers/Q2.1/a~0b/c~1d": true, "/answers/Q2.1/x/0": false, "/answers/Q2.2": false, "/answers": false,
		"": false, "/": false, "answers/Q2.1": false, "/header": false, "/Q2.1": false,
	} {
		if got := content.at("op2", pointer) != nil; got != want || content.has("op2", pointer) != want {
			t.Errorf("%q leads somewhere: %t, want %t", pointer, got, want)
		}
	}
	for pointer, want := range map[string]bool{"/answers/Q2.1/x/0": false, "/answers/Q2.1/y/z": true, "/header/a": false, "": false} {
		if got := content.put("op2", pointer, "v"); got != want {
			t.Errorf("%q can be put: %t, want %t", pointer, got, want)
		}
	}
	if got := string(written(content)); got != `{"Q2.1":{"a~b":{"c/d":1},"x":[1],"y":{"z":"v"}}}` {
		t.Errorf("the content is %s", got)
	}
}

// Whatever comes in is refused, or kept in one way of writing it that reads the
// same.
func FuzzSectionContent(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"Q2.1":{"status":"yes","n":1e400}}`, `{"return_type":"nil"}`, `{"Q2.1":{}} `, `[`, `{"Q2.1":{"a":"\ud800"}}`, strings.Repeat(`{"Q2.1":`, 40),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, section := range []string{"op2", HeaderSection, "op9"} {
			kept, err := SectionContent(contentQuestionnaire, section, content)
			if err != nil {
				continue
			}
			again, err := SectionContent(contentQuestionnaire, section, kept)
			if err != nil || !bytes.Equal(again, kept) {
				t.Errorf("%q is kept as %q, and that as %q (%v)", content, kept, again, err)
			}
			w, err := WorkingAnswer{}.Next(WorkingEvent{Save: &SaveEvent{Section: section, Content: kept}}, "key-1", narratedStart)
			if err == nil && fieldsOf(w.Body(QuestionnaireRef{ID: "q", Version: "1"})) == nil {
				t.Errorf("%q makes no body", kept)
			}
		}
	})
}
