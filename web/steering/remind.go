package steering

import "github.com/rapporteur/rapporteur/web/frame"

// remind has a reminder sent out of turn.
func (p pages) remind(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	key := frame.RequestOf(v.Request)
	if _, err := p.Secretariat.Remind(v.Context(), v.Principal, key, form.Get("reason"), v.CommandID()); err != nil {
		return p.again(v, "remind", err)
	}
	v.Note("The reminder goes out now. It is not sent if an answer comes first; the ledger below says what came of it.")
	return v.Redirect(requestAt(key))
}
