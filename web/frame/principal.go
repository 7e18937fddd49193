package frame

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/alexedwards/scs/v2"

	"github.com/rapporteur/rapporteur"
)

// SignedIn is who is signed in by a request's cookie, for programs that serve no
// pages; the zero principal where nobody is. It does not ask whether they may
// still act (see InForce of the pages), and does not keep the session alive.
func SignedIn(r *http.Request, sessions *scs.SessionManager) (rapporteur.Principal, error) {
	var p rapporteur.Principal
	cookie, err := r.Cookie(sessions.Cookie.Name)
	if err != nil {
		return p, nil //nolint:nilerr // no cookie is nobody
	}
	ctx, err := sessions.Load(r.Context(), cookie.Value)
	if err != nil {
		return p, fmt.Errorf("cannot read session: %w", err)
	}
	document := sessions.GetString(ctx, principalKey)
	if document == "" {
		return p, nil
	}
	if err := json.Unmarshal([]byte(document), &p); err != nil {
		return rapporteur.Principal{}, nil //nolint:nilerr // written by another release
	}
	return p, nil
}
