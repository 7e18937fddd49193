package wiring

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
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
// Commands are given a context, a logger and the standard output. Where settings
// cannot be worked with, all of them are told at once and nothing is started.
func Run(program Program, name, description, logLevel string) int {
	parser := kong.Must(program, kong.Name(name), kong.Description(description), kong.UsageOnError(), kong.Vars{"log_level": logLevel})
	parsed, faults, err := Parse(parser, os.Args[1:])
	parser.FatalIfErrorf(err)
	if len(faults) > 0 {
		TellFaults(os.Stderr, name, faults, parsed)
		return exitFaults
	}
	logger := program.logger()
	if files := openSecrets(parsed); len(files) > 0 {
		logger.Warn().Strs("files", files).Msg("other accounts of this machine can read files with secrets: take their rights away (chmod 600), or those on the folder")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.BindTo(os.Stdout, (*io.Writer)(nil))
	parsed.Bind(logger)
	if err := parsed.Run(); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		return 1
	}
	return 0
}

// Parse reads the command line and the environment. The faults are all that is
// wrong with the settings of the command; it must not be run where there are any.
// The error is of the command line.
func Parse(parser *kong.Kong, args []string) (*kong.Context, []Fault, error) {
	faults := unreadable(parser, args)
	parsed, err := parser.Parse(args)
	if err != nil {
		return nil, nil, err //nolint:wrapcheck // the parser's words for its user
	}
	return parsed, slices.Concat(faults, unknown(parser, os.Environ()), onCommandLine(parsed), faultsOf(parsed)), nil
}
