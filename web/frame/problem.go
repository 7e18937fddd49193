package frame

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
)

var (
	problemPage  = Parse(words, files, "templates/problem.html")
	keepFormPage = Parse(words, files, "templates/keep_form.html")
)

// problemView is what the page of a problem shows.
type problemView struct {
	Title, Detail string
	English       string   // what is known beyond that, where the page's language is another
	Findings      []string // what blocks a submission
	ID            string   // by which the log has more
	Home          string
}

// statuses are the status codes of problems (RFC 9110, section 15.5).
var statuses = map[rapporteur.ProblemKind]int{
	rapporteur.ProblemMalformed: http.StatusBadRequest, rapporteur.ProblemUnidentified: http.StatusUnauthorized,
	rapporteur.ProblemForbidden: http.StatusForbidden, rapporteur.ProblemNotFound: http.StatusNotFound,
	rapporteur.ProblemConflict: http.StatusConflict, rapporteur.ProblemClosed: http.StatusConflict,
	rapporteur.ProblemStale: http.StatusConflict, rapporteur.ProblemUnreachable: http.StatusConflict,
	rapporteur.ProblemPrecondition: http.StatusPreconditionFailed, rapporteur.ProblemTooLarge: http.StatusRequestEntityTooLarge,
	rapporteur.ProblemLimited: http.StatusTooManyRequests, rapporteur.ProblemUnavailable: http.StatusServiceUnavailable,
}

// StatusOf is the status code of a problem.
func StatusOf(p *rapporteur.Problem) int {
	return cmp.Or(statuses[p.Kind], http.StatusUnprocessableEntity)
}

// end shows what is wrong, if anything is. What is no problem of the visitor's is
// logged under the request's id and not told.
func (v *Visit) end(err error) {
	if err == nil {
		return
	}
	w := words.In(v.Language)
	view := problemView{Home: v.Home()}
	status := http.StatusInternalServerError
	if p, ok := errors.AsType[*rapporteur.Problem](err); ok {
		status = StatusOf(p)
		if status == http.StatusServiceUnavailable {
			v.Writer.Header().Set("Retry-After", soon)
		}
		view.Title, view.Detail, view.English = w.Say("problem."+string(p.Kind)+".title"), w.Say("problem."+string(p.Kind)+".detail"), p.Error()
		for _, f := range p.Findings {
			if f.Blocks() {
				view.Findings = append(view.Findings, f.Text(v.Language))
			}
		}
		if v.Language == wording.English {
			view.Title, view.Detail, view.English = p.Title, cmp.Or(p.Detail, view.Detail), ""
		}
	} else {
		view.ID = v.Writer.Header().Get(requestIDHeader)
		view.Title, view.Detail = w.Say("problem.internal.title"), w.Say("problem.internal.detail")
		v.frame.Logger.Error().Ctx(v.Request.Context()).Err(err).Str("request", view.ID).Str("page", v.page.ID).Msg("page")
	}
	if err := v.Render(status, problemPage, view); err != nil {
		http.Error(v.Writer, view.Title, status)
	}
}

// soon is when to try again what was not available, in seconds.
const soon = "5"

// sessionless answers where the record does not say who is signed in: without it
// there is no page, only words.
func sessionless(log zerolog.Logger) func(w http.ResponseWriter, r *http.Request, err error) {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		status, key := http.StatusInternalServerError, "problem.internal"
		if p, ok := errors.AsType[*rapporteur.Problem](err); ok {
			status, key = StatusOf(p), "problem."+string(p.Kind)
		}
		if status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", soon)
		}
		log.Warn().Err(err).Str("request", w.Header().Get(requestIDHeader)).Msg("cannot read session")
		said := words.In(wording.Match(r.Header.Get("Accept-Language"), append([]string{wording.English}, wording.Languages...)))
		http.Error(w, said.Say(key+".title")+". "+said.Say(key+".detail"), status)
	}
}

// Problem answers with a page that says, by keys of the frame's words, what is
// wrong and what to do.
func (v *Visit) Problem(status int, title, detail string) error {
	w := words.In(v.Language)
	return v.Render(status, problemPage, problemView{Title: w.Say(title), Detail: w.Say(detail), Home: v.Home()})
}

// Tell answers with a page that says in words what is wrong and what to do.
func (v *Visit) Tell(status int, title, detail string) error {
	return v.Render(status, problemPage, problemView{Title: title, Detail: detail, Home: v.Home()})
}

// field is one value of a form that is kept.
type field struct{ Name, Value string }

// keepForm answers a form that came without a session: nothing of it is done and
// nothing of it is lost. Whoever signs in in another window sends it again from
// here.
func (v *Visit) keepForm() error {
	if _, err := v.Form(); err != nil {
		return err
	}
	page := struct {
		Action, SignIn string
		Fields         []field
	}{Action: v.Request.URL.RequestURI(), SignIn: "/sign-in?next=" + url.QueryEscape("/signed-in")}
	form := v.Request.PostForm
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range form[name] {
			page.Fields = append(page.Fields, field{name, value})
		}
	}
	return v.Render(http.StatusUnauthorized, keepFormPage, page)
}
