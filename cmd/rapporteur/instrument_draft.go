package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur/schemas/paragraphs"
)

type instrumentDraftCommand struct {
	File   string `arg:"" type:"existingfile" help:"Paragraphs of a resolution, JSON, as EOSG Analytics publishes them."`
	Output string `help:"File to write, which must not exist yet; standard output without." placeholder:"FILE" type:"path"`
}

// Run writes the draft, and what is left for a person on standard error.
func (c instrumentDraftCommand) Run(out io.Writer) error {
	body, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("cannot read paragraphs: %w", err)
	}
	list, err := paragraphs.Read(body)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	name := strings.TrimSuffix(filepath.Base(c.File), filepath.Ext(c.File))
	draft := paragraphs.New(list, name)
	if err := c.write(out, draft.YAML()); err != nil {
		return err
	}
	_, err = os.Stderr.WriteString(remaining(draft))
	return err
}

// write never replaces a file: somebody may have worked in it.
func (c instrumentDraftCommand) write(out io.Writer, page []byte) error {
	if c.Output == "" {
		_, err := out.Write(page)
		return err
	}
	file, err := os.OpenFile(c.Output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("cannot write %s: it is there already, and somebody may have worked in it", c.Output)
	}
	if err != nil {
		return fmt.Errorf("cannot write draft: %w", err)
	}
	_, err = file.Write(page)
	return errors.Join(err, file.Close())
}

// remaining counts what a person has to look at, by field.
func remaining(d paragraphs.Draft) string {
	marks, byField := d.Marks(), map[string]int{}
	for _, m := range marks {
		byField[m.Field[strings.LastIndex(m.Field, ".")+1:]]++
	}
	fields := slices.SortedFunc(maps.Keys(byField), func(a, b string) int {
		if byField[a] != byField[b] {
			return byField[b] - byField[a]
		}
		return strings.Compare(a, b)
	})
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s. ", counted(len(d.Operatives()), "operative paragraph"), counted(len(d.Provisions()), "provision"))
	fmt.Fprintf(&b, "%d of %s are marked for a person", len(marks), counted(d.Fields(), "field"))
	for n, field := range fields {
		separator := ", "
		if n == 0 {
			separator = ": "
		}
		fmt.Fprintf(&b, "%s%s %d", separator, field, byField[field])
	}
	b.WriteString(".\nLook at each, remove its mark, then: rapporteur instrument check FILE\n")
	return b.String()
}
