package admin

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var cyclesPage = parse("cycles.html")

// cyclesShown is how many cycles a page shows, and cyclesRead how many are read
// from the record at once.
const (
	cyclesShown = 50
	cyclesRead  = 500
)

// cyclesView is what the list of cycles shows.
type cyclesView struct {
	Places []place
	Text   string
	Which  string // running, ended, or both where empty
	Cycles []cycleRow
	Found  int
	More   string // address of the next page
}

// cycleRow is one cycle of the list.
type cycleRow struct {
	rapporteur.Cycle
	Address string
	Title   string
	Due     rapporteur.Date
	Counts  rapporteur.Counts
	Last    *rapporteur.HistoryPart
}

// Answered is how many of those asked are done with it.
func (r cycleRow) Answered() int { return r.Counts.Asked - r.Counts.Open - r.Counts.Returned }

// adminAddress is where the history of a cycle is.
func adminAddress(id rapporteur.CycleID) string { return "/admin/cycles/" + string(id) }

// showCycles lists every cycle, what needs attention first.
func (p pages) showCycles(v *frame.Visit) error {
	query := v.Request.URL.Query()
	view := cyclesView{Places: placesOf(v, "/admin"), Text: clip(query.Get("q")), Which: query.Get("which")}
	all, err := p.allCycles(v.Context())
	if err != nil {
		return err
	}
	var found []cycleRow
	for _, c := range all {
		row := cycleRow{Cycle: c, Address: adminAddress(c.ID), Title: p.titleOf(c), Due: c.Plan.Date(rapporteur.DateDue)}
		if row.matches(view.Text, view.Which) {
			found = append(found, row)
		}
	}
	slices.SortStableFunc(found, func(a, b cycleRow) int { // cycles come by id
		return cmp.Or(later(a.Attention == "", b.Attention == ""), later(a.Phase.Final(), b.Phase.Final()), a.Due.Start().Compare(b.Due.Start()))
	})
	view.Found = len(found)
	from := number(query.Get("from"))
	if found = found[min(from, len(found)):]; len(found) > cyclesShown {
		found = found[:cyclesShown]
		next := url.Values{"q": {view.Text}, "which": {view.Which}, "from": {text(from + cyclesShown)}}
		view.More = "/admin?" + next.Encode()
	}
	if err := p.complete(v.Context(), found); err != nil {
		return err
	}
	view.Cycles = found
	return v.Render(http.StatusOK, cyclesPage, view)
}

// later puts what is true after what is not.
func later(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// allCycles reads every cycle; there are a few for each stream and year.
func (p pages) allCycles(ctx context.Context) ([]rapporteur.Cycle, error) {
	var all []rapporteur.Cycle
	err := p.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		for after := rapporteur.CycleID(""); ; {
			some, err := r.Cycles(ctx, after, cyclesRead)
			if err != nil {
				return err
			}
			if all = append(all, some...); len(some) < cyclesRead {
				return nil
			}
			after = some[len(some)-1].ID
		}
	})
	return all, err
}

// titleOf is what people call a cycle.
func (p pages) titleOf(c rapporteur.Cycle) string {
	instrumentID, streamID, period, err := c.ID.Parts()
	if err != nil {
		return string(c.ID)
	}
	instrument, err := p.Catalogue.Instrument(instrumentID)
	if err != nil {
		return string(c.ID)
	}
	stream, _ := instrument.Stream(streamID)
	return strings.Join(slices.DeleteFunc([]string{instrument.Symbol, cmp.Or(c.Title, stream.Title), period}, func(s string) bool { return s == "" }), ", ")
}

func (r cycleRow) matches(text, which string) bool {
	if which == "running" && r.Phase.Final() || which == "ended" && !r.Phase.Final() {
		return false
	}
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		if !strings.Contains(strings.ToLower(r.Title+" "+string(r.ID)+" "+string(r.Phase)+" "+r.Attention+" "+r.Symbol), word) {
			return false
		}
	}
	return true
}

// complete reads, for the cycles that are shown, how their requests stand and
// what happened last.
func (p pages) complete(ctx context.Context, rows []cycleRow) error {
	for n, row := range rows {
		page, err := p.Histories.Page(ctx, rapporteur.AuditFilter{Cycle: row.ID, Limit: 1}, "en")
		if err != nil {
			return err
		}
		if len(page.Lines) > 0 {
			rows[n].Last = &page.Lines[0]
		}
	}
	return p.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		for n, row := range rows {
			var err error
			if rows[n].Counts, err = r.Counts(ctx, row.ID); err != nil {
				return err
			}
		}
		return nil
	})
}
