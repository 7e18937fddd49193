package steering

import (
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

// aboutOffice is for the policy the visitor's own office.
func aboutOffice(r *http.Request, p rapporteur.Principal) access.Resource {
	return access.Resource{Cycle: frame.CycleOf(r), Office: p.Office}
}

// delegate lets somebody else decide for the visitor's office while they are
// away. The record of a decision then names both.
func (p pages) delegate(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	number, err := draftNumber(v)
	if err != nil {
		return err
	}
	g := rapporteur.Delegation{
		ID: v.CommandID(), Cycle: frame.CycleOf(v.Request), Draft: number, Office: v.Principal.Office, From: v.Principal.ID, To: form.Get("to"),
	}
	if g.Starts, err = dateField(form.Get("starts")); err == nil {
		g.Ends, err = dateField(form.Get("ends"))
	}
	if err == nil {
		err = p.Steering.Delegate(v.Context(), g, nil)
	}
	if err != nil {
		return p.draftAgain(v, "delegate", err)
	}
	names, err := p.names(v)
	if err != nil {
		return err
	}
	v.Note(names.Of(g.To) + " decides for " + g.Office + " from " + g.Starts.Words() + " to " + g.Ends.Words() + ".")
	return v.Redirect(draftAt(g.Cycle, number))
}
