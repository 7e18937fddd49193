package wiring

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/rs/zerolog"
)

// Logging says how much a program logs. Its default is the program's own.
type Logging struct {
	LogLevel string `env:"RAPPORTEUR_LOG_LEVEL" default:"${log_level}" enum:"debug,info,warn,error" help:"Least level of log lines: ${enum}."`
}

func (l *Logging) logger() zerolog.Logger {
	level, err := zerolog.ParseLevel(l.LogLevel)
	if err != nil {
		level = zerolog.InfoLevel
	}
	return zerolog.New(os.Stderr).Level(level).With().Timestamp().Logger()
}

// Program is a command line that embeds Logging.
type Program interface{ logger() zerolog.Logger }

// Run reads the command line and the environment, carries out the command
// until it is done or the process is interrupted, and returns the exit code.
// Commands are given a context, a logger and the standard output.
func Run(program Program, name, description, logLevel string) int {
	parsed := kong.Parse(program, kong.Name(name), kong.Description(description), kong.UsageOnError(), kong.Vars{"log_level": logLevel})
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.BindTo(os.Stdout, (*io.Writer)(nil))
	parsed.Bind(program.logger())
	if err := parsed.Run(); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		return 1
	}
	return 0
}
