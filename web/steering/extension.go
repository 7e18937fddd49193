package steering

import (
	"strconv"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// decideExtension grants or refuses the time that was asked for.
func (p pages) decideExtension(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	key := frame.RequestOf(v.Request)
	number, err := strconv.Atoi(v.Param("number"))
	if err != nil {
		return rapporteur.NotFound("follow-up of this request", v.Param("number"))
	}
	decision := rapporteur.ExtensionDecision{ID: v.CommandID(), Actor: v.Principal.ID, Granted: form.Get("decision") == "grant", Reason: form.Get("reason")}
	switch {
	case decision.Granted:
		decision.Until, err = dateField(form.Get("until"))
	case form.Get("decision") != "refuse":
		err = rapporteur.Problemf(rapporteur.ProblemInvalid, "A decision is needed", "Grant the time or refuse it.")
	case decision.Reason == "":
		err = rapporteur.Problemf(rapporteur.ProblemInvalid, "A reason is needed", "Say why no more time can be given; the contributor reads it.")
	}
	if err == nil {
		err = p.Steering.DecideExtension(v.Context(), key, number, decision, nil)
	}
	switch {
	case err != nil:
		return p.again(v, "extension", err)
	case decision.Granted:
		v.Note("More time is granted. The contributor is written to.")
	default:
		v.Note("More time is refused. The contributor is written to, with your reason.")
	}
	return v.Redirect(requestAt(key))
}
