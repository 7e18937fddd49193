package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/cmd/standalone/demo"
	"github.com/rapporteur/rapporteur/embedded"
)

type demoCommand struct {
	Out        string `default:"out" help:"Folder of the results; what an earlier run left there is replaced." type:"path"`
	Seed       uint64 `default:"2388" help:"How contributors behave; the same seed plays the same year."`
	AllStreams bool   `help:"Play every stream of the resolution beside the twelve-month report: sections in host reports, intakes, occasions."`
	Keep       bool   `help:"Go on serving after the year, and print the addresses."`
	Listen     string `default:"127.0.0.1:0" help:"Address of the API." placeholder:"HOST:PORT"`

	// None of the environment's: that is where somebody's own record is.
	Database     string `help:"Play on PostgreSQL, record and engine: the URL of an empty database (postgres://…)." placeholder:"URL"`
	DatabaseFile string `help:"File that holds the database URL, for secrets." placeholder:"FILE"`

	wiring.Instruments `embed:""`
	wiring.Published   `embed:""`
}

// results are what a run leaves in its folder.
var results = []string{"mail", "record", "report.docx", "report.html", "report.json", "history.jsonl", "chasing-ledger.csv", "compliance.xlsx"}

// Run plays the year, writes the results and prints the table.
func (d demoCommand) Run(ctx context.Context, logger zerolog.Logger) error {
	began := time.Now()
	p, err := d.start(ctx, logger)
	if err != nil {
		return err
	}
	defer p.stop()
	sum, err := demo.Run(ctx, p.stage(), d.options(os.Stderr))
	if err != nil {
		return err
	}
	fmt.Println()
	if err := sum.Print(os.Stdout); err != nil {
		return err
	}
	fmt.Printf("Took %s, peak memory %d MiB. Results are in %s.\n", time.Since(began).Round(time.Second), peakMemory(), d.Out)
	if !sum.Balanced() {
		return errors.New("the table does not add up: asked is not answered + nil + declined + silent")
	}
	if !d.Keep {
		return nil
	}
	if err := p.introduce(ctx, d.record()); err != nil {
		return err
	}
	return p.wait(ctx)
}

// start clears the folder and starts the process that the year is played on.
func (d demoCommand) start(ctx context.Context, logger zerolog.Logger) (*process, error) {
	database, err := databaseURL(d.Database, d.DatabaseFile)
	if err != nil {
		return nil, err
	}
	if database != "" && !embedded.OnPostgreSQL(database) {
		return nil, errors.New("the demonstration plays in memory or on PostgreSQL: want postgres://…")
	}
	for _, name := range results {
		if err := os.RemoveAll(filepath.Join(d.Out, name)); err != nil {
			return nil, fmt.Errorf("cannot clear results: %w", err)
		}
	}
	if err := os.MkdirAll(d.record(), 0o700); err != nil {
		return nil, fmt.Errorf("cannot make folder: %w", err)
	}
	s := d.settings(logger)
	s.Database, s.Fresh = database, database != ""
	return startProcess(ctx, s)
}

func (d demoCommand) record() string { return filepath.Join(d.Out, "record") }

func (d demoCommand) options(messages io.Writer) demo.Options {
	return demo.Options{Out: d.Out, Seed: d.Seed, Messages: messages, AllStreams: d.AllStreams}
}

func (d demoCommand) settings(logger zerolog.Logger) settings {
	s := settings{
		Dir: d.record(), Listen: d.Listen, UIPort: embedded.NoUI, MailDir: filepath.Join(d.Out, "mail"),
		Start: rapporteur.Date{Year: 2017, Month: time.November, Day: 21}.At(16), Moving: true, Logger: logger,
		Instruments: d.Instruments, Published: d.Published, Mail: wiring.Mail{MailFrom: "Secretariat <secretariat@rapporteur.example>", SMTPTimeout: 30 * time.Second},
	}
	if d.Keep {
		s.UIPort = 0
	}
	return s
}

// stage is the running process as the demonstration sees it.
func (p *process) stage() demo.Stage {
	return demo.Stage{
		API: remote.New(p.URL(), ""), Catalogue: p.house.Catalogue, Published: p.house.Published, Offset: p.house.ClockOffset,
		Now:     p.clock.Now,
		Advance: p.advance,
		Settle:  p.settle,
		IssueKey: func(ctx context.Context, role rapporteur.Role, c rapporteur.ContributorID, office string) (string, error) {
			return p.house.IssueKey(ctx, wiring.NewKey{Role: role, Contributor: c, Office: office, Label: "demonstration"})
		},
	}
}

// advance lets time pass to a moment. What steps in that time left in the outbox
// for other workflows is told, and done by the moment too.
func (p *process) advance(ctx context.Context, moment time.Time) error {
	if err := p.clock.AdvanceTo(ctx, moment); err != nil {
		return err
	}
	if err := p.settle(ctx); err != nil {
		return err
	}
	return p.clock.AdvanceTo(ctx, moment)
}

// settle tells the engine all that waits in the outbox.
func (p *process) settle(ctx context.Context) error {
	for {
		more, err := p.relay.Deliver(ctx)
		if err != nil || !more {
			return err
		}
	}
}
