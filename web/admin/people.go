package admin

import (
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var peoplePage = parse("people.html")

// peopleView is everybody who has ever signed in.
type peopleView struct {
	Places    []place
	People    []personRow
	Complaint string
}

// personRow is one person.
type personRow struct {
	rapporteur.Person
	For string // the contributor's name, or the office
}

func (p pages) showPeople(v *frame.Visit) error { return p.people(v, http.StatusOK, "") }

func (p pages) people(v *frame.Visit, status int, complaint string) error {
	found, err := p.persons().List(v.Context())
	if err != nil {
		return err
	}
	view := peopleView{Places: placesOf(v, peopleAddress), Complaint: complaint}
	for _, who := range found {
		row := personRow{Person: who, For: who.Office}
		if who.Contributor != "" {
			row.For = p.nameOf(rapporteur.Cycle{StartedAt: v.Now()}, who.Contributor)
		}
		view.People = append(view.People, row)
	}
	return v.Render(status, peoplePage, view)
}

// changePerson blocks somebody or lets them in again.
func (p pages) changePerson(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	change, done := p.persons().Block, "Blocked: their sessions have ended, and no link lets them in."
	if form.Get("change") == "unblock" {
		change, done = p.persons().Unblock, "They can sign in again."
	}
	err = change(v.Context(), v.Principal, form.Get("person"), form.Get("reason"))
	if rapporteur.IsProblem(err, rapporteur.ProblemInvalid) {
		return p.people(v, http.StatusUnprocessableEntity, "Say why, in at most 2000 letters. Nothing was changed.")
	}
	if err != nil {
		return err
	}
	v.Note(done)
	return v.Redirect(peopleAddress)
}

// names are what those of the house are called.
func (p pages) names(v *frame.Visit) (rapporteur.StaffNames, error) {
	return p.persons().Names(v.Context(), v.Principal)
}

func (p pages) persons() rapporteur.Persons {
	return rapporteur.Persons{Store: p.Store, Clock: p.Clock}
}
