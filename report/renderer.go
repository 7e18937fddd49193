package report

import (
	"context"
	"fmt"

	"github.com/rapporteur/rapporteur"
)

// The formats a report can be rendered in.
const (
	FormatDOCX = "docx" // Office Open XML (ISO/IEC 29500), for editing and transmittal
	FormatHTML = "html" // one page with its sources, for reading and tracing
	FormatJSON = "json" // the wire form of wire.go, for machines
)

// Formats lists what Render accepts, in the order in which to offer them.
var Formats = []string{FormatDOCX, FormatHTML, FormatJSON}

// Renderer renders reports; it keeps no state and may be shared.
type Renderer struct{}

var _ rapporteur.Renderer = (*Renderer)(nil)

// New makes a renderer.
func New() *Renderer { return &Renderer{} }

// Render gives the report in a format. An unknown format is a
// ProblemUnsupported; a context that has ended is its error.
func (*Renderer) Render(ctx context.Context, r rapporteur.Report, format string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("cannot render report: %w", err)
	}
	render := map[string]func(rapporteur.Report) ([]byte, error){
		FormatDOCX: renderDOCX, FormatHTML: renderHTML, FormatJSON: renderJSON,
	}[format]
	if render == nil {
		return nil, rapporteur.Problemf(rapporteur.ProblemUnsupported, "Unknown format",
			"A report can be had as docx, html or json, not as %q.", format)
	}
	document, err := render(r)
	if err != nil {
		return nil, fmt.Errorf("cannot render report as %s: %w", format, err)
	}
	return document, nil
}

// draftMark is what stands where the symbol will be, until there is one.
func draftMark(r rapporteur.Report) string {
	return fmt.Sprintf("DRAFT %d", r.Draft)
}

// symbolOrDraft identifies the document on each of its pages.
func symbolOrDraft(r rapporteur.Report) string {
	if r.Masthead.Symbol != "" {
		return r.Masthead.Symbol
	}
	return draftMark(r)
}
