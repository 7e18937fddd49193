package main

import (
	"context"
	"io"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/rs/zerolog"
)

// command runs the command line.
func command(t *testing.T, args ...string) error {
	t.Helper()
	return commandTo(t, io.Discard, args...)
}

// commandTo runs the command line, with a writer in the place of standard output
// for the commands that ask for one.
func commandTo(t *testing.T, out io.Writer, args ...string) error {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.Vars{"log_level": "info"})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return err
	}
	parsed.BindTo(t.Context(), (*context.Context)(nil))
	parsed.BindTo(out, (*io.Writer)(nil))
	parsed.Bind(zerolog.Nop())
	return parsed.Run()
}
