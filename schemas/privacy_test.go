package schemas

import (
	"slices"
	"testing"
)

func TestTextsThatLookPersonalBlock(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"Write to maria.lopez@example.org for details.", []string{"privacy/e-mail"}},
		{"имя@пример.рф", []string{"privacy/e-mail"}},
		{"Call +254 20 762 1234 in the morning.", []string{"privacy/telephone"}},
		{"Call 0041 22 917 1234.", []string{"privacy/telephone"}},
		{"(212) 963-1234", []string{"privacy/telephone"}},
		{"212-963-1234", []string{"privacy/telephone"}},
		{"Passport no. 123456789", []string{"privacy/identity-document"}},
		{"The victim held AB1234567.", []string{"privacy/identity-document"}},
		{"prs_FirstName: A.", []string{"privacy/case-record"}},
		// What honest answers are full of must pass.
		{"Law No. 12 of 2018, article 149-ter, paragraphs 1-3.", nil},
		{"See S/RES/2388 (2017), S/2018/1042 and A/RES/72/1.", nil},
		{"From 2017-11-21 to 2018-08-31, 1 234 567 persons were screened.", nil},
		{"USD 1,234,567.89 were frozen in 2016, 2017 and 2018.", nil},
		{"Decree 2018/0045 (OJ L 123, 4.5.2018, p. 12)", nil},
		{"Ley 27.508, artículo 12; Código Penal 145 bis y 145 ter", nil},
		{"ISO 3166-1 alpha-3; SDG 16.2.2; CEB/2022/HLCM/19", nil},
		{"Case file 4-2018-000123 of the court", nil},
	} {
		if got := textRules(test.text); !slices.Equal(got, test.want) {
			t.Errorf("%q: got %v, want %v", test.text, got, test.want)
		}
	}
}

func TestPersonalDataIsFoundWhereverItStands(t *testing.T) {
	q := latest(t, "mission")
	const mail = "x@example.org"
	doc := envelope(q.QuestionnaireRef, obj{"M33.2": yes(obj{"efforts": mail, "source": []any{"Police", mail}})})
	doc["reason"] = mail
	doc["justifications"] = obj{"mission/fragment-words": mail}
	doc["header"].(obj)["authority"] = mail
	_, findings := check(t, q, doc)
	want := []string{
		"privacy privacy/e-mail /answers/M33.2/efforts", "privacy privacy/e-mail /answers/M33.2/source/1",
		"privacy privacy/e-mail /header/authority", "privacy privacy/e-mail /justifications/mission~1fragment-words",
		"privacy privacy/e-mail /reason",
	}
	if got := show(findings); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCaseRecordsAreRefusedByTheirFields(t *testing.T) {
	q := latest(t, "mission")
	for _, key := range []string{"vic_TypeOfExploitation", "prs_Gender", "majorityStatus", "ageBroad", "meansOfControlDebtBondage", "date_of_birth"} {
		doc := envelope(q.QuestionnaireRef, obj{"M33.2": yes(obj{key: "x"})})
		_, findings := check(t, q, doc)
		if !slices.Contains(show(findings), "privacy privacy/case-record /answers/M33.2/"+key) {
			t.Errorf("%s: got %v", key, show(findings))
		}
	}
}
