package answer

import (
	"errors"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var extensionPage = parse("extension.html")

// extensionView is what the page of a wish for more time shows.
type extensionView struct {
	asked
	Until, Reason string // as written so far
	Complaints    []complaint
}

// showExtension is the form for a wish for more time, or why there is none.
func (p pages) showExtension(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	return v.Render(http.StatusOK, extensionPage, extensionView{asked: a})
}

// askExtension asks for it. The same form again asks nothing more.
func (p pages) askExtension(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	form, err := v.Form()
	if err != nil {
		return err
	}
	view := extensionView{asked: a, Until: form.Get("until"), Reason: form.Get("reason")}
	say := words.In(v.Language)
	until, err := rapporteur.ParseDate(view.Until)
	if err != nil || until.Before(a.Earliest()) || until.After(a.Longest()) {
		if a.Extension != rapporteur.ExtensionAsked { // else it may be the same form again
			view.Complaints = append(view.Complaints, complaint{"until", say.Say("extension.bounds", "From", a.Earliest().WordsIn(v.Language), "To", a.Longest().WordsIn(v.Language))})
		}
	}
	if view.Reason == "" {
		view.Complaints = append(view.Complaints, complaint{"reason", say.Say("extension.reason")})
	}
	if len(view.Complaints) > 0 {
		return v.Render(http.StatusUnprocessableEntity, extensionPage, view)
	}
	_, err = p.Correspondence.AskExtension(v.Context(), v.Principal, a.RequestKey, until, view.Reason, v.CommandID())
	problem, ok := errors.AsType[*rapporteur.Problem](err)
	switch {
	case ok && problem.Kind == rapporteur.ProblemConflict:
		return v.Redirect(a.Base()) // which says how it stands
	case err != nil:
		return err
	}
	v.Note(say.Say("extension.sent", "Date", until.WordsIn(v.Language)))
	return v.Redirect(a.Base())
}
