package schemas

import (
	"testing"

	"github.com/rapporteur/rapporteur"
)

// An answer to every question of each questionnaire, with small tables: of a
// Member State about 390 fields and 20 kB. The target for the latter, and for
// the same with full tables below, is a millisecond on one core.
func BenchmarkCheck(b *testing.B) {
	for _, id := range questionnaireIDs {
		q := latest(b, id)
		b.Run(id, func(b *testing.B) { benchmarkCheck(b, q, sample(b, q)) })
	}
}

// A Member State that answers all 86 questions and fills all 31 tables.
func BenchmarkCheckFullTables(b *testing.B) {
	q := latest(b, "member-state")
	benchmarkCheck(b, q, withFullTables(b, q))
}

func benchmarkCheck(b *testing.B, q rapporteur.Questionnaire, doc obj) {
	b.Helper()
	c, body := load(b), encode(b, doc)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, findings, err := c.Check(b.Context(), q.QuestionnaireRef, body); err != nil || len(findings) > 0 {
			b.Fatal(show(findings), err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(Embedded()); err != nil {
			b.Fatal(err)
		}
	}
}

// withFullTables is a sample in which every table of figures has every cell that
// States report to UNODC: women, men and both, minors, adults and both, three
// forms of exploitation and all. Each adds up to 60 persons.
func withFullTables(t testing.TB, q rapporteur.Questionnaire) obj {
	t.Helper()
	doc := sample(t, q)
	for _, section := range q.Sections {
		for _, question := range section.Questions {
			for _, part := range question.Parts {
				if part.Kind == rapporteur.PartFigures {
					doc["answers"].(obj)[question.ID].(obj)[part.Name] = fullTable(part)
				}
			}
		}
	}
	return doc
}

func fullTable(part rapporteur.QuestionPart) []any {
	ages, forms := []string{""}, []string{""}
	if part.ByAge {
		ages = []string{"0-17", "18+", total}
	}
	if part.Label["en"] == "Child victims" {
		ages = []string{"0-8", "9-17", total}
	}
	if part.ByForm {
		forms = []string{"SEXUAL_EXPLOITATION", "FORCED_LABOUR", "OTHER", total}
	}
	var cells []any
	for _, sex := range []string{"F", "M", total} {
		for _, age := range ages {
			for _, form := range forms {
				value := 60
				if sex != total {
					value /= 2
				}
				c := obj{"sex": sex}
				if age != "" {
					c["age"] = age
				}
				if age != "" && age != total {
					value /= 2
				}
				if form != "" {
					c["form"] = form
				}
				if form != "" && form != total {
					value /= 3
				}
				c["value"] = value
				cells = append(cells, c)
			}
		}
	}
	return cells
}
