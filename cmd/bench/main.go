package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The databases that can be measured.
const (
	onSQLite   = "sqlite"
	onPostgres = "postgres"
)

// settings say what to measure.
type settings struct {
	sizes     []int    // contributors of a cycle
	clients   int      // at once; one client is measured too, for the smallest size
	databases []string // onSQLite, onPostgres
	asked     bool     // that PostgreSQL was asked for by name
	postgres  string   // URL of a server of one's own; empty starts one
	runs      int      // of everything; figures are medians
	json      bool
	idle      time.Duration // how long an open cycle is watched
	enough    int           // submissions of a line, at least; a cycle of 193 is over in a fraction of a second
	bare      bool          // that the floor knows no keys and does not validate
	profile   string        // folder for CPU profiles of the product; empty for none
	messages  io.Writer
}

func main() {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(serve(role))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s, err := readSettings(os.Args[1:])
	if err == nil {
		err = s.run(ctx, os.Stdout)
	}
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		stop()
		os.Exit(1) //nolint:gocritic // the deferred stop was called
	}
}

// readSettings reads the command line.
func readSettings(args []string) (settings, error) {
	s := settings{messages: os.Stderr}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizes := flags.String("n", "193", "contributors of a cycle, several by comma: 193,1000,10000")
	databases := flags.String("database", "", "sqlite, postgres or both by comma (default both, PostgreSQL where it is installed)")
	flags.IntVar(&s.clients, "clients", 16, "clients that submit at once")
	flags.StringVar(&s.postgres, "postgres", "", "URL of a PostgreSQL server and database of one's own; new databases are made there (default: a server is started)")
	flags.IntVar(&s.runs, "runs", 1, "how often everything is measured; the figures are medians")
	flags.BoolVar(&s.json, "json", false, "print an array with one object for each line")
	flags.DurationVar(&s.idle, "idle", 5*time.Second, "how long the idle server is watched while a cycle is open; 0 for not at all")
	flags.IntVar(&s.enough, "enough", 1000, "submissions that each line is measured on at least, in as many cycles as that takes")
	flags.BoolVar(&s.bare, "bare-floor", false, "measure against a floor that knows no keys and does not validate: two rows are written, and nothing else is done")
	flags.StringVar(&s.profile, "profile", "", "write CPU profiles of the product into this folder")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	for text := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 || n > maxContributors {
			return s, fmt.Errorf("cannot read -n %q: want numbers from 1 to %d by comma", *sizes, maxContributors)
		}
		s.sizes = append(s.sizes, n)
	}
	slices.Sort(s.sizes)
	if s.runs < 1 || s.clients < 1 {
		return s, errors.New("-runs and -clients want at least 1")
	}
	err := s.choose(*databases)
	return s, err
}

// choose reads which databases to measure.
func (s *settings) choose(list string) error {
	if list == "" {
		s.databases = []string{onSQLite, onPostgres}
		s.asked = s.postgres != ""
		return nil
	}
	for name := range strings.SplitSeq(list, ",") {
		switch name = strings.TrimSpace(name); name {
		case onSQLite, onPostgres:
			s.databases = append(s.databases, name)
		default:
			return fmt.Errorf("cannot read -database %q: want sqlite, postgres or both by comma", list)
		}
	}
	s.asked = slices.Contains(s.databases, onPostgres)
	return nil
}

// run measures everything and prints it.
func (s settings) run(ctx context.Context, out io.Writer) error {
	lines, missing := s.measure(ctx)
	if missing != nil && (s.asked || len(lines) == 0) {
		return missing
	}
	if s.json {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(lines)
	}
	return printTable(out, lines)
}
