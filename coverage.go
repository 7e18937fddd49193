package rapporteur

import (
	"fmt"
	"slices"
)

// Cover is how a provision is accounted for.
type Cover string

// The ways in which a provision is accounted for. The first that holds counts,
// so a provision that has a running stream of its own is carried by it, also
// where a report tells of it besides.
const (
	CoverStream    Cover = "stream"    // a running stream carries it
	CoverReport    Cover = "report"    // the report of a running stream covers it
	CoverDeclared  Cover = "declared"  // it asks nobody for anything, and the reason is given
	CoverUncovered Cover = "uncovered" // none of these: nobody would be asked about it
)

// CoveredProvision is a provision and how it is accounted for.
type CoveredProvision struct {
	Provision Provision
	Cover     Cover
	// Stream is the stream that the provision names; the zero Stream where it
	// names none.
	Stream Stream
	// Report is the running report stream that covers the provision, be it its
	// own or another's; the zero Stream where none does.
	Report Stream
	// Reason says why the provision has no stream or, of one that is not
	// covered, what is missing.
	Reason string
}

// InstrumentCoverage accounts for every provision of an instrument, to show
// that nothing which it asks for was left out.
type InstrumentCoverage struct {
	Instrument Instrument
	Provisions []CoveredProvision // in the order of the text
}

// Coverage is the account of the instrument's provisions.
func (i Instrument) Coverage() InstrumentCoverage {
	c := InstrumentCoverage{Instrument: i}
	for _, p := range i.Provisions {
		c.Provisions = append(c.Provisions, i.cover(p))
	}
	return c
}

func (i Instrument) cover(p Provision) CoveredProvision {
	stream, named := i.Stream(p.Stream)
	covered := CoveredProvision{Provision: p, Stream: stream, Report: i.reportOn(p.ID), Reason: p.Reason}
	switch {
	case named && stream.Runs() && i.mandates(stream, p.ID):
		covered.Cover = CoverStream
	case covered.Report.ID != "":
		covered.Cover = CoverReport
	case p.Stream == "" && p.Reason != "":
		covered.Cover = CoverDeclared
	default:
		covered.Cover = CoverUncovered
		covered.Reason = uncovered(p, stream)
	}
	return covered
}

// mandates reports whether a provision asks for the stream itself. Others that
// a report stream names are what the report is about.
func (i Instrument) mandates(s Stream, provision string) bool {
	return slices.Contains(i.Mandate(s), provision)
}

// reportOn is the running report stream that tells of a provision.
func (i Instrument) reportOn(provision string) Stream {
	for _, s := range i.Streams {
		if s.Shape == ShapeReport && s.Runs() && slices.Contains(s.Provisions, provision) {
			return s
		}
	}
	return Stream{}
}

func uncovered(p Provision, s Stream) string {
	switch {
	case p.Stream == "":
		return "It names no stream and gives no reason for having none."
	case s.ID == "":
		return "There is no stream " + p.Stream + "."
	case !s.Runs():
		return "The stream " + s.ID + " does not run."
	}
	return "The stream " + s.ID + " does not name it."
}

// Total counts the provisions.
func (c InstrumentCoverage) Total() int { return len(c.Provisions) }

// Accounted counts the provisions that are accounted for.
func (c InstrumentCoverage) Accounted() int { return c.Total() - c.Count(CoverUncovered) }

// Count counts the provisions that are accounted for in one way.
func (c InstrumentCoverage) Count(cover Cover) int {
	n := 0
	for _, p := range c.Provisions {
		if p.Cover == cover {
			n++
		}
	}
	return n
}

// Complete reports whether every provision is accounted for.
func (c InstrumentCoverage) Complete() bool { return c.Accounted() == c.Total() }

// Words says the result in a line: 48 of 48 provisions accounted for.
func (c InstrumentCoverage) Words() string {
	return fmt.Sprintf("%d of %d provisions accounted for", c.Accounted(), c.Total())
}
