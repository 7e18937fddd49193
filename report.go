package rapporteur

import (
	"slices"
	"time"
)

// Report is the compiled document, before any format: masthead, sections of
// numbered paragraphs and tables, annexes, each with its provenance.
type Report struct {
	Cycle      CycleID
	Draft      int
	Masthead   Masthead
	Sections   []ReportSection
	Annexes    []Annex
	Coverage   Coverage
	Words      int // footnotes, headings and tables counted, as the rule asks
	WordBudget int
	CompiledAt time.Time // business time
	Hash       string    // SHA-256 of the content, what clearance decides on
}

// Masthead is the head of the first page.
type Masthead struct {
	Organ        string // Security Council
	Symbol       string // empty until transmitted
	Distribution string // General
	Date         Date   // zero until transmitted
	Original     string // English
	Title        string
	Instrument   string // S/RES/2388 (2017)
}

// ReportSection is a heading with its content. Level 1 headings are numbered
// with roman numerals, level 2 with capital letters, level 3 with arabic.
type ReportSection struct {
	Level    int
	Number   string // I, A, 1
	Heading  string
	Blocks   []Block
	Sections []ReportSection
}

// Block is a paragraph or a table; exactly one is set.
type Block struct {
	Paragraph *Paragraph
	Table     *Table
}

// Paragraph is one numbered paragraph.
type Paragraph struct {
	Number     int // consecutive through the whole report
	Text       string
	Provisions []string
	Sources    []Source
}

// Source is one link of provenance: a submission version and the place in it,
// or a record of the Secretariat. In the window of an intake the version is the
// number of the delivery.
type Source struct {
	Cycle       CycleID `json:",omitempty"` // of the submission or record; empty where it is the report's own
	Contributor ContributorID
	Version     int
	Pointer     string // JSON Pointer into the submission's body
	Record      string // audit or ledger reference, where no submission is meant
}

// Table is a table of figures, published under the rules of disclosure.
type Table struct {
	Number   int
	Title    string
	Columns  []string
	Rows     []TableRow
	Notes    []string
	Question string
}

// TableRow is one row of a table.
type TableRow struct {
	Label string
	Cells []Cell
}

// Cell is one figure as published: an exact value, or a token with the reason
// in Flag (SDMX CONF_STATUS: F free, C confidential, S secondary).
type Cell struct {
	Text    string
	Flag    string
	Sources []Source
}

// Annex is a list after the paragraphs.
type Annex struct {
	Number  string // I, II
	Heading string
	Items   []AnnexItem
}

// AnnexItem is one line of an annex.
type AnnexItem struct {
	Text    string
	Sources []Source
}

// Coverage says who answered: the report's answer to "N of 193 replied".
type Coverage struct {
	Asked    int
	Outcomes map[ReturnType]int
	OnTime   int
	Late     int
	ByKind   map[ContributorKind]KindCoverage
}

// KindCoverage is the coverage of one kind of contributor.
type KindCoverage struct {
	Asked   int
	Replied int // any return type but no reply
	OnTime  int
}

// Draft is one stored version of a compiled report.
type Draft struct {
	Cycle      CycleID
	Number     int
	Report     Report
	CompiledAt time.Time
	Outcome    ClearanceOutcome
	Comments   string // what clearance said when it returned the draft
}

// Observation is a paragraph that the Secretariat writes itself, for the
// closing section of a report.
type Observation struct {
	Text   string
	Author string // principal id
}

// Accepted is a submission as the compiler sees it.
type Accepted struct {
	Submission Submission
	Document   AnswerDocument
}

// Compilation is everything a report is compiled from.
type Compilation struct {
	Instrument     Instrument
	Stream         Stream
	Cycle          Cycle
	Draft          int
	Contributors   map[ContributorID]Contributor
	Requests       []Request
	Accepted       []Accepted
	Questionnaires map[QuestionnaireRef]Questionnaire
	Observations   []Observation
	Earlier        []Compilation  // what the stream's transmitted reports were compiled from
	Records        []StreamRecord // what other streams of the instrument have for the report
	CompiledAt     time.Time
}

// WithoutSources is the report as it may leave the Secretariat: the same text
// and figures, without the list of who stands behind each. Some of those did
// not agree to be named.
func (r Report) WithoutSources() Report {
	r.Sections = sectionsWithoutSources(r.Sections)
	annexes := slices.Clone(r.Annexes)
	for n, annex := range annexes {
		annexes[n].Items = slices.Clone(annex.Items)
		for i := range annexes[n].Items {
			annexes[n].Items[i].Sources = nil
		}
	}
	r.Annexes = annexes
	return r
}

func sectionsWithoutSources(sections []ReportSection) []ReportSection {
	sections = slices.Clone(sections)
	for n, section := range sections {
		sections[n].Sections = sectionsWithoutSources(section.Sections)
		sections[n].Blocks = slices.Clone(section.Blocks)
		for b, block := range sections[n].Blocks {
			sections[n].Blocks[b] = block.withoutSources()
		}
	}
	return sections
}

func (b Block) withoutSources() Block {
	if b.Paragraph != nil {
		paragraph := *b.Paragraph
		paragraph.Sources = nil
		b.Paragraph = &paragraph
	}
	if b.Table != nil {
		table := *b.Table
		table.Rows = slices.Clone(table.Rows)
		for n, row := range table.Rows {
			table.Rows[n].Cells = slices.Clone(row.Cells)
			for c := range table.Rows[n].Cells {
				table.Rows[n].Cells[c].Sources = nil
			}
		}
		b.Table = &table
	}
	return b
}
