package rapporteur

import (
	"fmt"
	"time"
)

// SnoozeEvent has reminders rest until a day, or lets them go again where Until
// is zero.
type SnoozeEvent struct {
	Until   Date
	Longest Date // the end of collection: reminders do not rest past it
}

// Chases reports whether a notice reminds of what is owed; all others tell
// something that has happened.
func (n Notice) Chases() bool { return n == NoticeReminder || n == NoticeOverdue || n == NoticeFinal }

// Snoozed reports whether reminders rest at a business time. What else there is
// to tell is told.
func (r Request) Snoozed(now time.Time) bool { return DateOf(now).Before(r.SnoozedUntil) }

// remind has a reminder sent out of turn. Its number grows with each.
func (r Request) remind(now time.Time) (Request, []RequestEffect, error) {
	switch {
	case !r.Chaseable():
		return r, nil, invalidStep("There is nothing to remind of: the request is %s.", r.State)
	case r.Extension == ExtensionAsked:
		return r, nil, invalidStep("More time was asked for until %s. Decide on that first.", r.AskedUntil)
	case r.Snoozed(now):
		return r, nil, invalidStep("Reminders rest until %s. Let them go again first.", r.SnoozedUntil)
	}
	r.Reminders++
	return r, nil, nil
}

func (r Request) snooze(e SnoozeEvent, now time.Time) (Request, []RequestEffect, error) {
	switch {
	case !r.Chaseable():
		return r, nil, invalidStep("There are no reminders to rest: the request is %s.", r.State)
	case e.Until.IsZero() && !r.Snoozed(now):
		return r, nil, invalidStep("Reminders do not rest.")
	case e.Until.IsZero():
	case !e.Until.After(DateOf(now)):
		return r, nil, Problemf(ProblemInvalid, "The day is over", "Give a day after %s from which reminders may go again.", DateOf(now))
	case e.Until.After(e.Longest):
		return r, nil, Problemf(ProblemInvalid, "Too long", "Collection closes on %s; give a day not after it.", e.Longest)
	}
	r.SnoozedUntil = e.Until
	return r, nil, nil
}

// ReminderRung is the ledger's rung of the n-th reminder that a person had sent
// out of turn.
func ReminderRung(n int) string { return fmt.Sprintf("manual-%d", n) }
