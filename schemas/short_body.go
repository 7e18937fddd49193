package schemas

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/rapporteur/rapporteur"
)

// shortBody is the envelope of an answer as questionnaires/definitions has it.
type shortBody struct {
	Questionnaire  string            `json:"questionnaire"`
	Version        string            `json:"version"`
	ReturnType     string            `json:"return_type"`
	Reason         string            `json:"reason,omitempty"`
	Language       string            `json:"language"`
	Header         shortHeader       `json:"header"`
	Answers        json.RawMessage   `json:"answers,omitempty"`
	Justifications map[string]string `json:"justifications,omitempty"`
}

type shortHeader struct {
	Authority      string      `json:"authority"`
	Period         shortPeriod `json:"period"`
	MayBeQuoted    bool        `json:"may_be_quoted"`
	Classification string      `json:"classification"`
}

type shortPeriod struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// ShortBody writes the body of an answer in one call, to be checked as any
// other. An unknown questionnaire is a ProblemNotFound, answers that are no JSON
// object a ProblemMalformed.
func (c *Catalogue) ShortBody(ref rapporteur.QuestionnaireRef, s rapporteur.ShortReturn) ([]byte, error) {
	if c.questionnaires[ref] == nil {
		return nil, rapporteur.NotFound("questionnaire", ref.String())
	}
	if s.Answers != nil && (!json.Valid(s.Answers) || !bytes.HasPrefix(bytes.TrimSpace(s.Answers), []byte("{"))) {
		return nil, malformed("The answers are not a JSON object.")
	}
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(shortBody{
		Questionnaire: ref.ID, Version: ref.Version, ReturnType: string(s.Type), Reason: s.Reason, Language: s.Language,
		Header: shortHeader{
			Authority: s.Authority, Period: shortPeriod{s.From.String(), s.To.String()},
			MayBeQuoted: s.MayBeQuoted, Classification: string(s.Classification),
		},
		Answers: s.Answers, Justifications: s.Justifications,
	})
	if err != nil {
		return nil, fmt.Errorf("cannot write answer to %s: %w", ref, err)
	}
	return body.Bytes(), nil
}
