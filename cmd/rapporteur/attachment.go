package main

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type attachmentCommand struct {
	Add    attachmentAddCommand    `cmd:"" help:"Attach a file; its reference goes into parts of kind document of the answer."`
	List   attachmentListCommand   `cmd:"" help:"List the files of an answer."`
	Get    attachmentGetCommand    `cmd:"" help:"Write a file of an answer to a file."`
	Remove attachmentRemoveCommand `cmd:"" help:"Remove a file that no version of the answer refers to."`
}

// asked names the request whose files they are.
type asked struct {
	Cycle       string `arg:"" help:"{instrument}/{stream}/{period}"`
	Contributor string `arg:"" help:"Contributor, such as state-ken."`
}

func (a asked) path(id string) string {
	path := fmt.Sprintf("/v1/cycles/%s/requests/%s/attachments", a.Cycle, url.PathEscape(a.Contributor))
	if id == "" {
		return path
	}
	return path + "/" + url.PathEscape(id)
}

// attachWithin is how long a file may take on a slow line.
const attachWithin = 5 * time.Minute

type attachmentAddCommand struct {
	server `embed:""`
	asked  `embed:""`
	File   string `arg:"" type:"existingfile" help:"PDF, Word document (.docx), PNG or JPEG image."`
	Name   string `help:"Call it otherwise than the file is called."`
}

// Run attaches the file's bytes as they are.
func (c attachmentAddCommand) Run(ctx context.Context) error {
	content, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("cannot read file: %w", err)
	}
	name := c.Name
	if name == "" {
		name = filepath.Base(c.File)
	}
	client, err := c.client()
	if err != nil {
		return err
	}
	client.HTTP.Timeout = attachWithin
	return show(ctx, client, remote.Call{Method: http.MethodPost, Path: c.path(""), Body: content, Headers: map[string]string{
		"Content-Type": "application/octet-stream", "Content-Disposition": mime.FormatMediaType("attachment", map[string]string{"filename": name}),
	}})
}

type attachmentListCommand struct {
	server `embed:""`
	asked  `embed:""`
}

// Run lists the files.
func (c attachmentListCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodGet, Path: c.path("")})
}

type attachmentGetCommand struct {
	server `embed:""`
	asked  `embed:""`
	ID     string `arg:"" help:"Id of the file, as listed."`
	Output string `arg:"" help:"File to write."`
}

// Run writes the file where only its owner may read it. It never replaces one.
func (c attachmentGetCommand) Run(ctx context.Context) error {
	client, err := c.client()
	if err != nil {
		return err
	}
	client.HTTP.Timeout = attachWithin
	content, err := client.Bytes(ctx, remote.Call{Method: http.MethodGet, Path: c.path(c.ID)})
	if err != nil {
		return err
	}
	file, err := os.OpenFile(c.Output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("cannot write file: %w", err)
	}
	if _, err := file.Write(content); err != nil {
		_ = file.Close()
		return fmt.Errorf("cannot write file: %w", err)
	}
	return file.Close()
}

type attachmentRemoveCommand struct {
	server `embed:""`
	asked  `embed:""`
	ID     string `arg:"" help:"Id of the file, as listed."`
}

// Run removes the file.
func (c attachmentRemoveCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodDelete, Path: c.path(c.ID)})
}
