package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type answerCommand struct {
	Show    answerShowCommand    `cmd:"" help:"Show what was written so far, a section of it, its history, or what a submission would find."`
	Save    answerSaveCommand    `cmd:"" help:"Save a section from a JSON file."`
	Prefill answerPrefillCommand `cmd:"" help:"Fill in what an earlier answer and published figures have, marked until it is confirmed."`
	Confirm answerConfirmCommand `cmd:"" help:"Confirm prefilled values of a section, or all of them."`
	Submit  answerSubmitCommand  `cmd:"" help:"Submit what was written."`
}

// working names a working answer on the command line.
type working struct {
	server      `embed:""`
	Cycle       string `arg:"" help:"{instrument}/{stream}/{period}"`
	Contributor string `arg:"" help:"Contributor, such as state-ken."`
}

func (w working) path(more string) string {
	return fmt.Sprintf("/v1/cycles/%s/requests/%s/working-answer%s", w.Cycle, url.PathEscape(w.Contributor), more)
}

func sectionPath(section string) string { return "/sections/" + url.PathEscape(section) }

// tag is an ETag as it goes over the wire; shells eat its quotation marks.
func tag(text string) string {
	if text == "" || text == "*" {
		return text
	}
	return `"` + strings.Trim(text, `"`) + `"`
}

type answerShowCommand struct {
	working `embed:""`
	Section string `arg:"" optional:"" help:"Section, such as op3 or header."`
	Check   bool   `xor:"what" help:"What a submission would find."`
	History bool   `xor:"what" help:"Who saved what when."`
}

// Run prints the working answer, with the ETags that a change of it names.
func (c answerShowCommand) Run(ctx context.Context) error {
	more := ""
	switch {
	case c.Section != "" && (c.Check || c.History):
		return errors.New("--check and --history are of the whole answer; leave the section out")
	case c.Section != "":
		more = sectionPath(c.Section)
	case c.Check:
		more = "/validation"
	case c.History:
		more = "/saves"
	}
	return c.call(ctx, remote.Call{Method: http.MethodGet, Path: c.path(more)})
}

type answerSaveCommand struct {
	working   `embed:""`
	Section   string   `arg:"" help:"Section, such as op3 or header."`
	File      string   `arg:"" type:"existingfile" help:"JSON object: the answers to the section's questions by id; of the header return_type, reason, language, header and justifications."`
	ETag      string   `name:"etag" help:"The section's ETag as you have read it; leave it out to save the first."`
	Confirmed bool     `help:"Every prefilled value of the section that the file leaves as it is is confirmed."`
	Confirm   []string `help:"Just these are, such as /answers/Q3.4/identified." placeholder:"POINTER"`
}

// Run saves the file's content, whose text stays in the file whatever becomes
// of it.
func (c answerSaveCommand) Run(ctx context.Context) error {
	content, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("cannot read section: %w", err)
	}
	if !json.Valid(content) {
		return fmt.Errorf("cannot read section: %s is not JSON", c.File)
	}
	return c.call(ctx, remote.Call{
		Method: http.MethodPut, Path: c.path(sectionPath(c.Section)), IfMatch: tag(c.ETag), Body: struct {
			Content   json.RawMessage `json:"content"`
			Confirmed bool            `json:"confirmed,omitempty"`
			Confirm   []string        `json:"confirm,omitempty"`
		}{content, c.Confirmed, c.Confirm},
	})
}

type answerPrefillCommand struct {
	working `embed:""`
	From    []string `enum:"earlier-answer,published" help:"Sources in the order in which they are asked; all if left out." placeholder:"SOURCE"`
}

// Run fills in and prints what is marked.
func (c answerPrefillCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodPost, Path: c.path("/prefill"), Body: map[string]any{"sources": append([]string{}, c.From...)}})
}

type answerConfirmCommand struct {
	working  `embed:""`
	Section  string   `arg:"" help:"Section, such as op3 or header."`
	ETag     string   `name:"etag" required:"" help:"The section's ETag as you have read it."`
	Pointers []string `arg:"" optional:"" help:"What you confirm, such as /answers/Q3.4/identified; the whole section if left out."`
}

// Run confirms and prints what is still marked.
func (c answerConfirmCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{
		Method: http.MethodPost, Path: c.path(sectionPath(c.Section) + "/confirmations"), IfMatch: tag(c.ETag),
		Body: map[string]any{"pointers": append([]string{}, c.Pointers...)},
	})
}

type answerSubmitCommand struct {
	working `embed:""`
	ETag    string `name:"etag" required:"" help:"The whole answer's ETag as you have read it."`
}

// Run submits and prints the receipt.
func (c answerSubmitCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodPost, Path: c.path("/submission"), IfMatch: tag(c.ETag)})
}
