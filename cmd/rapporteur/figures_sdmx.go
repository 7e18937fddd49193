package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/figures"
)

type figuresSDMXCommand struct {
	disclosure         `embed:""`
	wiring.Instruments `embed:""`
	In                 string `arg:"" type:"existingfile" help:"Figures in the GLOTIP layout, CSV or CSV packed with gzip. What is withheld in it stays withheld."`
	Out                string `arg:"" type:"path" help:"File to write; with --format csv a ZIP archive where the name ends in .zip, and a folder otherwise."`
	Format             string `default:"sdmx-csv" enum:"sdmx-csv,csv" help:"One of ${enum}."`
}

// Run writes the publication and says what became of the figures. Of what was
// published so already nothing more is withheld.
func (c figuresSDMXCommand) Run(out io.Writer) error {
	p, err := suppressed(c.disclosure, c.In, c.Out)
	if err != nil {
		return err
	}
	codes, err := c.Codes()
	if err != nil {
		return err
	}
	if c.Format == figures.FormatCSV && !strings.HasSuffix(c.Out, ".zip") {
		err = codes.WriteFolder(c.Out, p.Rows)
	} else {
		err = replaceFile(c.Out, func(w io.Writer) error { return codes.Write(w, p.Rows, c.Format) })
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.In, err)
	}
	return tellPublication(out, p, c.In)
}

type figuresCodesCommand struct {
	wiring.Instruments `embed:""`
	List               string `arg:"" optional:"" help:"Code list, such as CL_SEX; a table of all lists where left out."`
	Format             string `default:"text" enum:"text,csv" help:"One of ${enum}; csv of one list."`
}

// Run prints a code list, or which there are.
func (c figuresCodesCommand) Run(out io.Writer) error {
	codes, err := c.Codes()
	if err != nil {
		return err
	}
	if c.List == "" {
		return c.all(out, codes.Lists())
	}
	list := codes.Lists().List(c.List)
	if len(list.Codes) == 0 {
		return rapporteur.NotFound("code list", c.List)
	}
	if c.Format == "csv" {
		return figures.WriteCodeList(out, list)
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "CODE\tPARENT\tNAME\t"+strings.ToUpper(strings.Join(list.Systems, "\t")))
	for _, code := range list.Codes {
		line := []string{code.ID, code.Parent, code.Name("en", rapporteur.Date{})}
		for _, system := range list.Systems {
			line = append(line, code.Same[system])
		}
		_, _ = fmt.Fprintln(table, strings.Join(line, "\t"))
	}
	return table.Flush()
}

func (c figuresCodesCommand) all(out io.Writer, lists rapporteur.CodeLists) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "LIST\tCODES\tTITLE\tSOURCE")
	for _, list := range lists {
		_, _ = fmt.Fprintf(table, "%s\t%d\t%s\t%s\n", list.ID, len(list.Codes), list.Title["en"], list.Source)
	}
	return table.Flush()
}
