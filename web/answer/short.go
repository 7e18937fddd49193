package answer

import (
	"net/http"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// shortOf is the return that the address names, with what it would record; a
// ProblemNotFound where it is none that is given on one page.
func shortOf(v *frame.Visit, a asked) (returnView, error) {
	kind := rapporteur.ReturnType(v.Param("type"))
	if !slices.Contains(rapporteur.ReturnLinkTypes, kind) {
		return returnView{}, rapporteur.NotFound("page", v.Request.URL.Path)
	}
	view := newReturnView(kind)
	view.asked = a
	view.From, view.To = period(a)
	return view, nil
}

// period is what an answer is about where nobody says otherwise: from the
// adoption until it was asked.
func period(a asked) (from, to rapporteur.Date) {
	from, to = a.Instrument.Adopted, rapporteur.DateOf(a.OpenedAt)
	if from.After(to) {
		from = to
	}
	return from, to
}

// showShort is the page of an answer that is given in one go: what it will
// record, and one button.
func (p pages) showShort(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	view, err := shortOf(v, a)
	switch {
	case err != nil:
		return err
	case !a.Open():
		return closed(v, a)
	}
	return v.Render(http.StatusOK, returnPage, view)
}

// closed leads to the request's page, which says how it stands, where nothing can
// be answered any more.
func closed(v *frame.Visit, a asked) error {
	v.Note(words.In(v.Language).Say("request.closed"))
	return v.Redirect(a.Base())
}

// takeShort records it and goes on to the receipt. Sent twice it is one version.
func (p pages) takeShort(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	view, err := shortOf(v, a)
	if err != nil {
		return err
	}
	form, err := v.Form()
	if err != nil {
		return err
	}
	view.Reason, view.Report = form.Get("reason"), form.Get("report")
	submission, err := p.Correspondence.SubmitShort(v.Context(), v.Principal, a.RequestKey, rapporteur.ShortReturn{
		Type: view.Kind, Language: v.Language, Reason: view.Reason, Report: view.Report,
	})
	if problem, ok := mendable(err); ok {
		view.Complaints = blocking(v, problem, view.field(), "missing."+string(view.Kind))
		return v.Render(http.StatusUnprocessableEntity, returnPage, view)
	}
	if rapporteur.IsProblem(err, rapporteur.ProblemClosed) {
		return closed(v, a)
	}
	if err != nil {
		return err
	}
	return v.Redirect(a.Base() + "/versions/" + itoa(submission.Version) + "/receipt")
}
