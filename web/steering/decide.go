package steering

import (
	"net/http"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

// inCapacity is for whom the form of a request decides: the own office where it
// does not say.
func inCapacity(r *http.Request, p rapporteur.Principal) capacity {
	office, principal, ok := strings.Cut(r.PostFormValue("capacity"), "|")
	if !ok {
		return capacity{Office: p.Office}
	}
	return capacity{Office: office, For: principal}
}

// aboutDecision is for the policy whose decision the form is. Whether something
// is delegated the clearance itself checks.
func aboutDecision(r *http.Request, p rapporteur.Principal) access.Resource {
	c := inCapacity(r, p)
	return access.Resource{Cycle: frame.CycleOf(r), Office: c.Office, ByDelegation: c.For != ""}
}

// decide approves or returns a draft. It names the hash of the text that was
// read, so that an approval never covers a later change.
func (p pages) decide(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	number, err := draftNumber(v)
	if err != nil {
		return err
	}
	as := inCapacity(v.Request, v.Principal)
	decision := rapporteur.Decision{
		ID: v.CommandID(), Cycle: frame.CycleOf(v.Request), Draft: number, DraftHash: form.Get("hash"), Step: form.Get("step"), Office: as.Office,
		Actor: v.Principal.ID, For: as.For, Approve: form.Get("decision") == "approve", Comments: form.Get("comments"),
	}
	switch to := form.Get("return-to"); {
	case decision.Approve:
	case form.Get("decision") != "return" || to == "":
		err = rapporteur.Problemf(rapporteur.ProblemInvalid, "A decision is needed", "Approve the draft, or say to where it goes back.")
	default:
		decision.ReturnTo = to
	}
	if err == nil {
		err = p.Steering.Decide(v.Context(), decision, nil)
	}
	if err != nil {
		return p.draftAgain(v, "decide", err)
	}
	if decision.Approve {
		v.Note("Approved for " + decision.Office + ": the text with the hash " + decision.DraftHash[:12] + "…, and no other.")
	} else {
		v.Note("Returned for " + decision.Office + ", with your comments.")
	}
	return v.Redirect(draftAt(decision.Cycle, number))
}

// draftAgain shows the page of the draft with what was wrong with one of its
// forms.
func (p pages) draftAgain(v *frame.Visit, act string, problem error) error {
	why, mendable := complaint(problem)
	if !mendable {
		return problem
	}
	view, err := p.draftView(v)
	if err != nil {
		return err
	}
	view.Alert, view.Act = alertOf(why), act
	if view.Typed, err = v.Form(); err != nil {
		return err
	}
	return v.Render(frame.StatusOf(why), draftPage, view)
}
