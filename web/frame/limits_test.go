package frame_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

// Whoever is signed in has a rate of their own; who is not has that of the address.
func TestRatesOfPages(t *testing.T) {
	h := newHouse(t, "http://house.example")
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	h.frame.Rates = access.NewRates(access.RateLimits{Reads: 0.3, Writes: 0.2, Strangers: 0.2}, func() time.Time { return now })
	h.want(h.do("GET", "/open", nil), 200)
	h.want(h.do("POST", "/enter", url.Values{}), 303) // the last as a stranger
	for range 3 {
		h.want(h.do("GET", "/staff", nil), 200)
	}
	h.log.Reset()
	over := h.want(h.do("GET", "/staff", nil), 429, "Too many requests")
	if over.Header.Get("Retry-After") != "4" || h.log.Len() > 0 {
		t.Errorf("Retry-After %q, log %s", over.Header.Get("Retry-After"), h.log.String())
	}
	h.want(h.do("POST", "/staff", url.Values{}), 303)
	h.client.Jar = nil
	h.want(h.do("GET", "/open", nil, "Accept-Language", "fr"), 429, `lang="fr"`)
	now = now.Add(10 * time.Second)
	h.want(h.do("GET", "/open", nil), 200)
}

// away is a keeper of sessions whose record does not answer.
type away struct{ scs.Store }

func (away) Find(string) ([]byte, bool, error) {
	return nil, false, &rapporteur.Problem{Kind: rapporteur.ProblemUnavailable, Title: "The record does not answer", Cause: errors.New("dial tcp 192.0.2.1")}
}

// While the record is away whoever is signed in is told to come back, and nothing
// of the inside.
func TestSessionsAreAway(t *testing.T) {
	h := newHouse(t, "http://house.example")
	h.frame = frame.New(frame.Config{Logger: zerolog.New(&h.log), Sessions: frame.NewSessions(away{}, nil)})
	h.pages()
	h.server.Config.Handler = h.frame
	a := h.want(h.do("GET", "/staff", nil, "Cookie", "session=x"), http.StatusServiceUnavailable, "try again in a minute")
	if a.Header.Get("Retry-After") == "" || a.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", a.Header)
	}
}
