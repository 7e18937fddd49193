package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/store"
)

type migrateCommand struct {
	wiring.Database `embed:""`
	wiring.Waiting  `embed:""`
	DryRun          bool `help:"Print which migrations would run, and run none."`
}

// Run brings the record to this program's schema; done before, it does nothing.
func (m migrateCommand) Run(ctx context.Context, out io.Writer, logger zerolog.Logger) error {
	url, err := m.URL()
	if err != nil {
		return err
	}
	if err := m.Reach(ctx, url, logger); err != nil {
		return err
	}
	before, err := store.LookAtSchema(ctx, url)
	if old, is := errors.AsType[*store.SchemaError](err); err != nil && (!is || old.Stored > old.Program) {
		return err
	}
	if m.DryRun {
		return m.print(out, before)
	}
	if err := store.Migrate(ctx, url); err != nil {
		return err
	}
	after, err := store.LookAtSchema(ctx, url)
	if err != nil {
		return err
	}
	logger.Info().Int64("from", before.Stored).Int64("to", after.Stored).Int("migrations", len(before.Pending)-len(after.Pending)).
		Msg("the record has a schema that this program works on")
	return nil
}

func (m migrateCommand) print(out io.Writer, s store.Schema) error {
	if len(s.Pending) == 0 {
		_, err := fmt.Fprintf(out, "The record has schema version %d; nothing is to be done.\n", s.Stored)
		return err
	}
	if _, err := fmt.Fprintf(out, "The record has schema version %d and would go to %d:\n", s.Stored, s.Program); err != nil {
		return err
	}
	for _, name := range s.Pending {
		if _, err := fmt.Fprintln(out, name); err != nil {
			return err
		}
	}
	return nil
}
