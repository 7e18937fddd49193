package web

import (
	"errors"
	"net/http"

	"github.com/rapporteur/rapporteur"
)

var problemPage = templateOf("problem.html")

// problemView is what the page of a problem shows.
type problemView struct {
	Title  string
	Detail string
}

// fail shows what is wrong. What is no problem of the client's is logged and
// not told.
func (p *pages) fail(w http.ResponseWriter, err error) {
	w.Header().Set("Cache-Control", "no-store")
	problem, ok := errors.AsType[*rapporteur.Problem](err)
	if ok && problem.Kind == rapporteur.ProblemNotFound {
		p.render(w, http.StatusNotFound, problemPage, problemView{Title: problem.Title, Detail: problem.Detail})
		return
	}
	p.Logger.Error().Err(err).Msg("page")
	p.render(w, http.StatusInternalServerError, problemPage, problemView{
		Title: "The page cannot be shown", Detail: "Something is wrong here, not with what you asked for. Try again later.",
	})
}
