package rapporteur

import (
	"errors"
	"fmt"
	"strings"
)

// CheckReport asserts what must be true of every report: paragraphs and tables
// numbered consecutively, headings by their level and never empty, no lone
// subheading, provenance for every paragraph, cell and line of an annex, and
// the count of words. It returns all breaches joined.
func CheckReport(r Report) error {
	k := &reportCheck{}
	if len(r.Sections) == 0 {
		k.fail("the report has no sections")
	}
	k.sections(1, r.Sections)
	for n, a := range r.Annexes {
		if a.Number != roman(n+1) || a.Heading == "" || len(a.Items) == 0 {
			k.fail("annex %d is numbered %q, has the heading %q and %d items", n+1, a.Number, a.Heading, len(a.Items))
		}
		for i, item := range a.Items {
			k.text(item.Text, "annex %s, item %d", a.Number, i+1)
			k.sources(item.Sources, "annex %s, item %d", a.Number, i+1)
		}
	}
	if words := CountWords(r); words != r.Words {
		k.fail("the report says %d words and has %d", r.Words, words)
	}
	return errors.Join(k.faults...)
}

type reportCheck struct {
	paragraphs, tables int
	faults             []error
}

func (k *reportCheck) fail(format string, args ...any) {
	k.faults = append(k.faults, fmt.Errorf(format, args...))
}

func (k *reportCheck) sections(level int, sections []ReportSection) {
	if level > 1 && len(sections) == 1 {
		k.fail("the heading %q stands alone at level %d", sections[0].Heading, level)
	}
	for n, s := range sections {
		if s.Level != level || s.Number != headingNumber(level, n+1) {
			k.fail("heading %q has level %d and number %q, want %d and %q", s.Heading, s.Level, s.Number, level, headingNumber(level, n+1))
		}
		k.text(s.Heading, "heading %s at level %d", s.Number, level)
		if len(s.Blocks)+len(s.Sections) == 0 {
			k.fail("the section %q is empty", s.Heading)
		}
		for _, b := range s.Blocks {
			switch {
			case b.Paragraph != nil && b.Table == nil:
				k.paragraph(*b.Paragraph)
			case b.Table != nil && b.Paragraph == nil:
				k.table(*b.Table)
			default:
				k.fail("a block of %q is not one paragraph or one table", s.Heading)
			}
		}
		k.sections(level+1, s.Sections)
	}
}

func (k *reportCheck) paragraph(p Paragraph) {
	k.paragraphs++
	if p.Number != k.paragraphs {
		k.fail("paragraph %d has the number %d", k.paragraphs, p.Number)
	}
	k.text(p.Text, "paragraph %d", p.Number)
	if len(p.Provisions) == 0 {
		k.fail("paragraph %d has no provision", p.Number)
	}
	k.sources(p.Sources, "paragraph %d", p.Number)
}

func (k *reportCheck) table(t Table) {
	k.tables++
	if t.Number != k.tables {
		k.fail("table %d has the number %d", k.tables, t.Number)
	}
	k.text(t.Title, "title of table %d", t.Number)
	if len(t.Rows) == 0 || len(t.Columns) < 2 {
		k.fail("table %d has %d rows and %d columns", t.Number, len(t.Rows), len(t.Columns))
	}
	for _, row := range t.Rows {
		if len(row.Cells) != len(t.Columns)-1 {
			k.fail("table %d, row %q has %d cells for %d columns of figures", t.Number, row.Label, len(row.Cells), len(t.Columns)-1)
		}
		for _, cell := range row.Cells {
			k.text(cell.Text, "table %d, row %q", t.Number, row.Label)
			k.sources(cell.Sources, "table %d, row %q", t.Number, row.Label)
			if cell.Flag != FlagFree && cell.Flag != FlagConfidential && cell.Flag != FlagSecondary {
				k.fail("table %d, row %q has the flag %q", t.Number, row.Label, cell.Flag)
			}
		}
	}
}

func (k *reportCheck) text(text, format string, args ...any) {
	if strings.TrimSpace(text) == "" {
		k.fail("%s has no text", fmt.Sprintf(format, args...))
	}
}

// sources asserts that there is provenance and that each link leads somewhere:
// to a place in a submission, or to a record.
func (k *reportCheck) sources(sources []Source, format string, args ...any) {
	if len(sources) == 0 {
		k.fail("%s has no source", fmt.Sprintf(format, args...))
	}
	for _, s := range sources {
		submission := s.Contributor != "" && s.Version > 0 && strings.HasPrefix(s.Pointer, "/")
		if !submission && s.Record == "" {
			k.fail("%s has a source that leads nowhere", fmt.Sprintf(format, args...))
		}
	}
}
