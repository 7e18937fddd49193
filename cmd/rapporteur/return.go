package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// shortReturn is the body of an answer in one call.
type shortReturn struct {
	ReturnType     string          `arg:"" name:"type" enum:"nil,partial,not-applicable,covered,declined" help:"How it is answered: ${enum}." json:"return_type"`
	Reason         string          `help:"Why; needed for not-applicable and declined." json:"reason,omitempty"`
	Report         string          `help:"covered: symbol or title of the report that covers the request." json:"report,omitempty"`
	Language       string          `enum:"ar,zh,en,fr,ru,es" default:"en" help:"Language of the reason: ${enum}." json:"language"`
	Authority      string          `help:"Who answers; default the contributor's name." json:"authority,omitempty"`
	MayBeQuoted    bool            `help:"The answer may be attributed by name." json:"may_be_quoted,omitempty"`
	Classification string          `enum:"unclassified,confidential" default:"unclassified" help:"${enum}." json:"classification"`
	From           string          `help:"First day of what the answer is about; default the adoption." json:"-" and:"period"`
	To             string          `help:"Last day of it; default the day of the request." json:"-" and:"period"`
	AnswersFile    string          `name:"answers" type:"existingfile" help:"partial: JSON object of answers by question." json:"-" placeholder:"FILE"`
	Period         *returnPeriod   `kong:"-" json:"period,omitempty"`
	Answers        json.RawMessage `kong:"-" json:"answers,omitempty"`
}

type returnPeriod struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type returnCommand struct {
	server      `embed:""`
	Cycle       string `arg:"" help:"{instrument}/{stream}/{period}"`
	Contributor string `arg:"" help:"Contributor, such as state-ken."`
	shortReturn `embed:""`
	Receipt     string `help:"Write the signed receipt to this file." placeholder:"FILE" type:"path"`
}

// Run answers in one call.
func (c returnCommand) Run(ctx context.Context) error {
	body := c.shortReturn
	if c.From != "" {
		body.Period = &returnPeriod{From: c.From, To: c.To}
	}
	if c.AnswersFile != "" {
		answers, err := os.ReadFile(c.AnswersFile)
		if err != nil {
			return fmt.Errorf("cannot read answers: %w", err)
		}
		if !json.Valid(answers) {
			return errors.New("cannot read answers: want a JSON object of answers by question")
		}
		body.Answers = answers
	}
	path := fmt.Sprintf("/v1/cycles/%s/requests/%s/short-returns", c.Cycle, url.PathEscape(c.Contributor))
	return c.submit(ctx, remote.Call{Method: http.MethodPost, Path: path, Body: body}, c.Receipt)
}
