package schemas

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

func TestAnswersAreReadByTheKindOfTheirParts(t *testing.T) {
	q := latest(t, "member-state")
	doc, findings := check(t, q, envelope(q.QuestionnaireRef, obj{
		"Q4.3": obj{"status": "in_part", "reason": "Under way.", "text": "Signed.", "legal_reference": []any{"Act 5"}, "source": []any{"MFA"},
			"classification": "confidential", "may_be_quoted": false, "amended": "2018-03-01"},
		"Q6.1":  yes(obj{"opened": 12, "share": 2.5}),
		"Q6.2":  yes(obj{"proceeds": []any{obj{"stage": "frozen", "amount": 1200.5, "currency": "EUR"}}}),
		"Q16.1": yes(obj{"roles": []any{"transit", "destination"}}),
		"Q4.2":  yes(obj{"coverage": "express"}),
		"Q3.1":  yes(obj{"document": "A/72/164"}),
		"Q3.4":  yes(obj{"identified": figureByForm("<5"), "conflict_linked": figure(3)}),
	}))
	if rapporteur.Blocked(findings) {
		t.Fatalf("findings: %v", show(findings))
	}
	no, twelve, half := false, 12.0, 2.5
	want := map[string]rapporteur.Answer{
		"Q4.3": {
			Status: rapporteur.StatusInPart, Reason: "Under way.", Text: "Signed.", LegalReferences: []string{"Act 5"}, Sources: []string{"MFA"},
			Classification: "confidential", MayBeQuoted: &no,
			Values: rapporteur.Values{{Name: "amended", Value: rapporteur.Value{Text: "2018-03-01", Date: rapporteur.Date{Year: 2018, Month: 3, Day: 1}}}},
		},
		"Q6.1":  answered(rapporteur.Values{{Name: "opened", Value: rapporteur.Value{Number: &twelve}}, {Name: "share", Value: rapporteur.Value{Number: &half}}}),
		"Q6.2":  answered(rapporteur.Values{{Name: "proceeds", Value: rapporteur.Value{Rows: []map[string]string{{"stage": "frozen", "amount": "1200.5", "currency": "EUR"}}}}}),
		"Q16.1": answered(rapporteur.Values{{Name: "roles", Value: rapporteur.Value{Choices: []string{"transit", "destination"}}}}),
		"Q4.2":  answered(rapporteur.Values{{Name: "coverage", Value: rapporteur.Value{Text: "express", Choices: []string{"express"}}}}),
		"Q3.1":  answered(rapporteur.Values{{Name: "document", Value: rapporteur.Value{Text: "A/72/164"}}}),
		"Q3.4": answered(rapporteur.Values{
			{Name: "conflict_linked", Value: rapporteur.Value{Figures: []rapporteur.Figure{{Sex: "F", Age: "18+", Low: 3, High: 3}}}},
			{Name: "identified", Value: rapporteur.Value{Figures: []rapporteur.Figure{{Sex: "F", Age: "18+", Form: "SERVITUDE", Low: 0, High: 4}}}},
		}),
	}
	if diff := cmp.Diff(want, doc.Answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func answered(values rapporteur.Values) rapporteur.Answer {
	return rapporteur.Answer{Status: rapporteur.StatusYes, Classification: "unclassified", // the header's
		Text: "Words.", Values: values}
}

// A count of persons that may be masked is one figure; an exact one is a number
// too.
func TestCountsOfPersonsKeepTheirInterval(t *testing.T) {
	part := rapporteur.QuestionPart{Kind: rapporteur.PartNumber, Persons: true}
	if v := valueOf("<5", part); v.Number != nil || v.Figures[0].Low != 0 || v.Figures[0].High != 4 {
		t.Errorf("a masked count is read as %+v", v)
	}
	if v := valueOf(int64(6), part); *v.Number != 6 || v.Figures[0].Low != 6 || v.Figures[0].High != 6 {
		t.Errorf("an exact count is read as %+v", v)
	}
}
