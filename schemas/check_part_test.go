package schemas

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func checkPart(t testing.TB, q rapporteur.Questionnaire, doc any) []rapporteur.Finding {
	t.Helper()
	findings, err := load(t).CheckPart(t.Context(), q.QuestionnaireRef, encode(t, doc))
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

// Whatever a complete answer is made of can be kept before the rest is there:
// each field by itself, and each with a value that is not right yet.
func TestEveryPartOfACompleteAnswerCanBeKept(t *testing.T) {
	for _, id := range questionnaireIDs {
		q := latest(t, id)
		whole := sample(t, q)
		answers, _ := whole["answers"].(obj)
		for _, question := range slices.Sorted(maps.Keys(answers)) {
			answer, _ := answers[question].(obj)
			for name, value := range answer {
				for _, kept := range []any{value, nil, obj{}, 7, "not right yet", []any{[]any{"neither"}}} {
					if findings := checkPart(t, q, obj{"answers": obj{question: obj{name: kept}}}); len(findings) > 0 {
						t.Errorf("%s, %s/%s as %v: %v", id, question, name, kept, show(findings))
					}
				}
			}
		}
		delete(whole, "answers")
		for name, value := range whole {
			if findings := checkPart(t, q, obj{name: value}); len(findings) > 0 {
				t.Errorf("%s, %s: %v", id, name, show(findings))
			}
		}
		header, _ := whole["header"].(obj)
		for name, value := range header {
			if findings := checkPart(t, q, obj{"header": obj{name: value}}); len(findings) > 0 {
				t.Errorf("%s, header %s: %v", id, name, show(findings))
			}
		}
	}
}

func TestWhatMustNotBeKept(t *testing.T) {
	q := latest(t, "member-state")
	cases := []struct {
		name string
		doc  any
		want []string
	}{
		{"nothing", obj{}, []string{}},
		{"no object", []any{}, []string{}},
		{"an unknown field", obj{"surprise": 1}, []string{"error schema/additionalProperties /surprise"}},
		{"an unknown question", obj{"answers": obj{"Q99": obj{}}}, []string{"error schema/additionalProperties /answers/Q99"}},
		{"an unknown field of an answer", obj{"answers": obj{"Q2.1": obj{"status": "yes", "valid_from": "2018-01-01"}}}, []string{"error schema/additionalProperties /answers/Q2.1/valid_from"}},
		{"an unknown field of a header", obj{"header": obj{"phone": "1"}}, []string{"error schema/additionalProperties /header/phone"}},
		{"an unknown field of a cell", obj{"answers": obj{"Q3.4": obj{"identified": []any{obj{"sex": "F", "colour": "x"}}}}}, []string{"error schema/additionalProperties /answers/Q3.4/identified/0/colour"}},
		{"an unknown field of a period", obj{"answers": obj{"Q2.1": obj{"period": obj{"year": 2018}}}}, []string{"error schema/additionalProperties /answers/Q2.1/period/year"}},
		{"personal data in a text", obj{"answers": obj{"Q2.1": obj{"text": "Write to a.person@example.org."}}}, []string{"privacy privacy/e-mail /answers/Q2.1/text"}},
		{"personal data where no text belongs", obj{"answers": obj{"Q2.1": []any{"passport AB1234567"}}}, []string{"privacy privacy/identity-document /answers/Q2.1/0"}},
		{"a case record", obj{"answers": obj{"Q2.1": obj{"victim_name": "x"}}}, []string{"privacy privacy/case-record /answers/Q2.1/victim_name", "error schema/additionalProperties /answers/Q2.1/victim_name"}},
		{"the officer's own mailbox", obj{"header": obj{"officer": obj{"email": "a.person@example.org"}}}, []string{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			findings := checkPart(t, q, c.doc)
			if got := show(findings); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			for _, f := range findings {
				if f.Message["en"] == "" || f.Message["fr"] == "" {
					t.Errorf("%s has no words", f.Rule)
				}
			}
		})
	}
}

func TestPartsHaveTheLimitsOfAWhole(t *testing.T) {
	c, ref := load(t), latest(t, "member-state").QuestionnaireRef
	for name, p := range map[string]struct {
		ref  rapporteur.QuestionnaireRef
		body string
		kind rapporteur.ProblemKind
	}{
		"no JSON":               {ref, "{", rapporteur.ProblemMalformed},
		"a key twice":           {ref, `{"answers":{"Q2.1":{},"Q2.1":{}}}`, rapporteur.ProblemMalformed},
		"another version":       {ref, `{"version":"9.0.0"}`, rapporteur.ProblemStale},
		"unknown questionnaire": {rapporteur.QuestionnaireRef{ID: "none"}, `{}`, rapporteur.ProblemNotFound},
	} {
		if _, err := c.CheckPart(t.Context(), p.ref, []byte(p.body)); !rapporteur.IsProblem(err, p.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever arrives, CheckPart answers with findings or with a Problem, and finds
// in a part no personal data that Check would not find.
func FuzzCheckPart(f *testing.F) {
	q := latest(f, "member-state")
	f.Add(string(encode(f, sample(f, q))))
	for _, seed := range []string{`{}`, `[]`, `{"answers":null}`, `{"answers":{"Q2.1":[{"prs_Name":1}]}}`, `{"header":{"officer":{"email":"a@b.org"}}}`} {
		f.Add(seed)
	}
	c := load(f)
	f.Fuzz(func(t *testing.T, body string) {
		findings, err := c.CheckPart(t.Context(), q.QuestionnaireRef, []byte(body))
		var problem *rapporteur.Problem
		if err != nil && !errors.As(err, &problem) {
			t.Fatal(err)
		}
		_, all, err := c.Check(t.Context(), q.QuestionnaireRef, []byte(body))
		if err != nil {
			return
		}
		personal := func(found []rapporteur.Finding) []string {
			return show(slices.DeleteFunc(slices.Clone(found), func(f rapporteur.Finding) bool { return f.Severity != rapporteur.SeverityPrivacy }))
		}
		if got, want := personal(findings), personal(all); len(all) < maxFindings && len(findings) < maxFindings && !slices.Equal(got, want) {
			t.Errorf("in %q a part has %v, a whole %v", body, got, want)
		}
	})
}
