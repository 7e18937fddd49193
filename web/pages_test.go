package web_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web"
	"github.com/rapporteur/rapporteur/web/frame"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// places are what stands for the parts of addresses.
var places = strings.NewReplacer(
	"{instrument}", "s-res-2388-2017", "{stream}", "op34", "{period}", "2018", "{contributor}", string(webtest.Kenya), "{number}", "1",
	"{version}", "1", "{type}", "nil", "{section}", "op5",
	"{kind}", "cancel", "{format}", "docx",
)

var part = regexp.MustCompile(`\{(\w+)[^}]*\}`)

// address is where a page is for the contributor Kenya in the house's cycle.
func addressOf(p frame.Page) string {
	return part.ReplaceAllString(places.Replace(p.Pattern), "x")
}

// Every page is tried by everybody: whom the policy does not allow it sees
// nothing of it, whoever is not signed in is sent to where that is done, and a
// form that comes without a session changes nothing.
func TestEveryPageForEverybody(t *testing.T) {
	h := webtest.New(t)
	h.Open()
	h.Submit("kenya", webtest.Answer(""))
	h.Compile()
	who := append([]string{""}, slices.Sorted(maps.Keys(webtest.People))...)
	for _, p := range web.Pages(h.Config) {
		if p.Action == "" {
			continue
		}
		for _, name := range who {
			before := len(h.Audit())
			at := addressOf(p)
			var got webtest.Reply
			if p.Method == http.MethodPost {
				got = h.As(name).Post(at)
			} else {
				got = h.As(name).Get(at)
			}
			if name == "" {
				unsigned(t, p, got)
			} else {
				judged(t, p, name, at, got)
			}
			if refused(got) && len(h.Audit()) != before {
				t.Errorf("%s %s as %q: refused, and it left a record", p.Method, at, name)
			}
		}
	}
}

func refused(r webtest.Reply) bool {
	return r.Code == http.StatusForbidden || r.Code == http.StatusNotFound || r.Code == http.StatusUnauthorized
}

func unsigned(t *testing.T, p frame.Page, got webtest.Reply) {
	t.Helper()
	to := got.Header().Get("Location")
	if p.Method == http.MethodGet && (got.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/sign-in?next=")) {
		t.Errorf("%s for nobody: %d to %s", p.ID, got.Code, to)
	}
	if p.Method == http.MethodPost && got.Code != http.StatusUnauthorized {
		t.Errorf("%s for nobody: %d", p.ID, got.Code)
	}
}

func judged(t *testing.T, p frame.Page, name, at string, got webtest.Reply) {
	t.Helper()
	principal := webtest.People[name]
	var about access.Resource
	if p.About != nil {
		about = p.About(routed(t, p, at), principal)
	}
	allowed := access.Allow(principal, p.Action, about) == nil
	if !allowed && got.Code != http.StatusForbidden && got.Code != http.StatusNotFound {
		t.Errorf("%s %s as %s: %d, and the policy does not allow %s", p.Method, at, name, got.Code, p.Action)
	}
	if allowed && (got.Code == http.StatusForbidden || got.Code >= http.StatusInternalServerError) {
		t.Errorf("%s %s as %s: %d, and the policy allows %s\n%s", p.Method, at, name, got.Code, p.Action, got.Body)
	}
}

// routed is a request as the router gives it to the page: with the address's
// parts.
func routed(t *testing.T, p frame.Page, at string) *http.Request {
	t.Helper()
	var found *http.Request
	router := chi.NewRouter()
	router.Method(p.Method, p.Pattern, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { found = r }))
	router.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), p.Method, at, http.NoBody))
	if found == nil {
		t.Fatalf("%s is not at %s", p.ID, at)
	}
	return found
}
