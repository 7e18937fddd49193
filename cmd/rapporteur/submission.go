package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type submissionCommand struct {
	Diff     submissionDiffCommand     `cmd:"" help:"Tell in words what changed between two versions of an answer."`
	Withdraw submissionWithdrawCommand `cmd:"" help:"Withdraw an answer: its newest version, and those before with it."`
}

type versionOf struct {
	server      `embed:""`
	Cycle       string `arg:"" help:"{instrument}/{stream}/{period}"`
	Contributor string `arg:"" help:"Contributor, such as state-ken."`
	Version     int    `arg:"" help:"Number of the version."`
}

func (v versionOf) path(what string) string {
	return fmt.Sprintf("/v1/cycles/%s/requests/%s/submissions/%d/%s", v.Cycle, url.PathEscape(v.Contributor), v.Version, what)
}

type submissionDiffCommand struct {
	versionOf `embed:""`
	From      int  `help:"The version to compare with; default the one before."`
	Patch     bool `help:"As a JSON Patch (RFC 6902) in place of words."`
}

// Run prints a sentence for each change, or the patch.
func (c submissionDiffCommand) Run(ctx context.Context, out io.Writer) error {
	client, err := c.client()
	if err != nil {
		return err
	}
	path := c.path("diff")
	if c.From > 0 {
		path += fmt.Sprintf("?from=%d", c.From)
	}
	if c.Patch {
		patch, err := client.Bytes(ctx, remote.Call{Method: http.MethodGet, Path: path, Accept: "application/json-patch+json"})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, string(patch))
		return err
	}
	var found struct {
		Changes []struct {
			Text string `json:"text"`
		} `json:"changes"`
		More int `json:"more"`
	}
	if err := client.JSON(ctx, remote.Call{Method: http.MethodGet, Path: path}, &found); err != nil {
		return err
	}
	for _, change := range found.Changes {
		if _, err := fmt.Fprintln(out, change.Text); err != nil {
			return err
		}
	}
	if found.More > 0 {
		_, err = fmt.Fprintf(out, "and %d more changes\n", found.More)
	}
	return err
}

type submissionWithdrawCommand struct {
	versionOf `embed:""`
	Reason    string `required:"" help:"Why; the Secretariat reads it."`
}

// Run withdraws the answer and prints what came of it.
func (c submissionWithdrawCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodPost, Path: c.path("withdrawal"), Body: map[string]string{"reason": c.Reason}})
}
