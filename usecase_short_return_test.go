package rapporteur_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// short is a complete answer in one call of each type.
func short(kind rapporteur.ReturnType, language string) rapporteur.ShortReturn {
	s := rapporteur.ShortReturn{Type: kind, Language: language}
	switch kind {
	case rapporteur.ReturnNotApplicable, rapporteur.ReturnDeclined:
		s.Reason = "The matter is with another ministry."
	case rapporteur.ReturnCovered:
		s.Report = "A/HRC/38/45, chapter IV"
	case rapporteur.ReturnPartial:
		s.Answers = []byte(`{"Q2.1": {"status": "yes"}}`)
	}
	return s
}

func TestEachReturnTypeInOneCall(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	for n, kind := range rapporteur.ShortReturnTypes {
		t.Run(string(kind), func(t *testing.T) {
			s, err := h.correspondence.SubmitShort(t.Context(), by(kenya), key(cycle, kenya), short(kind, "en"))
			must(t, err)
			if s.Version != n+1 || s.ReturnType != kind || s.SubmittedBy != "key-state-ken" || s.Language != "en" {
				t.Errorf("the submission is %+v", s)
			}
			if r := h.request(cycle, kenya); r.State != rapporteur.RequestReceived || r.Outcome != kind {
				t.Errorf("the request is %+v", r)
			}
			if _, err := rapporteur.VerifyReceipt(h.receipt(s), h.correspondence.Signer.Keys()); err != nil {
				t.Error(err)
			}
			h.set(h.clock().Add(36 * time.Hour))
			h.unchanged("the same again", func() {
				again, err := h.correspondence.SubmitShort(t.Context(), by(kenya), key(cycle, kenya), short(kind, "en"))
				must(t, err)
				same(t, "submission", again, s)
			})
		})
	}
}

// What is not said is written as little as can be: not to be quoted, about the
// time from the adoption to the request.
func TestWhatAShortReturnLeavesOut(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	body := func(s rapporteur.ShortReturn) string {
		t.Helper()
		submission, err := h.correspondence.SubmitShort(t.Context(), by(kenya), key(cycle, kenya), s)
		must(t, err)
		return string(read(h, func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, submission.Hash) }))
	}
	want := `{
  "questionnaire": "member-state",
  "version": "1.0.0",
  "return_type": "nil",
  "reason": "Rien à signaler.",
  "language": "fr",
  "header": {
    "authority": "Kenya",
    "period": {
      "from": "2017-11-21",
      "to": "2018-05-21"
    },
    "may_be_quoted": false,
    "classification": "unclassified"
  }
}
`
	same(t, "body", body(rapporteur.ShortReturn{Type: rapporteur.ReturnNil, Language: "fr"}), want)
	full := rapporteur.ShortReturn{
		Type: rapporteur.ReturnCovered, Language: "en", Report: " A/75/123 ", Reason: "see <chapter> 2", Authority: "Ministry of Justice",
		From: day(time.January, 1), To: day(time.May, 1), MayBeQuoted: true, Classification: rapporteur.Confidential,
		Justifications: map[string]string{"header/quoted-confidential": "The name may be given, the rest not."},
	}
	for _, words := range []string{
		`"reason": "A/75/123 – see <chapter> 2"`, `"authority": "Ministry of Justice"`, `"from": "2018-01-01"`, `"to": "2018-05-01"`,
		`"may_be_quoted": true`, `"classification": "confidential"`, `"header/quoted-confidential": "The name may be given, the rest not."`,
	} {
		if got := body(full); !strings.Contains(got, words) {
			t.Errorf("%s is not in %s", words, got)
		}
	}
}

func TestAShortReturnThatIsNotComplete(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.answer(cycle, france, "withdrawn soon")
	must(t, h.apply(cycle, rapporteur.Command{ID: "w", Kind: rapporteur.CommandWithdrawContributor, Contributor: france}))
	type change func(*rapporteur.ShortReturn)
	for name, c := range map[string]struct {
		who    rapporteur.ContributorID
		of     rapporteur.ReturnType
		change change
		kind   rapporteur.ProblemKind
	}{
		"a full answer":               {kenya, rapporteur.ReturnAnswered, nil, rapporteur.ProblemInvalid},
		"no reply":                    {kenya, rapporteur.ReturnNoReply, nil, rapporteur.ProblemInvalid},
		"no language":                 {kenya, rapporteur.ReturnNil, func(s *rapporteur.ShortReturn) { s.Language = "" }, rapporteur.ProblemInvalid},
		"no reason":                   {kenya, rapporteur.ReturnNotApplicable, func(s *rapporteur.ShortReturn) { s.Reason = "" }, rapporteur.ProblemInvalid},
		"a reason of spaces":          {kenya, rapporteur.ReturnDeclined, func(s *rapporteur.ShortReturn) { s.Reason = " \n" }, rapporteur.ProblemInvalid},
		"no report":                   {kenya, rapporteur.ReturnCovered, func(s *rapporteur.ShortReturn) { s.Report = " " }, rapporteur.ProblemInvalid},
		"a report, not covered":       {kenya, rapporteur.ReturnNil, func(s *rapporteur.ShortReturn) { s.Report = "A/75/123" }, rapporteur.ProblemInvalid},
		"partial without answers":     {kenya, rapporteur.ReturnPartial, func(s *rapporteur.ShortReturn) { s.Answers = nil }, rapporteur.ProblemInvalid},
		"nil with answers":            {kenya, rapporteur.ReturnNil, func(s *rapporteur.ShortReturn) { s.Answers = []byte(`{}`) }, rapporteur.ProblemInvalid},
		"half a period":               {kenya, rapporteur.ReturnNil, func(s *rapporteur.ShortReturn) { s.To = day(time.May, 1) }, rapporteur.ProblemInvalid},
		"answers that are no JSON":    {kenya, rapporteur.ReturnPartial, func(s *rapporteur.ShortReturn) { s.Answers = []byte(`{"a"`) }, rapporteur.ProblemMalformed},
		"answers that are a list":     {kenya, rapporteur.ReturnPartial, func(s *rapporteur.ShortReturn) { s.Answers = []byte(` [1]`) }, rapporteur.ProblemMalformed},
		"answers twice":               {kenya, rapporteur.ReturnPartial, func(s *rapporteur.ShortReturn) { s.Answers = []byte(`{"Q2.1":{},"Q2.1":{}}`) }, rapporteur.ProblemMalformed},
		"answers to other":            {kenya, rapporteur.ReturnPartial, func(s *rapporteur.ShortReturn) { s.Answers = []byte(`{"Q99":{}}`) }, rapporteur.ProblemRejected},
		"no answers in it":            {kenya, rapporteur.ReturnPartial, func(s *rapporteur.ShortReturn) { s.Answers = []byte(`{}`) }, rapporteur.ProblemRejected},
		"a period that runs back":     {kenya, rapporteur.ReturnNil, func(s *rapporteur.ShortReturn) { s.From, s.To = due, opens }, rapporteur.ProblemRejected},
		"a reason that names":         {kenya, rapporteur.ReturnDeclined, func(s *rapporteur.ShortReturn) { s.Reason = "Ask her on +254 20 1234567." }, rapporteur.ProblemRejected},
		"a classification of its own": {kenya, rapporteur.ReturnNil, func(s *rapporteur.ShortReturn) { s.Classification = "secret" }, rapporteur.ProblemRejected},
		"whom nobody asks":            {"state-deu", rapporteur.ReturnNil, nil, rapporteur.ProblemNotFound},
		"whom nobody asks any more":   {france, rapporteur.ReturnNil, nil, rapporteur.ProblemClosed},
	} {
		t.Run(name, func(t *testing.T) {
			s := short(c.of, "en")
			if c.change != nil {
				c.change(&s)
			}
			h.unchanged("what was refused", func() {
				_, err := h.correspondence.SubmitShort(t.Context(), by(c.who), key(cycle, c.who), s)
				refused(t, err, c.kind)
			})
		})
	}
}

// By every questionnaire of the release and in every language, an answer in one
// call is accepted as it is written.
func TestShortReturnsAreValidByConstruction(t *testing.T) {
	catalogue, err := theCatalogue()
	must(t, err)
	for _, q := range questionnaires(t) {
		for _, kind := range rapporteur.ShortReturnTypes {
			for _, language := range rapporteur.Languages {
				s := short(kind, language)
				if kind == rapporteur.ReturnPartial {
					s.Answers = fmt.Appendf(nil, `{%q: {"status": "no_information"}}`, q.Sections[0].Questions[0].ID)
				}
				s.Authority, s.From, s.To, s.Classification = "Office", opens, due, rapporteur.Unclassified
				if s.Reason == "" && kind != rapporteur.ReturnPartial {
					s.Reason = "Nothing."
				}
				body, err := catalogue.ShortBody(q.QuestionnaireRef, s)
				must(t, err)
				document, findings, err := catalogue.Check(t.Context(), q.QuestionnaireRef, body)
				must(t, err)
				if rapporteur.Blocked(findings) || document.ReturnType != kind || document.Language != language || document.MayBeQuoted {
					t.Errorf("%s, %s in %s: %+v %v", q, kind, language, document, findings)
				}
			}
		}
	}
	_, err = catalogue.ShortBody(rapporteur.QuestionnaireRef{ID: "none", Version: "1.0.0"}, short(rapporteur.ReturnNil, "en"))
	refused(t, err, rapporteur.ProblemNotFound)
}

// Nobody is called what a rule takes for a person's data, in any language.
func TestEverybodyCanAnswerInTheirOwnName(t *testing.T) {
	catalogue, err := theCatalogue()
	must(t, err)
	q, err := catalogue.Latest("member-state")
	must(t, err)
	everyone := catalogue.Contributors(opens)
	if len(everyone) < 200 {
		t.Fatalf("only %d contributors", len(everyone))
	}
	for _, c := range everyone {
		names := map[string]bool{}
		for _, language := range rapporteur.Languages {
			if names[c.Name(language)] {
				continue
			}
			names[c.Name(language)] = true
			s := short(rapporteur.ReturnDeclined, language)
			s.Authority, s.From, s.To, s.Classification = c.Name(language), opens, due, rapporteur.Unclassified
			body, err := catalogue.ShortBody(q.QuestionnaireRef, s)
			must(t, err)
			_, findings, err := catalogue.Check(t.Context(), q.QuestionnaireRef, body)
			must(t, err)
			if len(findings) > 0 {
				t.Errorf("%s in %s: %v", c.ID, language, findings)
			}
		}
	}
}

// questionnaires are those that the instrument's streams ask by.
func questionnaires(t *testing.T) []rapporteur.Questionnaire {
	t.Helper()
	catalogue, err := theCatalogue()
	must(t, err)
	i, err := catalogue.Instrument(instrument)
	must(t, err)
	var found []rapporteur.Questionnaire
	for _, s := range i.Streams {
		for _, audience := range s.Policy.Audience {
			if audience.Questionnaire == "" || slices.ContainsFunc(found, func(q rapporteur.Questionnaire) bool { return q.ID == audience.Questionnaire }) {
				continue
			}
			q, err := catalogue.Latest(audience.Questionnaire)
			must(t, err)
			found = append(found, q)
		}
	}
	if len(found) < 10 {
		t.Fatalf("only %d questionnaires", len(found))
	}
	return found
}

// Whatever is written into it, a short return's body says that and nothing else,
// and the same bytes whenever it is written.
func TestAShortReturnSaysWhatWasWritten(t *testing.T) {
	catalogue, err := theCatalogue()
	must(t, err)
	q, err := catalogue.Latest("member-state")
	must(t, err)
	rapid.Check(t, func(t *rapid.T) {
		s := rapporteur.ShortReturn{
			Type: rapporteur.ReturnDeclined, Language: "en", Reason: rapid.String().Draw(t, "reason"), Authority: rapid.String().Draw(t, "authority"),
			From: opens, To: due, Classification: rapporteur.Unclassified,
		}
		body, err := catalogue.ShortBody(q.QuestionnaireRef, s)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Reason string `json:"reason"`
			Header struct {
				Authority string `json:"authority"`
			} `json:"header"`
		}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatal(err)
		}
		if got.Reason != s.Reason || got.Header.Authority != s.Authority {
			t.Fatalf("%q became %s", s.Reason, body)
		}
		if _, _, err := catalogue.Check(context.Background(), q.QuestionnaireRef, body); err != nil {
			t.Fatal(err)
		}
	})
}
