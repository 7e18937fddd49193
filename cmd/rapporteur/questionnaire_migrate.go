package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"text/tabwriter"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type questionnaireMigrateCommand struct {
	server        `embed:""`
	Cycle         string `arg:"" help:"{instrument}/{stream}/{period}"`
	To            string `xor:"to" required:"" help:"Version to ask, such as 1.1.0." placeholder:"VERSION"`
	Back          bool   `xor:"to" required:"" help:"Ask the version again that was asked before the newest migration."`
	Questionnaire string `help:"Id of the questionnaire, such as member-state; may be left out where the cycle asks with one alone." placeholder:"ID"`
	Reason        string `help:"Why; contributors who have to complete their answer read it. Needed unless it is a dry run."`
	DryRun        bool   `help:"Tell what becomes of every request, and change nothing."`
	JSON          bool   `help:"One JSON object a line."`
}

// migratedRequest is what becomes of one request, as the API tells it.
type migratedRequest struct {
	Contributor string `json:"contributor"`
	From        struct {
		Version string `json:"version"`
	} `json:"from"`
	Outcome    string `json:"outcome"`
	Why        string `json:"why"`
	CompleteBy string `json:"complete_by"`
}

// Run migrates page by page and prints a line for each request as it is told. A
// run that was cut short is finished by another.
func (c questionnaireMigrateCommand) Run(ctx context.Context, out io.Writer) error {
	client, err := c.client()
	if err != nil {
		return err
	}
	counts := map[string]int{}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if !c.JSON {
		_, _ = fmt.Fprintln(table, "CONTRIBUTOR\tASKED\tOUTCOME\tCOMPLETE BY\tWHY")
	}
	for cursor := ""; ; {
		page, err := c.page(ctx, client, cursor)
		if err != nil {
			return err
		}
		for _, line := range page.Items {
			var m migratedRequest
			if err := json.Unmarshal(line, &m); err != nil {
				return fmt.Errorf("cannot read answer: %w", err)
			}
			counts[m.Outcome]++
			if c.JSON {
				_, _ = fmt.Fprintln(out, string(line))
				continue
			}
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", m.Contributor, m.From.Version, m.Outcome, cmp.Or(m.CompleteBy, "-"), m.Why)
		}
		if cursor = page.NextCursor; cursor == "" {
			return c.finish(out, table, page.Questionnaire.ID+"@"+page.Questionnaire.Version, counts)
		}
	}
}

// migrationPage is a page of the API's answer.
type migrationPage struct {
	Questionnaire struct {
		ID      string `json:"id"`
		Version string `json:"version"`
	} `json:"questionnaire"`
	Items      []json.RawMessage `json:"items"`
	NextCursor string            `json:"next_cursor"`
}

func (c questionnaireMigrateCommand) page(ctx context.Context, client remote.Client, cursor string) (migrationPage, error) {
	query := url.Values{}
	if c.DryRun {
		query.Set("dry_run", "true")
	}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	body := map[string]any{}
	for key, value := range map[string]string{"questionnaire": c.Questionnaire, "to": c.To, "reason": c.Reason} {
		if value != "" {
			body[key] = value
		}
	}
	if c.Back {
		body["back"] = true
	}
	var page migrationPage
	err := client.JSON(ctx, remote.Call{Method: http.MethodPost, Path: "/v1/cycles/" + c.Cycle + "/migrations?" + query.Encode(), Body: body}, &page)
	return page, err
}

func (c questionnaireMigrateCommand) finish(out io.Writer, table *tabwriter.Writer, asked string, counts map[string]int) error {
	if c.JSON {
		return nil
	}
	if err := table.Flush(); err != nil {
		return err
	}
	text := "%d unchanged, %d mapped, %d need their contributor: they ask %s now.\n"
	if c.DryRun {
		text = "%d unchanged, %d mapped, %d need their contributor, where they ask %s. Nothing was changed.\n"
	}
	_, err := fmt.Fprintf(out, text, counts["unchanged"], counts["mapped"], counts["needs-contributor"], asked)
	return err
}
