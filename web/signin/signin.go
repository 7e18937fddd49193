// Package signin holds the pages by which people come in and go: by a link that
// works once, or known by a provider.
package signin

import (
	"embed"
	"errors"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/wording"
	"github.com/rapporteur/rapporteur/web/frame"
)

//go:embed templates words
var files embed.FS

var words = wording.MustLoad(files, "words")

// Words are the pages' own, for tests of their translation.
func Words() *wording.Book { return words }

// pages is the pages at work.
type pages struct {
	frame.Config
	asks   *access.Limiter // links that were asked for, by remote address
	begins *access.Limiter // sign-ins at the provider that were begun
}

// How many links a remote address may ask for, and how many sign-ins begin, in a
// time. Several people can share an address.
const (
	asks, begins = 20, 60
	within       = 10 * time.Minute
)

// Register adds the pages to the house. They are for everybody: here it is found
// out who somebody is.
func Register(f *frame.Frame) {
	clock := f.Clock
	p := pages{f.Config, access.NewLimiter(asks, within, clock), access.NewLimiter(begins, within, clock)}
	add := func(id, method, pattern string, secret bool, serve func(*frame.Visit) error) {
		f.Register(frame.Page{ID: id, Method: method, Pattern: pattern, Languages: frame.AllLanguages, MaxForm: 16 << 10, Secret: secret, Serve: serve})
	}
	add("sign-in", http.MethodGet, "/sign-in", false, p.choices)
	add("ask-for-link", http.MethodPost, "/sign-in/ask", false, p.ask)
	add("link-sent", http.MethodGet, "/sign-in/sent", false, p.sent)
	add("sign-in-link", http.MethodGet, "/sign-in/link", true, p.offer)
	add("use-sign-in-link", http.MethodPost, "/sign-in/link", true, p.use)
	add("ask-for-link-again", http.MethodPost, "/sign-in/again", true, p.again)
	add("sign-in-oidc", http.MethodGet, "/sign-in/oidc", false, p.begin)
	add("sign-in-callback", http.MethodGet, "/sign-in/callback", true, p.callback)
	add("choose-role", http.MethodGet, "/sign-in/role", false, p.roles)
	add("take-role", http.MethodPost, "/sign-in/role", false, p.takeRole)
	add("sign-out", http.MethodPost, "/sign-out", false, p.signOut)
	add("signed-out", http.MethodGet, "/signed-out", false, p.signedOut)
}

// InForce is the frame's question with every request: whether somebody who signed
// in may still act.
func InForce(s rapporteur.SignIn) func(*http.Request, rapporteur.Principal) (rapporteur.Principal, error) {
	return func(r *http.Request, p rapporteur.Principal) (rapporteur.Principal, error) {
		in, err := s.InForce(r.Context(), p)
		if err == nil && !in {
			err = rapporteur.Problemf(rapporteur.ProblemUnidentified, "Signed out", "Sign in again.")
		}
		return p, err
	}
}

// tell answers with a page that says, by keys of these pages' words, what is wrong
// and what to do.
func tell(v *frame.Visit, status int, key string) error {
	w := words.In(v.Language)
	return v.Tell(status, w.Say(key+".title"), w.Say(key+".detail"))
}

// enter signs a principal in and goes on.
func enter(v *frame.Visit, p rapporteur.Principal, next string) error {
	if err := v.SignIn(p); err != nil {
		return err
	}
	if next = frame.Local(next); next == "/" {
		next = v.Home()
	}
	if next == "/sign-in" { // a role that has no pages of its own
		next = "/signed-in"
	}
	return v.Redirect(next)
}

// blocked reports whether somebody was kept out.
func blocked(err error) bool {
	p, isProblem := errors.AsType[*rapporteur.Problem](err)
	return isProblem && p.Kind == rapporteur.ProblemClosed
}
