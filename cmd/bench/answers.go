package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas"
)

// bodySize is how many bytes an answer has, some hundred more or less.
const bodySize = 6 << 10

// answer is a submission's body as a contributor writes it.
type answer struct {
	Questionnaire string                    `json:"questionnaire"`
	Version       string                    `json:"version"`
	ReturnType    string                    `json:"return_type"`
	Language      string                    `json:"language"`
	Header        map[string]any            `json:"header"`
	Answers       map[string]map[string]any `json:"answers"`
}

var errNotAccepted = errors.New("the answer that was made up is not accepted")

// writeAnswers makes up an answer of a Member State for everybody, each another,
// that the questionnaire accepts without a finding.
func writeAnswers(ctx context.Context, n int) ([][]byte, error) {
	catalogue, err := schemas.Load(schemas.Embedded())
	if err != nil {
		return nil, fmt.Errorf("cannot load schemas: %w", err)
	}
	q, err := catalogue.Latest("member-state")
	if err != nil {
		return nil, err
	}
	bodies := make([][]byte, n)
	for i := range bodies {
		random := rand.New(rand.NewPCG(2388, uint64(i))) //nolint:gosec // the same answers each time
		if bodies[i], err = writeAnswer(ctx, catalogue, q, random); err != nil {
			return nil, err
		}
	}
	return bodies, nil
}

// authority is in every answer; its last letters are the cycle's, so that no two
// cycles are given the same bytes, which would be kept once.
const authority = "National coordinator 0000"

// inCycle are the answers as they go to one cycle, and to no other.
func inCycle(bodies [][]byte, turn int) [][]byte {
	mark := fmt.Appendf(nil, "National coordinator %04d", turn)
	own := make([][]byte, len(bodies))
	for n, body := range bodies {
		own[n] = bytes.Replace(body, []byte(authority), mark, 1)
	}
	return own
}

// writeAnswer answers question after question until the body is long enough, and
// leaves out what the rules do not accept beside the rest.
func writeAnswer(ctx context.Context, catalogue *schemas.Catalogue, q rapporteur.Questionnaire, random *rand.Rand) ([]byte, error) {
	a := answer{
		Questionnaire: q.ID, Version: q.Version, ReturnType: "answered", Language: "en",
		Header: map[string]any{
			"authority": authority, "may_be_quoted": random.IntN(2) == 0, "classification": "unclassified",
			"period": map[string]string{"from": "2017-11-21", "to": "2018-06-30"},
		},
		Answers: map[string]map[string]any{},
	}
	var questions []rapporteur.Question
	for _, section := range q.Sections {
		questions = append(questions, section.Questions...)
	}
	random.Shuffle(len(questions), func(i, j int) { questions[i], questions[j] = questions[j], questions[i] })
	var body []byte
	for _, question := range questions {
		a.Answers[question.ID] = answerTo(question, random)
		longer, err := json.Marshal(a)
		if err != nil {
			return nil, err
		}
		_, findings, err := catalogue.Check(ctx, q.QuestionnaireRef, longer)
		if err != nil {
			return nil, err
		}
		if len(findings) > 0 {
			delete(a.Answers, question.ID)
			continue
		}
		if body = longer; len(body) >= bodySize-200 {
			return body, nil
		}
	}
	return nil, fmt.Errorf("%w: only %d bytes", errNotAccepted, len(body))
}

// answerTo answers one question with a status, words, numbers and a table.
func answerTo(q rapporteur.Question, random *rand.Rand) map[string]any {
	given := map[string]any{"status": "yes"}
	for _, part := range q.Parts {
		switch part.Kind {
		case rapporteur.PartDate:
			given[part.Name] = rapporteur.Date{Year: 2018, Month: 1, Day: 1}.AddDays(random.IntN(120)).String()
		case rapporteur.PartNumber:
			given[part.Name] = 10 + random.IntN(400)
		case rapporteur.PartPercent:
			given[part.Name] = random.IntN(101)
		case rapporteur.PartText:
			given[part.Name] = words(random, 12)
		case rapporteur.PartChoice:
			given[part.Name] = part.Options[random.IntN(len(part.Options))].Code
		case rapporteur.PartFigures:
			given[part.Name] = figures(part, random)
		case rapporteur.PartStatus, rapporteur.PartChoices, rapporteur.PartRows, rapporteur.PartRef:
		}
	}
	given["text"] = words(random, 25)
	given["legal_reference"] = []string{fmt.Sprintf("Criminal Code, art. %d", 100+random.IntN(300))}
	return given
}

// figures is a small table by sex and, where asked, age and form.
func figures(part rapporteur.QuestionPart, random *rand.Rand) []map[string]any {
	var cells []map[string]any
	for _, sex := range []string{"F", "M"} {
		for _, age := range []string{"0-17", "18+"} {
			cell := map[string]any{"sex": sex, "value": 5 + random.IntN(200)}
			if part.ByForm {
				cell["form"] = "FORCED_LABOUR"
			}
			if part.ByAge {
				cell["age"] = age
			} else if age != "18+" {
				continue
			}
			cells = append(cells, cell)
		}
	}
	return cells
}

// vocabulary is what made-up texts are of.
var vocabulary = strings.Fields(`training guidance victims referral border cooperation prosecution national plan
	budget shelter protection identification officials courts conflict areas displaced persons mechanism review law
	amended assistance data inspection labour investigation financial units partners regional network adopted`)

func words(random *rand.Rand, n int) string {
	text := make([]string, n)
	for i := range text {
		text[i] = vocabulary[random.IntN(len(vocabulary))]
	}
	return strings.Join(text, " ") + "."
}
