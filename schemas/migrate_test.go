package schemas

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func migrate(t testing.TB, from, to rapporteur.QuestionnaireRef, doc any, kept []byte) rapporteur.MigratedAnswer {
	t.Helper()
	m, err := next(t).Migrate(t.Context(), from, to, encode(t, doc), kept)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// answersIn is the answers of a body as JSON, in order.
func answersIn(t testing.TB, body []byte) string {
	t.Helper()
	var doc struct{ Answers any }
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	return string(encode(t, doc.Answers))
}

func movesIn(m rapporteur.MigratedAnswer) (texts []string) {
	for _, move := range m.Moved {
		texts = append(texts, strings.TrimSpace(fmt.Sprintf("%s→%s %s", move.From, move.To, move.Reason)))
	}
	return texts
}

func TestAnswersGoToTheNextVersion(t *testing.T) {
	referrals := []any{counted("F", "0-17", 7)}
	for name, c := range map[string]struct {
		answers obj
		want    string
		kept    string
		outcome rapporteur.MigrationOutcome
		moves   []string
	}{
		"what stays": {
			answers: obj{"M25.1": obj{"status": "no", "text": "No."}},
			want:    `{"M25.1":{"status":"no","text":"No."}}`, outcome: rapporteur.MigrationUnchanged,
		},
		"another id": {
			answers: obj{"M33.5": obj{"status": "yes", "reason": "x"}}, want: `{"M33.7":{"reason":"x","status":"yes"}}`,
			outcome: rapporteur.MigrationMapped, moves: []string{"M33.5→M33.7"},
		},
		"codes with other names, and a part": {
			answers: obj{"M33.2": obj{"status": "yes", "areas": []any{"police", "sensitization"}, "efforts": "Some."}},
			want:    `{"M33.2":{"areas":["police","awareness"],"status":"yes","support":"Some."}}`,
			outcome: rapporteur.MigrationMapped, moves: []string{"M33.2/areas→M33.2/areas", "M33.2/efforts→M33.2/support"},
		},
		"codes that keep their names": {
			answers: obj{"M33.2": obj{"status": "yes", "areas": []any{"police"}}}, want: `{"M33.2":{"areas":["police"],"status":"yes"}}`,
			outcome: rapporteur.MigrationUnchanged,
		},
		"what is not asked any more": {
			answers: obj{"M26.1": obj{"status": "yes", "assessed": "2018-01-02"}, "M26.2": obj{"status": "yes", "module": "other"}},
			want:    `{"M26.2":{"status":"yes"}}`,
			kept:    `{"kept":[{"version":"1.0.0","without":"1.1.0","answers":{"M26.1":{"assessed":"2018-01-02","status":"yes"},"M26.2":{"module":"other"}}}]}`,
			outcome: rapporteur.MigrationMapped, moves: []string{"M26.1→ Not asked any more.", "M26.2/module→ Every mission uses the same module."},
		},
		"a part of a question without an answer of its own": {
			answers: obj{"M33.3": obj{"status": "yes", "referrals": referrals}},
			want:    `{"M33.3":{"status":"yes"},"M33.8":{"referred":[{"age":"0-17","sex":"F","value":7}]}}`,
			outcome: rapporteur.MigrationNeedsContributor, moves: []string{"M33.3/referrals→M33.8/referred"},
		},
		"more words than are allowed": {
			answers: obj{"M33.3": obj{"status": "yes", "efforts": strings.Repeat("word ", 41)}},
			want:    `{"M33.3":{"efforts":"` + strings.Repeat("word ", 41) + `","status":"yes"}}`, outcome: rapporteur.MigrationNeedsContributor,
		},
		"all of it kept": {
			answers: obj{"M26.1": obj{"status": "no"}}, want: `{}`,
			kept:    `{"kept":[{"version":"1.0.0","without":"1.1.0","answers":{"M26.1":{"status":"no"}}}]}`,
			outcome: rapporteur.MigrationNeedsContributor, moves: []string{"M26.1→ Not asked any more."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := migrate(t, mission10, mission11, envelope(mission10, c.answers), nil)
			got := []any{answersIn(t, m.Body), string(m.Kept), m.Outcome, movesIn(m)}
			if diff := cmp.Diff([]any{c.want, c.kept, c.outcome, c.moves}, got); diff != "" {
				t.Errorf("(-want +got):\n%s\n%v", diff, m.Findings)
			}
			if m.Document.Questionnaire != mission11 {
				t.Errorf("the document answers %s", m.Document.Questionnaire)
			}
		})
	}
}

func TestJustificationsGoWithWhatTheyAreAbout(t *testing.T) {
	doc := envelope(mission10, obj{"M33.5": obj{"status": "yes"}, "M26.1": obj{"status": "no"}})
	doc["justifications"] = obj{
		"mission/a": "A", "mission/b /answers/M33.5": "B", "mission/c /answers/M33.2/efforts": "C",
		"mission/d /answers/M26.1/assessed": "D", "mission/e /header/period": "E", "mission/f /answers/M33.3/referrals/2/value": "F",
	}
	m := migrate(t, mission10, mission11, doc, nil)
	var got struct{ Justifications map[string]string }
	if err := json.Unmarshal(m.Body, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"mission/a": "A", "mission/b /answers/M33.7": "B", "mission/c /answers/M33.2/support": "C", "mission/e /header/period": "E",
		"mission/f /answers/M33.8/referred/2/value": "F",
	}
	if diff := cmp.Diff(want, got.Justifications); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.Contains(string(m.Kept), `"justifications":{"mission/d /answers/M26.1/assessed":"D"}`) {
		t.Errorf("kept is %s", m.Kept)
	}
}

// What was kept comes back also into an answer that was changed in between, but
// not in the place of something else, nor into a nil return.
func TestWhatWasKeptComesBack(t *testing.T) {
	there := migrate(t, mission10, mission11, envelope(mission10, obj{
		"M26.1": obj{"status": "yes", "assessed": "2018-01-02"}, "M26.2": obj{"status": "yes", "module": "other"},
	}), nil)
	changed := envelope(mission11, obj{"M26.2": obj{"status": "in_part"}, "M33.8": obj{"status": "yes", "services": "Shelter."}})
	back := migrate(t, mission11, mission10, changed, there.Kept)
	if got, want := answersIn(t, back.Body), `{"M26.1":{"assessed":"2018-01-02","status":"yes"},"M26.2":{"module":"other","status":"in_part"}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if want := `{"kept":[{"version":"1.1.0","without":"1.0.0","answers":{"M33.8":{"services":"Shelter.","status":"yes"}}}]}`; string(back.Kept) != want {
		t.Errorf("kept is %s", back.Kept)
	}
	again := migrate(t, mission10, mission11, json.RawMessage(back.Body), back.Kept)
	if diff := cmp.Diff(exactly(t, encode(t, changed)), exactly(t, again.Body)); diff != "" {
		t.Errorf("there again (-want +got):\n%s", diff)
	}
	nothing := envelope(mission11, nil)
	delete(nothing, "answers")
	nothing["return_type"], nothing["reason"] = "nil", "Nothing."
	back = migrate(t, mission11, mission10, nothing, there.Kept)
	if back.Outcome != rapporteur.MigrationUnchanged || !bytes.Equal(back.Kept, there.Kept) {
		t.Errorf("a nil return becomes %s with %s kept, %s", back.Body, back.Kept, back.Outcome)
	}
}

// A code that only the next version knows has no place in the one before: who
// used it has to say what it means there.
func TestACodeWithoutAPlaceIsKept(t *testing.T) {
	c, err := Load(mappedFiles(t, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	from, to := rapporteur.QuestionnaireRef{ID: "poll", Version: "1.1.0"}, rapporteur.QuestionnaireRef{ID: "poll", Version: "1.0.0"}
	for colour, want := range map[string]string{"scarlet": `{"Q1.1":{"colour":"red","status":"yes"}}`, "green": `{"Q1.1":{"status":"yes"}}`} {
		doc := envelope(from, obj{"Q1.1": obj{"status": "yes", "colour": colour}})
		m, err := c.Migrate(t.Context(), from, to, encode(t, doc), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := answersIn(t, m.Body); got != want || (m.Outcome == rapporteur.MigrationNeedsContributor) != (colour == "green") || (m.Kept != nil) != (colour == "green") {
			t.Errorf("%s becomes %s, %s, kept %s", colour, got, m.Outcome, m.Kept)
		}
	}
}

// Where a part comes to a place that a field of the answer has already, which
// every answer may have, nothing is written over.
func TestATakenPlaceIsNotWrittenOver(t *testing.T) {
	files := mappedFiles(t, smallMapping, "questionnaire: poll\nfrom: 1.0.0\nto: 1.1.0\nbasis: a test\nmoves:\n  - {from: Q1.1/count, to: Q1.2/source}\n")
	part := `"count": {"$ref": "../definitions/1.0.0.json#/$defs/persons", "x-label": {"en": "Count", "fr": "Nombre"}},`
	text := strings.NewReplacer(`"x-version": "1.0.0"`, `"x-version": "1.1.0"`, `{"const": "1.0.0"}`, `{"const": "1.1.0"}`, part, "",
		`"properties": {},`, `"properties": {`+strings.TrimSuffix(strings.Replace(part, "count", "source", 1), ",")+`},`).Replace(smallQuestionnaire)
	files["questionnaires/poll/1.1.0.json"] = &fstest.MapFile{Data: []byte(text)}
	c, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	from, to := rapporteur.QuestionnaireRef{ID: "poll", Version: "1.0.0"}, rapporteur.QuestionnaireRef{ID: "poll", Version: "1.1.0"}
	body := encode(t, envelope(from, obj{"Q1.1": obj{"status": "yes", "count": 4711}, "Q1.2": obj{"status": "yes", "source": []any{"A law"}}}))
	there, err := c.Migrate(t.Context(), from, to, body, nil)
	if err != nil || !strings.Contains(string(there.Body)+string(there.Kept), "A law") || !strings.Contains(string(there.Body)+string(there.Kept), "4711") {
		t.Errorf("there it is %s, kept %s (%v)", there.Body, there.Kept, err)
	}
}

// A third version that nothing changed in, to go there by way of the second.
func thirdFiles(t testing.TB) fstest.MapFS {
	t.Helper()
	text, err := os.ReadFile("../testdata/next/questionnaires/mission/1.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	third := strings.NewReplacer(`"x-version": "1.1.0"`, `"x-version": "1.2.0"`, `{"const": "1.1.0"}`, `{"const": "1.2.0"}`).Replace(string(text))
	return fstest.MapFS{
		"questionnaires/mission/1.2.0.json":                  {Data: []byte(third)},
		"questionnaires/mission/migrations/1.1.0-1.2.0.yaml": {Data: []byte("questionnaire: mission\nfrom: 1.1.0\nto: 1.2.0\nbasis: words\n")},
	}
}

func TestTheWayLeadsThroughVersionsInBetween(t *testing.T) {
	c, err := Load(Embedded(), nextFiles, thirdFiles(t))
	if err != nil {
		t.Fatal(err)
	}
	mission12 := rapporteur.QuestionnaireRef{ID: "mission", Version: "1.2.0"}
	body := encode(t, envelope(mission10, obj{"M33.5": obj{"status": "yes"}, "M26.1": obj{"status": "no"}}))
	there, err := c.Migrate(t.Context(), mission10, mission12, body, nil)
	if err != nil || answersIn(t, there.Body) != `{"M33.7":{"status":"yes"}}` || there.Document.Questionnaire != mission12 {
		t.Fatalf("there: %s (%v)", there.Body, err)
	}
	back, err := c.Migrate(t.Context(), mission12, mission10, there.Body, there.Kept)
	if err != nil || cmp.Diff(exactly(t, body), exactly(t, back.Body)) != "" || back.Kept != nil {
		t.Fatalf("back: %s, kept %s (%v)", back.Body, back.Kept, err)
	}
}

func TestWhereNoWayLeadsTheProblemSaysWhatIsMissing(t *testing.T) {
	files := mappedFiles(t, "", "")
	delete(files, mappingFile)
	c, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	ref := func(version string) rapporteur.QuestionnaireRef {
		return rapporteur.QuestionnaireRef{ID: "poll", Version: version}
	}
	for _, test := range []struct {
		from, to rapporteur.QuestionnaireRef
		kind     rapporteur.ProblemKind
		says     string
	}{
		{ref("1.0.0"), ref("1.1.0"), rapporteur.ProblemUnsupported, "questionnaires/poll/migrations/1.0.0-1.1.0.yaml is missing"},
		{ref("1.0.0"), ref("1.0.0"), rapporteur.ProblemInvalid, "another version of poll than 1.0.0"},
		{ref("1.0.0"), ref("7.0.0"), rapporteur.ProblemNotFound, "poll@7.0.0"},
		{ref("7.0.0"), ref("1.0.0"), rapporteur.ProblemNotFound, "poll@7.0.0"},
	} {
		if _, err := c.Migrate(t.Context(), test.from, test.to, []byte("{}"), nil); !rapporteur.IsProblem(err, test.kind) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s to %s: %v", test.from, test.to, err)
		}
	}
	for _, body := range []string{"{", "[]", "7"} {
		if _, err := next(t).Migrate(t.Context(), mission10, mission11, []byte(body), nil); !rapporteur.IsProblem(err, rapporteur.ProblemMalformed) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// withoutEmpty leaves out answers that say nothing at all, of which nothing can
// be lost.
func withoutEmpty(doc obj) obj {
	answers := doc["answers"].(obj)
	maps.DeleteFunc(answers, func(_ string, v any) bool { fields, ok := v.(obj); return ok && len(fields) == 0 })
	return doc
}

// Whatever an answer holds, also what no version knows: there and back it is the
// same, nothing is left beside, and on the way nothing is lost.
func TestThereAndBackIsTheSameAnswer(t *testing.T) {
	c := next(t)
	for _, pair := range [][2]rapporteur.QuestionnaireRef{{mission10, mission11}, {mission11, mission10}} {
		q := c.questionnaires[pair[0]]
		rapid.Check(t, func(t *rapid.T) {
			doc := withoutEmpty(anyAnswer(t, q))
			body, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			there, err := c.Migrate(context.Background(), pair[0], pair[1], body, nil)
			if err != nil {
				t.Fatal(err)
			}
			back, err := c.Migrate(context.Background(), pair[1], pair[0], there.Body, there.Kept)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(exactly(t, body), exactly(t, back.Body)); diff != "" || back.Kept != nil {
				t.Fatalf("it comes back otherwise (-want +got):\n%s\nkept %s\nthere it was %s\nwith %s", diff, back.Kept, there.Body, there.Kept)
			}
			if lost := lostOnTheWay(t, body, there); len(lost) > 0 {
				t.Fatalf("%v is neither in\n%s\nnor beside it in\n%s", lost, there.Body, there.Kept)
			}
		})
	}
}

// lostOnTheWay lists values of an answer that occur fewer times after a
// migration, in the answer and beside it, than before; codes may have other
// names.
func lostOnTheWay(t *rapid.T, before []byte, after rapporteur.MigratedAnswer) []string {
	renamed := strings.NewReplacer("sensitization", "awareness", "insecurity", "security")
	count := func(tree any) map[string]int {
		found := map[string]int{}
		var walk func(any)
		walk = func(v any) {
			switch v := v.(type) {
			case map[string]any:
				for _, value := range v {
					walk(value)
				}
			case []any:
				for _, value := range v {
					walk(value)
				}
			default:
				found[renamed.Replace(fmt.Sprint(v))]++
			}
		}
		walk(tree)
		return found
	}
	whole := []any{exactly(t, after.Body)}
	if after.Kept != nil {
		whole = append(whole, exactly(t, after.Kept))
	}
	is, was := count(whole), count(exactly(t, before).(map[string]any)["answers"])
	var lost []string
	for _, value := range slices.Sorted(maps.Keys(was)) {
		if is[value] < was[value] {
			lost = append(lost, value)
		}
	}
	return lost
}

func BenchmarkMigrate(b *testing.B) {
	body := encode(b, sample(b, func() rapporteur.Questionnaire { q, _ := next(b).Questionnaire(mission10); return q }()))
	for b.Loop() {
		if _, err := next(b).Migrate(b.Context(), mission10, mission11, body, nil); err != nil {
			b.Fatal(err)
		}
	}
}
