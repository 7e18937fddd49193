package frame

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"github.com/go-chi/chi/v5"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/wording"
)

// Page is one address of the house and what happens there.
type Page struct {
	ID      string // stable, for documents and tests: staff-board
	Method  string // GET or POST
	Pattern string // of chi: /cycles/{instrument}/{stream}/{period}
	// Action is what the page does, for the policy. A page without one is for
	// everybody: it shows what is public, or finds out itself who asks.
	Action access.Action
	// About is what the page acts on, nil for everything of its sort.
	About func(r *http.Request, p rapporteur.Principal) access.Resource
	// Languages are those that the page is written in, nil for English alone.
	Languages []string
	// MaxForm is how many bytes a form may have, 0 for 256 KiB.
	MaxForm int64
	// Secret says that the address is a credential of its own, which is told to
	// nobody: neither in a referrer nor to search engines.
	Secret bool
	Serve  func(v *Visit) error
}

// AllLanguages is Page.Languages of pages that are written in all six.
var AllLanguages = wording.Languages

const maxForm = 256 << 10

// Register adds a page. The same method and pattern twice, or an id twice, is a
// mistake of the program.
func (f *Frame) Register(p Page) {
	if slices.ContainsFunc(f.pages, func(o Page) bool { return o.ID == p.ID }) {
		panic("two pages are called " + p.ID)
	}
	if p.Languages == nil {
		p.Languages = []string{wording.English}
	}
	f.pages = append(f.pages, p)
	f.router.Method(p.Method, p.Pattern, f.handler(p))
	if p.Method == http.MethodGet {
		f.router.Method(http.MethodHead, p.Pattern, f.handler(p))
	}
}

// Pages lists what is registered, by pattern and method.
func (f *Frame) Pages() []Page {
	all := slices.Clone(f.pages)
	slices.SortFunc(all, func(a, b Page) int {
		return cmp.Or(cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Method, b.Method))
	})
	return all
}

// CycleOf is the cycle that an address names with {instrument}, {stream} and
// {period}.
func CycleOf(r *http.Request) rapporteur.CycleID {
	return rapporteur.NewCycleID(chi.URLParam(r, "instrument"), chi.URLParam(r, "stream"), chi.URLParam(r, "period"))
}

// RequestOf is the request that an address names with its cycle and
// {contributor}.
func RequestOf(r *http.Request) rapporteur.RequestKey {
	return rapporteur.RequestKey{Cycle: CycleOf(r), Contributor: rapporteur.ContributorID(chi.URLParam(r, "contributor"))}
}

// AboutCycle is Page.About of pages on one cycle.
func AboutCycle(r *http.Request, _ rapporteur.Principal) access.Resource {
	return access.Resource{Cycle: CycleOf(r)}
}

// AboutRequest is Page.About of pages on one request.
func AboutRequest(r *http.Request, _ rapporteur.Principal) access.Resource {
	key := RequestOf(r)
	return access.Resource{Cycle: key.Cycle, Contributor: key.Contributor}
}

// bare is a handler for what is no page.
func (f *Frame) bare(serve func(v *Visit) error) http.HandlerFunc {
	return f.handler(Page{Languages: AllLanguages, Serve: serve}).ServeHTTP
}

// handler finds out who asks, whether they may, and serves the page.
func (f *Frame) handler(p Page) http.Handler {
	guard := http.NewCrossOriginProtection()
	return f.Sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := cmp.Or(p.MaxForm, maxForm)
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		v := &Visit{frame: f, page: p, Writer: w, Request: r}
		v.chooseLanguage()
		if p.Secret {
			w.Header().Set("Referrer-Policy", "strict-origin")
			w.Header().Set("X-Robots-Tag", "noindex")
		}
		if err := guard.Check(r); err != nil {
			v.end(v.Problem(http.StatusForbidden, "problem.foreign.title", "problem.foreign.detail"))
			return
		}
		if err := v.identify(); err != nil {
			v.end(err)
			return
		}
		if !v.within() {
			v.end(rapporteur.Problemf(rapporteur.ProblemLimited, "Too many requests", "Nothing was done. Wait some seconds and try again."))
			return
		}
		if p.Action != "" && v.Principal.ID == "" {
			v.end(v.signInFirst())
			return
		}
		if p.Action != "" {
			var about access.Resource
			if p.About != nil {
				about = p.About(v.Request, v.Principal) // which may read the form: of the request that is served
			}
			if err := access.Allow(v.Principal, p.Action, about); err != nil {
				v.end(err)
				return
			}
		}
		v.end(p.Serve(v))
	}))
}

// signInFirst sends who is not signed in to where that is done and back. What a
// form held is not lost: it is kept on a page from which it can be sent again.
func (v *Visit) signInFirst() error {
	if v.Request.Method == http.MethodGet || v.Request.Method == http.MethodHead {
		return v.Redirect("/sign-in?next=" + url.QueryEscape(v.Request.URL.RequestURI()))
	}
	return v.keepForm()
}
