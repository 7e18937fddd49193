package schemas

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// compared is what changed between two answers to the mission questionnaire.
func compared(t testing.TB, before, after any, language string) rapporteur.Difference {
	t.Helper()
	d, err := next(t).Compare(t.Context(), rapporteur.Answered{Questionnaire: mission10, Body: encode(t, before)},
		rapporteur.Answered{Questionnaire: mission10, Body: encode(t, after)}, language)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func sentences(d rapporteur.Difference) []string {
	var texts []string
	for _, c := range d.Changes {
		texts = append(texts, c.Text)
	}
	return texts
}

// counted is one of a table by sex and age.
func counted(sex, age string, value any) any { return obj{"sex": sex, "age": age, "value": value} }

func TestChangesAreToldInWords(t *testing.T) {
	table := func(cells ...any) obj { return obj{"M33.3": obj{"status": "yes", "referrals": cells}} }
	const referred = "M33.3 Efforts to protect and assist victims, women and children in particular, Victims referred"
	for name, c := range map[string]struct {
		before, after obj
		language      string
		want          []string
	}{
		"nothing": {before: table(counted("F", "0-17", 7)), after: table(counted("F", "0-17", 7))},
		"a status": {before: obj{"M25.1": obj{"status": "no"}}, after: obj{"M25.1": obj{"status": "in_part"}}, want: []string{
			"M25.1 Did an assessment at the Council’s request include anti-trafficking expertise?, Answer: changed from No to In part",
		}},
		"a cell, wherever it stands": {
			before: table(counted("F", "0-17", 7), counted("M", "18+", "<5"), counted("total", "total", 9)),
			after:  table(counted("total", "total", 9), counted("M", "18+", "<5"), counted("F", "0-17", 5)),
			want:   []string{referred + ", female, 0–17: changed from 7 to 5"},
		},
		"cells that come and go": {
			before: table(counted("F", "0-17", 7), counted("unknown", "unknown", 1)), after: table(counted("F", "0-17", 7), counted("M", "18+", 0)),
			want: []string{referred + ", male, 18+: added, 0", referred + ", sex unknown, age unknown: removed, was 1"},
		},
		"cells in another order": {
			before: table(counted("F", "0-17", 7), counted("M", "18+", 3)), after: table(counted("M", "18+", 3), counted("F", "0-17", 7)),
			want: []string{referred + ": in another order"},
		},
		"the same cell twice": {
			before: table(counted("F", "0-17", 7), counted("F", "0-17", 8)), after: table(counted("F", "0-17", 7), counted("F", "0-17", 9)),
			want: []string{referred + ", female, 0–17, 2: changed from 8 to 9"},
		},
		"codes": {
			before: obj{"M33.2": obj{"status": "yes", "areas": []any{"police", "border"}}}, after: obj{"M33.2": obj{"status": "yes", "areas": []any{"border", "legislation"}}},
			want: []string{"M33.2 Efforts to help host-State institutions prevent and combat trafficking, Areas: changed from Police; Border to Border; Legislation"},
		},
		"codes in another order": {
			before: obj{"M33.2": obj{"status": "yes", "areas": []any{"police", "border"}}}, after: obj{"M33.2": obj{"status": "yes", "areas": []any{"border", "police"}}},
			want: []string{"M33.2 Efforts to help host-State institutions prevent and combat trafficking, Areas: in another order"},
		},
		"a field that every answer has": {
			before: obj{"M33.7": obj{"status": "yes"}, "M25.1": obj{"status": "no", "legal_reference": []any{"A", "B"}}},
			after:  obj{"M33.7": obj{"status": "yes"}, "M25.1": obj{"status": "no", "legal_reference": []any{"B", "C"}, "reason": "Because."}},
			want: []string{
				"M25.1 Did an assessment at the Council’s request include anti-trafficking expertise?, Reason: added, Because.",
				"M25.1 Did an assessment at the Council’s request include anti-trafficking expertise?, Legal references: removed, was A",
				"M25.1 Did an assessment at the Council’s request include anti-trafficking expertise?, Legal references: added, C",
			},
		},
		"a list in another order": {
			before: obj{"M25.1": obj{"status": "no", "legal_reference": []any{"A", "B"}}}, after: obj{"M25.1": obj{"status": "no", "legal_reference": []any{"B", "A"}}},
			want: []string{"M25.1 Did an assessment at the Council’s request include anti-trafficking expertise?, Legal references: in another order"},
		},
		"a null, which is not nothing": {
			before: obj{"M25.1": obj{"status": "no", "text": nil}}, after: obj{"M25.1": obj{"status": "no"}},
			want: []string{"M25.1 Did an assessment at the Council’s request include anti-trafficking expertise?, Text: removed, was null"},
		},
		"an answer that goes, another that comes": {
			before: obj{"M26.1": obj{"status": "yes", "assessed": "2018-01-02"}}, after: obj{"M33.1": obj{"status": "no", "basis": "none"}},
			want: []string{
				"M33.1 Is there a mandate basis for work against trafficking?, Answer: added, No",
				"M33.1 Is there a mandate basis for work against trafficking?, Basis: added, None",
				"M26.1 Was a preliminary assessment of training needs made?, Answer: removed, was Yes",
				"M26.1 Was a preliminary assessment of training needs made?, Date: removed, was 2018-01-02",
			},
		},
		"in French": {
			before: obj{"M26.2": obj{"status": "yes", "military": []any{obj{"sex": "F", "value": 7}}}},
			after:  obj{"M26.2": obj{"status": "yes", "military": []any{obj{"sex": "F", "value": "<5"}}}}, language: "fr",
			want: []string{"M26.2 Le personnel de la mission a-t-il été formé ?, Militaires formés, sexe féminin : modification, 7 devient <5"},
		},
		"what the text says of itself stays": {
			before: obj{"M25.1": obj{"status": "no", "text": "{after}"}}, after: obj{"M25.1": obj{"status": "no", "text": "{before} {place}"}},
			want: []string{"M25.1 Did an assessment at the Council’s request include anti-trafficking expertise?, Text: changed from {after} to {before} {place}"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := compared(t, envelope(mission10, c.before), envelope(mission10, c.after), c.language)
			if diff := cmp.Diff(c.want, sentences(d)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatStandsAroundTheAnswersIsTold(t *testing.T) {
	before, after := envelope(mission10, obj{"M25.1": obj{"status": "no"}}), envelope(mission10, obj{"M25.1": obj{"status": "no"}})
	header := maps.Clone(after["header"].(obj))
	header["may_be_quoted"] = false
	header["period"] = obj{"from": "2017-11-21", "to": "2018-09-30"}
	after["header"], after["return_type"], after["justifications"] = header, "partial", obj{"mission/x /answers/M25.1": "So it is."}
	want := []string{
		"Kind of reply: changed from answered to partial", "Header, Period, to: changed from 2018-08-31 to 2018-09-30",
		"Header, May be quoted: changed from yes to no", "Justifications, mission/x /answers/M25.1: added, So it is.",
	}
	if diff := cmp.Diff(want, sentences(compared(t, before, after, "en"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPointersLeadToTheChange(t *testing.T) {
	answers := func(cells ...any) obj {
		return envelope(mission10, obj{"M33.3": obj{"status": "yes", "referrals": cells}})
	}
	d := compared(t, answers(counted("F", "0-17", 7), counted("M", "18+", 3)), answers(counted("unknown", "18+", 1), counted("M", "18+", 4)), "en")
	var got []string
	for _, c := range d.Changes {
		got = append(got, fmt.Sprintf("%s %s %s: %s → %s", c.Kind, c.Question, c.Pointer, c.Before, c.After))
	}
	want := []string{
		"added M33.3 /answers/M33.3/referrals/0:  → 1", "changed M33.3 /answers/M33.3/referrals/1: 3 → 4", "removed M33.3 /answers/M33.3/referrals/0: 7 → ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The two versions may answer two versions of the questionnaire; each question
// is called what the one that asks it calls it.
func TestVersionsOfTwoQuestionnairesAreCompared(t *testing.T) {
	before := envelope(mission10, obj{"M33.5": obj{"status": "yes"}, "M26.1": obj{"status": "no"}})
	after := envelope(mission11, obj{"M33.7": obj{"status": "yes"}, "M33.8": obj{"status": "no", "services": "None."}})
	d, err := next(t).Compare(t.Context(), rapporteur.Answered{Questionnaire: mission10, Body: encode(t, before)},
		rapporteur.Answered{Questionnaire: mission11, Body: encode(t, after)}, "en")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Version of the questionnaire: changed from 1.0.0 to 1.1.0",
		"M33.7 Do these situations overlap with the sections on children or sexual violence?, Answer: added, Yes",
		"M33.8 Were victims referred to services?, Answer: added, No",
		"M33.8 Were victims referred to services?, Services: added, None.",
		"M33.5 Do these situations overlap with the sections on children or sexual violence?, Answer: removed, was Yes",
		"M26.1 Was a preliminary assessment of training needs made?, Answer: removed, was No",
	}
	if diff := cmp.Diff(want, sentences(d)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestManyAndLongChangesAreBounded(t *testing.T) {
	list := func(prefix string, n int) []any {
		items := make([]any, n)
		for i := range items {
			items[i] = fmt.Sprint(prefix, i)
		}
		return items
	}
	before := envelope(mission10, obj{"M25.1": obj{"status": "no", "source": list("a", 1500), "text": strings.Repeat("word ", 1000)}})
	after := envelope(mission10, obj{"M25.1": obj{"status": "no", "source": list("b", 1500), "text": strings.Repeat("слово ", 1000)}})
	d := compared(t, before, after, "en")
	if len(d.Changes) != maxChanges || d.More != 3001-maxChanges {
		t.Errorf("%d changes are told and %d left out", len(d.Changes), d.More)
	}
	text := d.Changes[slices.IndexFunc(d.Changes, func(c rapporteur.Change) bool { return strings.HasSuffix(c.Pointer, "/text") })]
	if n := len([]rune(text.After)); n > maxShown+1 || !strings.HasSuffix(text.After, "…") {
		t.Errorf("a long value is shown with %d characters", n)
	}
}

func TestWhatCannotBeComparedIsRefused(t *testing.T) {
	good := rapporteur.Answered{Questionnaire: mission10, Body: encode(t, envelope(mission10, obj{}))}
	for name, c := range map[string]struct {
		answered rapporteur.Answered
		kind     rapporteur.ProblemKind
	}{
		"an unknown version": {rapporteur.Answered{Questionnaire: rapporteur.QuestionnaireRef{ID: "mission", Version: "9.0.0"}, Body: good.Body}, rapporteur.ProblemNotFound},
		"no JSON":            {rapporteur.Answered{Questionnaire: mission10, Body: []byte("{")}, rapporteur.ProblemMalformed},
		"a list":             {rapporteur.Answered{Questionnaire: mission10, Body: []byte("[]")}, rapporteur.ProblemMalformed},
		"too deep":           {rapporteur.Answered{Questionnaire: mission10, Body: []byte(strings.Repeat("[", 100) + strings.Repeat("]", 100))}, rapporteur.ProblemTooLarge},
	} {
		for _, pair := range [][2]rapporteur.Answered{{good, c.answered}, {c.answered, good}} {
			if _, err := next(t).Compare(t.Context(), pair[0], pair[1], "en"); !rapporteur.IsProblem(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestWordsOfDifferencesAreComplete(t *testing.T) {
	for _, language := range rapporteur.Languages {
		words := comparedWords[language]
		for key, english := range comparedEnglish {
			if words[key] == "" || !slices.Equal(placeholders(words[key]), placeholders(english)) {
				t.Errorf("%s is %q in %s", key, words[key], language)
			}
		}
		if len(words) != len(comparedEnglish) {
			t.Errorf("%s has words that English has not", language)
		}
	}
}

// anyAnswer is a document of the form that an answer has, with what the schema
// would refuse here and there.
func anyAnswer(t *rapid.T, q *questionnaire) obj {
	answers := obj{}
	ids := append(q.order(), "X1.1")
	for range rapid.IntRange(0, 5).Draw(t, "questions") {
		id := rapid.SampledFrom(ids).Draw(t, "question")
		answer := obj{"status": rapid.SampledFrom([]string{"yes", "no"}).Draw(t, "status")}
		names := append(slices.Sorted(maps.Keys(q.parts[id])), "text", "legal_reference", "period", "odd~/name")
		for range rapid.IntRange(0, 4).Draw(t, "parts") {
			name := rapid.SampledFrom(names).Draw(t, "part")
			answer[name] = anyValue(t, q.parts[id][name])
		}
		answers[id] = answer
	}
	doc := envelope(q.QuestionnaireRef, answers)
	doc["justifications"] = obj{
		"rule": "So.", "rule /answers/" + rapid.SampledFrom(ids).Draw(t, "justified"): rapid.SampledFrom([]string{"A", "B"}).Draw(t, "justification"),
	}
	return doc
}

func anyValue(t *rapid.T, part rapporteur.QuestionPart) any {
	code := func(label string) any {
		if len(part.Options) == 0 {
			return "code"
		}
		return rapid.SampledFrom(part.Options).Draw(t, label).Code
	}
	switch rapid.IntRange(0, 9).Draw(t, "odd") {
	case 9:
		return nil
	case 8:
		return obj{"from": "2018-01-01", "to": 1.50}
	}
	switch part.Kind {
	case rapporteur.PartChoice:
		return code("code")
	case rapporteur.PartChoices:
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "codes") {
			list = append(list, code("code"))
		}
		return list
	case rapporteur.PartFigures:
		list := []any{}
		for range rapid.IntRange(0, 4).Draw(t, "cells") {
			list = append(list, counted(rapid.SampledFrom([]string{"F", "M", "total"}).Draw(t, "sex"),
				rapid.SampledFrom([]string{"0-17", "18+"}).Draw(t, "age"), rapid.IntRange(0, 3).Draw(t, "value")))
		}
		return list
	case rapporteur.PartNumber:
		return rapid.IntRange(0, 3).Draw(t, "number")
	}
	return rapid.SampledFrom([]any{"a text", "", 7, 7.5, true, []any{"x", "y"}, []any{"y", "x"}, []any{}}).Draw(t, "value")
}

// exactly reads JSON so that equal values compare as equal and numbers keep
// their digits.
func exactly(t interface{ Fatal(...any) }, body []byte) any {
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// Whatever two answers are: the patch makes the later of the earlier, the words
// are silent only where the patch is, and both are the same each time.
func TestAnyDifferenceIsAPatchAndWords(t *testing.T) {
	c := next(t)
	q := c.questionnaires[mission10]
	rapid.Check(t, func(t *rapid.T) {
		before, err := json.Marshal(anyAnswer(t, q))
		if err != nil {
			t.Fatal(err)
		}
		after := before
		if rapid.IntRange(0, 9).Draw(t, "same") > 0 {
			if after, err = json.Marshal(anyAnswer(t, q)); err != nil {
				t.Fatal(err)
			}
		}
		compare := func() rapporteur.Difference {
			d, err := c.Compare(t.Context(), rapporteur.Answered{Questionnaire: mission10, Body: before}, rapporteur.Answered{Questionnaire: mission10, Body: after}, "en")
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		d := compare()
		patch, err := jsonpatch.DecodePatch(d.Patch)
		if err != nil {
			t.Fatal(err)
		}
		got, err := patch.Apply(before)
		if err != nil {
			t.Fatalf("%v\n%s", err, d.Patch)
		}
		if diff := cmp.Diff(exactly(t, after), exactly(t, got)); diff != "" {
			t.Fatalf("the patch does not make the later body (-want +got):\n%s\n%s", diff, d.Patch)
		}
		if (len(d.Changes) == 0) != (len(patch) == 0) {
			t.Fatalf("%d changes in words, and the patch is %s", len(d.Changes), d.Patch)
		}
		if diff := cmp.Diff(d, compare()); diff != "" {
			t.Fatalf("it is not the same again:\n%s", diff)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	q := latest(b, "member-state")
	before, after := encode(b, sample(b, q)), sample(b, q)
	after["answers"].(obj)["Q2.2"].(obj)["status"] = "no"
	changed := encode(b, after)
	for b.Loop() {
		if _, err := load(b).Compare(b.Context(), rapporteur.Answered{Questionnaire: q.QuestionnaireRef, Body: before},
			rapporteur.Answered{Questionnaire: q.QuestionnaireRef, Body: changed}, "en"); err != nil {
			b.Fatal(err)
		}
	}
}
