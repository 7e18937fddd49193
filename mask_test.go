package rapporteur

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func maskQuestionnaire() Questionnaire {
	return Questionnaire{Sections: []QuestionSection{{Questions: []Question{{ID: "Q1", Parts: []QuestionPart{
		{Name: "victims", Kind: PartFigures, Persons: true}, {Name: "prosecuted", Kind: PartNumber, Persons: true},
		{Name: "laws", Kind: PartNumber}, {Name: "text", Kind: PartText},
	}}}}}}
}

func TestMask(t *testing.T) {
	cases := []struct{ name, answer, want string }{
		{"a small count", `{"prosecuted":4}`, `{"prosecuted":"<5"}`},
		{"nought, which looks like a small one", `{"prosecuted":0}`, `{"prosecuted":"<5"}`},
		{"a count that is large enough", `{"prosecuted":5}`, `{"prosecuted":5}`},
		{"a count as it was written", `{"prosecuted":1.50e2}`, `{"prosecuted":1.50e2}`},
		{"masked before", `{"prosecuted":"<5"}`, `{"prosecuted":"<5"}`},
		{"no persons", `{"laws":2,"text":"2 laws"}`, `{"laws":2,"text":"2 laws"}`},
		{"a large table", `{"victims":[{"sex":"F","value":12},{"sex":"total","value":20}]}`, `{"victims":[{"sex":"F","value":12},{"sex":"total","value":20}]}`},
		{"a table with a small cell", `{"victims":[{"sex":"F","value":12},{"sex":"M","value":3},{"sex":"total","value":15}]}`, `{"victims":[{"sex":"total","value":15}]}`},
		{"a table with a small total", `{"victims":[{"sex":"F","age":"total","value":3},{"value":3}]}`, `{"victims":[{"value":"<5"}]}`},
		{"a total within one sex is no total", `{"victims":[{"sex":"F","age":"total","value":2}]}`, `{"victims":[]}`},
		{"what is no count", `{"victims":[{"sex":"F","value":null},7]}`, `{"victims":[]}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			masked, err := maskQuestionnaire().Mask([]byte(`{"answers":{"Q1":` + c.answer + `,"Q9":{"prosecuted":1}}}`))
			if err != nil {
				t.Fatal(err)
			}
			var got struct{ Answers map[string]json.RawMessage }
			if err := json.Unmarshal(masked, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(got.Answers["Q1"])); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := maskQuestionnaire().Mask([]byte("{")); err == nil {
		t.Error("what is no answer was masked")
	}
}

// Whatever the table, no row of a masked one can be subtracted from another to
// give a small number.
func TestMaskedTablesGiveNoSmallNumberAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		women, men := rapid.IntRange(0, 12).Draw(t, "women"), rapid.IntRange(0, 12).Draw(t, "men")
		body := fmt.Sprintf(`{"answers":{"Q1":{"victims":[{"sex":"F","value":%d},{"sex":"M","value":%d},{"sex":"total","value":%d}]}}}`, women, men, women+men)
		masked, err := maskQuestionnaire().Mask([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		shown := strings.Count(string(masked), `"sex"`)
		if small := women < smallCount || men < smallCount; small != (shown == 1) {
			t.Fatalf("%d women and %d men: %s", women, men, masked)
		}
	})
}
