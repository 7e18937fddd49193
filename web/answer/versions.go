package answer

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var (
	versionsPage = parse("versions.html")
	versionPage  = parse("version.html")
	withdrawPage = parse("withdraw.html")
)

// Withdrawable reports whether the contributor can take back what stands.
func (a asked) Withdrawable() bool {
	return a.Lead && a.Standing() > 0 && a.Run.Phase.Rank() < rapporteur.PhaseTransmitted.Rank()
}

// versionsView is the list of versions, the newest first.
type versionsView struct {
	asked
	All []rapporteur.Submission
}

// showVersions lists what was submitted when.
func (p pages) showVersions(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	view := versionsView{asked: a, All: slices.Clone(a.Versions)}
	slices.Reverse(view.All)
	return v.Render(http.StatusOK, versionsPage, view)
}

// versionView is one version in words, and what it changed.
type versionView struct {
	asked
	Submission rapporteur.Submission
	Masked     bool
	Before     int // the version before; 0 for none
	Changes    []rapporteur.Change
	Content    []rapporteur.Change
	More       int // that are left out, where there are very many
}

// showVersion is what was answered, question by question, and how it differs from
// the version before. Reading it leaves a record.
func (p pages) showVersion(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(v.Param("version"))
	n := slices.IndexFunc(a.Versions, func(s rapporteur.Submission) bool { return s.Version == number })
	if err != nil || n < 0 {
		return rapporteur.NotFound("version", v.Param("version"))
	}
	reading, err := p.Correspondence.Read(v.Context(), v.Principal, a.RequestKey, number)
	if err != nil {
		return err
	}
	view := versionView{asked: a, Submission: a.Versions[n], Masked: reading.Masked}
	now := rapporteur.Answered{Questionnaire: reading.Questionnaire, Body: reading.Body}
	content, err := p.Catalogue.Compare(v.Context(), rapporteur.Answered{Questionnaire: now.Questionnaire, Body: []byte("{}")}, now, v.Language)
	if err != nil {
		return err
	}
	view.Content, view.More = content.Changes, content.More
	if n > 0 {
		before, err := p.Correspondence.Read(v.Context(), v.Principal, a.RequestKey, a.Versions[n-1].Version)
		if err != nil {
			return err
		}
		changed, err := p.Catalogue.Compare(v.Context(), rapporteur.Answered{Questionnaire: before.Questionnaire, Body: before.Body}, now, v.Language)
		if err != nil {
			return err
		}
		view.Before, view.Changes = before.Version, changed.Changes
		view.More = max(view.More, changed.More)
	}
	return v.Render(http.StatusOK, versionPage, view)
}

// withdrawView is what the page of a withdrawal shows.
type withdrawView struct {
	asked
	Standing   rapporteur.Submission
	Reason     string
	Complaints []complaint
}

// showWithdrawal is the page on which an answer is taken back, and what that
// means.
func (p pages) showWithdrawal(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	s, ok := a.Newest()
	if !ok || !a.Withdrawable() {
		return closed(v, a)
	}
	return v.Render(http.StatusOK, withdrawPage, withdrawView{asked: a, Standing: s})
}

// withdraw takes back the version that the form named, with a reason.
func (p pages) withdraw(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	form, err := v.Form()
	if err != nil {
		return err
	}
	say := words.In(v.Language)
	version, _ := strconv.Atoi(form.Get("version"))
	if reason := form.Get("reason"); reason == "" {
		s, ok := a.Newest()
		if !ok {
			return closed(v, a)
		}
		view := withdrawView{asked: a, Standing: s, Complaints: []complaint{{"reason", say.Say("withdraw.reason")}}}
		return v.Render(http.StatusUnprocessableEntity, withdrawPage, view)
	}
	_, err = p.Correspondence.Withdraw(v.Context(), v.Principal, a.RequestKey, version, form.Get("reason"))
	switch {
	case rapporteur.IsProblem(err, rapporteur.ProblemClosed), rapporteur.IsProblem(err, rapporteur.ProblemConflict), rapporteur.IsProblem(err, rapporteur.ProblemStale), rapporteur.IsProblem(err, rapporteur.ProblemNotFound):
		v.Note(say.Say("withdraw.not"))
	case err != nil:
		return err
	default:
		v.Note(say.Say("withdraw.done", "Version", version))
	}
	return v.Redirect(a.Base())
}
