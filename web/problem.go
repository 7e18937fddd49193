package web

import (
	"errors"
	"net/http"

	"github.com/rapporteur/rapporteur"
)

var problemPage = templateOf("problem.html")

// problemView is what the page of a problem shows.
type problemView struct {
	Language string
	Title    string
	Detail   string
}

// problem shows what is wrong and what to do.
func (p *pages) problem(w http.ResponseWriter, status int, language string, words [2]string) {
	w.Header().Set("Cache-Control", "no-store")
	p.render(w, status, problemPage, problemView{Language: language, Title: words[0], Detail: words[1]})
}

// fail shows what is wrong. What is no problem of the client's is logged and
// not told.
func (p *pages) fail(w http.ResponseWriter, language string, err error) {
	problem, ok := errors.AsType[*rapporteur.Problem](err)
	if ok && problem.Kind == rapporteur.ProblemNotFound {
		words := returnTexts[language].NotFound
		if language == languages[0] {
			words = [2]string{problem.Title, problem.Detail}
		}
		p.problem(w, http.StatusNotFound, language, words)
		return
	}
	p.Logger.Error().Err(err).Msg("page")
	p.problem(w, http.StatusInternalServerError, language, returnTexts[language].Broken)
}

// useless says why a link cannot be used, and what to do.
func (p *pages) useless(w http.ResponseWriter, language string, state rapporteur.LinkState) {
	status := http.StatusGone
	if state == rapporteur.LinkForged {
		status = http.StatusForbidden
	}
	p.problem(w, status, language, returnTexts[language].Useless[state])
}
