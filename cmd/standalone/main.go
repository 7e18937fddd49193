// Command standalone is the whole product in one process, without any set-up:
// Temporal with its web UI, the record in a file, a mail sink, the worker and
// the API. It is what a newcomer runs first; for production see
// cmd/rapporteur.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/rs/zerolog"
)

// commands is the command line.
type commands struct {
	Serve serveCommand `cmd:"" default:"withargs" help:"Serve everything in this process (the default)."`
	Demo  demoCommand  `cmd:"" help:"Run the twelve-month report of S/RES/2388 (2017) in minutes, with made-up people on the real engine."`

	LogLevel string `env:"RAPPORTEUR_LOG_LEVEL" default:"warn" enum:"debug,info,warn,error" help:"Least level of log lines: ${enum}."`
}

func main() {
	var cli commands
	parsed := kong.Parse(&cli,
		kong.Name("standalone"),
		kong.Description("Rapporteur in one process."),
		kong.UsageOnError(),
	)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.Bind(logger(cli.LogLevel))
	if err := parsed.Run(); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "standalone:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called by hand
	}
}

func logger(level string) zerolog.Logger {
	parsed, err := zerolog.ParseLevel(level)
	if err != nil {
		parsed = zerolog.WarnLevel
	}
	return zerolog.New(os.Stderr).Level(parsed).With().Timestamp().Logger()
}
