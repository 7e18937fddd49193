package schemas

import (
	"errors"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// Whatever arrives, Check answers with findings or with a Problem: it neither
// panics nor fails in a way that a client would see as our fault.
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
	f.Fuzz(func(t *testing.T, body string) {
		for _, id := range questionnaireIDs {
			_, findings, err := c.Check(t.Context(), latest(t, id).QuestionnaireRef, []byte(body))
			var problem *rapporteur.Problem
			if err != nil && !errors.As(err, &problem) {
				t.Fatalf("%s: %v", id, err)
			}
			for _, finding := range findings {
				if finding.Message["en"] == "" || finding.Rule == "" {
					t.Fatalf("%s: a finding without words: %+v", id, finding)
				}
			}
		}
	})
}
