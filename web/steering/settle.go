package steering

import (
	"strconv"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// errNoDay is what a form is told that wants a day.
var errNoDay = rapporteur.Problemf(rapporteur.ProblemInvalid, "A day is needed", "Give a day, written as YYYY-MM-DD.")

// settle takes an answer as it stands.
func (p pages) settle(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	key := frame.RequestOf(v.Request)
	version, err := strconv.Atoi(form.Get("version"))
	if err != nil || version < 1 {
		err = rapporteur.Problemf(rapporteur.ProblemInvalid, "A version is needed", "Load the page again and accept the version that it shows.")
		return p.again(v, "settle", err)
	}
	if _, err := p.Secretariat.Settle(v.Context(), v.Principal, key, version, v.CommandID()); err != nil {
		return p.again(v, "settle", err)
	}
	v.Note("Version " + strconv.Itoa(version) + " is accepted as it stands. It can still be returned until collection closes.")
	return v.Redirect(requestAt(key))
}
