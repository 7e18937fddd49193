package admin

import (
	"context"
	"errors"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var drafterPage = parse("drafter.html")

// drafterView is the page on which somebody else becomes the lead drafter.
type drafterView struct {
	Places                   []place
	Address, Title           string
	Present                  string
	Candidates               []rapporteur.StaffMember // of the Secretariat, in force
	Chosen, Reason, Mistaken string
}

// aboutLeading takes the best case; what is true is asked when the cycle is read.
func aboutLeading(r *http.Request, _ rapporteur.Principal) access.Resource {
	return access.Resource{Cycle: frame.CycleOf(r), Leading: true}
}

func (p pages) askDrafter(v *frame.Visit) error { return p.drafterForm(v, http.StatusOK, "", "", "") }

func (p pages) drafterForm(v *frame.Visit, status int, chosen, reason, mistaken string) error {
	id := frame.CycleOf(v.Request)
	view := drafterView{Places: placesOf(v, ""), Address: adminAddress(id), Chosen: chosen, Reason: reason, Mistaken: mistaken}
	err := p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		c, err := r.Cycle(ctx, id)
		if err != nil {
			return err
		}
		if err := mayAppoint(v.Principal)(c); err != nil {
			return err
		}
		view.Title, view.Present = p.titleOf(c), c.LeadDrafter
		return nil
	})
	if err != nil {
		return err
	}
	names, err := p.names(v)
	if err != nil {
		return err
	}
	view.Present = names.Of(view.Present)
	if view.Candidates, err = p.persons().Staff(v.Context(), v.Principal, rapporteur.RoleSecretariat); err != nil {
		return err
	}
	return v.Render(status, drafterPage, view)
}

func mayAppoint(who rapporteur.Principal) func(rapporteur.Cycle) error {
	return func(c rapporteur.Cycle) error {
		return access.Allow(who, access.AppointDrafter, access.Resource{Cycle: c.ID, Leading: c.LeadDrafter == who.ID})
	}
}

// appointDrafter gives the drafting of a cycle to somebody else.
func (p pages) appointDrafter(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	id, drafter, reason := frame.CycleOf(v.Request), form.Get("drafter"), form.Get("reason")
	err = p.Secretariat.Appoint(v.Context(), v.Principal, id, drafter, reason, mayAppoint(v.Principal))
	if problem, ok := errors.AsType[*rapporteur.Problem](err); ok && problem.Kind == rapporteur.ProblemInvalid {
		return p.drafterForm(v, http.StatusUnprocessableEntity, drafter, reason, problem.Detail)
	}
	if err != nil {
		return err
	}
	names, err := p.names(v)
	if err != nil {
		return err
	}
	v.Note("The drafting is led by " + names.Of(drafter) + " from now on.")
	return v.Redirect(adminAddress(id))
}
