package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapporteur/rapporteur"
)

// wireVersion is the version of the JSON form. Members may be added within a
// version; none changes its meaning or goes away.
const wireVersion = 1

// wireReport is a report on the wire. Dates are ISO 8601, empty members are
// left out. What clearance decided on is hash: SHA-256 of the content without
// symbol, date and compiled_at.
type wireReport struct {
	Version    int           `json:"version"`
	Cycle      string        `json:"cycle"`
	Draft      int           `json:"draft"`
	Hash       string        `json:"hash"`
	CompiledAt string        `json:"compiled_at,omitempty"` // business time, RFC 3339
	Words      int           `json:"words"`
	WordBudget int           `json:"word_budget"`
	Masthead   wireMasthead  `json:"masthead"`
	Coverage   wireCoverage  `json:"coverage"`
	Sections   []wireSection `json:"sections"`
	Annexes    []wireAnnex   `json:"annexes"`
}

type wireMasthead struct {
	Organ        string `json:"organ"`
	Symbol       string `json:"symbol,omitempty"` // none until transmitted
	Distribution string `json:"distribution"`
	Date         string `json:"date,omitempty"` // none until transmitted
	Original     string `json:"original"`
	Title        string `json:"title"`
	Instrument   string `json:"instrument"`
}

// wireCoverage counts contributors: by return type and by kind.
type wireCoverage struct {
	Asked    int                         `json:"asked"`
	OnTime   int                         `json:"on_time"`
	Late     int                         `json:"late"`
	Outcomes map[string]int              `json:"outcomes"`
	ByKind   map[string]wireKindCoverage `json:"by_kind"`
}

type wireKindCoverage struct {
	Asked   int `json:"asked"`
	Replied int `json:"replied"`
	OnTime  int `json:"on_time"`
}

// wireSection has either blocks or sections or both: blocks come first.
type wireSection struct {
	Level    int           `json:"level"`
	Number   string        `json:"number"`
	Heading  string        `json:"heading"`
	Blocks   []wireBlock   `json:"blocks"`
	Sections []wireSection `json:"sections,omitempty"`
}

// wireBlock holds exactly one of its members.
type wireBlock struct {
	Paragraph *wireParagraph `json:"paragraph,omitempty"`
	Table     *wireTable     `json:"table,omitempty"`
}

type wireParagraph struct {
	Number     int          `json:"number"`
	Text       string       `json:"text"`
	Provisions []string     `json:"provisions"`
	Sources    []wireSource `json:"sources"`
}

// wireSource leads to a place in a version of a submission (pointer is a JSON
// Pointer, RFC 6901) or to a record of the Secretariat, in the report's own cycle
// unless another is named. In the window of an intake the version is the number
// of a delivery.
type wireSource struct {
	Cycle       string `json:"cycle,omitempty"`
	Contributor string `json:"contributor,omitempty"`
	Version     int    `json:"version,omitempty"`
	Pointer     string `json:"pointer,omitempty"`
	Record      string `json:"record,omitempty"`
}

// wireTable has one column more than its rows have cells: the first is that of
// the labels.
type wireTable struct {
	Number   int       `json:"number"`
	Title    string    `json:"title"`
	Question string    `json:"question,omitempty"`
	Columns  []string  `json:"columns"`
	Rows     []wireRow `json:"rows"`
	Notes    []string  `json:"notes,omitempty"`
}

type wireRow struct {
	Label string     `json:"label"`
	Cells []wireCell `json:"cells"`
}

// wireCell is a figure as published; flag is F (free), C (confidential) or S
// (secondary), after SDMX CONF_STATUS.
type wireCell struct {
	Text    string       `json:"text"`
	Flag    string       `json:"flag"`
	Sources []wireSource `json:"sources"`
}

type wireAnnex struct {
	Number  string     `json:"number"`
	Heading string     `json:"heading"`
	Items   []wireItem `json:"items"`
}

type wireItem struct {
	Text    string       `json:"text"`
	Sources []wireSource `json:"sources"`
}

func renderJSON(r rapporteur.Report) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(wireOf(r)); err != nil {
		return nil, fmt.Errorf("cannot write JSON: %w", err)
	}
	return b.Bytes(), nil
}

func wireOf(r rapporteur.Report) wireReport {
	w := wireReport{
		Version: wireVersion, Cycle: string(r.Cycle), Draft: r.Draft, Hash: r.Hash, Words: r.Words, WordBudget: r.WordBudget,
		Masthead: wireMasthead{
			Organ: r.Masthead.Organ, Symbol: r.Masthead.Symbol, Distribution: r.Masthead.Distribution, Date: r.Masthead.Date.String(),
			Original: r.Masthead.Original, Title: r.Masthead.Title, Instrument: r.Masthead.Instrument,
		},
		Coverage: wireCoverage{
			Asked: r.Coverage.Asked, OnTime: r.Coverage.OnTime, Late: r.Coverage.Late,
			Outcomes: map[string]int{}, ByKind: map[string]wireKindCoverage{},
		},
		Sections: each(r.Sections, sectionOf),
		Annexes: each(r.Annexes, func(a rapporteur.Annex) wireAnnex {
			return wireAnnex{a.Number, a.Heading, each(a.Items, func(i rapporteur.AnnexItem) wireItem {
				return wireItem{i.Text, each(i.Sources, sourceOf)}
			})}
		}),
	}
	if !r.CompiledAt.IsZero() {
		w.CompiledAt = r.CompiledAt.UTC().Format(time.RFC3339)
	}
	for outcome, n := range r.Coverage.Outcomes {
		w.Coverage.Outcomes[string(outcome)] = n
	}
	for kind, k := range r.Coverage.ByKind {
		w.Coverage.ByKind[string(kind)] = wireKindCoverage(k)
	}
	return w
}

func sectionOf(s rapporteur.ReportSection) wireSection {
	w := wireSection{Level: s.Level, Number: s.Number, Heading: s.Heading, Blocks: each(s.Blocks, blockOf)}
	if len(s.Sections) > 0 {
		w.Sections = each(s.Sections, sectionOf)
	}
	return w
}

func blockOf(b rapporteur.Block) wireBlock {
	var w wireBlock
	if p := b.Paragraph; p != nil {
		w.Paragraph = &wireParagraph{p.Number, p.Text, p.Provisions, each(p.Sources, sourceOf)}
	}
	if t := b.Table; t != nil {
		w.Table = &wireTable{
			Number: t.Number, Title: t.Title, Question: t.Question, Columns: t.Columns, Notes: t.Notes,
			Rows: each(t.Rows, func(row rapporteur.TableRow) wireRow {
				return wireRow{row.Label, each(row.Cells, func(c rapporteur.Cell) wireCell {
					return wireCell{c.Text, c.Flag, each(c.Sources, sourceOf)}
				})}
			}),
		}
	}
	return w
}

func sourceOf(s rapporteur.Source) wireSource {
	return wireSource{string(s.Cycle), string(s.Contributor), s.Version, s.Pointer, s.Record}
}

// each converts a list; an empty one is written as an empty list, not as null.
func each[A, B any](list []A, convert func(A) B) []B {
	out := make([]B, len(list))
	for n, item := range list {
		out[n] = convert(item)
	}
	return out
}
