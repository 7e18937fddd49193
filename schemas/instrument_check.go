package schemas

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// readInstrument reads a file of instruments/ and holds its parts against each
// other, and against what else the catalogue knows: questionnaires, profiles,
// contributors.
func readInstrument(fsys fs.FS, name string, known *Catalogue) (rapporteur.Instrument, error) {
	var row instrumentRow
	d, err := readDocument(fsys, name, &row)
	if err != nil {
		return rapporteur.Instrument{}, err
	}
	c := instrumentCheck{document: d, faults: d.marks, row: row, instrument: row.convert(), catalogue: known, from: fsys}
	c.operatives()
	c.provisions()
	c.streams()
	c.titles()
	return c.instrument, c.err()
}

// instrumentCheck collects what the parts of one instrument say against each
// other.
type instrumentCheck struct {
	*document
	faults
	row        instrumentRow
	instrument rapporteur.Instrument
	catalogue  *Catalogue
	from       fs.FS
}

// titles gives the instrument, its streams, host reports and events their titles
// in other languages.
func (c *instrumentCheck) titles() {
	i := &c.instrument
	i.Titles = titles(c.from, i.Title)
	for n := range i.Streams {
		s := &i.Streams[n]
		s.Titles = titles(c.from, s.Title)
		if s.Occasion.Title != "" {
			s.Occasion.Titles = titles(c.from, s.Occasion.Title)
		}
		for k := range s.Inclusion.Series {
			if one := &s.Inclusion.Series[k]; one.Titles == nil {
				one.Titles = titles(c.from, one.Title)
			}
		}
	}
}

func (c *instrumentCheck) mark(field, format string, args ...any) {
	c.add(c.fault(field, format, args...))
}

// operatives are numbered 1, 2, 3 … as in the text.
func (c *instrumentCheck) operatives() {
	for n, o := range c.row.Operatives {
		if o.Number != n+1 {
			c.mark(fmt.Sprintf("operatives[%d].number", n), "want %d: operative paragraphs are numbered in order", n+1)
		}
	}
}

// provisions have ids that follow from their paragraph, verbs that stand in its
// text, and a stream or a reason for having none.
func (c *instrumentCheck) provisions() {
	seen, inParagraph := map[string]bool{}, map[int]int{}
	for _, p := range c.row.Provisions {
		inParagraph[p.Operative]++
	}
	place := map[int]int{}
	for n, p := range c.row.Provisions {
		at := fmt.Sprintf("provisions[%d].", n)
		want := fmt.Sprintf("OP%d", p.Operative)
		if inParagraph[p.Operative] > 1 {
			want += "." + letter(place[p.Operative])
		}
		place[p.Operative]++
		switch {
		case seen[p.ID]:
			c.mark(at+"id", "%s is there twice", p.ID)
		case p.ID != want:
			c.mark(at+"id", "want %s: paragraphs with several verbs count them a, b, c", want)
		}
		seen[p.ID] = true
		c.verb(at, p)
		switch {
		case p.Stream == "" && p.Reason == "":
			c.mark(at+"stream", "name the stream that carries it, or give a reason for having none")
		case p.Stream != "" && p.Reason != "":
			c.mark(at+"reason", "has a stream; a reason is for provisions that have none")
		}
		if s, ok := c.instrument.Stream(p.Stream); p.Stream != "" && !ok {
			c.mark(at+"stream", "there is no stream %q", p.Stream)
		} else if ok && !slices.Contains(s.Provisions, p.ID) {
			c.mark(at+"stream", "stream %s does not name %s", p.Stream, p.ID)
		}
	}
	for n, o := range c.row.Operatives {
		if inParagraph[o.Number] == 0 {
			c.mark(fmt.Sprintf("operatives[%d]", n), "paragraph %d holds no provision", o.Number)
		}
	}
}

func (c *instrumentCheck) verb(at string, p provisionRow) {
	n := slices.IndexFunc(c.row.Operatives, func(o operativeRow) bool { return o.Number == p.Operative })
	if n < 0 {
		c.mark(at+"operative", "there is no operative paragraph %d", p.Operative)
		return
	}
	if !strings.Contains(strings.ToLower(c.row.Operatives[n].Text), strings.ToLower(p.Verb)) {
		c.mark(at+"verb", "paragraph %d does not say %q", p.Operative, p.Verb)
	}
}

// streams name provisions that exist; one with a policy must be able to run.
func (c *instrumentCheck) streams() {
	seen := map[string]bool{}
	for n, s := range c.row.Streams {
		at := fmt.Sprintf("streams[%d].", n)
		if seen[s.ID] {
			c.mark(at+"id", "%s is there twice", s.ID)
		}
		seen[s.ID] = true
		c.known(at+"provisions", s.Provisions)
		if s.Policy != nil {
			c.policy(at+"policy.", n)
		}
		if s.Inclusion != nil {
			c.inclusion(at+"inclusion.", n)
		}
		if s.Intake != nil {
			c.intake(at+"intake", n)
		}
		c.receipts(at, s)
		c.occasion(at, n)
	}
}

// known marks the provisions of a list that the instrument does not have.
func (c *instrumentCheck) known(field string, ids []string) {
	for n, id := range ids {
		if _, ok := c.instrument.Provision(id); !ok {
			c.mark(fmt.Sprintf("%s[%d]", field, n), "there is no provision %s", id)
		}
	}
}

// letter is a for 0, b for 1 and so on; a paragraph has no more than 26 verbs.
func letter(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	return letters[n%len(letters) : n%len(letters)+1]
}
