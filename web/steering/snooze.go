package steering

import "github.com/rapporteur/rapporteur/web/frame"

// snooze lets reminders rest until a day, or go again.
func (p pages) snooze(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	key := frame.RequestOf(v.Request)
	until, err := dateField(form.Get("until"))
	if err == nil && until.IsZero() && form.Get("lift") == "" {
		err = errNoDay
	}
	if err == nil {
		_, err = p.Secretariat.Snooze(v.Context(), v.Principal, key, until, form.Get("reason"), v.CommandID())
	}
	switch {
	case err != nil:
		return p.again(v, "snooze", err)
	case until.IsZero():
		v.Note("Reminders go again as planned.")
	default:
		v.Note("Reminders rest until " + until.Words() + ". Whatever else there is to tell is sent all the same.")
	}
	return v.Redirect(requestAt(key))
}
