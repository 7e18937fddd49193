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

const mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

type submitCommand struct {
	server      `embed:""`
	Cycle       string `arg:"" help:"{instrument}/{stream}/{period}"`
	Contributor string `arg:"" help:"Contributor, such as state-ken."`
	File        string `arg:"" optional:"" type:"existingfile" help:"JSON document of the questionnaire."`
	XLSX        string `name:"xlsx" type:"existingfile" placeholder:"FILE" help:"Workbook in the place of the JSON document."`
	Check       bool   `help:"Only check; nothing is submitted." xor:"outcome"`
	Receipt     string `help:"Write the signed receipt to this file." placeholder:"FILE" xor:"outcome" type:"path"`
}

// Run submits the file's bytes as they are.
func (c submitCommand) Run(ctx context.Context) error {
	if (c.File == "") == (c.XLSX == "") {
		return errors.New("give one file: a JSON document, or a workbook with --xlsx FILE")
	}
	file, media, path := c.File, "", requestPath(c.Cycle, c.Contributor)
	if c.XLSX != "" {
		file, media, path = c.XLSX, mediaXLSX, path+"/workbook"
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("cannot read answer: %w", err)
	}
	call := remote.Call{Method: http.MethodPost, Path: path + "/submissions", Body: body, Media: media}
	if c.Check {
		call.Path = path + "/validations"
		return c.call(ctx, call)
	}
	return c.submit(ctx, call, c.Receipt)
}

// submit makes a call that is answered with a submission, prints the answer, and
// writes the receipt to a file where one is named.
func (s server) submit(ctx context.Context, call remote.Call, receipt string) error {
	client, err := s.client()
	if err != nil {
		return err
	}
	var answer json.RawMessage
	if err := client.JSON(ctx, call, &answer); err != nil {
		return err
	}
	if err := printed(answer); err != nil || receipt == "" {
		return err
	}
	var submission struct {
		Receipt string `json:"receipt"`
	}
	if err := json.Unmarshal(answer, &submission); err != nil {
		return fmt.Errorf("cannot read answer: %w", err)
	}
	return writeReceipt(ctx, client, submission.Receipt, receipt)
}

// requestPath is the address of a request.
func requestPath(cycle, contributor string) string {
	return fmt.Sprintf("/v1/cycles/%s/requests/%s", cycle, url.PathEscape(contributor))
}
