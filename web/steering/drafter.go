package steering

import (
	"net/http"
	"net/url"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var drafterPage = parse("drafter.html")

// aboutDrafter takes the best case; what is true is asked when the cycle is read.
func aboutDrafter(r *http.Request, _ rapporteur.Principal) access.Resource {
	return access.Resource{Cycle: frame.CycleOf(r), Leading: true}
}

// askDrafter says who leads the drafting, and asks for another.
func (p pages) askDrafter(v *frame.Visit) error {
	return p.drafterForm(v, http.StatusOK, nil, url.Values{})
}

func (p pages) drafterForm(v *frame.Visit, status int, trouble *alert, typed url.Values) error {
	cycle, err := p.readCycle(v.Context(), frame.CycleOf(v.Request), nil)
	if err != nil {
		return err
	}
	candidates, err := p.persons().Staff(v.Context(), v.Principal, rapporteur.RoleSecretariat)
	if err != nil {
		return err
	}
	names, err := p.names(v)
	if err != nil {
		return err
	}
	return v.Render(status, drafterPage, struct {
		Cycle      cycleView
		Present    string
		Candidates []rapporteur.StaffMember
		May        bool
		Typed      url.Values
		Alert      *alert
	}{cycle, names.Of(cycle.LeadDrafter), candidates, mayAppoint(v, cycle.Cycle) == nil, typed, trouble})
}

func mayAppoint(v *frame.Visit, c rapporteur.Cycle) error {
	return access.Allow(v.Principal, access.AppointDrafter, access.Resource{Cycle: c.ID, Leading: c.LeadDrafter == v.Principal.ID})
}

// appointDrafter makes somebody else the lead drafter.
func (p pages) appointDrafter(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	id := frame.CycleOf(v.Request)
	err = p.Secretariat.Appoint(v.Context(), v.Principal, id, form.Get("drafter"), form.Get("reason"), func(c rapporteur.Cycle) error { return mayAppoint(v, c) })
	if why, mendable := complaint(err); mendable {
		return p.drafterForm(v, frame.StatusOf(why), alertOf(why), form)
	}
	if err != nil {
		return err
	}
	names, err := p.names(v)
	if err != nil {
		return err
	}
	v.Note("The lead drafter is " + names.Of(form.Get("drafter")) + " from now on.")
	return v.Redirect("/cycles/" + string(id) + "/drafts")
}
