package rapporteur_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func question(id, provision string, parts ...rapporteur.QuestionPart) rapporteur.Question {
	return rapporteur.Question{ID: id, Provision: provision, Parts: append([]rapporteur.QuestionPart{{Name: "status", Kind: rapporteur.PartStatus}}, parts...)}
}

func choice(codes ...string) rapporteur.QuestionPart {
	p := rapporteur.QuestionPart{Name: "choice", Kind: rapporteur.PartChoice}
	for _, code := range codes {
		p.Options = append(p.Options, rapporteur.Option{Code: code})
	}
	return p
}

func asks(questions ...rapporteur.Question) rapporteur.Questionnaire {
	return rapporteur.Questionnaire{Sections: []rapporteur.QuestionSection{{ID: "op3", Questions: questions}}}
}

// offered is what an earlier answer has for the questions, in words.
func offered(values []rapporteur.Prefilled) []string {
	lines := []string{}
	for _, v := range values {
		for _, f := range v.Fields {
			value, _ := json.Marshal(f.Value)
			line := fmt.Sprintf("%s/%s=%s", v.At, f.Name, value)
			if f.Suggestion {
				line += " (suggestion)"
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func TestWhatOfAnEarlierAnswerHolds(t *testing.T) {
	text := rapporteur.QuestionPart{Name: "law", Kind: rapporteur.PartText}
	number := rapporteur.QuestionPart{Name: "cases", Kind: rapporteur.PartNumber}
	table := rapporteur.QuestionPart{Name: "victims", Kind: rapporteur.PartFigures, ByAge: true}
	noAge := table
	noAge.ByAge = false
	ofPeriod := question("Q1", "OP1", text)
	ofPeriod.OfPeriod = true
	many := choice("a", "b")
	many.Kind = rapporteur.PartChoices
	cases := []struct {
		name        string
		before, now rapporteur.Question
		answer      string
		want        []string
	}{
		{"facts", question("Q1", "OP1", text), question("Q1", "OP1", text), `{"status":"yes","law":"Act 4","legal_reference":["Art. 1"]}`,
			[]string{"/answers/Q1/status=\"yes\"", "/answers/Q1/legal_reference=[\"Art. 1\"]", "/answers/Q1/law=\"Act 4\""}},
		{"figures are suggestions", question("Q1", "OP1", number, table), question("Q1", "OP1", number, table), `{"status":"yes","cases":12345678901234567,"victims":[{"sex":"F","value":"<5"}]}`,
			[]string{"/answers/Q1/status=\"yes\"", "/answers/Q1/cases=12345678901234567 (suggestion)", "/answers/Q1/victims=[{\"sex\":\"F\",\"value\":\"\\u003c5\"}] (suggestion)"}},
		{"what is about the period is a suggestion", ofPeriod, ofPeriod, `{"status":"no","law":"Act 4"}`,
			[]string{"/answers/Q1/status=\"no\" (suggestion)", "/answers/Q1/law=\"Act 4\" (suggestion)"}},
		{"the period itself does not hold", question("Q1", "OP1"), question("Q1", "OP1"), `{"status":"yes","period":{"from":"2016-01-01","to":"2016-12-31"},"assistance_needed":{"needed":"yes"}}`,
			[]string{"/answers/Q1/status=\"yes\""}},
		{"another provision", question("Q1", "OP1", text), question("Q1", "OP2", text), `{"status":"yes"}`, []string{}},
		{"a question that is no more", question("Q1", "OP1", text), question("Q2", "OP1", text), `{"status":"yes"}`, []string{}},
		{"a part that is no more", question("Q1", "OP1", text), question("Q1", "OP1"), `{"status":"yes","law":"Act 4"}`, []string{"/answers/Q1/status=\"yes\""}},
		{"a part of another kind", question("Q1", "OP1", rapporteur.QuestionPart{Name: "cases", Kind: rapporteur.PartText}), question("Q1", "OP1", number), `{"status":"yes","cases":"some"}`, []string{"/answers/Q1/status=\"yes\""}},
		{"a table of other dimensions", question("Q1", "OP1", table), question("Q1", "OP1", noAge), `{"status":"yes","victims":[]}`, []string{"/answers/Q1/status=\"yes\""}},
		{"a code that is still there", question("Q1", "OP1", choice("a", "b")), question("Q1", "OP1", choice("a", "c")), `{"choice":"a"}`, []string{"/answers/Q1/choice=\"a\""}},
		{"a code that is no more", question("Q1", "OP1", choice("a", "b")), question("Q1", "OP1", choice("a", "c")), `{"choice":"b"}`, []string{}},
		{"codes of which one is no more", question("Q1", "OP1", many), question("Q1", "OP1", many), `{"choice":["a","z"]}`, []string{}},
		{"an answer that is none", question("Q1", "OP1", text), question("Q1", "OP1", text), `"yes"`, []string{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := rapporteur.EarlierAnswer{
				Submission:    rapporteur.Submission{RequestKey: rapporteur.RequestKey{Cycle: earlier.Cycle}, Version: earlier.Version},
				Questionnaire: asks(c.before), Body: []byte(`{"answers":{"Q1":` + c.answer + `}}`),
			}
			values := e.Prefill(asks(c.now))
			same(t, "offered", offered(values), c.want)
			for _, v := range values {
				if v.Source != earlier {
					t.Errorf("the source is %+v", v.Source)
				}
			}
		})
	}
}

func TestOfAHeaderTheFocalPointsHold(t *testing.T) {
	e := rapporteur.EarlierAnswer{Body: []byte(`{"return_type":"nil","reason":"Nothing.","language":"fr","justifications":{"a":"b"},"header":{
		"authority":"Ministry","officer":{"name":"A. Person"},"period":{"from":"2017-01-01","to":"2017-12-31"},"note_verbale":"1/17",
		"may_be_quoted":false,"classification":"unclassified","assistance_needed":"yes"}}`)}
	same(t, "offered", offered(e.Prefill(rapporteur.Questionnaire{})), []string{
		`/header/authority="Ministry"`, `/header/officer={"name":"A. Person"}`, `/header/may_be_quoted=false`, `/header/classification="unclassified"`, `/language="fr"`,
	})
	for _, body := range []string{"", "null", "[]", `{"header":1,"answers":[]}`} {
		if got := offered(rapporteur.EarlierAnswer{Body: []byte(body)}.Prefill(asks(question("Q1", "OP1")))); len(got) > 0 {
			t.Errorf("%q offers %v", body, got)
		}
	}
}

func TestPublishedFiguresAsAnAnswerHasThem(t *testing.T) {
	table := rapporteur.PublishedTable{
		Crosswalk: "glotip", Source: "GLOTIP", Question: "Q1", Part: "victims", Year: 2017,
		Cells: []rapporteur.Figure{{Sex: "F", Age: "0-17", Form: "total", High: 4}, {Sex: "total", Low: 12, High: 12}},
	}
	elsewhere := table
	elsewhere.Part = "law"
	q := asks(question("Q1", "OP1", rapporteur.QuestionPart{Name: "victims", Kind: rapporteur.PartFigures}, rapporteur.QuestionPart{Name: "law", Kind: rapporteur.PartText}))
	values := rapporteur.PrefillPublished(q, []rapporteur.PublishedTable{table, elsewhere})
	same(t, "offered", offered(values), []string{
		`/answers/Q1/status="yes" (suggestion)`, `/answers/Q1/source=["GLOTIP"] (suggestion)`,
		`/answers/Q1/victims=[{"age":"0-17","form":"total","sex":"F","value":"\u003c5"},{"sex":"total","value":12}] (suggestion)`,
	})
	if values[0].Source != publicity || values[0].Section != "op3" {
		t.Errorf("it is %+v", values[0])
	}
}

func TestWithoutLeavesOutWhatBlocks(t *testing.T) {
	finding := func(severity rapporteur.Severity, pointer string) rapporteur.Finding {
		return rapporteur.Finding{Severity: severity, Pointer: pointer}
	}
	values := []rapporteur.Prefilled{strategy, {Section: "header", At: "/header", Fields: []rapporteur.PrefilledField{field("officer", "x")}}}
	got := rapporteur.Without(values, []rapporteur.Finding{
		finding(rapporteur.SeverityError, "/answers/Q3.1/valid_from"), finding(rapporteur.SeverityPrivacy, "/answers/Q3.1/document/0"),
		finding(rapporteur.SeverityWarning, "/header/officer"), finding(rapporteur.SeverityError, "/answers/Q3.1/stat"), finding(rapporteur.SeverityError, "/answers/Q3.1"),
	})
	same(t, "left", offered(got), []string{`/answers/Q3.1/status="yes"`, `/header/officer="x"`})
	if len(values[0].Fields) != 3 {
		t.Error("what was given was changed")
	}
}
