package rapporteur_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas"
)

// fullCycle is a cycle of the shipped instrument in which everybody of the
// registry is asked and most answer, with the shipped questionnaires.
func fullCycle(t testing.TB) rapporteur.Compilation {
	t.Helper()
	catalogue, err := schemas.Load(schemas.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	instrument, err := catalogue.Instrument("s-res-2388-2017")
	if err != nil {
		t.Fatal(err)
	}
	stream, ok := instrument.Stream("op34")
	if !ok {
		t.Fatal("the instrument has no stream op34")
	}
	plan, err := rapporteur.NewPlan(instrument, stream, catalogue.WorkingDays())
	if err != nil {
		t.Fatal(err)
	}
	in := rapporteur.Compilation{
		Instrument: instrument, Stream: stream, Draft: 1,
		Cycle:          rapporteur.Cycle{ID: "s-res-2388-2017/op34/2018", Plan: plan, Policy: stream.Policy},
		Contributors:   map[rapporteur.ContributorID]rapporteur.Contributor{},
		Questionnaires: map[rapporteur.QuestionnaireRef]rapporteur.Questionnaire{},
		CompiledAt:     time.Date(2018, time.October, 1, 9, 0, 0, 0, time.UTC),
	}
	random := rand.New(rand.NewPCG(2388, 2017))
	for _, audience := range stream.Policy.Audience {
		q, err := catalogue.Latest(audience.Questionnaire)
		if err != nil {
			t.Fatal(err)
		}
		in.Questionnaires[q.QuestionnaireRef] = q
		for _, c := range catalogue.Contributors(plan.Date(rapporteur.DateOpens), audience.Kind) {
			in.Contributors[c.ID] = c
			ask(&in, c, q, random)
		}
	}
	return in
}

func ask(in *rapporteur.Compilation, c rapporteur.Contributor, q rapporteur.Questionnaire, random *rand.Rand) {
	key := rapporteur.RequestKey{Cycle: in.Cycle.ID, Contributor: c.ID}
	request := rapporteur.Request{RequestKey: key, Kind: c.Kind, Questionnaire: q.QuestionnaireRef, State: rapporteur.RequestNoReply, Outcome: rapporteur.ReturnNoReply}
	if random.IntN(3) > 0 {
		doc := anyAnswers(q, random)
		request.State, request.Outcome, request.Version, request.Late = rapporteur.RequestSettled, doc.ReturnType, 1, random.IntN(6) == 0
		in.Accepted = append(in.Accepted, rapporteur.Accepted{
			Submission: rapporteur.Submission{RequestKey: key, Version: 1, Questionnaire: q.QuestionnaireRef, ReturnType: doc.ReturnType}, Document: doc,
		})
	}
	in.Requests = append(in.Requests, request)
}

func anyAnswers(q rapporteur.Questionnaire, random *rand.Rand) rapporteur.AnswerDocument {
	doc := rapporteur.AnswerDocument{
		Questionnaire: q.QuestionnaireRef, ReturnType: rapporteur.ReturnAnswered, Language: "en",
		MayBeQuoted: random.IntN(3) > 0, Answers: map[string]rapporteur.Answer{},
	}
	if random.IntN(10) == 0 {
		doc.ReturnType = rapporteur.ReturnNil
		return doc
	}
	statuses := []rapporteur.Status{rapporteur.StatusYes, rapporteur.StatusYes, rapporteur.StatusInPart, rapporteur.StatusNo, rapporteur.StatusNotApplicable, rapporteur.StatusNoInformation}
	scale := 1 + random.IntN(60)
	for _, s := range q.Sections {
		for _, question := range s.Questions {
			if random.IntN(4) == 0 {
				continue
			}
			a := rapporteur.Answer{Status: statuses[random.IntN(len(statuses))], Values: rapporteur.Values{}}
			for _, p := range question.Parts {
				if random.IntN(3) > 0 && p.Name != "status" {
					a.Values = append(a.Values, rapporteur.NamedValue{Name: p.Name, Value: anyValue(p, scale, random)})
				}
			}
			doc.Answers[question.ID] = a
		}
	}
	return doc
}

func anyValue(p rapporteur.QuestionPart, scale int, random *rand.Rand) rapporteur.Value {
	number := float64(random.IntN(scale + 1))
	switch p.Kind {
	case rapporteur.PartFigures:
		return rapporteur.Value{Figures: anyFigures(p, scale, random)}
	case rapporteur.PartNumber, rapporteur.PartPercent:
		return rapporteur.Value{Number: &number}
	case rapporteur.PartDate:
		return rapporteur.Value{Date: rapporteur.Date{Year: 2000 + random.IntN(18), Month: time.May, Day: 1}}
	case rapporteur.PartChoice, rapporteur.PartStatus:
		return rapporteur.Value{Choices: []string{p.Options[random.IntN(len(p.Options))].Code}}
	case rapporteur.PartChoices:
		var codes []string
		for _, o := range p.Options {
			if random.IntN(2) == 0 {
				codes = append(codes, o.Code)
			}
		}
		return rapporteur.Value{Choices: codes}
	case rapporteur.PartRows:
		return rapporteur.Value{Rows: []map[string]string{{"a": "b"}}}
	case rapporteur.PartText, rapporteur.PartRef:
	}
	return rapporteur.Value{Text: fmt.Sprintf("The competent authorities revised the procedure under Act %d of the period.", 10+random.IntN(90))}
}

// anyFigures is a true table with its total, small values masked as States
// mask them.
func anyFigures(p rapporteur.QuestionPart, scale int, random *rand.Rand) []rapporteur.Figure {
	ages := []string{"total"}
	if p.ByAge {
		ages = []string{"0-17", "18+"}
	}
	sums := map[[2]string]int{}
	for _, sex := range []string{"F", "M"} {
		for _, age := range ages {
			n := random.IntN(10*scale + 1)
			sums[[2]string{sex, "total"}] += n
			sums[[2]string{"total", "total"}] += n
			if p.ByAge {
				sums[[2]string{"total", age}] += n
			}
		}
	}
	var figures []rapporteur.Figure
	for _, key := range [][2]string{{"total", "total"}, {"F", "total"}, {"M", "total"}, {"total", "0-17"}, {"total", "18+"}} {
		n, ok := sums[key]
		switch {
		case !ok:
		case n < 5:
			figures = append(figures, rapporteur.Figure{Sex: key[0], Age: key[1], Low: 0, High: 4})
		default:
			figures = append(figures, rapporteur.Figure{Sex: key[0], Age: key[1], Low: n, High: n})
		}
	}
	return figures
}

func TestShippedCycleCompiles(t *testing.T) {
	in := fullCycle(t)
	r, err := rapporteur.Compile(in)
	if err != nil {
		t.Fatal(err)
	}
	if r.Words > r.WordBudget {
		t.Errorf("the report has %d words of %d", r.Words, r.WordBudget)
	}
	for _, s := range r.Sections {
		if s.Heading == "Other information received" {
			t.Errorf("the outline forgets provisions: %+v", s.Blocks[0].Paragraph.Provisions)
		}
	}
	if r.Coverage.Asked < 200 {
		t.Errorf("only %d were asked", r.Coverage.Asked)
	}
}

func BenchmarkShippedCycle(b *testing.B) {
	in := fullCycle(b)
	for b.Loop() {
		if _, err := rapporteur.Compile(in); err != nil {
			b.Fatal(err)
		}
	}
}
