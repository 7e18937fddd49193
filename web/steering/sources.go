package steering

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var sourcesPage = parse("sources_page.html", "sources.html")

// sourcesView is what stands behind a paragraph or a figure.
type sourcesView struct {
	Cycle   cycleView
	At      string // of the draft
	Anchor  string // where in it the text is
	What    string
	Text    string
	Sources []sourceView
}

// sourceView is one version or record, with the places in it.
type sourceView struct {
	Name, What, At string // At is empty where the visitor may not read it
	Places         []placeView
	Record         string
}

type placeView struct{ Words, At string }

// showSources is what stands behind one paragraph or figure: beside the text
// where there is script, else a page of its own.
func (p pages) showSources(v *frame.Visit) error {
	id := frame.CycleOf(v.Request)
	number, err := draftNumber(v)
	if err != nil {
		return err
	}
	var draft rapporteur.Draft
	var submissions []rapporteur.Submission
	cycle, err := p.readCycle(v.Context(), id, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		if draft, err = r.Draft(ctx, id, number); err != nil {
			return err
		}
		submissions, err = r.Submissions(ctx, rapporteur.RequestKey{Cycle: id})
		return err
	})
	if err != nil {
		return err
	}
	view := sourcesView{Cycle: cycle, At: draftAt(id, number)}
	sources, found := pick(draft.Report, v.Request.URL.Query(), &view)
	if !found {
		return rapporteur.NotFound("place in the draft", v.Request.URL.RawQuery)
	}
	view.Sources = p.behind(v, cycle, sources, submissions)
	if v.Live() {
		return v.Fragment(http.StatusOK, sourcesPage, "sources", view)
	}
	return v.Render(http.StatusOK, sourcesPage, view)
}

// pick finds the paragraph or figure that a query names.
func pick(r rapporteur.Report, query url.Values, view *sourcesView) (sources []rapporteur.Source, found bool) {
	ask := func(name string) int {
		n, err := strconv.Atoi(query.Get(name))
		if err != nil {
			return -1
		}
		return n
	}
	paragraph, table, row, cell := ask("paragraph"), ask("table"), ask("row"), ask("cell")
	each(r.Sections, func(s rapporteur.ReportSection) {
		for _, b := range s.Blocks {
			if b.Paragraph != nil && b.Paragraph.Number == paragraph {
				view.What, view.Text, view.Anchor = "Paragraph "+strconv.Itoa(paragraph), b.Paragraph.Text, "paragraph-"+strconv.Itoa(paragraph)
				sources, found = b.Paragraph.Sources, true
			}
			if t := b.Table; t != nil && t.Number == table && row >= 0 && row < len(t.Rows) && cell >= 0 && cell < len(t.Rows[row].Cells) {
				view.What, view.Anchor = "Table "+strconv.Itoa(table)+", "+t.Rows[row].Label, "table-"+strconv.Itoa(table)
				if cell+1 < len(t.Columns) {
					view.What += ", " + t.Columns[cell+1]
				}
				view.Text = t.Rows[row].Cells[cell].Text
				sources, found = t.Rows[row].Cells[cell].Sources, true
			}
		}
	})
	return sources, found
}

// behind groups sources by version and says where in each they lead.
func (p pages) behind(v *frame.Visit, cycle cycleView, sources []rapporteur.Source, submissions []rapporteur.Submission) []sourceView {
	var views []sourceView
	index := map[rapporteur.Source]int{}
	for _, s := range sources {
		group := s
		group.Pointer = ""
		n, known := index[group]
		if !known {
			n = len(views)
			index[group] = n
			views = append(views, p.source(v, cycle, s))
		}
		if s.Pointer == "" {
			continue
		}
		place := placeView{Words: p.place(cycle, s, submissions)}
		if views[n].At != "" {
			place.At = views[n].At + "#" + questionOf(s.Pointer)
		}
		if !slices.Contains(views[n].Places, place) {
			views[n].Places = append(views[n].Places, place)
		}
	}
	return views
}

func (p pages) source(v *frame.Visit, cycle cycleView, s rapporteur.Source) sourceView {
	view := sourceView{Record: s.Record}
	if s.Record != "" {
		return view
	}
	key := rapporteur.RequestKey{Cycle: cmp.Or(s.Cycle, cycle.ID), Contributor: s.Contributor}
	view.Name, view.What = p.name(cycle, s.Contributor), "version "+strconv.Itoa(s.Version)
	switch {
	case key.Cycle.IsWindow():
		view.What = "delivery " + strconv.Itoa(s.Version) + " of " + string(key.Cycle)
	case may(v, access.ReadBody, access.Resource{Cycle: key.Cycle, Contributor: s.Contributor}):
		view.At = requestAt(key) + "/versions/" + strconv.Itoa(s.Version)
	}
	return view
}

// place is where a source leads, in the words of its questionnaire.
func (p pages) place(cycle cycleView, s rapporteur.Source, submissions []rapporteur.Submission) string {
	for _, submission := range submissions {
		if submission.Contributor != s.Contributor || submission.Version != s.Version || cmp.Or(s.Cycle, cycle.ID) != cycle.ID {
			continue
		}
		placed := p.Catalogue.Placed(submission.Questionnaire, nil, []rapporteur.Finding{{Pointer: s.Pointer}})
		return placed[0].Where("en")
	}
	return s.Pointer
}
