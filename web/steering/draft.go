package steering

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var draftPage = parse("draft.html", "report.html", "decide.html", "sources.html")

// draftView is what the page of a draft shows: its text, what stands behind it,
// how its clearance stands, and what the visitor can decide.
type draftView struct {
	Cycle    cycleView
	At       string
	Draft    rapporteur.Draft
	Report   reportView
	Before   int // the draft before, 0 for none
	Newer    int // a draft has replaced it, 0 for none
	Notes    []noteView
	Clearing *clearingView
	MayAct   bool
	Alert    *alert
	Act      string
	Typed    url.Values
	Sources  *sourcesView // of what was asked for without script
}

// noteView is a quality note with where it is used.
type noteView struct {
	rapporteur.QualityNote
	Name, At, Where string
}

// showDraft is the page of a draft.
func (p pages) showDraft(v *frame.Visit) error {
	view, err := p.draftView(v)
	if err != nil {
		return err
	}
	return v.Render(http.StatusOK, draftPage, view)
}

// draftNumber is the draft that an address names.
func draftNumber(v *frame.Visit) (int, error) {
	number, err := strconv.Atoi(v.Param("number"))
	if err != nil || number < 1 {
		return 0, rapporteur.NotFound("draft", v.Param("number"))
	}
	return number, nil
}

func draftAt(id rapporteur.CycleID, number int) string {
	return "/cycles/" + string(id) + "/drafts/" + strconv.Itoa(number)
}

func (p pages) draftView(v *frame.Visit) (draftView, error) {
	id := frame.CycleOf(v.Request)
	number, err := draftNumber(v)
	if err != nil {
		return draftView{}, err
	}
	view := draftView{At: draftAt(id, number), MayAct: may(v, access.CommandCycle, access.Resource{Cycle: id})}
	var before rapporteur.Draft
	view.Cycle, err = p.readCycle(v.Context(), id, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		if view.Draft, err = r.Draft(ctx, id, number); err != nil || number == 1 {
			return err
		}
		before, err = r.Draft(ctx, id, number-1)
		return err
	})
	if err != nil {
		return draftView{}, err
	}
	view.Before = before.Number
	if view.Cycle.Draft > number {
		view.Newer = view.Cycle.Draft
	}
	view.Report = layOut(view.Draft.Report, before.Report, view.At)
	if may(v, access.ReadFindings, access.Resource{Cycle: id}) {
		if view.Notes, err = p.notes(v.Context(), view.Cycle, number); err != nil {
			return draftView{}, err
		}
	}
	names, err := p.names(v)
	if err != nil {
		return draftView{}, err
	}
	view.Clearing, err = p.clearing(v, names, view.Cycle, number)
	return view, err
}

// notes are the quality notes on a draft, with names in place of ids.
func (p pages) notes(ctx context.Context, cycle cycleView, number int) ([]noteView, error) {
	found, err := p.Secretariat.DraftNotes(ctx, cycle.ID, number)
	notes := make([]noteView, 0, len(found))
	for _, n := range found {
		notes = append(notes, noteView{
			QualityNote: n, Name: p.name(cycle, n.Contributor), At: requestAt(n.RequestKey) + "/versions/" + strconv.Itoa(n.Version) + "#" + questionOf(n.Finding.Pointer),
			Where: n.Finding.Where("en"),
		})
	}
	return notes, err
}

// reportView is a report as the page lays it out.
type reportView struct {
	Title    string
	Sections []sectionView
	Annexes  []rapporteur.Annex
	Changed  int // paragraphs that the draft before had not
}

type sectionView struct {
	Level   int
	Heading string
	Blocks  []blockView
}

// blockView is a paragraph or a table with the addresses of what stands behind it.
type blockView struct {
	Paragraph *rapporteur.Paragraph
	Table     *tableView
	New       bool   // the draft before had not this text
	At        string // of the paragraph's sources
}

type tableView struct {
	rapporteur.Table
	Lines []lineView
}

type lineView struct {
	Label string
	Cells []cellView
}

type cellView struct {
	Text     string
	Withheld bool
	At       string // of the figure's sources, empty for none
}

// layOut lays out a report. Paragraphs whose text the draft before had not are
// marked; before is the zero report where there is none.
func layOut(r, before rapporteur.Report, at string) reportView {
	view := reportView{Title: r.Masthead.Title, Annexes: r.Annexes}
	had := map[string]bool{}
	each(before.Sections, func(s rapporteur.ReportSection) {
		for _, b := range s.Blocks {
			if b.Paragraph != nil {
				had[b.Paragraph.Text] = true
			}
		}
	})
	each(r.Sections, func(s rapporteur.ReportSection) {
		section := sectionView{Level: s.Level, Heading: strings.TrimSpace(s.Number + ". " + s.Heading)}
		for _, b := range s.Blocks {
			block := blockView{Paragraph: b.Paragraph}
			switch {
			case b.Paragraph != nil:
				block.At = at + "/sources?paragraph=" + strconv.Itoa(b.Paragraph.Number)
				if block.New = len(had) > 0 && !had[b.Paragraph.Text]; block.New {
					view.Changed++
				}
			case b.Table != nil:
				block.Table = layOutTable(*b.Table, at)
			}
			section.Blocks = append(section.Blocks, block)
		}
		view.Sections = append(view.Sections, section)
	})
	return view
}

func layOutTable(t rapporteur.Table, at string) *tableView {
	view := &tableView{Table: t}
	for n, row := range t.Rows {
		line := lineView{Label: row.Label}
		for c, cell := range row.Cells {
			shown := cellView{Text: cell.Text, Withheld: cell.Flag != "F"}
			if len(cell.Sources) > 0 {
				query := url.Values{"table": {strconv.Itoa(t.Number)}, "row": {strconv.Itoa(n)}, "cell": {strconv.Itoa(c)}}
				shown.At = at + "/sources?" + query.Encode()
			}
			line.Cells = append(line.Cells, shown)
		}
		view.Lines = append(view.Lines, line)
	}
	return view
}

// each visits sections in the order of the report.
func each(sections []rapporteur.ReportSection, visit func(rapporteur.ReportSection)) {
	for _, s := range sections {
		visit(s)
		each(s.Sections, visit)
	}
}
