package schemas

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// found is the finding of a rule at a place; it must be there.
func found(t *testing.T, findings []rapporteur.Finding, rule, pointer string) rapporteur.Finding {
	t.Helper()
	n := slices.IndexFunc(findings, func(f rapporteur.Finding) bool { return f.Rule == rule && f.Pointer == pointer })
	if n < 0 {
		t.Fatalf("there is no %s at %s among %v", rule, pointer, show(findings))
	}
	return findings[n]
}

func TestFindingsSayInWordsWhereTheyAre(t *testing.T) {
	q := latest(t, "member-state")
	cell := func(sex, age, form string, value any) obj {
		return obj{"sex": sex, "age": age, "form": form, "value": value}
	}
	identified := func(cells ...any) obj { return obj{"Q3.4": yes(obj{"identified": cells})} }
	row3 := identified(cell("F", "18+", "SERVITUDE", 1), cell("M", "18+", "SERVITUDE", 1), cell("F", "0-17", "FORCED_LABOUR", -1))
	change := func(edit func(obj)) obj {
		doc := envelope(q.QuestionnaireRef, obj{"Q2.2": yes(nil)})
		edit(doc)
		return doc
	}
	header := func(name string, value any) obj {
		return change(func(d obj) { d["header"].(obj)[name] = value })
	}
	for _, test := range []struct {
		name, rule, pointer string
		doc                 any
		en, fr              string
	}{
		{
			"a cell of a table", "schema/minimum", "/answers/Q3.4/identified/2/value", envelope(q.QuestionnaireRef, row3),
			"Question Q3.4, Victims identified in the period: All victims identified, row 3 (women and girls, 0–17, Forced labour or services), Number of persons",
			"Question Q3.4, " + label(t, q, "Q3.4", "", "fr") + " : " + label(t, q, "Q3.4", "identified", "fr") + ", ligne 3 (femmes et filles, 0-17 ans, Travail ou services forcés), Nombre de personnes",
		},
		{
			"a table, by a rule", "figures/distinct", "/answers/Q17.4/ended", envelope(q.QuestionnaireRef, obj{"Q17.4": yes(obj{"ended": append(figure(1), figure(2)...)})}),
			"Question Q17.4, " + unasked(label(t, q, "Q17.4", "", "en")) + ": " + label(t, q, "Q17.4", "ended", "en"),
			"Question Q17.4, " + unasked(label(t, q, "Q17.4", "", "fr")) + " : " + label(t, q, "Q17.4", "ended", "fr"),
		},
		{
			"an answer as a whole, whose label is a question", "answer/nothing-more", "/answers/Q2.2", envelope(q.QuestionnaireRef, obj{"Q2.2": obj{"status": "yes"}}),
			"Question Q2.2, Is your State a party to the Trafficking in Persons Protocol", "Question Q2.2, Votre État est-il partie au Protocole relatif à la traite des personnes",
		},
		{
			"an automatic field, by privacy", "privacy/e-mail", "/answers/Q2.2/legal_reference/1", envelope(q.QuestionnaireRef, obj{"Q2.2": yes(obj{"legal_reference": []any{"Article 2", "ask someone@example.org"}})}),
			"Question Q2.2, Is your State a party to the Trafficking in Persons Protocol: Legal references, entry 2",
			"Question Q2.2, Votre État est-il partie au Protocole relatif à la traite des personnes : Références juridiques, entrée 2",
		},
		{
			"a row that is for a State", "privacy/e-mail", "/answers/Q3.6/partners/0/note", envelope(q.QuestionnaireRef, obj{"Q3.6": yes(obj{"partners": []any{obj{"state": "NGA", "note": "someone@example.org"}}})}),
			"Question Q3.6, Were cross-border investigations opened or joint teams formed: Partner States, row 1 (NGA), Note",
			"Question Q3.6, Des enquêtes transfrontières ont-elles été ouvertes ou des équipes communes formées : États partenaires, ligne 1 (NGA), Note",
		},
		{
			"a row whose State is none", "schema/format", "/answers/Q3.6/partners/0/state", envelope(q.QuestionnaireRef, obj{"Q3.6": yes(obj{"partners": []any{obj{"state": "CAR"}}})}),
			"Question Q3.6, Were cross-border investigations opened or joint teams formed: Partner States, row 1, State",
			"Question Q3.6, Des enquêtes transfrontières ont-elles été ouvertes ou des équipes communes formées : États partenaires, ligne 1, État",
		},
		{"the header", "schema/type", "/header/may_be_quoted", header("may_be_quoted", "perhaps"), "Header: May be quoted by name", "En-tête : Citable nommément"},
		{"deep in the header", "schema/format", "/header/period/from", header("period", obj{"from": "soon", "to": "2018-08-31"}), "Header: Period, From", "En-tête : Période, De"},
		{"what is missing", "schema/required", "/header", change(func(d obj) { delete(d, "header") }), "Header", "En-tête"},
		{"an unknown field", "schema/additionalProperties", "/colour", change(func(d obj) { d["colour"] = 1 }), "a field that the questionnaire does not have", "un champ que le questionnaire n’a pas"},
		{
			"an unknown question", "schema/additionalProperties", "/answers/Q99.1", change(func(d obj) { d["answers"].(obj)["Q99.1"] = obj{"status": "yes"} }),
			"Answers: a field that the questionnaire does not have", "Réponses : un champ que le questionnaire n’a pas",
		},
		{
			"what is said to a rule", "schema/pattern", "/justifications/figures~1sex-adds-up", change(func(d obj) { d["justifications"] = obj{"figures/sex-adds-up": " "} }),
			"Justifications: on rule figures/sex-adds-up", "Justifications : sur la règle figures/sex-adds-up",
		},
		{
			"what is said to no rule", "schema/pattern", "/justifications/my neighbour", change(func(d obj) { d["justifications"] = obj{"my neighbour": " "} }),
			"Justifications: a field that the questionnaire does not have", "Justifications : un champ que le questionnaire n’a pas",
		},
		{"everything", "schema/type", "", []any{}, "The answer as a whole", "La réponse dans son ensemble"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, findings := check(t, q, test.doc)
			f := found(t, findings, test.rule, test.pointer)
			if f.Where("en") != test.en || f.Where("fr") != test.fr {
				t.Errorf("it is at\n%s\n%s\nwant\n%s\n%s", f.Where("en"), f.Where("fr"), test.en, test.fr)
			}
		})
	}
}

// label is the label of a question or, with a name, of a part of its answer.
func label(t *testing.T, q rapporteur.Questionnaire, question, part, language string) string {
	t.Helper()
	found, ok := q.Question(question)
	if !ok {
		t.Fatalf("there is no question %s", question)
	}
	for _, p := range found.Parts {
		if p.Name == part {
			return p.Label[language]
		}
	}
	return found.Label[language]
}

// Whatever is wrong with an answer and however its keys are spelt, no place
// repeats what was submitted.
func TestPlacesNeverRepeatWhatWasSubmitted(t *testing.T) {
	const secret = "Jane-Doe"
	rapid.Check(t, func(rt *rapid.T) {
		q := latest(t, rapid.SampledFrom(questionnaireIDs).Draw(rt, "questionnaire"))
		doc := sample(t, q)
		for range rapid.IntRange(1, 8).Draw(rt, "changes") {
			spoil(rt, doc, secret)
		}
		_, findings, err := load(t).Check(t.Context(), q.QuestionnaireRef, encode(t, doc))
		if err != nil && !rapporteur.IsProblem(err, rapporteur.ProblemStale) {
			rt.Fatal(err)
		}
		for _, f := range findings {
			for _, language := range []string{"en", "fr"} {
				if f.Place[language] == "" || strings.ContainsAny(f.Place[language], "{}") {
					rt.Fatalf("%s at %s has the place %q in %s", f.Rule, f.Pointer, f.Place[language], language)
				}
				if strings.Contains(f.Place[language], secret) {
					rt.Fatalf("the place %q repeats what was submitted", f.Place[language])
				}
			}
		}
	})
}

// spoil puts a secret somewhere: as a value, as a key, or in a list.
func spoil(t *rapid.T, v any, secret string) {
	for {
		var next any
		switch at := v.(type) {
		case obj:
			if len(at) == 0 {
				at[secret] = secret
				return
			}
			keys := make([]string, 0, len(at))
			for key := range at {
				keys = append(keys, key)
			}
			slices.Sort(keys)
			key := rapid.SampledFrom(keys).Draw(t, "key")
			next = at[key]
			switch rapid.IntRange(0, 5).Draw(t, "how") {
			case 0:
				at[key] = secret + " jane@example.org"
				return
			case 1:
				at[secret+fmt.Sprint(len(at))] = obj{secret: secret}
				return
			case 2:
				at[key] = []any{obj{secret: -1}, secret + "@example.org"}
				return
			}
		case []any:
			n := rapid.IntRange(0, len(at)-1).Draw(t, "item")
			if next = at[n]; rapid.Bool().Draw(t, "replace") {
				at[n] = secret
				return
			}
		default:
			return
		}
		v = next
	}
}

// Every field that an answer may have is put into words: of the shared
// definitions and of rows of a questionnaire's own.
func TestEveryFieldHasWordsForItsPlace(t *testing.T) {
	words := load(t).latest["member-state"].places
	names := map[string]string{}
	err := everyFile([]fs.FS{Embedded()}, "questionnaires", ".json", func(fsys fs.FS, name string) error {
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		var tree obj
		if err := json.Unmarshal(content, &tree); err != nil {
			return err
		}
		shared := strings.HasPrefix(name, "questionnaires/definitions/")
		if shared {
			fieldsOf(tree["$defs"], name, names)
			return nil
		}
		for id, question := range tree["properties"].(obj)["answers"].(obj)["properties"].(obj) {
			parts, _ := question.(obj)["properties"].(obj)
			for part, schema := range parts {
				fieldsOf(schema, name+" "+id+" "+part, names)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 50 {
		t.Errorf("only %d fields were found", len(names))
	}
	for name, at := range names {
		if words[name]["fr"] == "" {
			t.Errorf("%s has no words for %s", at, name)
		}
	}
}

// fieldsOf collects the keys of x-places that a schema asks for: its fields, and
// the codes by which tables are broken down.
func fieldsOf(schema any, at string, names map[string]string) {
	switch v := schema.(type) {
	case obj:
		properties, _ := v["properties"].(obj)
		for name, field := range properties {
			names["field/"+name] = at
			described, _ := field.(obj)
			codes, _ := described["enum"].([]any)
			for _, code := range codes {
				if name == "sex" || name == "age" {
					names[fmt.Sprintf("code/%s/%s", name, code)] = at
				}
			}
		}
		for key, inner := range v {
			fieldsOf(inner, at+"/"+key, names)
		}
	case []any:
		for _, inner := range v {
			fieldsOf(inner, at, names)
		}
	}
}

// Definitions of another house may have no words: then the pointer stands.
func TestWithoutWordsThePointerStands(t *testing.T) {
	files := spoilt(t, "questionnaires/definitions/1.0.0.json", `"x-places": {`, `"x-messages-before": {`)
	if _, err := Load(files); err == nil {
		t.Fatal("an unknown member of our own is taken")
	}
	text := string(goodFiles(t)["questionnaires/definitions/1.0.0.json"].Data)
	from, to := strings.Index(text, `"x-places": {`), strings.Index(text, `"x-messages": {`)
	c, err := Load(spoilt(t, "questionnaires/definitions/1.0.0.json", text[from:to], ""))
	if err != nil {
		t.Fatal(err)
	}
	_, findings, err := c.Check(t.Context(), c.latest["poll"].QuestionnaireRef, []byte(`{}`))
	if err != nil || len(findings) == 0 || findings[0].Where("en") != findings[0].Pointer {
		t.Errorf("findings %+v, %v", findings, err)
	}
}
