// Package frame is what all pages for people stand in: who asks and whether they
// may, in which language, inside which layout, under which headers; and what is
// shown where something is wrong.
//
// A page is registered with its address, the action of the policy that it is
// (package access) and what it acts on; nobody sees it to whom the policy does
// not allow that. Pages are HTML that the server renders; htmx, the only script,
// makes parts of some of them live.
package frame

import (
	"embed"
	"net/http"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/wording"
)

// Config is what the pages stand on: the use-cases, and what the frame needs
// itself.
type Config struct {
	Secretariat    rapporteur.Secretariat
	Correspondence rapporteur.Correspondence
	Steering       rapporteur.Steering
	Statistics     rapporteur.Statistics
	Attachments    rapporteur.Attachments
	Histories      rapporteur.Histories
	Repairs        rapporteur.Repairs
	Feeds          rapporteur.Feeds
	Webhooks       rapporteur.Webhooks
	Store          rapporteur.Store
	Catalogue      rapporteur.Catalogue
	Engine         rapporteur.Engine
	Renderer       rapporteur.Renderer
	Signer         rapporteur.Signer
	// Clock is the wall clock. Business time is the cycles' own.
	Clock  rapporteur.Clock
	Logger zerolog.Logger
	// Observe is the first middleware of every page, which sees its route when it
	// is answered; nil for none.
	Observe func(http.Handler) http.Handler
	// Version is of the program.
	Version string
	// BaseURL is where people reach the pages. With https cookies are secure and
	// browsers are told to come back by no other way.
	BaseURL *url.URL
	// Sessions keeps who is signed in; NewSessions makes it.
	Sessions *scs.SessionManager
	// InForce says whether somebody who signed in may still act, and as whom: a
	// ProblemUnidentified where not. It is asked with every request; nil is yes.
	InForce func(r *http.Request, p rapporteur.Principal) (rapporteur.Principal, error)
	// SignIn is how people come in by links, and who may still act.
	SignIn rapporteur.SignIn
	// OIDC is the provider that knows the staff; nil for none.
	OIDC *access.OIDC
	// ClientHeader names the field in which a proxy before the house puts the
	// address of the client last, such as X-Forwarded-For; empty for no proxy.
	ClientHeader string
	// Rates hold each person, and the address of who is not signed in, to a rate;
	// nil for none.
	Rates *access.Rates
	// TemporalUI is the address of Temporal's own pages, empty for none, and
	// TemporalNamespace the namespace that they show the cycles in.
	TemporalUI        string
	TemporalNamespace string
}

//go:embed assets templates words
var files embed.FS

var words = wording.MustLoad(files, "words")

// Words are the frame's own, for pages that need no others.
func Words() *wording.Book { return words }

// Frame is the pages' house. It is safe for concurrent use once every page is
// registered.
type Frame struct {
	Config
	router chi.Router
	pages  []Page
	nav    []Nav
	wrong  *access.Limiter // wrong credentials of links, by remote address
}

// New makes a house without pages.
func New(c Config) *Frame {
	if c.Sessions == nil { // who keeps no sessions keeps them while it runs
		c.Sessions = NewSessions(memstore.NewWithCleanupInterval(0), c.BaseURL)
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	c.Sessions.ErrorFunc = sessionless(c.Logger)
	f := &Frame{Config: c, router: chi.NewRouter(), wrong: access.NewLimiter(guesses, guessesWithin, c.Clock)}
	if c.Observe != nil {
		f.router.Use(c.Observe)
	}
	f.router.Use(f.logged, f.recovered, f.secured, middleware.Compress(5, "text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"))
	f.router.NotFound(f.bare(func(v *Visit) error { return rapporteur.NotFound("page", v.Request.URL.Path) }))
	f.router.MethodNotAllowed(f.bare(func(v *Visit) error {
		return v.Problem(http.StatusMethodNotAllowed, "problem.method.title", "problem.method.detail")
	}))
	f.assets()
	return f
}

// ServeHTTP answers with the page of the address.
func (f *Frame) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.router.ServeHTTP(w, r) }

// How long somebody stays signed in: without doing anything, and at all.
const (
	idleTime    = 2 * time.Hour
	sessionTime = 12 * time.Hour
)

// NewSessions makes the keeper of sessions over a store; the store sees no token,
// only its hash. The cookie is for this house alone, for no script, and where the
// house is reached by https for https alone (RFC 6265bis, section 4.1.3.2).
func NewSessions(store scs.Store, base *url.URL) *scs.SessionManager {
	m := scs.New()
	m.Store, m.HashTokenInStore = store, true
	m.Lifetime, m.IdleTimeout = sessionTime, idleTime
	m.Cookie.Name, m.Cookie.Path, m.Cookie.HttpOnly, m.Cookie.SameSite = "session", "/", true, http.SameSiteLaxMode
	if base != nil && base.Scheme == "https" {
		m.Cookie.Name, m.Cookie.Secure = "__Host-session", true
	}
	return m
}

// tls reports whether people reach the house by https.
func (f *Frame) tls() bool { return f.BaseURL != nil && f.BaseURL.Scheme == "https" }
