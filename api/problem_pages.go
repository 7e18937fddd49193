package api

import (
	"encoding/json"
	"html/template"
	"net/http"

	"github.com/danielgtaylor/huma/v2/negotiation"
	"github.com/go-chi/chi/v5"

	"github.com/rapporteur/rapporteur"
)

var problemPage = template.Must(template.New("problem").Parse(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body>
<h1>{{.Title}}</h1>
<p>Status code {{.Status}}, kind <code>{{.Kind}}</code>.</p>
<p>{{.Meaning}}</p>
<p>{{.Advice}}</p>
</body>
</html>
`))

// problemText is a kind of problem on its page.
type problemText struct {
	Kind    string `json:"kind"`
	Status  int    `json:"status"`
	Title   string `json:"title"`
	Meaning string `json:"meaning"`
	Advice  string `json:"advice"`
}

// explainProblem serves the page that the type of a problem document leads to,
// for people and for programs. It is open: whoever has no key must be able to
// read why.
func (s *service) explainProblem(w http.ResponseWriter, r *http.Request) {
	kind := chi.URLParam(r, "kind")
	for _, k := range problemKinds {
		if k.kind != kind {
			continue
		}
		text := problemText{Kind: k.kind, Status: k.status, Title: k.title, Meaning: k.meaning, Advice: k.advice}
		w.Header().Set("Cache-Control", "public, max-age=3600")
		w.Header().Set("Vary", "Accept")
		var err error
		if negotiation.SelectQValue(r.Header.Get("Accept"), []string{"application/json", "text/html"}) == "text/html" {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			err = problemPage.Execute(w, text)
		} else {
			w.Header().Set("Content-Type", "application/json")
			err = json.NewEncoder(w).Encode(text)
		}
		if err != nil {
			s.log.Debug().Err(err).Str("request", callOf(r.Context()).id).Msg("cannot write page")
		}
		return
	}
	writeProblem(w, r, s.log, rapporteur.NotFound("kind of problem", kind))
}
