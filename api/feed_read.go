package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/httprate"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// feedPattern is where calendar programs read feeds. The token in it is the only
// credential.
const (
	feedFolder  = "/feeds/"
	feedPattern = feedFolder + "{file}"
)

// How often a feed may be read: programs look every few hours, from several devices
// of one person, and many persons share an address. Tokens have 256 bits; the limit
// by address is not there to keep them from being guessed, but to keep guesses cheap
// for the record.
const (
	readsPerFeed    = 60
	readsPerAddress = 1200
	readsWithin     = time.Hour
)

// readFeed answers with a calendar. Everything that is wrong with a token is
// answered alike.
func (s *service) readFeed(w http.ResponseWriter, r *http.Request) {
	token, isCalendar := strings.CutSuffix(chi.URLParam(r, "file"), ".ics")
	if !isCalendar {
		writeProblem(w, r, s.log, rapporteur.Problemf(rapporteur.ProblemNotFound, "Not found", "There is nothing here."))
		return
	}
	calendar, err := s.Feeds.Read(r.Context(), token)
	if err != nil {
		writeProblem(w, r, s.log, err)
		return
	}
	sum := sha256.Sum256(calendar)
	h := w.Header()
	h.Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="rapporteur.ics"`)
	if (IfNoneMatch{r.Header.Get("If-None-Match")}).fresh(h.Get("ETag")) != nil {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(calendar) //nolint:gosec // no browser runs a calendar; it only fails where the client is gone
}

// limitedFeeds keeps readings within bounds, by feed and by caller.
func (s *service) limitedFeeds() chi.Middlewares {
	tooMany := httprate.WithLimitHandler(func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, r, s.log, rapporteur.Problemf(rapporteur.ProblemLimited, "Read too often", "Look again later: a calendar changes rarely."))
	})
	byFeed := func(r *http.Request) (string, error) {
		sum := sha256.Sum256([]byte(r.URL.Path)) // the limiter keeps no tokens
		return hex.EncodeToString(sum[:]), nil
	}
	byCaller := func(r *http.Request) (string, error) { return access.Remote(r, s.ClientHeader), nil }
	return chi.Middlewares{
		httprate.LimitBy(readsPerAddress, readsWithin, byCaller, tooMany),
		httprate.LimitBy(readsPerFeed, readsWithin, byFeed, tooMany),
	}
}
