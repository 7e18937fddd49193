package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

type payloadKeyCommand struct {
	Status payloadKeyStatusCommand `cmd:"" help:"List payload keys and how many workflows need each, so that those no longer needed can go."`
}

type payloadKeyStatusCommand struct {
	wiring.Temporal `embed:""`
	wiring.Waiting  `embed:""`
	Closed          bool `help:"Count workflows that have ended too: without their keys their histories cannot be read any more. Takes longer."`
	JSON            bool `name:"json" help:"Print JSON."`
}

// Run reads the histories of the namespace and prints how many need each key. It
// fails where an open one needs a key that is not given.
func (p payloadKeyStatusCommand) Run(ctx context.Context, logger zerolog.Logger, out io.Writer) error {
	client, err := p.Dial(ctx, p.Waiting, logger)
	if err != nil {
		return err
	}
	defer client.Close()
	found, err := p.KeyUses(ctx, client, p.Closed)
	if err != nil {
		return err
	}
	if p.JSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(found)
	} else {
		err = p.table(out, found)
	}
	if err != nil {
		return err
	}
	missing := slices.IndexFunc(found, func(u wiring.KeyUse) bool { return u.State == wiring.KeyMissing && u.Open > 0 })
	if missing >= 0 {
		return fmt.Errorf("%d open workflows need payload key %s, which is not given: they wait until it is", found[missing].Open, found[missing].ID)
	}
	return nil
}

func (p payloadKeyStatusCommand) table(out io.Writer, found []wiring.KeyUse) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprint(table, "KEY\tSTATE\tOPEN")
	if p.Closed {
		_, _ = fmt.Fprint(table, "\tENDED")
	}
	_, _ = fmt.Fprintln(table, "\tFILE")
	for _, u := range found {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%d", u.ID, u.State, u.Open)
		if p.Closed {
			_, _ = fmt.Fprintf(table, "\t%d", u.Closed)
		}
		_, _ = fmt.Fprintf(table, "\t%s\n", u.File)
	}
	return table.Flush()
}
