package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
)

// Authenticator finds out who holds the secret of an API key, at a wall time.
// An unknown, expired or revoked secret is a ProblemUnidentified.
type Authenticator interface {
	Authenticate(ctx context.Context, secret string, now time.Time) (rapporteur.Principal, error)
}

// healthPath and signingKeysPath are the operations that everybody may call.
const healthPath = "/healthz"

// identified lets nobody past whose key is not in force, whatever the address.
func (s *service) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == healthPath || r.URL.Path == signingKeysPath {
			next.ServeHTTP(w, r)
			return
		}
		principal, err := s.identify(r)
		if err != nil {
			writeProblem(w, r, s.log, err)
			return
		}
		callOf(r.Context()).principal = principal
		next.ServeHTTP(w, r.WithContext(rapporteur.OnBehalf(r.Context(), principal)))
	})
}

func (s *service) identify(r *http.Request) (rapporteur.Principal, error) {
	scheme, secret, found := strings.Cut(r.Header.Get("Authorization"), " ")
	if !found || !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return rapporteur.Principal{}, rapporteur.Problemf(rapporteur.ProblemUnidentified, "No key came with the request",
			"Send the header Authorization: Bearer rap_… with the request.")
	}
	return s.Keys.Authenticate(r.Context(), strings.TrimSpace(secret), s.Clock())
}
