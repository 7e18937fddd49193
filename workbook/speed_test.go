package workbook_test

import (
	"encoding/json"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// full answers every question of a questionnaire with every part, and fills
// every table.
func full(t testing.TB, q rapporteur.Questionnaire) []byte {
	t.Helper()
	answers := object{}
	for _, section := range q.Sections {
		for _, question := range section.Questions {
			answer := object{
				"text": "Some words about what was done in the period.\nA second line of them.", "legal_reference": []any{"Penal code, article 12", "Act 5 of 2010"},
				"source": []any{"Ministry of Justice"}, "period": object{"from": "2017-11-21", "to": "2018-06-30"}, "may_be_quoted": true,
			}
			for _, part := range question.Parts {
				answer[part.Name] = fullPart(part)
			}
			answers[question.ID] = answer
		}
	}
	body, err := json.Marshal(object{
		"questionnaire": q.ID, "version": q.Version, "return_type": "answered", "language": "en",
		"header": object{
			"authority": "Ministry of Foreign Affairs", "period": object{"from": "2017-11-21", "to": "2018-08-31"}, "may_be_quoted": true, "classification": "unclassified",
			"officer": object{"name": "A. Officer", "email": "desk@example.org"},
		},
		"answers": answers, "justifications": object{"figures/sex-adds-up": "Counted by two offices."},
	})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func fullPart(part rapporteur.QuestionPart) any {
	switch part.Kind {
	case rapporteur.PartStatus:
		return "yes"
	case rapporteur.PartDate:
		return "2018-03-01"
	case rapporteur.PartNumber, rapporteur.PartPercent:
		return 7
	case rapporteur.PartChoice:
		return part.Options[0].Code
	case rapporteur.PartChoices:
		codes := []any{}
		for _, o := range part.Options {
			codes = append(codes, o.Code)
		}
		return codes
	case rapporteur.PartFigures:
		return fullTable(part)
	case rapporteur.PartRows:
		row := object{}
		for _, c := range part.Columns {
			switch {
			case c.Kind == rapporteur.PartChoice:
				row[c.Name] = c.Options[0]
			case c.Kind == rapporteur.PartDate:
				row[c.Name] = "2018-03-01"
			case c.Kind == rapporteur.PartNumber:
				row[c.Name] = 2018
			case c.Format == "country":
				row[c.Name] = "KEN"
			case c.Format == "currency":
				row[c.Name] = "EUR"
			case c.Format == "language":
				row[c.Name] = "sw"
			default:
				row[c.Name] = "1234"
			}
		}
		return []any{row, row, row}
	case rapporteur.PartText, rapporteur.PartRef:
	}
	return "A few plain words, and a few more."
}

func fullTable(part rapporteur.QuestionPart) []any {
	cells := []any{}
	ages, forms := part.Ages, part.Forms
	if ages == nil {
		ages = []string{""}
	}
	if forms == nil {
		forms = []string{""}
	}
	for _, form := range forms {
		for _, age := range ages {
			for _, sex := range part.Sexes {
				cell := object{"sex": sex, "value": 12}
				if age != "" {
					cell["age"] = age
				}
				if form != "" {
					cell["form"] = form
				}
				cells = append(cells, cell)
			}
		}
	}
	return cells
}

// The promise is 300 ms for both.
func BenchmarkMemberStateWrittenAndRead(b *testing.B) {
	q := questionnaire(b, "member-state")
	body := full(b, q)
	b.ReportAllocs()
	for b.Loop() {
		file := write(b, q, body)
		if filled := read(b, q, file); len(filled.Findings) > 0 {
			b.Fatal(filled.Findings)
		}
	}
}
