package schemas

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"runtime/metrics"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rapporteur/rapporteur"
)

// Whatever arrives, Check answers with findings or with a Problem: it neither
// panics nor fails in a way that a client would see as our fault, tells nothing
// of what was submitted, and takes no more memory than the body warrants.
func FuzzCheck(f *testing.F) {
	for _, id := range questionnaireIDs {
		q := latest(f, id)
		f.Add(string(encode(f, sample(f, q))))
		f.Add(string(encode(f, envelope(q.QuestionnaireRef, obj{}))))
	}
	for _, c := range ruleCases {
		q := latest(f, c.questionnaire)
		f.Add(string(encode(f, envelope(q.QuestionnaireRef, c.broken))))
	}
	for _, seed := range []string{
		``, `{}`, `[]`, `null`, `"`, `{"answers":null}`, `{"answers":[]}`, `{"answers":{"Q2.1":null}}`, `{"header":3}`, `{"header":{"period":{}}}`,
		`{"header":{"period":{"from":1,"to":"2018-01-01"},"classification":2,"may_be_quoted":"x"}}`,
		`{"answers":{"Q12.1":{"assessments":[{"visit_from":1,"visit_to":"x","follow_up_due":"2018"},7]}}}`,
		`{"answers":{"Q3.4":{"identified":[null,{"value":1e300},{"value":-9223372036854775808}]}}}`,
		`{"answers":{"Q6.2":{"proceeds":[{"from":[],"to":{}}]}}}`, `{"\u0000":"\ud800"}`, `1e-999999`, strings.Repeat("[", 40),
	} {
		f.Add(seed)
	}
	c := load(f)
	own := ownWords(f)
	f.Fuzz(func(t *testing.T, body string) {
		for _, id := range questionnaireIDs {
			ref := c.latest[id].QuestionnaireRef
			before := allocated()
			_, findings, err := c.Check(t.Context(), ref, []byte(body))
			if took := allocated() - before; took > 8<<20+1000*uint64(len(body)) {
				t.Fatalf("%s: %d bytes for a body of %d", id, took, len(body))
			}
			var problem *rapporteur.Problem
			if err != nil && !errors.As(err, &problem) {
				t.Fatalf("%s: %v", id, err)
			}
			said := problemText(problem)
			for _, finding := range findings {
				if finding.Message["en"] == "" || finding.Rule == "" {
					t.Fatalf("%s: a finding without words: %+v", id, finding)
				}
				said += finding.Rule + "\n" + finding.Message["en"] + "\n" + finding.Message["fr"] + "\n" + string(finding.Severity) + "\n"
			}
			for _, value := range submittedValues(body) {
				if len(value) >= 6 && strings.Contains(said, value) && !strings.Contains(own, value) {
					t.Fatalf("%s: what was submitted is said again: %q in %q", id, value, said)
				}
			}
		}
	})
}

func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func problemText(p *rapporteur.Problem) string {
	if p == nil {
		return ""
	}
	return p.Title + "\n" + p.Detail + "\n"
}

// submittedValues are the texts of a body that are values, not keys: keys are
// named by pointers.
func submittedValues(body string) []string {
	tree, err := readBody([]byte(body), nil)
	if err != nil {
		return nil
	}
	var values []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			values = append(values, v)
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			for _, value := range v {
				walk(value)
			}
		}
	}
	walk(tree)
	return values
}

// ownWords is all that findings may say without having it from a body: the words
// of the questionnaires, lists of codes as findings write them, and problems.
func ownWords(t testing.TB) string {
	t.Helper()
	own := strings.Builder{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			own.WriteString(v + "\n")
		case float64:
			fmt.Fprintln(&own, int64(v))
		case []any:
			fmt.Fprintln(&own, strings.Join(each(v, func(code any) string { return fmt.Sprint(code) }), ", "))
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			for key, value := range v {
				own.WriteString(key + "\n")
				walk(value)
			}
		}
	}
	err := fs.WalkDir(Embedded(), "questionnaires", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(Embedded(), name)
		if err != nil {
			return err
		}
		var tree any
		if err := json.Unmarshal(text, &tree); err != nil {
			return err
		}
		walk(tree)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for keyword := range typeNames {
		own.WriteString("schema/" + keyword + "\n")
	}
	own.WriteString("schema/minProperties schema/maxProperties schema/additionalProperties schema/propertyNames schema/uniqueItems schema/x-words " +
		"schema/required schema/pattern schema/format schema/maximum schema/minimum schema/minLength schema/maxLength schema/minItems schema/maxItems " +
		"schema/const schema/enum schema/type schema/false integer, string; integer, string string, integer\nprivacy/person\nwarning\nadvice\nprivacy\n" +
		"Another questionnaire\nThe request asks for answers to; the body names another questionnaire or version. Fetch the questionnaire and answer again.\n")
	for _, id := range questionnaireIDs {
		q := latest(t, id)
		own.WriteString(q.String() + " The request asks for answers to " + q.String() +
			"; the body names another questionnaire or version. Fetch the questionnaire and answer again.\n")
	}
	return own.String()
}

// What JSON is to the house, it is to the standard library, and has the same
// values.
func FuzzReadBody(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `[1,2.5,-0,1e3,"a\u00e9\n",true,false,null,{"a":[{}]}]`, `{"a":1,"a":2}`, `{"a":}`, `[1,]`, `{"a" 1}`, `"\ud83d\ude00"`, `"\ud800"`, `01`, `+1`, `.5`, `1.`,
		`nul`, "\"\x01\"", `{} {}`, ` 7 `, "\xef\xbb\xbf{}", strings.Repeat("[", 33) + strings.Repeat("]", 33), `123456789012345678901234567890`, `9223372036854775808`,
	} {
		f.Add(seed)
	}
	known := words{"status": "status", "answers": "answers"}
	f.Fuzz(func(t *testing.T, body string) {
		value, err := readBody([]byte(body), known)
		if err != nil {
			if !rapporteur.IsProblem(err, rapporteur.ProblemMalformed) && !rapporteur.IsProblem(err, rapporteur.ProblemTooLarge) {
				t.Fatal(err)
			}
			if utf8.ValidString(body) && rapporteur.IsProblem(err, rapporteur.ProblemMalformed) && json.Valid([]byte(body)) &&
				!strings.Contains(err.Error(), "twice") && !strings.Contains(err.Error(), "range") {
				t.Fatalf("%q is JSON: %v", body, err)
			}
			return
		}
		var want any
		if err := json.Unmarshal([]byte(body), &want); err != nil {
			t.Fatalf("%q is not JSON: %v", body, err)
		}
		if got := floats(value); !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: got %#v, want %#v", body, got, want)
		}
	})
}

// floats turns whole numbers into what the standard library reads.
func floats(v any) any {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case []any:
		out := make([]any, len(v))
		for n, item := range v {
			out[n] = floats(item)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for key, value := range v {
			out[key] = floats(value)
		}
		return out
	}
	return v
}
