package main

import (
	"context"
	"net/http"
	"os"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type questionnaireCommand struct {
	Export  questionnaireExportCommand  `cmd:"" help:"Write a request's questionnaire to a file."`
	Migrate questionnaireMigrateCommand `cmd:"" help:"Have the open requests of a cycle ask another version of their questionnaire, or tell what would become of each."`
}

type questionnaireExportCommand struct {
	server      `embed:""`
	Cycle       string `arg:"" help:"{instrument}/{stream}/{period}"`
	Contributor string `arg:"" help:"Contributor, such as state-ken."`
	File        string `arg:"" help:"File to write."`
	XLSX        bool   `name:"xlsx" xor:"form" help:"A workbook to fill in, with the newest accepted answer in it."`
	CSV         bool   `name:"csv" xor:"form" help:"The tables of figures, a line for each cell."`
	Language    string `enum:"ar,zh,en,fr,ru,es" default:"en" help:"Of the labels, where the questionnaire has them: ${enum}."`
}

// Run writes the file; without a form it is the JSON Schema.
func (c questionnaireExportCommand) Run(ctx context.Context) error {
	path := requestPath(c.Cycle, c.Contributor)
	switch {
	case c.XLSX:
		path += "/workbook?language=" + c.Language
	case c.CSV:
		path += "/figures.csv?language=" + c.Language
	default:
		path += "/questionnaire"
	}
	client, err := c.client()
	if err != nil {
		return err
	}
	content, err := client.Bytes(ctx, remote.Call{Method: http.MethodGet, Path: path})
	if err != nil {
		return err
	}
	return os.WriteFile(c.File, content, 0o600)
}
