package schemas

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

var questionnaireIDs = []string{
	"member-state", "entity", "mission", "mission-section", "monitoring-team-section", "assessment-section", "children-section",
	"country-situation-section", "panel-section", "sexual-violence-section", "financial-flows", "glotip-extract", "procurement-disclosure",
	"briefing-reply", "dissemination-report", "training-report", "expertise-report", "coordination-report",
}

func show(findings []rapporteur.Finding) []string {
	lines := []string{}
	for _, f := range findings {
		lines = append(lines, fmt.Sprintf("%s %s %s", f.Severity, f.Rule, f.Pointer))
	}
	return lines
}

func TestACompleteAnswerHasNoFindings(t *testing.T) {
	for _, id := range questionnaireIDs {
		q := latest(t, id)
		doc, findings := check(t, q, sample(t, q))
		if len(findings) > 0 {
			t.Errorf("%s: %s", id, strings.Join(show(findings), "\n"))
		}
		if doc.ReturnType != rapporteur.ReturnAnswered || doc.Language != "en" || !doc.MayBeQuoted || doc.Questionnaire != q.QuestionnaireRef {
			t.Errorf("%s: read as %+v", id, doc)
		}
	}
}

func TestReturnsOtherThanAnsweredNeedAReasonAndNoAnswers(t *testing.T) {
	for _, id := range questionnaireIDs {
		q := latest(t, id)
		for _, kind := range []string{"nil", "not-applicable", "covered", "declined"} {
			doc := envelope(q.QuestionnaireRef, nil)
			delete(doc, "answers")
			doc["return_type"], doc["reason"] = kind, "Nothing happened in the period."
			if _, findings := check(t, q, doc); len(findings) > 0 {
				t.Errorf("%s %s: %v", id, kind, show(findings))
			}
			delete(doc, "reason")
			if _, findings := check(t, q, doc); !slices.Equal(show(findings), []string{"error schema/required /reason"}) {
				t.Errorf("%s %s without a reason: %v", id, kind, show(findings))
			}
			doc["reason"], doc["answers"] = "Nothing happened.", obj{q.Sections[0].Questions[0].ID: obj{"status": "yes", "text": "Yet this."}}
			if _, findings := check(t, q, doc); !slices.Equal(show(findings), []string{"error schema/false /answers"}) {
				t.Errorf("%s %s with answers: %v", id, kind, show(findings))
			}
		}
	}
}

func TestSchemaFindings(t *testing.T) {
	q := latest(t, "member-state")
	good := func() obj {
		return envelope(q.QuestionnaireRef, obj{"Q2.1": obj{"status": "yes", "text": "In force."}})
	}
	answer := func(fields obj) obj {
		fields["text"] = "In force."
		return with(good(), obj{"Q3.4": fields})
	}
	cell := func(value any) obj {
		return answer(obj{"status": "yes", "identified": []any{obj{"sex": "F", "age": "18+", "form": "SERVITUDE", "value": value}}})
	}
	change := func(key string, value any) obj { d := good(); d[key] = value; return d }
	without := func(key string) obj { d := good(); delete(d, key); return d }
	tests := []struct {
		name string
		doc  any
		want []string
	}{
		{"a list", []any{}, []string{"error schema/type "}},
		{"no header", without("header"), []string{"error schema/required /header"}},
		{"no questionnaire", without("questionnaire"), []string{"error schema/required /questionnaire"}},
		{"no answers", without("answers"), []string{"error schema/required /answers"}},
		{"empty answers", change("answers", obj{}), []string{"error schema/minProperties /answers"}},
		{"another return type", change("return_type", "no-reply"), []string{"error schema/enum /return_type", "error schema/required /reason", "error schema/false /answers"}},
		{"a seventh language", change("language", "de"), []string{"error schema/enum /language"}},
		{"an unknown field", change("colour", "red"), []string{"error schema/additionalProperties /colour"}},
		{"an unknown question", with(good(), obj{"Q99.1": obj{"status": "yes"}}), []string{"error schema/additionalProperties /answers/Q99.1"}},
		{"an unknown part", answer(obj{"status": "yes", "colour": 1}), []string{"error schema/additionalProperties /answers/Q3.4/colour"}},
		{"no status", answer(obj{}), []string{"error schema/required /answers/Q3.4/status"}},
		{"another status", answer(obj{"status": "maybe"}), []string{"error schema/enum /answers/Q3.4/status"}},
		{"an answer that is text", with(good(), obj{"Q3.4": "yes"}), []string{"error schema/type /answers/Q3.4"}},
		{"a negative count", cell(-1), []string{"error schema/minimum /answers/Q3.4/identified/0/value"}},
		{"half a person", cell(1.5), []string{"error schema/type /answers/Q3.4/identified/0/value"}},
		{"another mask", cell("<10"), []string{"error schema/pattern /answers/Q3.4/identified/0/value"}},
		{"a count beyond mankind", cell(2_000_000_000), []string{"error schema/maximum /answers/Q3.4/identified/0/value"}},
		{"a cell without sex", answer(obj{"status": "yes", "conflict_linked": []any{obj{"age": "18+", "value": 1}}}), []string{"error schema/required /answers/Q3.4/conflict_linked/0/sex"}},
		{"no such day", with(good(), obj{"Q2.1": obj{"status": "yes", "deposited": "2003-02-30"}}), []string{"error schema/format /answers/Q2.1/deposited"}},
		{"too many words", with(good(), obj{"Q3.2": obj{"status": "yes", "name": strings.Repeat("word ", 31)}}), []string{"error schema/x-words /answers/Q3.2/name"}},
		{"no such State", with(good(), obj{"Q3.6": obj{"status": "yes", "partners": []any{obj{"state": "CAR"}}}}), []string{"error schema/format /answers/Q3.6/partners/0/state"}},
		{"an amount without currency", with(good(), obj{"Q6.2": obj{"status": "yes", "proceeds": []any{obj{"stage": "frozen", "amount": 5}}}}), []string{"error schema/required /answers/Q6.2/proceeds/0/currency"}},
		{"more than all", with(good(), obj{"Q6.1": obj{"status": "yes", "share": 101}}), []string{"error schema/maximum /answers/Q6.1/share"}},
		{"the same choice twice", with(good(), obj{"Q16.1": obj{"status": "yes", "roles": []any{"origin", "origin"}}}), []string{"error schema/uniqueItems /answers/Q16.1/roles"}},
		{"a blank text", with(good(), obj{"Q2.1": obj{"status": "yes", "text": "  "}}), []string{"error schema/pattern /answers/Q2.1/text"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, findings := check(t, q, test.doc)
			got := show(findings)
			slices.Sort(got)
			slices.Sort(test.want)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestProblemsOfABody(t *testing.T) {
	c := load(t)
	ref := latest(t, "member-state").QuestionnaireRef
	deep := strings.Repeat("[", 33) + strings.Repeat("]", 33)
	long := `{"a":[` + strings.Repeat("0,", 5000) + `0]}`
	var many strings.Builder
	for n := range 5 {
		fmt.Fprintf(&many, `"k%d":[%s0],`, n, strings.Repeat("0,", 4500))
	}
	tests := []struct {
		name, body string
		want       rapporteur.ProblemKind
	}{
		{"nothing", "", rapporteur.ProblemMalformed},
		{"no JSON", "return_type: nil", rapporteur.ProblemMalformed},
		{"cut off", `{"a":`, rapporteur.ProblemMalformed},
		{"two documents", `{} {}`, rapporteur.ProblemMalformed},
		{"something after the end", `{}x`, rapporteur.ProblemMalformed},
		{"no UTF-8", "{\"a\":\"\xff\"}", rapporteur.ProblemMalformed},
		{"a key twice", `{"answers":{"Q2.1":1,"Q2.1":2}}`, rapporteur.ProblemMalformed},
		{"a number out of range", `{"a":1e999}`, rapporteur.ProblemMalformed},
		{"too long", `"` + strings.Repeat("a", 2<<20) + `"`, rapporteur.ProblemTooLarge},
		{"too deep", deep, rapporteur.ProblemTooLarge},
		{"too many items", long, rapporteur.ProblemTooLarge},
		{"too many values", `{` + many.String() + `"z":0}`, rapporteur.ProblemTooLarge},
		{"another questionnaire", `{"questionnaire":"mission","version":"1.0.0"}`, rapporteur.ProblemStale},
		{"another version", `{"questionnaire":"member-state","version":"0.9.0"}`, rapporteur.ProblemStale},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := c.Check(t.Context(), ref, []byte(test.body))
			if !rapporteur.IsProblem(err, test.want) {
				t.Errorf("got %v, want a problem of kind %s", err, test.want)
			}
		})
	}
	if _, _, err := c.Check(t.Context(), rapporteur.QuestionnaireRef{ID: "poll", Version: "1.0.0"}, []byte("{}")); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("unknown questionnaire: %v", err)
	}
}

// What is just within the limits is read.
func TestLimitsLetThroughWhatIsWithinThem(t *testing.T) {
	for name, body := range map[string]string{
		"depth": strings.Repeat("[", 32) + strings.Repeat("]", 32),
		"items": `[` + strings.Repeat("0,", 4999) + `0]`,
		"small": `1e-999999`,
	} {
		if _, err := readBody([]byte(body), nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// No finding may carry what was submitted: findings are logged and mailed.
func TestFindingsNeverCarryValues(t *testing.T) {
	const secret = "Zanzibar4711"
	for _, id := range questionnaireIDs {
		q := latest(t, id)
		doc := sample(t, q)
		doc["language"], doc["reason"] = secret, 4711
		for _, answer := range doc["answers"].(obj) {
			fields := answer.(obj)
			for name := range fields {
				fields[name] = secret
			}
			fields["source"] = []any{secret, secret, "mail " + secret + "@example.org"}
		}
		_, findings := check(t, q, doc)
		if len(findings) < min(20, 4*len(doc["answers"].(obj))) {
			t.Fatalf("%s: only %d findings", id, len(findings))
		}
		for _, f := range findings {
			for language, message := range f.Message {
				if strings.Contains(message, secret) || strings.Contains(message, "{want}") || message == "" {
					t.Errorf("%s %s in %s says %q", f.Rule, f.Pointer, language, message)
				}
			}
			if f.Message["en"] == "" || f.Message["fr"] == "" {
				t.Errorf("%s has no message in English and French", f.Rule)
			}
		}
	}
}

func TestPointersCutLongKeys(t *testing.T) {
	q := latest(t, "mission")
	doc := envelope(q.QuestionnaireRef, obj{"M25.1": obj{"status": "no", "text": "None."}})
	doc[strings.Repeat("x", 500)] = 1
	doc["a/b~c"] = 1
	_, findings := check(t, q, doc)
	want := []string{"error schema/additionalProperties /a~1b~0c", "error schema/additionalProperties /" + strings.Repeat("x", 64) + "…"}
	if diff := cmp.Diff(want, show(findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestJustificationsAnswerWarnings(t *testing.T) {
	q := latest(t, "member-state")
	doc := envelope(q.QuestionnaireRef, obj{"Q2.1": obj{"status": "no", "deposited": "2004-01-01"}})
	_, findings := check(t, q, doc)
	if len(findings) != 1 || !rapporteur.Blocked(findings) {
		t.Fatalf("got %v, want one warning that blocks", show(findings))
	}
	doc["justifications"] = obj{findings[0].Rule: "The State withdrew in 2010."}
	_, findings = check(t, q, doc)
	if len(findings) != 1 || rapporteur.Blocked(findings) || findings[0].Justification == "" {
		t.Errorf("a justified warning still blocks: %+v", findings)
	}
}

func TestCheckEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	q := latest(t, "mission")
	if _, _, err := load(t).Check(ctx, q.QuestionnaireRef, encode(t, sample(t, q))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}

// Whatever Check accepts, Read reads in the same way; whatever cannot be read, it
// refuses in the same way.
func TestReadReadsWhatCheckReads(t *testing.T) {
	c, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	ref, err := c.Latest("member-state")
	if err != nil {
		t.Fatal(err)
	}
	short, err := c.ShortBody(ref.QuestionnaireRef, rapporteur.ShortReturn{Type: rapporteur.ReturnNil, Reason: "no case", Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{
		"an answer": string(short), "no JSON": "{", "another version": `{"questionnaire": "member-state", "version": "0.0.1"}`, "nothing": "",
		"a broken schema": `{"questionnaire": "member-state", "answers": {"Q1": 7}}`,
	} {
		want, _, wantErr := c.Check(t.Context(), ref.QuestionnaireRef, []byte(body))
		got, err := c.Read(ref.QuestionnaireRef, []byte(body))
		if diff := cmp.Diff(want, got); diff != "" || fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Errorf("%s: %v, want %v (-Check +Read):\n%s", name, err, wantErr, diff)
		}
	}
	if _, err := c.Read(rapporteur.QuestionnaireRef{ID: "none"}, short); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("a questionnaire that nobody knows: %v", err)
	}
}
