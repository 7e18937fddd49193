package steering

import (
	"net/http"
	"net/url"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var returnPage = parse("return.html", "answer.html")

// returnView is the form by which an answer is sent back.
type returnView struct {
	Cycle    cycleView
	At, Name string
	Request  rapporteur.Request
	Answer   answerView
	By       rapporteur.Date // where no date is given
	Tomorrow rapporteur.Date
	Closes   rapporteur.Date
	Alert    *alert
	Typed    url.Values
}

// askReturn shows the newest answer with a place for comments at every question.
func (p pages) askReturn(v *frame.Visit) error {
	return p.returnForm(v, http.StatusOK, nil, url.Values{})
}

func (p pages) returnForm(v *frame.Visit, status int, trouble *alert, typed url.Values) error {
	key := frame.RequestOf(v.Request)
	cycle, found, err := p.readRequest(v.Context(), key)
	if err != nil {
		return err
	}
	today, closes := rapporteur.DateOf(cycle.Now), cycle.Plan.Date(rapporteur.DateCloses)
	view := returnView{
		Cycle: cycle, At: requestAt(key), Name: p.name(cycle, key.Contributor), Request: found.request, By: today.Add(cycle.Policy.FollowUp.CorrectWithin),
		Tomorrow: today.AddDays(1), Closes: closes, Alert: trouble, Typed: typed,
	}
	if view.By.After(closes) {
		view.By = closes
	}
	version := found.request.Standing()
	if version == 0 {
		return rapporteur.Problemf(rapporteur.ProblemConflict, "Nothing to return", "There is no accepted answer of %s.", view.Name)
	}
	if view.Answer, err = p.readAnswer(v, key, version); err != nil {
		return err
	}
	return v.Render(status, returnPage, view)
}
