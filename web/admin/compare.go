package admin

import (
	"context"
	"net/http"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var (
	requestPage = parse("request.html")
	comparePage = parse("compare.html")
)

// requestView is the history of one request.
type requestView struct {
	Places  []place
	Address string // of the cycle's history
	Title   string // of the cycle
	Name    string
	Request rapporteur.Request
	Records int
	Days    []dayView
	More    bool // there are older records than those shown
}

// showRequest tells what happened to one contributor in a cycle.
func (p pages) showRequest(v *frame.Visit) error {
	key := frame.RequestOf(v.Request)
	view := requestView{Places: placesOf(v, ""), Address: adminAddress(key.Cycle)}
	err := p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) (err error) {
		view.Request, err = r.Request(ctx, key)
		return err
	})
	if err != nil {
		return err
	}
	page, err := p.Histories.Page(v.Context(), rapporteur.AuditFilter{
		Cycle: key.Cycle, About: []rapporteur.ContributorID{key.Contributor}, Limit: compareRead,
	}, v.Language)
	if err != nil {
		return err
	}
	view.Title, view.Name, view.Records = p.titleOf(page.Cycle), p.nameOf(page.Cycle, key.Contributor), page.Records
	view.Days, view.More = days(page.Lines, view.Address), page.Next != rapporteur.AuditMark{}
	return v.Render(http.StatusOK, requestPage, view)
}

// nameOf is what a contributor was called when the cycle started.
func (p pages) nameOf(c rapporteur.Cycle, id rapporteur.ContributorID) string {
	found, err := p.Catalogue.Contributor(id, rapporteur.DateOf(c.StartedAt))
	if err != nil {
		return string(id)
	}
	return found.Name("en")
}

// compareRead is how many records of a contributor are told.
const compareRead = 1000

// compareView is two contributors side by side, by business day.
type compareView struct {
	Places     []place
	Address    string // of the cycle's history
	Title      string
	A, B       side
	Complaints []string
	Days       []comparedDay
}

// side is one of the two.
type side struct {
	Text string // as typed
	ID   rapporteur.ContributorID
	Name string
}

// comparedDay is what happened to both on one day.
type comparedDay struct {
	Idle int // days on which nothing happened to either before it
	Day  int
	Date rapporteur.Date
	A, B []lineView
}

// compare puts two contributors' histories side by side.
func (p pages) compare(v *frame.Visit) error {
	id, query := frame.CycleOf(v.Request), v.Request.URL.Query()
	view := compareView{Places: placesOf(v, ""), Address: adminAddress(id), A: side{Text: clip(query.Get("a"))}, B: side{Text: clip(query.Get("b"))}}
	first, err := p.Histories.Page(v.Context(), rapporteur.AuditFilter{Cycle: id, Limit: 1}, v.Language)
	if err != nil {
		return err
	}
	view.Title = p.titleOf(first.Cycle)
	var told [2][]dayView
	for n, s := range []*side{&view.A, &view.B} {
		if s.Text == "" {
			continue
		}
		if !p.choose(first.Cycle, s) {
			view.Complaints = append(view.Complaints, "“"+s.Text+"” is not the name of one contributor. Write the whole name, or the id (state-ken).")
			continue
		}
		page, err := p.Histories.Page(v.Context(), rapporteur.AuditFilter{
			Cycle: id, About: []rapporteur.ContributorID{s.ID}, Order: rapporteur.OldestFirst, Limit: compareRead,
		}, v.Language)
		if err != nil {
			return err
		}
		told[n] = days(page.Lines, view.Address)
	}
	view.Days = sideBySide(told[0], told[1])
	status := http.StatusOK
	if len(view.Complaints) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return v.Render(status, comparePage, view)
}

// choose finds the one contributor that somebody means.
func (p pages) choose(c rapporteur.Cycle, s *side) bool {
	found := p.Histories.Contributors(c, s.Text, "en")
	n := slices.IndexFunc(found, func(id rapporteur.ContributorID) bool {
		return string(id) == s.Text || rapporteur.LowerASCII(p.nameOf(c, id)) == rapporteur.LowerASCII(s.Text)
	})
	switch {
	case n >= 0:
		s.ID = found[n]
	case len(found) == 1:
		s.ID = found[0]
	default:
		return false
	}
	s.Name = p.nameOf(c, s.ID)
	return true
}

// sideBySide merges two lists of days, each oldest first.
func sideBySide(a, b []dayView) []comparedDay {
	var all []comparedDay
	for len(a) > 0 || len(b) > 0 {
		var day comparedDay
		fromA := len(b) == 0 || len(a) > 0 && !b[0].Date.Before(a[0].Date)
		fromB := len(a) == 0 || len(b) > 0 && !a[0].Date.Before(b[0].Date)
		if fromA {
			day.Day, day.Date, day.A = a[0].Day, a[0].Date, a[0].Lines
			a = a[1:]
		}
		if fromB {
			day.Day, day.Date, day.B = b[0].Day, b[0].Date, b[0].Lines
			b = b[1:]
		}
		if n := len(all); n > 0 {
			if idle := day.Date.DaysSince(all[n-1].Date) - 1; idle >= idleFrom {
				day.Idle = idle
			}
		}
		all = append(all, day)
	}
	return all
}
