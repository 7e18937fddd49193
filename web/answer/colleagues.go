package answer

import (
	"errors"
	"net/http"
	"net/mail"
	"net/url"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
	"github.com/rapporteur/rapporteur/web/frame"
)

var colleaguesPage = parse("colleagues.html")

// colleaguesView is to whom work on the answers is delegated, and for a lead the
// form by which that is done.
type colleaguesView struct {
	asked
	All        []rapporteur.Colleague
	Form       url.Values
	Tongues    []option
	Complaints []complaint
}

// State says how a delegation stands: now, later, over.
func (v colleaguesView) State(c rapporteur.Colleague) string {
	switch {
	case c.Over(v.Today):
		return "over"
	case c.InForce(v.Today):
		return "now"
	}
	return "later"
}

// showColleagues is that page.
func (p pages) showColleagues(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	a.Today = rapporteur.DateOf(v.Now()) // people come in by the wall clock
	until := a.Due
	if until.Before(a.Today) {
		until = a.Today.AddDays(14)
	}
	form := url.Values{"language": {v.Language}, "from": {a.Today.String()}, "until": {until.String()}}
	return p.renderColleagues(v, http.StatusOK, a, form, nil)
}

func (p pages) renderColleagues(v *frame.Visit, status int, a asked, form url.Values, complaints []complaint) error {
	all, err := rapporteur.Delegations{SignIn: p.SignIn}.List(v.Context(), v.Principal, a.Contributor)
	if err != nil {
		return err
	}
	view := colleaguesView{asked: a, All: all, Form: form, Complaints: complaints}
	for _, code := range rapporteur.Languages {
		view.Tongues = append(view.Tongues, option{code, wording.Autonym(code)})
	}
	return v.Render(status, colleaguesPage, view)
}

// delegate gives a delegation, or ends one. The colleague is written to.
func (p pages) delegate(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	a.Today = rapporteur.DateOf(v.Now())
	form, err := v.Form()
	if err != nil {
		return err
	}
	say, delegations := words.In(v.Language), rapporteur.Delegations{SignIn: p.SignIn}
	if id := form.Get("end"); id != "" {
		if err := delegations.End(v.Context(), v.Principal, a.Contributor, id); err != nil {
			return err
		}
		v.Note(say.Say("colleagues.ended"))
		return v.Redirect(a.Base() + "/colleagues")
	}
	c := rapporteur.Colleague{Contributor: a.Contributor, Name: form.Get("name"), Address: form.Get("address"), Language: form.Get("language")}
	var complaints []complaint
	complain := func(bad bool, at string) {
		if bad {
			complaints = append(complaints, complaint{at, say.Say("colleagues." + at + "_wrong")})
		}
	}
	var fromErr, untilErr error
	c.From, fromErr = rapporteur.ParseDate(form.Get("from"))
	c.Until, untilErr = rapporteur.ParseDate(form.Get("until"))
	parsed, addressErr := mail.ParseAddress(c.Address)
	complain(c.Name == "" || len([]rune(c.Name)) > 200, "name")
	complain(addressErr != nil || parsed.Address != c.Address, "address")
	complain(!slices.Contains(rapporteur.Languages, c.Language), "language")
	complain(fromErr != nil, "from")
	complain(untilErr != nil || c.Until.Before(c.From) || c.Until.Before(a.Today), "until")
	if len(complaints) > 0 {
		return p.renderColleagues(v, http.StatusUnprocessableEntity, a, form, complaints)
	}
	_, err = delegations.Give(v.Context(), v.Principal, c, v.CommandID())
	if problem, ok := errors.AsType[*rapporteur.Problem](err); ok && (problem.Kind == rapporteur.ProblemInvalid || problem.Kind == rapporteur.ProblemConflict) {
		return p.renderColleagues(v, frame.StatusOf(problem), a, form, []complaint{{"until", say.Say("colleagues.refused")}})
	}
	if err != nil {
		return err
	}
	v.Note(say.Say("colleagues.given"))
	return v.Redirect(a.Base() + "/colleagues")
}
