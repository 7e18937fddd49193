package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/gomutex/godocx/docx"
	"github.com/gomutex/godocx/wml/ctypes"
	"github.com/gomutex/godocx/wml/stypes"

	"github.com/rapporteur/rapporteur"
)

// Lengths of the page in twentieths of a point: US Letter, as United Nations
// documents of New York are set, with text indented on both sides.
const (
	pageWidth  = 12240
	pageHeight = 15840
	sideMargin = 1200
	textIndent = 1267
	lineWidth  = pageWidth - 2*sideMargin
	textWidth  = lineWidth - 2*textIndent
)

// The styles of parts/styles.xml.
const (
	styleSymbol     = "Symbol"
	styleOrgan      = "Organ"
	styleParticular = "Particulars"
	styleDraft      = "Draft"
	styleTitle      = "Title"
	styleText       = "ReportText"
	styleTableTitle = "TableTitle"
	styleTableHead  = "TableHead"
	styleTableText  = "TableText"
	styleTableNote  = "TableNote"
	styleAnnexItem  = "AnnexItem"
	styleEndRule    = "EndRule"
)

// renderDOCX sets the report in the dress of a United Nations document:
// masthead, bold title, numbered headings and paragraphs, tables, annexes.
func renderDOCX(r rapporteur.Report) ([]byte, error) {
	document, err := blank(r)
	if err != nil {
		return nil, err
	}
	w := &writer{document}
	w.masthead(r)
	if r.Masthead.Symbol == "" {
		w.paragraph(styleDraft, draftMark(r)+" – not for distribution")
	}
	w.paragraph(styleTitle, r.Masthead.Title)
	w.sections(r.Sections)
	w.paragraph(styleEndRule, strings.Repeat("_", 12))
	for n, a := range r.Annexes {
		w.annex(a, n == 0)
	}
	document.Document.Body.SectPr = pageSetup()
	var b bytes.Buffer
	if err := document.Write(&b); err != nil {
		return nil, fmt.Errorf("cannot write document: %w", err)
	}
	return b.Bytes(), nil
}

// writer appends to a document.
type writer struct{ document *docx.RootDoc }

func (w *writer) paragraph(style, text string) {
	w.document.AddParagraph(text).Style(style)
}

func (w *writer) sections(sections []rapporteur.ReportSection) {
	for _, s := range sections {
		w.heading(s.Level, s.Number, s.Heading)
		for _, b := range s.Blocks {
			switch {
			case b.Paragraph != nil:
				w.numbered(*b.Paragraph)
			case b.Table != nil:
				w.table(*b.Table)
			}
		}
		w.sections(s.Sections)
	}
}

// heading sets the number in the margin, right-aligned, and the heading in
// line with the text.
func (w *writer) heading(level int, number, text string) {
	p := w.document.AddEmptyParagraph()
	p.Style(fmt.Sprintf("Heading%d", min(level, 3)))
	addTab(p)
	p.AddText(number + ".")
	addTab(p)
	p.AddText(text)
}

// numbered sets a paragraph with its number as text, so that it stays the same
// whatever is edited around it; all languages cite by it.
func (w *writer) numbered(para rapporteur.Paragraph) {
	p := w.document.AddEmptyParagraph()
	p.Style(styleText)
	p.AddText(fmt.Sprintf("%d.", para.Number))
	addTab(p)
	p.AddText(para.Text)
}

func (w *writer) annex(a rapporteur.Annex, first bool) {
	p := w.document.AddEmptyParagraph()
	p.Style("Heading1")
	if first {
		p.GetCT().Property.PageBreakBefore = ctypes.OnOffFromBool(true)
	}
	p.AddText("Annex " + a.Number)
	title := w.document.AddEmptyParagraph()
	title.Style("Heading2")
	addTab(title)
	addTab(title)
	title.AddText(a.Heading)
	for _, item := range a.Items {
		w.paragraph(styleAnnexItem, item.Text)
	}
}

// addTab adds a tabulator as an element: a tab character within text is not
// one in every word processor.
func addTab(p *docx.Paragraph) {
	ct := p.GetCT()
	run := &ctypes.Run{Children: []ctypes.RunChild{{Tab: &ctypes.Empty{}}}}
	ct.Children = append(ct.Children, ctypes.ParagraphChild{Run: run})
}

// pageSetup is the paper, its margins and the header and footer of all pages
// but the first, which has the masthead.
func pageSetup() *ctypes.SectionProp {
	width, height := uint64(pageWidth), uint64(pageHeight)
	side, top, bottom, header, footer, gutter := sideMargin, 1440, 1440, 576, 720, 0
	return &ctypes.SectionProp{
		HeaderReference: &ctypes.HeaderReference{Type: stypes.HdrFtrDefault, ID: "rId3"},
		FooterReference: &ctypes.FooterReference{Type: stypes.HdrFtrDefault, ID: "rId4"},
		PageSize:        &ctypes.PageSize{Width: &width, Height: &height},
		PageMargin: &ctypes.PageMargin{
			Left: &side, Right: &side, Top: &top, Bottom: &bottom, Header: &header, Footer: &footer, Gutter: &gutter,
		},
		TitlePg: ctypes.NewGenSingleStrVal(stypes.OnOffTrue),
	}
}
