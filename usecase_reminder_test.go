package rapporteur_test

import (
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

func (h *house) remind(cycle rapporteur.Cycle, who rapporteur.ContributorID, id string) (rapporteur.Request, error) {
	return h.secretariat.Remind(h.t.Context(), staff, key(cycle, who), "They promised it by telephone.", id)
}

// sendReminder is what the worker does about the n-th reminder.
func (h *house) sendReminder(cycle rapporteur.Cycle, who rapporteur.ContributorID, n int) {
	h.t.Helper()
	must(h.t, h.conduct.SendReminder(h.t.Context(), key(cycle, who), n, h.moment()))
}

func TestAReminderOutOfTurn(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.set(due.AddDays(-40).At(9))
	h.relay()
	for range 2 { // the same call again
		request, err := h.remind(cycle, kenya, "r1")
		must(t, err)
		same(t, "reminders", request.Reminders, 1)
	}
	same(t, "relayed", h.relayed(), []string{"start-reminder reminder/" + string(cycle.ID) + "/state-ken/1"})
	_, err := h.remind(cycle, kenya, "on its way")
	refused(t, err, rapporteur.ProblemConflict, "today")
	h.sendReminder(cycle, kenya, 1)
	h.unchanged("sending again", func() { h.sendReminder(cycle, kenya, 1) })
	same(t, "mails", h.mails(), []string{"reminder state-ken"})
	same(t, "the ledger", h.chased(cycle), []string{"state-ken manual-1 2018-09-14 sent"})
	_, err = h.remind(cycle, kenya, "r2")
	refused(t, err, rapporteur.ProblemConflict, "today")
	h.set(due.AddDays(3).At(9))
	request, err := h.remind(cycle, kenya, "r2")
	must(t, err)
	h.sendReminder(cycle, kenya, request.Reminders)
	same(t, "mails", h.mails(), []string{"overdue state-ken", "reminder state-ken"})
	records := h.audited(cycle, rapporteur.ActionReminderAsked)
	if len(records) != 2 || records[0].Actor != staff.ID || records[0].Reason != "They promised it by telephone." {
		t.Errorf("the record says %+v", records)
	}
}

// An answer that comes before the mail keeps it from being sent, and a rest does.
func TestNoReminderOutOfTurnAfterAnAnswer(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	for _, id := range []rapporteur.ContributorID{kenya, france} {
		_, err := h.remind(cycle, id, "r")
		must(t, err)
	}
	h.answer(cycle, kenya, "In time.")
	_, err := h.secretariat.Snooze(t.Context(), staff, key(cycle, france), due, "They are at it.", "s")
	must(t, err)
	h.unchanged("sending", func() {
		h.sendReminder(cycle, kenya, 1)
		h.sendReminder(cycle, france, 1)
	})
	if n := h.sink.Count(); n != 0 {
		t.Errorf("%d mails", n)
	}
	_, err = h.remind(cycle, kenya, "r2")
	refused(t, err, rapporteur.ProblemConflict, "received")
}

// An attempt that failed is repeated with the same message, also where the
// deadline has passed or moved between the two.
func TestAReminderThatWasCutShortGoesAgainAsItWas(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	h.set(due.AddDays(-3).At(9))
	_, err := h.remind(cycle, kenya, "r")
	must(t, err)
	h.sink.SetMode(smtpsink.Forget)
	if err := h.conduct.SendReminder(t.Context(), key(cycle, kenya), 1, h.moment()); err == nil {
		t.Fatal("a connection that broke is no success")
	}
	h.sink.SetMode(smtpsink.Accept)
	h.set(due.AddDays(5).At(9))
	must(t, h.apply(cycle, rapporteur.Command{
		ID: "m", Kind: rapporteur.CommandMoveDeadline, Actor: staff.ID, Date: due.AddDays(10), Authority: "S/2018/800", Reason: "More time.",
	}))
	h.sendReminder(cycle, kenya, 1)
	same(t, "the ledger", h.chased(cycle)[:1], []string{"state-ken manual-1 2018-09-14 sent"})
	same(t, "mails", h.mails(), []string{"deadline-moved state-ken", "reminder state-ken", "reminder state-ken"}) // the server had the first
	if ids := h.messageIDs(0); ids[0] != ids[2] {
		t.Errorf("the reminder went as %q", ids)
	}
}

// Where reminders rest the ladder passes by; what is no reminder is sent, and the
// next rung after the rest is climbed.
func TestRungsPassByWhereRemindersRest(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	first := rung(t, cycle, "system-first")
	_, err := h.secretariat.Snooze(t.Context(), staff, key(cycle, unodc), rapporteur.DateOf(first.At).AddDays(1), "In liquidation.", "s")
	must(t, err)
	h.set(first.At)
	same(t, "result", h.send(cycle, first), rapporteur.SendResult{Sent: 3, Skipped: 1})
	h.set(first.At.Add(48 * time.Hour))
	second := first
	second.Rung.ID = "again"
	same(t, "result", h.send(cycle, second), rapporteur.SendResult{Sent: 4})
	escalation := rapporteur.PlannedRung{Rung: rapporteur.Rung{ID: "escalate", Notice: rapporteur.NoticeEscalation, Escalates: true}, At: h.clock(), Due: due}
	_, err = h.secretariat.Snooze(t.Context(), staff, key(cycle, unodc), due, "Still.", "s2")
	must(t, err)
	same(t, "result", h.send(cycle, escalation), rapporteur.SendResult{Escalated: 5, Skipped: 1})
	if h.request(cycle, unodc).OffPath {
		t.Error("whose reminders rest was escalated")
	}
}

func TestFollowUpsRemindNobodyWhoseRemindersRest(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.answer(cycle, kenya, "First.")
	h.returned(cycle, kenya, due)
	_, err := h.secretariat.Snooze(t.Context(), staff, key(cycle, kenya), due, "By telephone.", "s")
	must(t, err)
	send := func(notice rapporteur.Notice) {
		rung := rapporteur.PlannedRung{Rung: rapporteur.Rung{ID: "x-" + string(notice), Notice: notice}, At: h.clock(), Due: due}
		must(t, h.conduct.SendFollowUp(t.Context(), key(cycle, kenya), 1, rung, h.moment()))
	}
	send(rapporteur.NoticeReminder)
	send(rapporteur.NoticeReturned)
	same(t, "mails", h.mails(), []string{"returned state-ken"})
}

func TestSnoozeNeedsAReasonAndIsOnTheRecord(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	_, err := h.secretariat.Snooze(t.Context(), staff, key(cycle, kenya), due, " ", "s")
	refused(t, err, rapporteur.ProblemInvalid, "reason")
	_, err = h.secretariat.Snooze(t.Context(), staff, key(cycle, kenya), closes.AddDays(1), "Why.", "s")
	refused(t, err, rapporteur.ProblemInvalid, "closes")
	for range 2 {
		request, err := h.secretariat.Snooze(t.Context(), staff, key(cycle, kenya), due, "Why.", "s")
		must(t, err)
		same(t, "rests until", request.SnoozedUntil, due)
	}
	_, err = h.remind(cycle, kenya, "r")
	refused(t, err, rapporteur.ProblemConflict, "rest")
	_, err = h.secretariat.Snooze(t.Context(), staff, key(cycle, kenya), rapporteur.Date{}, "", "l")
	must(t, err)
	_, err = h.remind(cycle, kenya, "r")
	must(t, err)
	same(t, "records", []int{
		len(h.audited(cycle, rapporteur.ActionSnoozed)), len(h.audited(cycle, rapporteur.ActionSnoozeLifted)), len(h.audited(cycle, rapporteur.ActionReminderAsked)),
	}, []int{1, 1, 1})
}

// Taking an answer as it stands settles the version that was read, once, and
// wakes the cycle where nobody else is awaited.
func TestSettleByHand(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france)
	settle := func(who rapporteur.ContributorID, version int, id string) (rapporteur.Request, error) {
		return h.secretariat.Settle(t.Context(), staff, key(cycle, who), version, id)
	}
	_, err := settle(kenya, 1, "0")
	refused(t, err, rapporteur.ProblemConflict)
	h.answer(cycle, kenya, "First.")
	h.answer(cycle, kenya, "Second.")
	_, err = settle(kenya, 1, "1")
	refused(t, err, rapporteur.ProblemStale, "version 2")
	h.relayed()
	for range 2 {
		request, err := settle(kenya, 2, "2")
		must(t, err)
		same(t, "state", request.State, rapporteur.RequestSettled)
	}
	same(t, "hints while France is awaited", h.relayed(), []string(nil))
	h.answer(cycle, france, "Only.")
	h.relayed()
	_, err = settle(france, 1, "3")
	must(t, err)
	same(t, "hints", h.relayed(), []string{"hint cycle/" + string(cycle.ID)})
	same(t, "records", len(h.audited(cycle, rapporteur.ActionSettled)), 2)
}

// A note verbale goes to a Permanent Mission that owes an answer, and is on the
// record.
func TestNoteVerbale(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	draw := func(who rapporteur.ContributorID, language string) (rapporteur.NoteVerbale, error) {
		return h.secretariat.NoteVerbale(t.Context(), staff, key(cycle, who), language)
	}
	note, err := draw(kenya, "fr")
	must(t, err)
	same(t, "the note", note, rapporteur.NoteVerbale{
		RequestKey: key(cycle, kenya), Language: "fr", State: "Kenya", Instrument: "S/RES/2388 (2017)", Subject: note.Subject, Provisions: []string{"OP34"},
		AskedOn: opens, Due: due, Closes: closes, On: opens,
	})
	h.set(due.AddDays(3).At(9))
	if note, err = draw(france, "en"); err != nil || !note.Over || note.State != "France" {
		t.Errorf("the note %+v, %v", note, err)
	}
	h.answer(cycle, kenya, "In time.")
	h.unchanged("refused notes", func() {
		_, err = draw(kenya, "en")
		refused(t, err, rapporteur.ProblemConflict, "received")
		_, err = draw(unodc, "en")
		refused(t, err, rapporteur.ProblemConflict, "memorandum")
		_, err = draw(france, "ru")
		refused(t, err, rapporteur.ProblemInvalid)
	})
	same(t, "records", len(h.audited(cycle, rapporteur.ActionNoteDrawnUp)), 2)
}
