package rapporteur_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

// requestRung is the first rung of every cycle.
func requestRung(cycle rapporteur.Cycle) rapporteur.PlannedRung {
	return rapporteur.PlannedRung{
		Rung: rapporteur.Rung{ID: rapporteur.RungRequest, Notice: rapporteur.NoticeRequest},
		At:   cycle.Plan.Date(rapporteur.DateOpens).At(rapporteur.SendHour), Due: cycle.Plan.Date(rapporteur.DateDue),
	}
}

// rung finds a rung of a cycle's plan.
func rung(t testing.TB, cycle rapporteur.Cycle, id string) rapporteur.PlannedRung {
	t.Helper()
	n := slices.IndexFunc(cycle.Plan.Rungs, func(r rapporteur.PlannedRung) bool { return r.Rung.ID == id })
	if n < 0 {
		t.Fatalf("the plan has no rung %q", id)
	}
	return cycle.Plan.Rungs[n]
}

func (h *house) send(cycle rapporteur.Cycle, r rapporteur.PlannedRung) rapporteur.SendResult {
	h.t.Helper()
	result, err := h.conduct.SendRung(h.t.Context(), cycle.ID, r, h.moment(), ignored)
	must(h.t, err)
	return result
}

func TestARungWritesOnceToEachWhoIsOpen(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.answer(cycle, kenya, "before the rung")
	var done []int
	result, err := h.conduct.SendRung(t.Context(), cycle.ID, requestRung(cycle), h.moment(), func(n int) { done = append(done, n) })
	must(t, err)
	same(t, "result", result, rapporteur.SendResult{Sent: 5})
	same(t, "progress", done, []int{1, 2, 3, 4, 5})
	same(t, "mails", h.mails(), []string{
		"request entity-iom", "request entity-unodc", "request mission-unami", "request mission-unmiss", "request state-fra",
	})
	for _, e := range h.ledger(cycle) {
		want := address(e.Contributor, rapporteur.ContactFocalPoint)
		if e.State != rapporteur.LedgerSent || !e.SentAt.Equal(h.clock()) || !slices.Equal(e.To, []string{want}) {
			t.Errorf("the ledger says %+v", e)
		}
	}
	h.unchanged("sending again", func() {
		same(t, "result", h.send(cycle, requestRung(cycle)), rapporteur.SendResult{Skipped: 5})
	})
	if n := h.sink.Count(); n != 5 {
		t.Errorf("%d mails, want no more", n)
	}
}

func TestARungIsForItsKinds(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	r := rung(t, cycle, "system-first")
	h.set(r.At)
	h.send(cycle, r)
	same(t, "mails", h.mails(), []string{"reminder entity-iom", "reminder entity-unodc", "reminder mission-unami", "reminder mission-unmiss"})
}

// A message that a crash left between claiming and sending goes again, with the
// same Message-ID; one that the server had is sent twice, and recognizable.
func TestACrashBetweenClaimingAndSending(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	_, err := h.died().SendRung(t.Context(), cycle.ID, requestRung(cycle), h.moment(), ignored)
	if !errors.Is(err, errDied) {
		t.Fatalf("error is %v", err)
	}
	claimed := h.ledger(cycle)
	if len(claimed) != 1 || claimed[0].State != rapporteur.LedgerClaimed || h.sink.Count() != 0 {
		t.Fatalf("the ledger says %+v", claimed)
	}
	h.sink.SetMode(smtpsink.Forget)
	if _, err := h.conduct.SendRung(t.Context(), cycle.ID, requestRung(cycle), h.moment(), ignored); err == nil {
		t.Fatal("a connection that broke is no success")
	}
	if len(h.audited(cycle, rapporteur.ActionRungSent)) > 0 {
		t.Error("the rung counts as sent too early")
	}
	h.sink.SetMode(smtpsink.Accept)
	h.send(cycle, requestRung(cycle))
	same(t, "Message-IDs", h.messageIDs(0), []string{claimed[0].MessageID, claimed[0].MessageID})
	same(t, "ledger", h.chased(cycle), []string{"state-ken request 2018-09-14 sent"})
	if records := h.audited(cycle, rapporteur.ActionRungSent); len(records) != 1 || records[0].Details["sent"] != "1" {
		t.Errorf("the audit says %+v", records)
	}
}

// hasty is a mailbox at whose door the contributor answers: after the rung has
// selected whom to write to, before the message is claimed.
type hasty struct {
	rapporteur.Mailbox
	answer func(rapporteur.ContributorID)
}

func (m hasty) MessageID(l rapporteur.Letter) string {
	m.answer(l.Contributor.ID)
	return m.Mailbox.MessageID(l)
}

func TestWhoAnswersMeanwhileGetsNothing(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france)
	conduct := h.conduct
	conduct.Mailbox = hasty{h.mailbox, func(who rapporteur.ContributorID) {
		if who == kenya {
			h.answer(cycle, kenya, "just in time")
		}
	}}
	result, err := conduct.SendRung(t.Context(), cycle.ID, requestRung(cycle), h.moment(), ignored)
	must(t, err)
	same(t, "result", result, rapporteur.SendResult{Sent: 1, Skipped: 1})
	same(t, "mails", h.mails(), []string{"request state-fra"})
	same(t, "ledger", h.chased(cycle), []string{"state-fra request 2018-09-14 sent"})
}

func TestAClaimThatNobodyNeedsIsSuperseded(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france, unodc)
	_, err := h.died().SendRung(t.Context(), cycle.ID, requestRung(cycle), h.moment(), ignored)
	if !errors.Is(err, errDied) {
		t.Fatalf("error is %v", err)
	}
	h.answer(cycle, kenya, "meanwhile")
	same(t, "result", h.send(cycle, requestRung(cycle)), rapporteur.SendResult{Sent: 2})
	same(t, "ledger", h.chased(cycle), []string{
		"entity-unodc request 2018-09-14 sent", "state-fra request 2018-09-14 sent", "state-ken request 2018-09-14 superseded",
	})
	h.unchanged("sending again", func() { h.send(cycle, requestRung(cycle)) })

	r := rung(t, cycle, "states-first")
	if _, err := h.died().SendRung(t.Context(), cycle.ID, r, h.moment(), ignored); !errors.Is(err, errDied) {
		t.Fatalf("error is %v", err)
	}
	_, err = h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
	must(t, err)
	if got := h.chased(cycle); !slices.Contains(got, "state-fra states-first 2018-09-14 superseded") {
		t.Errorf("after the end of collection the ledger says %q", got)
	}
}

func TestARefusalForGoodIsRecordedAndNotTriedAgain(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france, unodc)
	h.treat(france, smtpsink.Refuse)
	must(t, h.secretariat.PutContacts(t.Context(), staff, unodc, nil)) // taken away after the cycle opened
	same(t, "result", h.send(cycle, requestRung(cycle)), rapporteur.SendResult{Sent: 1, Failed: 2})
	same(t, "ledger", h.chased(cycle), []string{
		"entity-unodc request 2018-09-14 failed", "state-fra request 2018-09-14 failed", "state-ken request 2018-09-14 sent",
	})
	var failed []rapporteur.ContributorID
	for _, r := range h.audited(cycle, rapporteur.ActionMessageFailed) {
		failed = append(failed, r.Contributor)
	}
	for _, e := range h.ledger(cycle) {
		if e.Contributor == france && (!strings.Contains(e.Failure, "550") || strings.Contains(e.Failure, "@")) {
			t.Errorf("the ledger says %q of the refusal", e.Failure)
		}
	}
	slices.Sort(failed)
	same(t, "audited failures", failed, []rapporteur.ContributorID{unodc, france})
	h.treat(france, smtpsink.Accept)
	h.reachable(unodc)
	h.unchanged("sending again", func() { h.send(cycle, requestRung(cycle)) })
	h.send(cycle, rung(t, cycle, "states-first")) // the next rung is another matter
	same(t, "mails", h.mails(), []string{"reminder state-fra", "reminder state-ken", "request state-ken"})
}

func TestATemporaryFailureIsFinishedByTheRetry(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.treat(france, smtpsink.Defer)
	h.treat(iom, smtpsink.Defer)
	m := h.moment()
	result, err := h.conduct.SendRung(t.Context(), cycle.ID, requestRung(cycle), m, ignored)
	if err == nil || result.Sent != 4 {
		t.Fatalf("result is %+v, error %v", result, err)
	}
	h.treat(france, smtpsink.Accept)
	h.treat(iom, smtpsink.Refuse)
	result, err = h.conduct.SendRung(t.Context(), cycle.ID, requestRung(cycle), m, ignored)
	must(t, err)
	same(t, "result of the retry", result, rapporteur.SendResult{Sent: 1, Failed: 1, Skipped: 4})
	if n := h.sink.Count(); n != 5 {
		t.Errorf("%d mails, want 5", n)
	}
	records := h.audited(cycle, rapporteur.ActionRungSent)
	if len(records) != 1 || records[0].Details["sent"] != "5" || records[0].Details["failed"] != "1" {
		t.Errorf("the audit counts %+v, want all attempts together", records)
	}
}

// However many fail, the error stays short: it goes into the engine's history.
func TestTheErrorOfManyFailuresIsShort(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.sink.SetMode(smtpsink.Defer)
	_, err := h.conduct.SendRung(t.Context(), cycle.ID, requestRung(cycle), h.moment(), ignored)
	if err == nil || len(err.Error()) > 500 {
		t.Errorf("error is %v", err)
	}
}

func TestEscalationGivesEachSilentContributorAFollowUp(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, unodc, iom, unami)
	h.answer(cycle, iom, "in time")
	h.relay()
	r := rung(t, cycle, "system-escalation")
	h.set(r.At)
	m := h.moment()
	same(t, "result", h.send(cycle, r), rapporteur.SendResult{Escalated: 2})
	same(t, "outbox", h.relayed(), []string{
		"start-follow-up follow-up/" + string(cycle.ID) + "/entity-unodc/1",
		"start-follow-up follow-up/" + string(cycle.ID) + "/mission-unami/1",
	})
	request := h.request(cycle, unodc)
	if !request.OffPath || request.FollowUp != 1 || request.State != rapporteur.RequestOpen {
		t.Errorf("the request is %+v", request)
	}
	h.unchanged("escalating again", func() {
		_, err := h.conduct.SendRung(t.Context(), cycle.ID, r, m, ignored)
		must(t, err)
	})
	if records := h.audited(cycle, rapporteur.ActionRungSent); len(records) != 1 || records[0].Details["escalated"] != "2" {
		t.Errorf("the audit says %+v", records)
	}
	state, _, err := h.conduct.LoadFollowUp(t.Context(), key(cycle, unodc), 1)
	must(t, err)
	step, announcement := state.Step(h.clock())
	if step != rapporteur.FollowUpSend || announcement.Rung.Notice != rapporteur.NoticeEscalation {
		t.Fatalf("the follow-up begins with %s %+v", step, announcement)
	}
	for range 2 {
		must(t, h.conduct.SendFollowUp(t.Context(), key(cycle, unodc), 1, announcement, h.moment()))
	}
	same(t, "mails", h.mails(), []string{"escalation entity-unodc"})
	same(t, "recipients", h.sink.Messages()[0].To, []string{address(unodc, rapporteur.ContactLead)})
	if got := h.counts(cycle); got.Exempt != 2 || got.Open != 3 {
		t.Errorf("counts are %+v", got)
	}
}

// climb runs the state machine of a cycle over a list of instants and tells
// which rungs it asks for.
func climb(t *testing.T, state rapporteur.CycleState, instants ...time.Time) (rapporteur.CycleState, []string) {
	t.Helper()
	var climbed []string
	for _, now := range instants {
		for {
			step, r := state.Due(now)
			if step == rapporteur.StepNone {
				break
			}
			event := rapporteur.CycleEvent{Collected: &rapporteur.Counts{Asked: 2, Open: 2}}
			if step == rapporteur.StepSendRung {
				climbed = append(climbed, r.Rung.ID)
				event = rapporteur.CycleEvent{RungSent: &r}
			}
			var err error
			state, err = state.Next(event, now)
			must(t, err)
			if len(climbed) > 100 {
				t.Fatalf("the ladder has no end: %q", climbed)
			}
		}
	}
	return state, climbed
}

func TestEveryRungOfTheRealLadderIsClimbed(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, unodc)
	state, err := h.conduct.LoadCycle(t.Context(), cycle.ID)
	must(t, err)
	instants := []time.Time{opens.At(rapporteur.SendHour)}
	want := []string{rapporteur.RungRequest}
	for _, r := range cycle.Plan.Rungs {
		instants, want = append(instants, r.At), append(want, r.Rung.ID)
	}
	_, climbed := climb(t, state, instants...)
	slices.Sort(climbed)
	slices.Sort(want)
	same(t, "rungs", climbed, want)
}

// After an outage the newest rung for each kind of contributor goes out, and
// no other.
func TestAnOutageLosesNobodyTheNewestRung(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, unodc)
	state, err := h.conduct.LoadCycle(t.Context(), cycle.ID)
	must(t, err)
	for _, c := range []struct {
		after int // days after the deadline
		want  []string
	}{
		{-61, nil},
		{-29, []string{"system-first", "states-first"}},
		{-6, []string{"system-second", "states-second"}},
		{4, []string{"system-overdue", "states-overdue"}},
		{20, []string{"states-final", "system-escalation"}},
	} {
		t.Run(fmt.Sprint(c.after), func(t *testing.T) {
			_, climbed := climb(t, state, opens.At(rapporteur.SendHour), due.AddDays(c.after).At(20))
			same(t, "rungs", climbed, append([]string{rapporteur.RungRequest}, c.want...))
		})
	}
}

// Whoever reads that the deadline has moved needs no reminder in the same hour.
func TestAMovedDeadlineStandsForTheRungsThatAreOver(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, unodc)
	state, err := h.conduct.LoadCycle(t.Context(), cycle.ID)
	must(t, err)
	now := due.AddDays(-10).At(9)
	state, _ = climb(t, state, opens.At(rapporteur.SendHour), due.AddDays(-60).At(13), due.AddDays(-30).At(13), now)
	moved := rapporteur.Command{ID: "m", Kind: rapporteur.CommandMoveDeadline, Date: due.AddDays(10), Authority: "S/2018/1", Actor: staff.ID}
	state, err = state.Next(rapporteur.CycleEvent{Command: &moved}, now)
	must(t, err)
	state, climbed := climb(t, state, now.Add(time.Hour))
	same(t, "rungs right after", climbed, []string(nil))
	_, climbed = climb(t, state, due.AddDays(3).At(13), due.AddDays(5).At(13))
	same(t, "rungs of the new deadline", climbed, []string{"system-second", "states-third"})
}
