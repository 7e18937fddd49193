package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"

	"github.com/rapporteur/rapporteur/api"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type statisticsCommand struct {
	server         `embed:""`
	Cycle          string `arg:"" help:"{instrument}/{stream}/{period}"`
	File           string `arg:"" optional:"" help:"File to write; needed unless --publish."`
	Format         string `default:"glotip" enum:"glotip,sdmx-csv,csv" help:"The layout of UNODC's Global Report, SDMX-CSV 1.0, or a ZIP archive of CSV with code lists: one of ${enum}."`
	Preview        bool   `xor:"what" help:"Write what would be published now, in place of what is."`
	Publish        bool   `xor:"what" help:"Publish first: this fixes what is told, for good."`
	IdempotencyKey string `help:"With --publish: the same key acts once." placeholder:"KEY"`
}

// Run writes the statistics of a cycle to a file, once they are published where
// that is asked for.
func (c statisticsCommand) Run(ctx context.Context, out io.Writer) error {
	if c.File == "" && !c.Publish {
		return errors.New("give FILE, the file to write")
	}
	client, err := c.client()
	if err != nil {
		return err
	}
	path := "/v1/cycles/" + c.Cycle + "/statistics"
	if c.Publish {
		var release api.StatisticsRelease
		if err := client.JSON(ctx, remote.Call{Method: http.MethodPost, Path: path, Idempotency: c.IdempotencyKey}, &release); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "release %d: %s of %s, %d withheld\n", release.Number,
			counted(release.Figures, "figure"), counted(release.Contributors, "contributor"), release.Withheld)
		if err != nil || c.File == "" {
			return err
		}
	}
	query := url.Values{"format": {c.Format}}
	if c.Preview {
		query.Set("preview", "true")
	}
	written, err := client.Bytes(ctx, remote.Call{Method: http.MethodGet, Path: path + "?" + query.Encode()})
	if err != nil {
		return err
	}
	return os.WriteFile(c.File, written, 0o600)
}
