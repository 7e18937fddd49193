package signin

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var (
	choicesPage = frame.Parse(words, files, "templates/choices.html")
	sentPage    = frame.Parse(words, files, "templates/sent.html")
	outPage     = frame.Parse(words, files, "templates/out.html")
)

// choicesView is what the page of the ways in shows.
type choicesView struct {
	Known    bool   // somebody is signed in
	Home     string // where they begin
	Provider string // where staff sign in; empty where there is no provider
	Mails    bool   // links can be sent
	Next     string // where whoever signs in goes on to
	Address  string // as written so far
	Wrong    bool   // it is no address
}

func (p pages) view(v *frame.Visit, next string) choicesView {
	c := choicesView{Known: v.Principal.ID != "", Home: v.Home(), Mails: p.SignIn.Post != nil && len(p.SignIn.Links) > 0, Next: frame.Local(next)}
	if c.Home == "/sign-in" {
		c.Home = "/signed-in"
	}
	if p.OIDC != nil {
		c.Provider = "/sign-in/oidc?" + url.Values{"next": {c.Next}}.Encode()
	}
	return c
}

// choices is the page of the ways in.
func (p pages) choices(v *frame.Visit) error {
	return v.Render(http.StatusOK, choicesPage, p.view(v, v.Request.URL.Query().Get("next")))
}

// ask has a link sent to an address. Whether it is known shows in nothing.
func (p pages) ask(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	if !p.asks.Take(v.Remote()) {
		return v.Limited(within)
	}
	err = p.SignIn.Ask(v.Context(), form.Get("address"), requestOf(form.Get("next")))
	if rapporteur.IsProblem(err, rapporteur.ProblemInvalid) {
		view := p.view(v, form.Get("next"))
		view.Address, view.Wrong = form.Get("address"), true
		return v.Render(http.StatusUnprocessableEntity, choicesPage, view)
	}
	return p.posted(v, err)
}

// posted says that a link may be on its way.
func (p pages) posted(v *frame.Visit, err error) error {
	switch {
	case rapporteur.IsProblem(err, rapporteur.ProblemUnavailable) && (p.SignIn.Post == nil || len(p.SignIn.Links) == 0):
		return tell(v, http.StatusServiceUnavailable, "no_mail")
	case err != nil:
		return err
	}
	return v.Redirect("/sign-in/sent")
}

// sent says what comes next.
func (p pages) sent(v *frame.Visit) error { return v.Render(http.StatusOK, sentPage, nil) }

// requestOf is the request of a page, so that a link that is asked for on the way
// to it leads there. Whether it is asked of whoever gets the link is not decided
// here.
func requestOf(next string) rapporteur.RequestKey {
	at, err := url.Parse(frame.Local(next))
	if err != nil {
		return rapporteur.RequestKey{}
	}
	parts := strings.Split(strings.Trim(at.Path, "/"), "/")
	if len(parts) < 5 || parts[0] != "requests" {
		return rapporteur.RequestKey{}
	}
	return rapporteur.RequestKey{Cycle: rapporteur.NewCycleID(parts[1], parts[2], parts[3]), Contributor: rapporteur.ContributorID(parts[4])}
}

// addressOf is the page of a request.
func addressOf(key rapporteur.RequestKey) string {
	if key.Cycle == "" {
		return "/"
	}
	parts := []string{"/requests"}
	for part := range strings.SplitSeq(string(key.Cycle), "/") {
		parts = append(parts, url.PathEscape(part))
	}
	return strings.Join(append(parts, url.PathEscape(string(key.Contributor))), "/")
}

// signOut ends the session.
func (p pages) signOut(v *frame.Visit) error {
	to := "/signed-out"
	if v.Principal.ID != "" && v.Principal.Role != rapporteur.RoleContributor {
		to += "?staff=yes"
	}
	if err := v.SignOut(); err != nil {
		return err
	}
	return v.Redirect(to)
}

// signedOut says so, and leads staff to where they sign out at the provider too.
func (p pages) signedOut(v *frame.Visit) error {
	view := struct{ Provider string }{}
	if p.OIDC != nil && v.Request.URL.Query().Has("staff") {
		view.Provider = p.OIDC.SignOutURL()
	}
	return v.Render(http.StatusOK, outPage, view)
}
