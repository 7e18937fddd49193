package schemas

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// rowSamples are rows for parts that are lists of rows, by question and part.
var rowSamples = map[string][]any{
	"Q3.6 partners":       {obj{"state": "KEN", "count": 2}},
	"Q5.1 offences":       {obj{"year": 2017, "count": 30}, obj{"year": 2018, "count": 12}},
	"Q5.4 routes":         {obj{"origin": "NGA", "transit": "LBY", "destination": "ITA"}},
	"Q6.2 proceeds":       {obj{"stage": "frozen", "amount": 12000.5, "currency": "EUR", "from": "2018-01-01", "to": "2018-06-30"}},
	"Q8.3 languages":      {obj{"language": "ar"}, obj{"language": "sw"}},
	"Q13.5 languages":     {obj{"language": "ti"}},
	"Q15.3 languages":     {obj{"language": "fr"}},
	"Q20.3 partners":      {obj{"name": "UNICEF"}},
	"Q23.2 citizenship":   {obj{"state": "SYR", "count": "<5"}},
	"Q9.1 corridors":      {obj{"from": "LBY", "to": "ITA"}},
	"Q9.1 amounts":        {obj{"amount": 1e6, "currency": "USD"}},
	"Q12.1 assessments":   {obj{"assessment": "2018/7", "state": "MLI", "visit_from": "2018-01-10", "visit_to": "2018-01-15", "included": "yes", "follow_up_due": "2019-01-15"}},
	"Q22.1 situations":    {obj{"state": "SOM", "violation": "AB", "report": "S/2018/465", "paragraph": "12"}},
	"Q24.1 dissemination": {obj{"to": "Global Protection Cluster", "on": "2018-02-01"}},
	"Q27.1 briefings":     {obj{"committee": "Libya", "on": "2018-02-01"}},
	"Q28.1 reports":       {obj{"report": "S/2018/705", "paragraph": "40"}},
	"Q28.2 arrangements":  {obj{"state": "COD", "in_place": "yes", "variables_added": "no", "on": "2018-02-01"}},
	"Q31.3 values":        {obj{"amount": 500000, "currency": "USD"}},
	"Q32.1 outputs":       {obj{"title": "Issue brief", "on": "2018-02-01"}},
	"Q9.3 amounts":        {obj{"amount": 25000, "currency": "USD", "note": "frozen"}},
	"Q9.4 corridors":      {obj{"from": "SOM", "to": "YEM"}},
	"Q23.3 areas":         {obj{"state": "IRQ", "count": 2}},
	"Q23.6 citizenship":   {obj{"state": "SYR", "count": "<5"}, obj{"state": "NGA", "count": 2}},
	"Q23.7 countries":     {obj{"state": "NGA"}},
	"Q23.9 citizenship":   {obj{"state": "ITA", "count": 1}},
	"Q31.8 supplier":      {obj{"name": "A Company Ltd", "ungm": "123456"}},
	"D24.1 recipients":    {obj{"to": "Field offices", "on": "2018-02-01"}},
	"C32.2 outputs":       {obj{"title": "Issue brief", "on": "2018-02-01"}},
}

type obj = map[string]any

// sample answers every part of a questionnaire without contradiction.
func sample(t testing.TB, q rapporteur.Questionnaire) obj {
	t.Helper()
	answers := obj{}
	for _, section := range q.Sections {
		for _, question := range section.Questions {
			answer := obj{"text": "Some words about it.", "legal_reference": []any{"Penal code, article 12"}, "source": []any{"Ministry of Justice"}}
			for _, part := range question.Parts {
				answer[part.Name] = samplePart(t, question.ID, part)
			}
			answers[question.ID] = answer
		}
	}
	set := func(question, part string, value any) {
		if answer, ok := answers[question].(obj); ok {
			answer[part] = value
		}
	}
	set("Q2.1", "status", "no") // so that question 2.3 has its place
	set("Q2.3", "status", "in_part")
	delete2(answers, "Q2.1", "deposited")
	set("Q21.1", "law", "last_resort")
	set("Q23.1", "year", 2016)
	delete(answers, "M33.6")
	return envelope(q.QuestionnaireRef, answers)
}

func delete2(answers obj, question, part string) {
	if answer, ok := answers[question].(obj); ok {
		delete(answer, part)
	}
}

func envelope(ref rapporteur.QuestionnaireRef, answers obj) obj {
	return obj{
		"questionnaire": ref.ID, "version": ref.Version, "return_type": "answered", "language": "en",
		"header": obj{
			"authority": "Ministry of Foreign Affairs", "permanent_mission": "Permanent Mission",
			"officer": obj{"name": "A. Officer", "title": "Desk officer", "email": "desk@example.org", "telephone": "+41 22 555 0100"},
			"period":  obj{"from": "2017-11-21", "to": "2018-08-31"}, "may_be_quoted": true, "classification": "unclassified",
		},
		"answers": answers,
	}
}

func samplePart(t testing.TB, question string, part rapporteur.QuestionPart) any {
	t.Helper()
	switch part.Kind {
	case rapporteur.PartStatus:
		return "yes"
	case rapporteur.PartDate:
		return "2018-03-01"
	case rapporteur.PartNumber:
		return 7
	case rapporteur.PartPercent:
		return 12.5
	case rapporteur.PartText:
		return "A few plain words."
	case rapporteur.PartRef:
		return "A/72/164, annex"
	case rapporteur.PartChoice:
		return part.Options[0].Code
	case rapporteur.PartChoices:
		return []any{part.Options[0].Code}
	case rapporteur.PartFigures:
		return sampleFigures(part)
	case rapporteur.PartRows:
		rows, ok := rowSamples[question+" "+part.Name]
		if !ok {
			t.Fatalf("no sample rows for %s %s", question, part.Name)
		}
		own := slices.Clone(rows) // a test may change its sample
		for n, row := range own {
			if fields, ok := row.(obj); ok {
				own[n] = maps.Clone(fields)
			}
		}
		return own
	}
	t.Fatalf("%s %s has an unknown kind %q", question, part.Name, part.Kind)
	return nil
}

func sampleFigures(part rapporteur.QuestionPart) any {
	young := "0-17"
	if part.ByAge && part.ByForm && part.Name == "identified" && part.Label["en"] == "Child victims" {
		young = "9-17"
	}
	cell := func(sex, age, form string, value any) any {
		c := obj{"sex": sex, "value": value}
		if part.ByAge {
			c["age"] = age
		}
		if part.ByForm {
			c["form"] = form
		}
		return c
	}
	if !part.ByAge {
		return []any{cell("F", "", "", 5), cell("M", "", "", "<5"), cell("total", "", "", 8)}
	}
	return []any{
		cell("F", young, "SEXUAL_EXPLOITATION", 5), cell("M", young, "SEXUAL_EXPLOITATION", "<5"),
		cell("total", young, "SEXUAL_EXPLOITATION", 8), cell("total", "total", "total", 8),
	}
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// with is a copy of an envelope with other answers.
func with(doc, answers obj) obj {
	doc = maps.Clone(doc)
	doc["answers"] = answers
	return doc
}

func latest(t testing.TB, id string) rapporteur.Questionnaire {
	t.Helper()
	q, err := load(t).Latest(id)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func check(t testing.TB, q rapporteur.Questionnaire, doc any) (rapporteur.AnswerDocument, []rapporteur.Finding) {
	t.Helper()
	answers, findings, err := load(t).Check(t.Context(), q.QuestionnaireRef, encode(t, doc))
	if err != nil {
		t.Fatal(err)
	}
	speaks(t, findings)
	return answers, findings
}

// speaks holds that findings say what is wrong and where in the six languages.
func speaks(t testing.TB, findings []rapporteur.Finding) {
	t.Helper()
	for _, f := range findings {
		for _, language := range rapporteur.Languages {
			message, place := f.Message[language], f.Place[language]
			if message == "" || place == "" || strings.ContainsAny(message+place, "{}") {
				t.Errorf("%s at %s says in %s %q, at %q", f.Rule, f.Pointer, language, message, place)
			}
			if language != "en" && message == f.Message["en"] {
				t.Errorf("%s says in %s what it says in English", f.Rule, language)
			}
			if strings.Contains(strings.NewReplacer("？", "?", "؟", "?", "：", ":", " ", "").Replace(place), "?:") || strings.Count(place, "¿") > strings.Count(place, "?") {
				t.Errorf("%s asks in %s where it is: %q", f.Rule, language, place)
			}
		}
	}
}
