package report

import (
	"bytes"
	"cmp"
	_ "embed" // the page's template
	"fmt"
	"html/template"
	"slices"

	"github.com/rapporteur/rapporteur"
)

//go:embed report.html
var pageText string

var page = template.Must(template.New("report.html").Funcs(template.FuncMap{
	"id":     sectionID,
	"level":  headingLevel,
	"lines":  func([]rapporteur.Source) []sourceLine { return nil }, // each report has its own
	"behind": behind,
	"under": func(parent string, s rapporteur.ReportSection) htmlSection {
		return htmlSection{s, parent}
	},
}).Parse(pageText))

// htmlPage is what the template shows.
type htmlPage struct {
	rapporteur.Report
	Mark    string // symbol, or DRAFT and its number
	IsDraft bool
	Date    string
}

// htmlSection is a section and the numbers of the headings above it.
type htmlSection struct {
	rapporteur.ReportSection
	Parent string
}

func renderHTML(r rapporteur.Report) ([]byte, error) {
	var b bytes.Buffer
	data := htmlPage{Report: r, Mark: symbolOrDraft(r), IsDraft: r.Masthead.Symbol == "", Date: r.Masthead.Date.Words()}
	own, err := page.Clone()
	if err != nil {
		return nil, fmt.Errorf("cannot copy page: %w", err)
	}
	own.Funcs(template.FuncMap{"lines": func(sources []rapporteur.Source) []sourceLine { return sourceLines(r.Cycle, sources) }})
	if err := own.Execute(&b, data); err != nil {
		return nil, fmt.Errorf("cannot fill page: %w", err)
	}
	return b.Bytes(), nil
}

// sectionID is the anchor of a section: section-II-A.
func sectionID(s htmlSection) string { return s.Parent + "-" + s.Number }

// headingLevel is the HTML level of a heading; the title of the page is the
// first.
func headingLevel(s rapporteur.ReportSection) int { return min(s.Level+1, 6) }

// sourceLine is the places of one submission or delivery, or one record.
type sourceLine struct {
	Who      string
	What     string // version of a submission, or delivery in a window
	Number   int
	Cycle    string // where it is not the report's own
	Pointers []string
	Record   string
}

// sourceLines groups provenance by submission, in the order of the report.
func sourceLines(own rapporteur.CycleID, sources []rapporteur.Source) []sourceLine {
	var lines []sourceLine
	index := map[rapporteur.Source]int{}
	for _, s := range sources {
		key := s
		key.Pointer = ""
		n, ok := index[key]
		if !ok {
			n = len(lines)
			index[key] = n
			line := sourceLine{Who: string(s.Contributor), What: "version", Number: s.Version, Cycle: string(s.Cycle), Record: s.Record}
			if cmp.Or(s.Cycle, own).IsWindow() {
				line.What = "delivery"
			}
			lines = append(lines, line)
		}
		if s.Pointer != "" && !slices.Contains(lines[n].Pointers, s.Pointer) {
			lines[n].Pointers = append(lines[n].Pointers, s.Pointer)
		}
	}
	return lines
}

// behind is the provenance of a whole table: that of all its cells.
func behind(t *rapporteur.Table) []rapporteur.Source {
	var all []rapporteur.Source
	for _, row := range t.Rows {
		for _, cell := range row.Cells {
			all = append(all, cell.Sources...)
		}
	}
	return all
}
