package feeds

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var (
	feedsPage = parse("feeds.html")
	madePage  = parse("made.html")
)

// feedsView is one's feeds and the form for another.
type feedsView struct {
	Role      rapporteur.Role
	Active    []feedRow
	Revoked   []feedRow
	Cycles    []choice // to choose one from
	Cycle     rapporteur.CycleID
	Complaint string // key of why nothing was made
}

func (p pages) show(v *frame.Visit) error { return p.list(v, http.StatusOK, "", "") }

// list shows what somebody has, newest first.
func (p pages) list(v *frame.Visit, status int, cycle rapporteur.CycleID, complaint string) error {
	mine, err := p.Feeds.List(v.Context(), v.Principal)
	if err != nil {
		return err
	}
	view := feedsView{Role: v.Principal.Role, Cycle: cycle, Complaint: complaint}
	if view.Cycles, err = p.choices(v.Context(), v.Principal); err != nil {
		return err
	}
	for _, feed := range slices.Backward(mine) {
		row := p.row(feed, view.Cycles)
		if feed.RevokedAt.IsZero() {
			view.Active = append(view.Active, row)
		} else {
			view.Revoked = append(view.Revoked, row)
		}
	}
	return v.Render(status, feedsPage, view)
}

// madeView is the page that shows a feed's address, once.
type madeView struct {
	feedRow
	Address string
	// Subscribe opens the calendar program; empty where the house does not know at
	// which address it is reached.
	Subscribe template.URL
}

// make makes a feed and shows its address, which is on no other page: not even
// where the same form is sent again, which makes nothing.
func (p pages) make(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	cycle := rapporteur.CycleID(form.Get("cycle"))
	made, err := p.Feeds.MakeOnce(v.Context(), v.Principal, cycle, v.Language, v.CommandID())
	switch {
	case rapporteur.IsProblem(err, rapporteur.ProblemConflict):
		return p.list(v, http.StatusConflict, cycle, "complaint.many")
	case err != nil:
		return err
	case made.Address == "":
		return p.list(v, http.StatusConflict, cycle, "complaint.again")
	}
	cycles, err := p.choices(v.Context(), v.Principal)
	if err != nil {
		return err
	}
	return v.Render(http.StatusCreated, madePage, madeView{feedRow: p.row(made.Feed, cycles), Address: made.Address, Subscribe: subscribe(made.Address)})
}

// subscribe is the address by which browsers open the calendar program.
func subscribe(address string) template.URL {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	u.Scheme = "webcal"
	return template.URL(u.String()) //nolint:gosec // of the house's own making
}

// revoke ends a feed of one's own.
func (p pages) revoke(v *frame.Visit) error {
	if err := p.Feeds.Revoke(v.Context(), v.Principal, v.Param("feed")); err != nil {
		return err
	}
	v.Note(words.In(v.Language).Say("revoked.note"))
	return v.Redirect(feedsAddress)
}
