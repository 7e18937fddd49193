package demo

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// document is a submission's body as a contributor writes it.
type document struct {
	Questionnaire  string                    `json:"questionnaire"`
	Version        string                    `json:"version"`
	ReturnType     string                    `json:"return_type"`
	Reason         string                    `json:"reason,omitempty"`
	Language       string                    `json:"language"`
	Header         map[string]any            `json:"header"`
	Answers        map[string]map[string]any `json:"answers,omitempty"`
	Justifications map[string]string         `json:"justifications,omitempty"`
}

// questionnaires are the ids of the questionnaires by kind of contributor.
var questionnaires = map[rapporteur.ContributorKind]string{
	rapporteur.KindMemberState: "member-state",
	rapporteur.KindEntity:      "entity",
	rapporteur.KindMission:     "mission",
}

// task is what a contributor is asked in one cycle.
type task struct {
	post          string // where the answer goes
	questionnaire string
	from, to      rapporteur.Date // the reporting period
}

// own is what a contributor is asked in the cycle of the twelve-month report.
func (s *show) own(p *person) task {
	return task{
		post: s.request(p) + "/submissions", questionnaire: questionnaires[p.contributor.Kind],
		from: s.calendar.at("adoption"), to: s.calendar.at("due").AddDays(-14),
	}
}

// blank is a document with its header and no answers.
func (s *show) blank(p *person, t task) (document, rapporteur.Questionnaire, error) {
	q, err := s.Catalogue.Latest(t.questionnaire)
	d := document{
		Questionnaire: q.ID, Version: q.Version, ReturnType: "answered", Language: p.language(),
		Header: map[string]any{
			"authority":      "National coordinator",
			"period":         map[string]string{"from": t.from.String(), "to": t.to.String()},
			"may_be_quoted":  p.random.IntN(100) < 70,
			"classification": "unclassified",
		},
	}
	return d, q, err
}

// reasons are why a contributor returns no answers.
var reasons = map[string]string{
	"nil":            "No measure was taken and no case was recorded in the period.",
	"not-applicable": "The provisions are outside our mandate.",
	"covered":        "Covered by our report to the Conference of the Parties.",
	"declined":       "We are not in a position to reply.",
}

// returned is a document that answers nothing, with its reason.
func (s *show) returned(p *person, t task, returnType string) (document, error) {
	d, _, err := s.blank(p, t)
	d.ReturnType, d.Reason = returnType, reasons[returnType]
	return d, err
}

// compose answers most questions of the contributor's questionnaire. The
// Member States' figures are UNODC's public ones where they were given.
func (s *show) compose(p *person, t task) (document, error) {
	d, q, err := s.blank(p, t)
	if err != nil {
		return d, err
	}
	w := writer{show: s, person: p, size: math.Exp(p.random.NormFloat64()*1.1 + 3.4)}
	d.Answers = map[string]map[string]any{}
	for _, section := range q.Sections {
		for _, question := range section.Questions {
			if p.random.IntN(100) < 62 {
				d.Answers[question.ID] = w.answer(question)
			}
		}
	}
	s.fill(p.contributor.Alpha3, q.ID, d.Answers)
	return d, nil
}

// writer writes the answers of one contributor; size is the scale of its
// figures.
type writer struct {
	*show
	*person
	size float64
}

func (w writer) answer(q rapporteur.Question) map[string]any {
	answer := map[string]any{}
	switch draw := w.random.IntN(100); {
	case draw < 50:
		answer["status"] = "yes"
	case draw < 72:
		answer["status"] = "in_part"
	case draw < 88:
		answer["status"] = "no"
	case draw < 95:
		answer["status"] = "no_information"
	default:
		answer["status"], answer["reason"] = "not_applicable", "The question does not arise."
	}
	if answer["status"] != "yes" && answer["status"] != "in_part" {
		return answer
	}
	for _, part := range q.Parts {
		if part.Kind == rapporteur.PartStatus || w.random.IntN(100) >= 75 {
			continue
		}
		if value := w.value(part); value != nil {
			answer[part.Name] = value
		}
	}
	if w.random.IntN(100) < 25 {
		answer["legal_reference"] = []string{fmt.Sprintf("Criminal Code, art. %d", 100+w.random.IntN(300))}
	}
	return answer
}

func (w writer) value(part rapporteur.QuestionPart) any {
	switch part.Kind {
	case rapporteur.PartDate:
		return w.calendar.at("adoption").AddDays(w.random.IntN(240)).String()
	case rapporteur.PartNumber:
		return w.number(part)
	case rapporteur.PartPercent:
		return w.random.IntN(101)
	case rapporteur.PartText:
		return sentences[w.random.IntN(len(sentences))]
	case rapporteur.PartChoice:
		return part.Options[w.random.IntN(len(part.Options))].Code
	case rapporteur.PartChoices:
		return w.choices(part.Options)
	case rapporteur.PartFigures:
		return w.table(part)
	}
	return nil
}

func (w writer) number(part rapporteur.QuestionPart) any {
	n := int(w.size * w.random.Float64())
	if part.Persons {
		return masked(n)
	}
	return n
}

// masked is a number of persons as a careful contributor gives it.
func masked(n int) any {
	if n > 0 && n < 5 {
		return "<5"
	}
	return n
}

func (w writer) choices(options []rapporteur.Option) []string {
	var chosen []string
	for _, o := range options {
		if w.random.IntN(3) == 0 {
			chosen = append(chosen, o.Code)
		}
	}
	if len(chosen) == 0 {
		chosen = []string{options[w.random.IntN(len(options))].Code}
	}
	return slices.Compact(chosen)
}

// forms are the commonest forms of exploitation.
var forms = []string{"SEXUAL_EXPLOITATION", "FORCED_LABOUR", "FORCED_MARRIAGE", "CHILD_RECRUITMENT_USE", "OTHER"}

// table splits a total by sex and, where asked, by age and form.
func (w writer) table(part rapporteur.QuestionPart) []map[string]any {
	var rows []map[string]any
	add := func(sex, age, form string, scale float64) {
		row := map[string]any{"sex": sex, "value": masked(int(w.size * scale * w.random.Float64()))}
		if part.ByAge {
			row["age"] = age
		}
		if part.ByForm {
			row["form"] = form
		}
		rows = append(rows, row)
	}
	used := []string{"total"}
	if part.ByForm {
		used = forms[:2+w.random.IntN(len(forms)-1)]
	}
	for _, form := range used {
		for _, s := range []struct {
			sex   string
			scale float64
		}{{"F", 1}, {"M", 0.5}} {
			if !part.ByAge {
				add(s.sex, "", form, s.scale)
				continue
			}
			add(s.sex, "0-17", form, s.scale*0.4)
			add(s.sex, "18+", form, s.scale)
		}
	}
	return rows
}

// sentences stand for the texts that contributors write.
var sentences = []string{
	"A new action plan sets out responsibilities and a budget for the coming three years.",
	"Joint training with neighbouring States has been held for border and asylum officials.",
	"Guidelines on the identification of victims among displaced persons were issued and are being applied.",
	"A specialized unit now conducts financial investigations alongside each trafficking case.",
	"Referral procedures were revised so that assistance does not depend on cooperation with the authorities.",
	"Cooperation with the International Organization for Migration covers return and reintegration.",
	"Access to the areas concerned remains limited, and few cases reach the authorities.",
	"The law was amended to cover all forms of exploitation, including by armed groups.",
}
