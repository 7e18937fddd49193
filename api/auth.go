package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Authenticator finds out who holds the secret of an API key, at a wall time.
// An unknown, expired or revoked secret is a ProblemUnidentified.
type Authenticator interface {
	Authenticate(ctx context.Context, secret string, now time.Time) (rapporteur.Principal, error)
}

// healthPath and signingKeysPath are the operations that everybody may call.
const healthPath = "/healthz"

// identified lets nobody past whose key is not in force, whatever the address, and
// nobody who asks too often. Wrong keys count for the address they come from, and
// hinder no right one from there.
func (s *service) identified(next http.Handler) http.Handler {
	stranger := s.strangers(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case healthPath:
			next.ServeHTTP(w, r)
			return
		case signingKeysPath:
			stranger.ServeHTTP(w, r)
			return
		}
		principal, err := s.identify(r)
		if rapporteur.IsProblem(err, rapporteur.ProblemUnidentified) && !s.Rates.Stranger(w.Header(), access.Remote(r, s.ClientHeader)) {
			err = tooOften()
		}
		if err == nil && !s.Rates.Identity(w.Header(), principal.ID, r.Method) {
			callOf(r.Context()).principal = principal
			err = tooOften()
		}
		if err != nil {
			writeProblem(w, r, s.log, err)
			return
		}
		callOf(r.Context()).principal = principal
		next.ServeHTTP(w, r.WithContext(rapporteur.OnBehalf(r.Context(), principal)))
	})
}

// strangers holds those who need no key to a rate, by their address.
func (s *service) strangers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.Rates.Stranger(w.Header(), access.Remote(r, s.ClientHeader)) {
			writeProblem(w, r, s.log, tooOften())
			return
		}
		next.ServeHTTP(w, r)
	})
}

func tooOften() error {
	return rapporteur.Problemf(rapporteur.ProblemLimited, "Too many requests", "Nothing was done. Wait as long as Retry-After says; RateLimit says how much is left.")
}

func (s *service) identify(r *http.Request) (rapporteur.Principal, error) {
	scheme, secret, found := strings.Cut(r.Header.Get("Authorization"), " ")
	if !found || !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return rapporteur.Principal{}, rapporteur.Problemf(rapporteur.ProblemUnidentified, "No key came with the request",
			"Send the header Authorization: Bearer rap_… with the request.")
	}
	return s.Keys.Authenticate(r.Context(), strings.TrimSpace(secret), s.Clock())
}
