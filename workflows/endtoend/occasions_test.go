package endtoend_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.temporal.io/api/enums/v1"

	"github.com/rapporteur/rapporteur"
)

const (
	speaks  = escalated                                // UNODC: replies before anybody is reminded
	wavers  = rapporteur.ContributorID("entity-iom")   // replies after the event has moved
	absent  = lost                                     // UNMISS: never replies
	ready   = prompt                                   // OHCHR: replied to a briefing that never was
	unheard = rapporteur.ContributorID("entity-unhcr") // did not
)

// TestOccasions takes one briefing of the Council from its invitations to its
// record, calls another off, and has the report tell of the one that was held.
func TestOccasions(t *testing.T) { onBoth(t, occasions) }

func occasions(t *testing.T, database string) {
	t.Helper()
	ctx := within(t)
	h := buildOn(ctx, t, database, moment(t, "2018-04-02 08:00"))
	held := h.invite(ctx, "Briefing on trafficking in Libya", "2018-05-22", speaks, wavers, absent)
	off := h.invite(ctx, "Briefing on trafficking in the Sahel", "2018-06-20", ready, unheard)
	h.phase(ctx, held, rapporteur.PhasePlanned)

	h.goTo(ctx, "2018-04-24 13:30") // the invitations are out
	h.phase(ctx, held, rapporteur.PhaseCollecting)
	h.goTo(ctx, "2018-05-02 09:00")
	h.submit(ctx, held, speaks, rapporteur.ReturnAnswered, "The Executive Director speaks.")
	h.goTo(ctx, "2018-05-10 09:00") // the others were reminded
	h.tooEarly(ctx, held)
	h.command(ctx, held, rapporteur.Command{
		ID: "o-move", Kind: rapporteur.CommandReschedule, Date: date(t, "2018-05-29"), Authority: "S/2018/500", Reason: "The programme of work has changed.",
	})
	h.checkMoved(ctx, held)
	h.goTo(ctx, "2018-05-20 09:00")
	h.submit(ctx, held, wavers, rapporteur.ReturnAnswered, "By video link.")

	h.goTo(ctx, "2018-05-30 09:00") // the day after the event
	outcome := rapporteur.Command{
		ID: "o-held", Kind: rapporteur.CommandRecordOutcome, Outcome: rapporteur.OutcomeHeld, Date: date(t, "2018-05-29"), Symbol: "S/PV.8268",
		Participants: []rapporteur.ContributorID{speaks, wavers},
	}
	h.command(ctx, held, outcome)
	h.command(ctx, held, outcome) // the same again acts once
	h.phase(ctx, held, rapporteur.PhaseCollecting)

	h.goTo(ctx, "2018-06-01 09:00")
	h.submit(ctx, off, ready, rapporteur.ReturnAnswered, "The High Commissioner speaks.")
	h.goTo(ctx, "2018-06-13 12:30") // follow-up of the first is over
	h.phase(ctx, held, rapporteur.PhaseClosed)
	h.goTo(ctx, "2018-06-20 15:00")
	h.command(ctx, off, rapporteur.Command{
		ID: "o-off", Kind: rapporteur.CommandRecordOutcome, Outcome: rapporteur.OutcomePostponed, Reason: "The Council was called to an urgent meeting.",
	})
	h.phase(ctx, off, rapporteur.PhaseClosed)

	h.checkReplies(ctx, held, off)
	h.checkInvitations(t)
	h.checkOccasionAudit(ctx, held, off)
	h.checkOccasionInReport(ctx, held)
	h.record(ctx, map[string]string{
		rapporteur.CycleWorkflowID(held): "occasion/" + release + "-held.json",
		rapporteur.CycleWorkflowID(off):  "occasion/" + release + "-called-off.json",
	})
}

// invite starts a briefing to the Council.
func (h *house) invite(ctx context.Context, title, on string, ids ...rapporteur.ContributorID) rapporteur.CycleID {
	h.t.Helper()
	for _, id := range ids {
		h.contact(ctx, id)
	}
	cycle, err := h.secretariat.Start(ctx, staff, rapporteur.Start{
		Instrument: "s-res-2388-2017", Stream: "op23a", Authority: "S/2018/400", Title: title, Only: ids,
		Event: rapporteur.Event{Date: date(h.t, on), Time: "10 a.m.", Place: "Security Council Chamber", Body: "Security Council"},
	})
	h.ok(err)
	h.settle(ctx)
	return cycle.ID
}

// tooEarly asks for what cannot be yet.
func (h *house) tooEarly(ctx context.Context, id rapporteur.CycleID) {
	h.t.Helper()
	for _, c := range []rapporteur.Command{
		{ID: "o-early", Kind: rapporteur.CommandRecordOutcome, Outcome: rapporteur.OutcomeHeld, Date: date(h.t, "2018-05-10")},
		{ID: "o-transmit", Kind: rapporteur.CommandTransmit, Symbol: "S/2018/1"},
	} {
		if kind := h.refused(h.engine.Command(ctx, id, c)); kind != rapporteur.ProblemConflict {
			h.t.Errorf("%s before the event is refused as %s", c.Kind, kind)
		}
	}
}

// checkMoved proves that every date has followed the event, and that those that
// owe a reply owe it later.
func (h *house) checkMoved(ctx context.Context, id rapporteur.CycleID) {
	h.t.Helper()
	cycle := h.cycle(ctx, id)
	for key, want := range map[string]string{
		rapporteur.DateMandated: "2018-05-29", rapporteur.DateOpens: "2018-04-24", rapporteur.DateDue: "2018-05-22", rapporteur.DateCloses: "2018-06-12",
	} {
		if got := cycle.Plan.Date(key).String(); got != want {
			h.t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	if due := h.request(ctx, rapporteur.RequestKey{Cycle: id, Contributor: absent}).Due; due != date(h.t, "2018-05-22") {
		h.t.Errorf("a reply is due on %s", due)
	}
}

// checkReplies proves what became of everybody who was asked.
func (h *house) checkReplies(ctx context.Context, held, off rapporteur.CycleID) {
	h.t.Helper()
	for key, want := range map[rapporteur.RequestKey]string{
		{Cycle: held, Contributor: speaks}: "settled answered", {Cycle: held, Contributor: wavers}: "settled answered",
		{Cycle: held, Contributor: absent}: "no-reply no-reply",
		{Cycle: off, Contributor: ready}:   "settled answered", {Cycle: off, Contributor: unheard}: "withdrawn ",
	} {
		if r := h.request(ctx, key); fmt.Sprintf("%s %s", r.State, r.Outcome) != want {
			h.t.Errorf("%s of %s: %s %s, want %s", key.Contributor, key.Cycle, r.State, r.Outcome, want)
		}
	}
	for id, want := range map[rapporteur.CycleID]rapporteur.OutcomeKind{held: rapporteur.OutcomeHeld, off: rapporteur.OutcomePostponed} {
		if cycle := h.cycle(ctx, id); cycle.Outcome.Kind != want || cycle.Outcome.By != staff.ID || cycle.Attention != "" {
			h.t.Errorf("%s ended with %+v, attention %q", id, cycle.Outcome, cycle.Attention)
		}
		if got := h.status(ctx, rapporteur.CycleWorkflowID(id)); got != enums.WORKFLOW_EXECUTION_STATUS_COMPLETED {
			h.t.Errorf("the workflow of %s is %s", id, got)
		}
	}
}

// checkInvitations proves the chase: everybody learns of the move, the silent
// alone are reminded, and of the briefing that was called off the silent alone
// are told.
func (h *house) checkInvitations(t *testing.T) {
	t.Helper()
	want := map[rapporteur.ContributorID][]string{
		speaks: {"2018-04-24 invitation", "2018-05-10 event-moved"},
		wavers: {"2018-04-24 invitation", "2018-05-08 reminder", "2018-05-10 event-moved", "2018-05-15 reminder"},
		absent: {
			"2018-04-24 invitation", "2018-05-08 reminder", "2018-05-10 event-moved", "2018-05-15 reminder", "2018-05-24 overdue",
			"2018-06-01 final",
		},
		ready:   {"2018-05-23 invitation"},
		unheard: {"2018-05-23 invitation", "2018-06-06 reminder", "2018-06-15 overdue", "2018-06-20 withdrawn"},
	}
	got := map[rapporteur.ContributorID][]string{}
	for _, line := range h.letters() {
		parts := strings.Fields(line)
		who := rapporteur.ContributorID(parts[2])
		got[who] = append(got[who], parts[0]+" "+parts[1])
	}
	for who, letters := range want {
		slices.Sort(got[who])
		if !slices.Equal(got[who], letters) {
			t.Errorf("%s\n got %v\nwant %v", who, got[who], letters)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d were written to, want %d", len(got), len(want))
	}
}

// checkOccasionAudit proves that each command left one record, and each step.
func (h *house) checkOccasionAudit(ctx context.Context, held, off rapporteur.CycleID) {
	h.t.Helper()
	for id, want := range map[rapporteur.CycleID]map[rapporteur.Action]int{
		held: {
			rapporteur.ActionCyclePlanned: 1, rapporteur.ActionCycleOpened: 1, rapporteur.ActionSubmitted: 2, rapporteur.ActionRescheduled: 1,
			rapporteur.ActionOutcomeRecorded: 1, rapporteur.ActionCollectionClosed: 1, rapporteur.ActionCalledOff: 0, rapporteur.ActionCycleClosed: 1,
			rapporteur.ActionAttention: 0, rapporteur.ActionMessageFailed: 0,
		},
		off: {
			rapporteur.ActionCyclePlanned: 1, rapporteur.ActionCycleOpened: 1, rapporteur.ActionSubmitted: 1, rapporteur.ActionRescheduled: 0,
			rapporteur.ActionOutcomeRecorded: 1, rapporteur.ActionCollectionClosed: 1, rapporteur.ActionCalledOff: 1, rapporteur.ActionCycleClosed: 1,
			rapporteur.ActionAttention: 0, rapporteur.ActionMessageFailed: 0,
		},
	} {
		got := h.done(ctx, id)
		for action, n := range want {
			if got[action] != n {
				h.t.Errorf("%s has %d records of %s, want %d", id, got[action], action, n)
			}
		}
	}
}

// checkOccasionInReport has the twelve-month report compiled, which tells of the
// briefing that was held and of no other.
func (h *house) checkOccasionInReport(ctx context.Context, held rapporteur.CycleID) {
	h.t.Helper()
	id := h.planAs(ctx, "2018", onTime) // opens at once: its time has come
	h.command(ctx, id, rapporteur.Command{ID: "close", Kind: rapporteur.CommandCloseCollection})
	h.phase(ctx, id, rapporteur.PhaseClearing)
	text := h.told(ctx, id, 1)
	for _, want := range []string{"“Briefing on trafficking in Libya” took place on 29 May 2018", "S/PV.8268", "Of the 3 asked, 2 replied"} {
		if !strings.Contains(text, want) {
			h.t.Errorf("the report does not say %q of %s:\n%s", want, held, text)
		}
	}
	if strings.Contains(text, "Sahel") {
		h.t.Error("the report tells of a briefing that was not held")
	}
}
