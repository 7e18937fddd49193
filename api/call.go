package api

import (
	"context"
	"crypto/rand"
	"net/http"
	"regexp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
)

// call is what every part of a request's handling may want to know of it.
type call struct {
	id        string // request id
	target    string // method, path and query: what an idempotency key is for
	language  string // of messages, one of languages
	asked     bool   // for that language; otherwise a document's own is better
	accept    string
	principal rapporteur.Principal
}

type callKey struct{}

// callOf finds the call of a context. Every request has one.
func callOf(ctx context.Context) *call {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return &call{language: languages[0]}
	}
	return c
}

// languages are those in which findings have messages; the first where nothing
// else fits.
var languages = []string{"en", "ar", "zh", "fr", "ru", "es"}

// chosenLanguage is the best of languages for an Accept-Language header.
func chosenLanguage(header string) string { return wording.Match(header, languages) }

// languageOf is the language for findings of a document: what the client asked
// for, or else the document's own. What has no words in it is told in English.
func (c *call) languageOf(document string) string {
	if c.asked || document == "" {
		return c.language
	}
	return document
}

// saneID is what a request id of the client may look like to be taken over.
var saneID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

const requestIDHeader = "X-Request-Id"

// withCall begins the handling of every request: it gives it an id, the
// client's own where that is harmless, and answers with it.
func withCall(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(requestIDHeader)
		if !saneID.MatchString(id) {
			id = rand.Text()
		}
		w.Header().Set(requestIDHeader, id)
		c := &call{
			id: id, target: r.Method + " " + r.URL.RequestURI(),
			language: chosenLanguage(r.Header.Get("Accept-Language")), asked: r.Header.Get("Accept-Language") != "", accept: r.Header.Get("Accept"),
		}
		ctx := rapporteur.WithRequestID(context.WithValue(r.Context(), callKey{}, c), id)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
