package schemas

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas/personal"
)

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

// The columns of the files themselves, as IOM and CTDC publish them.
func TestColumnsOfCaseFilesAreRefusedWhereverTheyStand(t *testing.T) {
	q := latest(t, "mission")
	for _, column := range []string{
		"org_Name", "prs_Gender", "vic_TraffickingStatus", "vic_TypeOfSexExploitation", "vic_MethodsOfControl", "per_RoleInProcess", "cas_Status",
		"cco_Date", "hte_Type", "spl_Type", "con_Consent", "ageBroad", "majorityStatus", "majorityStatusAtExploit", "majorityEntry", "isForcedLabour",
		"isSexualExploit", "isOtherExploit", "isSexAndLabour", "isForcedMarriage", "isForcedMilitary", "isOrganRemoval", "isSlaveryAndPractices",
		"meansDebtBondageEarnings", "meansThreats", "meansAbusePsyPhySex", "meansFalsePromises", "meansDrugsAlcohol", "meansDenyBasicNeeds",
		"meansExcessiveWorkHours", "meansWithholdDocs", "recruiterRelationIntimatePartner", "recruiterRelationship", "traffickMonths",
		"typeOfLabourConcatenated", "typeOfSexProstitution", "CountryOfExploitation", "yearOfRegistration", "First Name", "date-of-birth", "PASSPORT_NUMBER",
	} {
		for place, doc := range map[string]obj{
			"/answers/M33.2/" + column:          envelope(q.QuestionnaireRef, obj{"M33.2": yes(obj{column: 1})}),
			"/answers/M33.2/source/0/" + column: envelope(q.QuestionnaireRef, obj{"M33.2": yes(obj{"source": []any{obj{column: "x"}}})}),
			"/justifications/" + column:         having(envelope(q.QuestionnaireRef, obj{}), "justifications", obj{column: "x"}),
			"/" + column:                        having(envelope(q.QuestionnaireRef, obj{}), column, []any{}),
		} {
			_, findings := check(t, q, doc)
			if !slices.Contains(show(findings), "privacy privacy/case-record "+place) {
				t.Errorf("%s: got %v", place, show(findings))
			}
		}
	}
}

func having(doc obj, key string, value any) obj { doc[key] = value; return doc }

func TestRowsAboutPersonsAreRefused(t *testing.T) {
	q := latest(t, "procurement-disclosure")
	for name, test := range map[string]struct {
		rows []any
		want string
	}{
		"columns of persons":      {[]any{obj{"name": "A", "age": 17, "sex": "F"}}, "privacy/case-record /answers/Q31.8/supplier/0"},
		"in another language":     {[]any{obj{"name": "A Company"}, obj{"nom": "A", "nationalité": "NGA"}}, "privacy/case-record /answers/Q31.8/supplier/1"}, //nolint:misspell // it is French
		"columns of case files":   {[]any{obj{"gender": "F", "ageBroad": "9--17"}}, "privacy/case-record /answers/Q31.8/supplier/0"},
		"a person in our columns": {[]any{obj{"name": "Blessing Okafor", "ungm": "33445566"}}, "privacy/person /answers/Q31.8/supplier/0"},
		"a number in one of them": {[]any{obj{"name": "Passport 33445566"}}, "privacy/identity-document /answers/Q31.8/supplier/0/name"},
	} {
		_, findings := check(t, q, envelope(q.QuestionnaireRef, obj{"Q31.8": yes(obj{"supplier": test.rows})}))
		if !slices.Contains(show(findings), "privacy "+test.want) {
			t.Errorf("%s: got %v, want %s", name, show(findings), test.want)
		}
	}
	for _, rows := range [][]any{
		{obj{"name": "A Company Ltd", "ungm": "123456"}}, {obj{"name": "Smith Johnson", "ungm": "123456"}},
	} {
		_, findings := check(t, q, envelope(q.QuestionnaireRef, obj{"Q31.8": yes(obj{"supplier": rows})}))
		if len(findings) > 0 {
			t.Errorf("%v: got %v", rows, show(findings))
		}
	}
}

// A pointer names keys, which are submitted too: somebody's data are left out.
func TestPointersLeaveOutWhatIsSomebodys(t *testing.T) {
	q := latest(t, "mission")
	for _, key := range []string{"maria.lopez@example.org", "Maria Lopez 12345678", "passport 12345678"} {
		doc := envelope(q.QuestionnaireRef, obj{"M33.2": yes(obj{key: obj{"x": "y@example.org"}})})
		_, findings := check(t, q, doc)
		if len(findings) < 3 {
			t.Errorf("%s: only %v", key, show(findings))
		}
		for _, line := range show(findings) {
			if strings.Contains(line, "aria") || strings.Contains(line, "1234") {
				t.Errorf("%q is told in %q", key, line)
			}
		}
	}
}

func TestTheOfficersContactsAreTheOneException(t *testing.T) {
	q := latest(t, "mission")
	doc := envelope(q.QuestionnaireRef, obj{"M33.2": yes(nil)})
	doc["header"].(obj)["officer"] = obj{"name": "Maria Lopez 12345678", "email": "maria@example.org", "telephone": "+41 22 555 0100"}
	if _, findings := check(t, q, doc); len(findings) > 0 {
		t.Errorf("got %v", show(findings))
	}
	officer := doc["header"].(obj)["officer"]
	for place, doc := range map[string]obj{
		"/officer/email":                      having(envelope(q.QuestionnaireRef, obj{}), "officer", officer),
		"/answers/M33.2/header/officer/email": envelope(q.QuestionnaireRef, obj{"M33.2": yes(obj{"header": obj{"officer": officer}})}),
		"/answers/header/officer/email":       envelope(q.QuestionnaireRef, obj{"header": obj{"officer": officer}}),
		"/header/header/officer/email":        having(envelope(q.QuestionnaireRef, obj{}), "header", obj{"header": obj{"officer": officer}}),
	} {
		if _, findings := check(t, q, doc); !slices.Contains(show(findings), "privacy privacy/e-mail "+place) {
			t.Errorf("elsewhere: got %v, want %s", show(findings), place)
		}
	}
}

func TestPersonalScreensAnyText(t *testing.T) {
	c := load(t)
	if got := c.Personal("We need two more weeks.", "note verbale 123-2018.pdf", ""); got != nil {
		t.Errorf("honest texts: got %v", show(got))
	}
	got := c.Personal("We need more weeks.", "Maria Lopez passport 12345678.pdf", "vic_TypeOfExploitation")
	want := []string{"privacy privacy/identity-document /1", "privacy privacy/case-record /2"}
	if !slices.Equal(show(got), want) {
		t.Errorf("got %v, want %v", show(got), want)
	}
	for _, f := range got {
		if !f.Blocks() || f.Text("en") == "" || f.Text("fr") == "" || strings.Contains(fmt.Sprint(f), "1234") {
			t.Errorf("got %+v", f)
		}
	}
}

// Whatever the detector can find has words in the definitions.
func TestEveryKindHasWords(t *testing.T) {
	for _, kind := range []personal.Kind{personal.CaseRecord, personal.Email, personal.IdentityDocument, personal.Person, personal.Telephone} {
		if load(t).messages["privacy/"+string(kind)]["en"] == "" {
			t.Errorf("%s has no words", kind)
		}
	}
}

func TestNoQuestionnaireAsksForPersons(t *testing.T) {
	for _, column := range []string{"vic_TypeOfExploitation", "date_of_birth", "isForcedLabour"} {
		_, err := Load(spoilt(t, "questionnaires/poll/1.0.0.json", `"colour": {`, `"`+column+`": {`))
		faults := Faults(err)
		if len(faults) == 0 || !strings.Contains(faults[0].Reason, "case files") || !strings.HasSuffix(faults[0].Field, column) || faults[0].Line < 2 {
			t.Errorf("%s: got %v", column, err)
		}
	}
}

// What is said of two persons' texts does not depend on how many there are.
func TestPrivacyFindingsAreBounded(t *testing.T) {
	q := latest(t, "mission")
	sources := []any{}
	for range maxFindings + 50 {
		sources = append(sources, "x@example.org")
	}
	_, findings := check(t, q, envelope(q.QuestionnaireRef, obj{"M33.2": yes(obj{"source": sources})}))
	if count := len(slices.DeleteFunc(findings, func(f rapporteur.Finding) bool { return f.Severity != rapporteur.SeverityPrivacy })); count != maxFindings {
		t.Errorf("%d findings, want %d", count, maxFindings)
	}
}
