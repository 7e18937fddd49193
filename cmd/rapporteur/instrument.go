package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/api"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/schemas"
)

type instrumentCommand struct {
	Draft    instrumentDraftCommand    `cmd:"" help:"Draft an instrument from the UN's machine-readable paragraphs of a resolution, for a person to complete."`
	Check    instrumentCheckCommand    `cmd:"" help:"Check an instrument file as the programs do when they start."`
	List     instrumentListCommand     `cmd:"" help:"List the instruments of the release and of --instruments."`
	Dates    instrumentDatesCommand    `cmd:"" help:"Show what falls due and, with --explain, every step from the text to the date."`
	Coverage instrumentCoverageCommand `cmd:"" help:"Account for every provision: its running stream, the report that covers it, or why it has neither."`
}

type instrumentCheckCommand struct {
	wiring.Instruments `embed:""`
	File               string `arg:"" type:"existingfile" help:"Instrument file, YAML."`
}

// Run prints every fault with its place, or what the file holds. It fails
// where there is a fault.
func (c instrumentCheckCommand) Run(out io.Writer) error {
	i, err := schemas.CheckInstrument(os.DirFS(filepath.Dir(c.File)), filepath.Base(c.File), c.Files()...)
	if err != nil {
		return c.tell(out, err)
	}
	runs := 0
	for _, s := range i.Streams {
		if s.Runs() {
			runs++
		}
	}
	_, err = fmt.Fprintf(out, "ok: %s %s, %s, %s, %s of which %d run, %s\n", i.ID, i.Symbol,
		counted(len(i.Operatives), "operative paragraph"), counted(len(i.Provisions), "provision"), counted(len(i.Streams), "stream"),
		runs, i.Coverage().Words())
	return err
}

// tell prints the faults of a check, one a line, as editors read them.
func (c instrumentCheckCommand) tell(out io.Writer, err error) error {
	faults := schemas.Faults(err)
	if len(faults) == 0 {
		return err
	}
	for _, f := range faults {
		place := f.File
		if f.File == filepath.Base(c.File) {
			place = c.File
		}
		if _, err := fmt.Fprintf(out, "%s:%d: %s: %s\n", place, max(f.Line, 1), cmp.Or(f.Field, "file"), f.Reason); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s has %s", c.File, counted(len(faults), "fault"))
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

type instrumentListCommand struct {
	wiring.Instruments `embed:""`
}

// Run prints a table.
func (c instrumentListCommand) Run(out io.Writer) error {
	catalogue, err := c.Catalogue()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "ID\tSYMBOL\tADOPTED\tPROVISIONS\tSTREAMS\tTITLE")
	for _, i := range catalogue.Instruments() {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d\t%s\n", i.ID, i.Symbol, i.Adopted, len(i.Provisions), len(i.Streams), i.Title)
	}
	return table.Flush()
}

type instrumentCoverageCommand struct {
	wiring.Instruments `embed:""`
	Instrument         string `arg:"" help:"Instrument, such as s-res-2388-2017."`
	JSON               bool   `help:"The document that the API gives."`
}

// Run prints the account. It fails where a provision is not accounted for.
func (c instrumentCoverageCommand) Run(out io.Writer) error {
	catalogue, err := c.Catalogue()
	if err != nil {
		return err
	}
	i, err := catalogue.Instrument(c.Instrument)
	if err != nil {
		return err
	}
	coverage := i.Coverage()
	if err := c.print(out, coverage); err != nil {
		return err
	}
	if !coverage.Complete() {
		return errors.New(counted(coverage.Count(rapporteur.CoverUncovered), "provision") + " of " + i.Symbol + " not accounted for")
	}
	return nil
}

func (c instrumentCoverageCommand) print(out io.Writer, coverage rapporteur.InstrumentCoverage) error {
	if c.JSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(api.CoverageOf(coverage))
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "PROVISION\tCLASS\tVERB\tACCOUNTED FOR\tSTREAM\tSHAPE\tTITLE OR REASON")
	for _, p := range coverage.Provisions {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.Provision.ID, p.Provision.Class, p.Provision.Verb, covered(p),
			cmp.Or(p.Stream.ID, "-"), cmp.Or(string(p.Stream.Shape), "-"), cmp.Or(p.Reason, p.Stream.Title))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, coverage.Words())
	return err
}

// covered says how a provision is accounted for.
func covered(p rapporteur.CoveredProvision) string {
	switch p.Cover {
	case rapporteur.CoverStream:
		if p.Report.ID != "" && p.Report.ID != p.Stream.ID {
			return "carried, also in the report of " + p.Report.ID
		}
		return "carried by its stream"
	case rapporteur.CoverReport:
		return "covered in the report of " + p.Report.ID
	case rapporteur.CoverDeclared:
		return "declaratory"
	}
	return "NOT ACCOUNTED FOR"
}
