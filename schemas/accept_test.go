package schemas

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

func compiled(t testing.TB, text string) *jsonschema.Schema {
	t.Helper()
	var tree any
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		t.Fatal(err)
	}
	c := newCompiler()
	if err := c.AddResource(base+"a.json", tree); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(base + "a.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEveryQuestionnaireHasAnAcceptor(t *testing.T) {
	for _, id := range questionnaireIDs {
		if load(t).latest[id].acceptor == nil {
			t.Errorf("%s has a keyword that acceptors do not know: its answers are slow to check", id)
		}
	}
}

// differ says where an acceptor and the library do not agree about a body.
func differ(q *questionnaire, body []byte) string {
	tree, err := readBody(body, q.words)
	if err != nil {
		return ""
	}
	accepted, broken := q.acceptor.accepts(tree), q.schema.Validate(tree)
	if accepted == (broken == nil) {
		return ""
	}
	return fmt.Sprintf("%s: accepted is %t, and the library says %v", q.ID, accepted, broken)
}

func TestAcceptorsAgreeWithTheLibrary(t *testing.T) {
	valid := 0
	rapid.Check(t, func(r *rapid.T) {
		id := rapid.SampledFrom(questionnaireIDs).Draw(r, "questionnaire")
		draws := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0))
		times := rapid.IntRange(0, 4).Draw(r, "mutations")
		q := load(t).latest[id]
		body := encode(t, mutated(draws, sample(t, q.Questionnaire), times))
		if tree, err := readBody(body, nil); err == nil && q.schema.Validate(tree) == nil {
			valid++
		}
		if d := differ(q, body); d != "" {
			r.Fatalf("%s\n%s", d, body)
		}
	})
	if valid < 5 {
		t.Errorf("only %d answers were valid: the mutations are too wild to show anything", valid)
	}
}

func FuzzAcceptor(f *testing.F) {
	r := rand.New(rand.NewPCG(7, 7))
	for _, id := range questionnaireIDs {
		doc := sample(f, latest(f, id))
		f.Add(encode(f, doc))
		f.Add(encode(f, mutated(r, doc, 3)))
	}
	f.Add([]byte(`{"questionnaire":"mission","version":"1.0.0","return_type":"nil","language":"en","reason":"x","header":{}}`))
	c := load(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, id := range questionnaireIDs {
			if d := differ(c.latest[id], body); d != "" {
				t.Fatal(d)
			}
		}
	})
}

// Each keyword that an acceptor knows, against the library, with values on both
// sides of it.
func TestAcceptorsKnowTheirKeywords(t *testing.T) {
	values := []any{
		nil, true, int64(-1), int64(0), int64(1), int64(7), int64(1 << 60), 0.0, 0.5, 7.0, 7.000001, 1e300, "", " ", "\u00a0", "a", "<5", "éé", "2018-02-28",
		"2018-02-30", "one two three", []any{}, []any{"a"}, []any{"a", "b"}, []any{"a", "b", "a"}, []any{int64(1), int64(1)}, obj{}, obj{"a": "a"},
		obj{"a": int64(1)}, obj{"b": "a"}, obj{"a": "a", "b": "b"}, obj{"a": "a", "c": true}, obj{"a": "x", "b": "b", "c": nil},
	}
	for _, schema := range []string{
		`true`, `false`, `{}`, `{"type":"integer"}`, `{"type":["string","null"]}`, `{"type":"number"}`, `{"type":"boolean"}`, `{"type":"array"}`, `{"type":"object"}`,
		`{"enum":["a","<5"]}`, `{"const":"a"}`, `{"format":"date"}`, `{"pattern":"\\S"}`, `{"pattern":"^<5$"}`, `{"minLength":1}`, `{"maxLength":2}`, `{"x-words":2}`,
		`{"minimum":1}`, `{"maximum":7}`, `{"minItems":1}`, `{"maxItems":1}`, `{"items":{"type":"string"}}`, `{"items":{"enum":["a","b"]},"uniqueItems":true}`,
		`{"minProperties":1}`, `{"maxProperties":1}`, `{"required":["a"]}`, `{"propertyNames":{"pattern":"^a$"}}`, `{"properties":{"a":{"const":"a"},"b":false}}`,
		`{"properties":{"a":true},"additionalProperties":false}`, `{"properties":{"a":true},"additionalProperties":{"type":"string"}}`,
		`{"properties":{"a":true},"unevaluatedProperties":false}`,
		`{"$ref":"#/$defs/x","properties":{"a":true},"unevaluatedProperties":false,"$defs":{"x":{"properties":{"b":{"const":"b"}}}}}`,
		`{"$ref":"#/$defs/x","type":"object","$defs":{"x":{"properties":{"a":{"const":"a"}},"required":["a"]}}}`,
		`{"if":{"properties":{"a":{"const":"a"}}},"then":{"required":["b"]},"else":{"required":["c"]}}`,
		`{"if":{"type":"string"},"then":{"minLength":1}}`, `{"if":{"type":"string"},"else":false}`,
		`{"properties":{"a":true,"b":true},"if":{"required":["a"]},"then":{"properties":{"b":{"const":"b"}}},"unevaluatedProperties":false}`,
	} {
		s := compiled(t, schema)
		a := newAcceptor(s)
		if a == nil {
			t.Errorf("%s has no acceptor", schema)
			continue
		}
		for _, v := range values {
			if list, ok := v.([]any); ok && s.UniqueItems && len(list) == 2 && list[0] == list[1] {
				continue
			}
			if broken := s.Validate(v); a.accepts(v) != (broken == nil) {
				t.Errorf("%s of %#v: accepted is %t, the library says %v", schema, v, a.accepts(v), broken)
			}
		}
	}
}

// What an acceptor does not know it must not guess.
func TestAcceptorsStepAside(t *testing.T) {
	for _, schema := range []string{
		`{"anyOf":[{"type":"string"}]}`, `{"allOf":[{"type":"string"}]}`, `{"oneOf":[true]}`, `{"not":{"type":"string"}}`, `{"patternProperties":{"^a":true}}`,
		`{"dependentRequired":{"a":["b"]}}`, `{"dependentSchemas":{"a":true}}`, `{"contains":true}`, `{"prefixItems":[true]}`, `{"unevaluatedItems":false}`,
		`{"multipleOf":2}`, `{"exclusiveMinimum":2}`, `{"minimum":0.5}`, `{"maximum":1e30}`, `{"enum":[1]}`, `{"const":null}`, `{"unevaluatedProperties":true}`,
		`{"unevaluatedProperties":{"type":"string"}}`, `{"properties":{"a":{"items":{"not":true}}}}`, `{"properties":{"a":{"$ref":"#"}}}`, `{"$dynamicRef":"#"}`,
		`{"if":{"properties":{"a":true}},"unevaluatedProperties":false}`, `{"properties":{"a":true},"additionalProperties":true,"unevaluatedProperties":false}`,
		`{"$ref":"#/$defs/x","unevaluatedProperties":false,"$defs":{"x":{"additionalProperties":false}}}`,
		`{"then":{"required":["a"]},"if":{"$ref":"#/$defs/x"},"unevaluatedProperties":false,"$defs":{"x":{"properties":{"a":true}}}}`,
	} {
		if newAcceptor(compiled(t, schema)) != nil {
			t.Errorf("%s has an acceptor", schema)
		}
	}
}

// A questionnaire with a keyword that acceptors do not know works as before.
func TestWithoutAnAcceptorTheLibraryDecides(t *testing.T) {
	c, err := Load(spoilt(t, "questionnaires/poll/1.0.0.json", `"unevaluatedProperties": false`, `"not": {"required": ["scent"]}, "unevaluatedProperties": false`))
	if err != nil {
		t.Fatal(err)
	}
	q := c.latest["poll"]
	if q.acceptor != nil {
		t.Fatal("not has an acceptor")
	}
	doc := sample(t, q.Questionnaire)
	if _, findings, err := c.Check(t.Context(), q.QuestionnaireRef, encode(t, doc)); err != nil || len(findings) > 0 {
		t.Errorf("a good answer: %v, %v", show(findings), err)
	}
	doc["language"] = strings.Repeat("x", 3)
	if _, findings, err := c.Check(t.Context(), q.QuestionnaireRef, encode(t, doc)); err != nil || len(findings) != 1 {
		t.Errorf("a bad answer: %v, %v", show(findings), err)
	}
}
