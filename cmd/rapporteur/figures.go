package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/rapporteur/rapporteur/figures"
)

type figuresCommand struct {
	Publish figuresPublishCommand `cmd:"" help:"Withhold what would give a small figure away, in a file of the GLOTIP layout."`
	SDMX    figuresSDMXCommand    `cmd:"" name:"sdmx" help:"The same, written as SDMX-CSV 1.0 or as CSV with code lists."`
	Codes   figuresCodesCommand   `cmd:"" help:"Print a code list with what stands for each code elsewhere, or list them all."`
}

// disclosure is how figures are to be withheld, on the command line.
type disclosure struct {
	Class     string            `default:"national" enum:"national,subnational,group" help:"Class of the data, one of ${enum}: counts below 5 are withheld of national data, below 11 of the others."`
	ClassOf   map[string]string `help:"Class of one dimension, such as \"by citizenship=group\"; may be repeated." placeholder:"DIMENSION=CLASS" mapsep:"none"`
	Published []string          `help:"What was published before, which who has it may hold against this; may be repeated." type:"existingfile" placeholder:"OLD.csv" sep:"none"`
}

func (d disclosure) read() (figures.Disclosure, error) {
	class, err := figures.ParseClass(d.Class)
	if err != nil {
		return figures.Disclosure{}, err
	}
	rules := figures.Disclosure{Class: class, Dimensions: map[string]figures.Class{}}
	for dimension, name := range d.ClassOf {
		if rules.Dimensions[dimension], err = figures.ParseClass(name); err != nil {
			return figures.Disclosure{}, err
		}
	}
	for _, name := range d.Published {
		rows, err := readFigures(name)
		if err != nil {
			return figures.Disclosure{}, err
		}
		rules.Published = append(rules.Published, rows)
	}
	return rules, nil
}

type figuresPublishCommand struct {
	disclosure `embed:""`
	In         string `arg:"" type:"existingfile" help:"Figures in the GLOTIP layout, CSV or CSV packed with gzip."`
	Out        string `arg:"" type:"path" help:"File to write: the same rows in the same order. It is replaced when all is well, and packed when its name ends in .gz."`
}

// Run writes the publication and says what became of the figures.
func (c figuresPublishCommand) Run(out io.Writer) error {
	p, err := suppressed(c.disclosure, c.In, c.Out)
	if err != nil {
		return err
	}
	if err := replaceFile(c.Out, func(w io.Writer) error { return figures.WriteGLOTIP(w, p.Rows) }); err != nil {
		return err
	}
	return tellPublication(out, p, c.In)
}

// suppressed reads a file and withholds what must be. out is not to be one of
// the files that are read.
func suppressed(d disclosure, in, out string) (figures.Publication, error) {
	for _, name := range append([]string{in}, d.Published...) {
		if sameFile(name, out) {
			return figures.Publication{}, fmt.Errorf("cannot write %s: it is read as well, and would be lost", out)
		}
	}
	rules, err := d.read()
	if err != nil {
		return figures.Publication{}, err
	}
	rows, err := readFigures(in)
	if err != nil {
		return figures.Publication{}, err
	}
	p, err := figures.Suppress(rows, rules)
	if err != nil {
		return p, fmt.Errorf("%s: %w", in, err)
	}
	return p, nil
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

func readFigures(name string) ([]figures.Row, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read figures: %w", err)
	}
	rows, err := figures.ReadGLOTIP(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return rows, nil
}

// replaceFile writes a file whole or not at all.
func replaceFile(name string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", name, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	if err := errors.Join(written(file, strings.HasSuffix(name, ".gz"), write), file.Close()); err != nil {
		return fmt.Errorf("cannot write %s: %w", name, err)
	}
	if err := os.Rename(file.Name(), name); err != nil {
		return fmt.Errorf("cannot write %s: %w", name, err)
	}
	return nil
}

func written(file *os.File, pack bool, write func(io.Writer) error) error {
	if !pack {
		return errors.Join(write(file), file.Sync())
	}
	packed := gzip.NewWriter(file)
	return errors.Join(write(packed), packed.Close(), file.Sync())
}

// tellPublication prints the balance of a publication.
func tellPublication(out io.Writer, p figures.Publication, in string) error {
	free := 0
	for _, r := range p.Rows {
		if _, told := r.Number(); told {
			free++
		}
	}
	_, err := fmt.Fprintf(out, "%s: %s, %d told, %d withheld as small, %d withheld because they would give a small one away\n",
		in, counted(len(p.Rows), "figure"), free, len(p.Rows)-free-p.Companions, p.Companions)
	if err == nil && p.Exposed > 0 {
		_, err = fmt.Fprintf(out, "%s: earlier publications may have given away %s that cannot be protected any more\n", in, counted(p.Exposed, "figure"))
	}
	return err
}
