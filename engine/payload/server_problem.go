package payload

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/rapporteur/rapporteur"
)

// refuse answers with a problem document (RFC 9457).
func (s *Server) refuse(w http.ResponseWriter, status int, title, detail string) {
	document, err := json.Marshal(struct {
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{title, status, detail})
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="rapporteur"`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = w.Write(document) // who does not wait for it has no use for an error
}

// fail answers with a problem that whoever identifies or records has found. What
// is none goes to the log.
func (s *Server) fail(w http.ResponseWriter, err error) {
	p, ok := errors.AsType[*rapporteur.Problem](err)
	switch {
	case !ok:
		s.Logger.Error().Err(err).Msg("cannot decode payloads")
		s.refuse(w, http.StatusServiceUnavailable, "Not possible for the moment", "The record does not answer. Try again later.")
	case p.Kind == rapporteur.ProblemUnidentified:
		s.refuse(w, http.StatusUnauthorized, p.Title, p.Detail)
	default:
		s.refuse(w, http.StatusForbidden, p.Title, p.Detail)
	}
}
