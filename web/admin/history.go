package admin

import (
	"context"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var historyPage = parse("history.html")

// linesRead is how many records a page of a history tells.
const linesRead = 200

// historyView is what a cycle's history shows.
type historyView struct {
	Places  []place
	Address string // of the cycle's history
	Title   string
	Cycle   rapporteur.Cycle
	Filter  filter
	Groups  []rapporteur.ActionGroup
	Actors  []rapporteur.Actor
	Records int
	Days    []dayView
	Quiet   int    // days since the newest record of a cycle that goes on
	Next    string // address of the next page
	First   string // address of the first page, where this is another
	Raw     string // address of the same records as data
	Inspect bool   // may see what the engine itself wrote
}

// showHistory tells what happened in a cycle, narrowed.
func (p pages) showHistory(v *frame.Visit) error {
	id := frame.CycleOf(v.Request)
	view := historyView{
		Places: placesOf(v, ""), Address: adminAddress(id), Groups: rapporteur.ActionGroups, Filter: filterOf(v.Request.URL.Query()),
		Inspect: mayInspect(v),
	}
	wanted, err := p.wanted(v.Context(), id, view.Filter)
	if err != nil {
		return err
	}
	wanted.Limit = linesRead
	page, err := p.Histories.Page(v.Context(), wanted, v.Language)
	if err != nil {
		return err
	}
	view.Cycle, view.Records, view.Actors = page.Cycle, page.Records, page.Actors
	view.Title = p.titleOf(page.Cycle)
	view.Days = days(page.Lines, view.Address)
	view.Raw = view.Address + "/records.ndjson" + view.Filter.query("")
	if next := markText(page.Next); next != "" {
		view.Next = view.Address + view.Filter.query(next)
	}
	if view.Filter.Page != "" {
		view.First = view.Address + view.Filter.query("")
	}
	if n := len(page.Lines); n > 0 && view.First == "" && !view.Filter.Narrow() && wanted.Order == rapporteur.NewestFirst && !page.Cycle.Phase.Final() {
		view.Quiet = rapporteur.DateOf(page.Cycle.Now(v.Now())).DaysSince(rapporteur.DateOf(page.Lines[0].At))
	}
	return v.Render(http.StatusOK, historyPage, view)
}

// wanted is the filter for the record, with contributors found by name.
func (p pages) wanted(ctx context.Context, id rapporteur.CycleID, f filter) (rapporteur.AuditFilter, error) {
	var cycle rapporteur.Cycle
	if f.Text != "" || f.Contributor != "" {
		page, err := p.Histories.Page(ctx, rapporteur.AuditFilter{Cycle: id, Limit: 1}, "en")
		if err != nil {
			return rapporteur.AuditFilter{}, err
		}
		cycle = page.Cycle
	}
	return f.audit(id, func(text string) []rapporteur.ContributorID { return p.Histories.Contributors(cycle, text, "en") }), nil
}

// dayView is one day of a history.
type dayView struct {
	Idle  int // days without a record between this day and the one before it on the page
	Day   int
	Date  rapporteur.Date
	Lines []lineView
}

// lineView is one line, and where more is to be seen of it.
type lineView struct {
	rapporteur.HistoryPart
	Address string // of the cycle's history
}

// idleFrom is from how many days on a page says that nothing happened.
const idleFrom = 2

// days puts lines, which are in order, together by day.
func days(lines []rapporteur.HistoryPart, address string) []dayView {
	var all []dayView
	for _, line := range lines {
		date := rapporteur.DateOf(line.At)
		if n := len(all); n == 0 || all[n-1].Date != date {
			day := dayView{Day: line.Day, Date: date}
			if n > 0 {
				between := max(all[n-1].Date.DaysSince(date), date.DaysSince(all[n-1].Date)) - 1
				if between >= idleFrom {
					day.Idle = between
				}
			}
			all = append(all, day)
		}
		last := &all[len(all)-1]
		last.Lines = append(last.Lines, lineView{line, address})
	}
	return all
}
