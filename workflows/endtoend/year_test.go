package endtoend_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// Twelve who are asked, each behaving in a way of its own.
const (
	onTime    = rapporteur.ContributorID("state-aut")
	nothing   = rapporteur.ContributorID("state-dji")
	late      = rapporteur.ContributorID("state-che")
	granted   = rapporteur.ContributorID("state-est")
	denied    = rapporteur.ContributorID("state-fji")
	corrects  = rapporteur.ContributorID("state-gha")
	silent    = rapporteur.ContributorID("state-ken")
	withdrawn = rapporteur.ContributorID("state-lva")
	added     = rapporteur.ContributorID("state-mex")
	escalated = rapporteur.ContributorID("entity-unodc")
	lost      = rapporteur.ContributorID("mission-unmiss")
	prompt    = rapporteur.ContributorID("entity-ohchr")
)

// TestYear takes the report of S/RES/2388 from its plan to its closed record.
func TestYear(t *testing.T) { onBoth(t, year) }

func year(t *testing.T, database string) {
	t.Helper()
	ctx := within(t)
	h := buildOn(ctx, t, database, moment(t, "2018-05-02 08:00"))
	h.contact(ctx, added)
	h.contact(ctx, "office-eosg")
	id := h.plan(ctx, onTime, nothing, late, granted, denied, corrects, silent, withdrawn, escalated, lost, prompt)
	ask := func(who rapporteur.ContributorID) rapporteur.RequestKey {
		return rapporteur.RequestKey{Cycle: id, Contributor: who}
	}

	h.goTo(ctx, "2018-05-21 13:00")
	h.phase(ctx, id, rapporteur.PhaseCollecting)
	h.goTo(ctx, "2018-06-10 09:00")
	h.submit(ctx, id, prompt, rapporteur.ReturnAnswered, "Guidance was issued.")
	h.submit(ctx, id, onTime, rapporteur.ReturnAnswered, "The Protocol is in force.")
	h.command(ctx, id, rapporteur.Command{ID: "c-add", Kind: rapporteur.CommandAddContributor, Contributor: added})
	h.command(ctx, id, rapporteur.Command{ID: "c-withdraw", Kind: rapporteur.CommandWithdrawContributor, Contributor: withdrawn, Reason: "answers elsewhere"})

	h.goTo(ctx, "2018-07-01 09:00")
	h.submit(ctx, id, corrects, rapporteur.ReturnAnswered, "It is in hand.")
	_, err := h.secretariat.Return(ctx, staff, ask(corrects), rapporteur.Date{}, "Name the act.", "return-1")
	h.ok(err)
	h.settle(ctx)
	h.goTo(ctx, "2018-07-10 09:00")
	h.submit(ctx, id, corrects, rapporteur.ReturnAnswered, "It is in hand: the act of 2018.")

	h.goTo(ctx, "2018-08-01 09:00")
	move := rapporteur.Command{ID: "c-move", Kind: rapporteur.CommandMoveDeadline, Date: date(t, "2018-09-18"), Authority: "S/2018/800", Reason: "holidays"}
	h.command(ctx, id, move)
	h.command(ctx, id, move) // the same command again acts once
	if kind := h.refused(h.engine.Command(ctx, id, rapporteur.Command{ID: "c-early", Kind: rapporteur.CommandTransmit})); kind != rapporteur.ProblemConflict {
		t.Fatalf("transmitting too early is refused as %s", kind)
	}

	h.goTo(ctx, "2018-09-10 09:00")
	h.submit(ctx, id, nothing, rapporteur.ReturnNil, "No case came to the notice of the authorities.")
	h.submit(ctx, id, added, rapporteur.ReturnAnswered, "A strategy was adopted.")
	h.ask(ctx, id, granted, date(t, "2018-09-28"))
	h.ask(ctx, id, denied, date(t, "2018-10-01"))
	h.ok(h.engine.DecideExtension(ctx, ask(granted), 1, rapporteur.ExtensionDecision{ID: "x-1", Actor: staff.ID, Granted: true, Until: date(t, "2018-09-28")}))
	h.ok(h.engine.DecideExtension(ctx, ask(denied), 1, rapporteur.ExtensionDecision{ID: "x-2", Actor: staff.ID, Reason: "the report is due"}))
	h.ok(h.clock.AdvanceTo(ctx, h.clock.Now()))
	h.settle(ctx)

	h.goTo(ctx, "2018-09-19 13:00") // past the deadline, everywhere on Earth
	h.goTo(ctx, "2018-09-22 09:00")
	h.submit(ctx, id, late, rapporteur.ReturnAnswered, "With apologies for the delay.")
	h.goTo(ctx, "2018-09-25 14:00") // entities and missions that are silent are escalated
	h.goTo(ctx, "2018-09-26 09:00")
	h.submit(ctx, id, escalated, rapporteur.ReturnAnswered, "Projects run in nine countries.")
	h.goTo(ctx, "2018-09-27 09:00")
	h.submit(ctx, id, granted, rapporteur.ReturnAnswered, "The code was amended.")

	h.goTo(ctx, "2018-10-06 12:30") // collection is over, and every clock agrees that it is
	h.phase(ctx, id, rapporteur.PhaseClearing)
	counts := read(ctx, h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Counts, error) { return r.Counts(ctx, id) })
	if counts.Asked != 11 || counts.Settled != 8 || counts.NoReply != 3 || counts.Withdrawn != 1 || counts.Late != 2 || counts.Open+counts.Received+counts.Returned+counts.Exempt != 0 {
		t.Errorf("counts: %+v", counts)
	}

	h.clear(ctx, id)
	h.command(ctx, id, rapporteur.Command{ID: "c-transmit", Kind: rapporteur.CommandTransmit, Symbol: "S/2018/1042", Date: date(t, "2018-11-21")})
	h.phase(ctx, id, rapporteur.PhaseClosed)
	if cycle := h.cycle(ctx, id); cycle.Symbol != "S/2018/1042" || cycle.Draft != 2 || cycle.Attention != "" {
		t.Errorf("the cycle at its end: symbol %s, draft %d, attention %q", cycle.Symbol, cycle.Draft, cycle.Attention)
	}
	h.checkOutcomes(ctx, id)
	h.checkLetters(ctx, id)
	h.checkAudit(ctx, id)
	h.checkEvents(ctx, id)
	h.record(ctx, map[string]string{
		rapporteur.CycleWorkflowID(id):                   "report-cycle/" + release + "-year.json",
		rapporteur.FollowUpWorkflowID(ask(granted), 1):   "follow-up/" + release + "-extension.json",
		rapporteur.FollowUpWorkflowID(ask(denied), 1):    "follow-up/" + release + "-refusal.json",
		rapporteur.FollowUpWorkflowID(ask(corrects), 1):  "follow-up/" + release + "-correction.json",
		rapporteur.FollowUpWorkflowID(ask(escalated), 1): "follow-up/" + release + "-escalation.json",
		rapporteur.FollowUpWorkflowID(ask(lost), 1):      "follow-up/" + release + "-silence.json",
		rapporteur.ClearanceWorkflowID(id, 1):            "clearance/" + release + "-returned.json",
		rapporteur.ClearanceWorkflowID(id, 2):            "clearance/" + release + "-cleared.json",
	})
}

// clear takes the first draft back to drafting and the second to its
// clearance, with a delegation on the way.
func (h *house) clear(ctx context.Context, id rapporteur.CycleID) {
	h.t.Helper()
	h.approve(ctx, id, 1, "concurrence")
	h.ok(h.decide(ctx, id, 1, rapporteur.Decision{Step: "concurrence", Office: "OLA", Approve: true}))
	h.ok(h.decide(ctx, id, 1, rapporteur.Decision{Step: "concurrence", Office: "DPPA", ReturnTo: rapporteur.ToDrafting, Comments: "Paragraph 3 needs a source."}))
	h.settle(ctx)
	h.phase(ctx, id, rapporteur.PhaseCompiling)

	h.goTo(ctx, "2018-10-20 09:00")
	h.ok(h.secretariat.PutObservations(ctx, staff, id, []string{"I call upon States to cooperate."}))
	h.command(ctx, id, rapporteur.Command{ID: "c-redraft", Kind: rapporteur.CommandRedraft})
	h.phase(ctx, id, rapporteur.PhaseClearing)
	h.goTo(ctx, "2018-10-25 09:00")
	h.approve(ctx, id, 2, "eosg")
	if kind := h.refused(h.decide(ctx, id, 2, rapporteur.Decision{Step: "eosg", Office: "SG", Approve: true})); kind != rapporteur.ProblemForbidden {
		h.t.Errorf("another office's step is refused as %s", kind)
	}
	h.ok(h.engine.Delegate(ctx, rapporteur.Delegation{
		ID: "delegation-1", Cycle: id, Draft: 2, Office: "EOSG", From: "key-eosg", To: "key-deputy",
		Starts: date(h.t, "2018-10-20"), Ends: date(h.t, "2018-11-20"),
	}))
	h.approve(ctx, id, 2, "")
	h.settle(ctx)
	h.phase(ctx, id, rapporteur.PhaseCleared)
}

func (h *house) phase(ctx context.Context, id rapporteur.CycleID, want rapporteur.Phase) {
	h.t.Helper()
	if got := h.cycle(ctx, id).Phase; got != want {
		h.t.Fatalf("on %s the cycle is %s, want %s", h.now().Format(time.DateTime), got, want)
	}
}

func (h *house) checkOutcomes(ctx context.Context, id rapporteur.CycleID) {
	h.t.Helper()
	want := map[rapporteur.ContributorID]string{
		onTime: "settled answered false 1", prompt: "settled answered false 1", nothing: "settled nil false 1",
		late: "settled answered true 1", granted: "settled answered false 1", denied: "no-reply no-reply false 0",
		corrects: "settled answered false 2", silent: "no-reply no-reply false 0", withdrawn: "withdrawn  false 0",
		added: "settled answered false 1", escalated: "settled answered true 1", lost: "no-reply no-reply false 0",
	}
	requests := read(ctx, h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Request, error) {
		return r.Requests(ctx, rapporteur.RequestFilter{Cycle: id})
	})
	if len(requests) != len(want) {
		h.t.Errorf("%d requests, want %d", len(requests), len(want))
	}
	for _, r := range requests {
		if got := fmt.Sprintf("%s %s %t %d", r.State, r.Outcome, r.Late, r.Version); got != want[r.Contributor] {
			h.t.Errorf("%s: %s, want %s", r.Contributor, got, want[r.Contributor])
		}
		if r.OffPath {
			h.t.Errorf("%s is still followed", r.Contributor)
		}
	}
}

// checkLetters proves the chase: to each one mail a rung and deadline, none
// after the answer, each dated in business time, and the ledger tells the same.
func (h *house) checkLetters(ctx context.Context, id rapporteur.CycleID) {
	h.t.Helper()
	want := map[rapporteur.ContributorID][]string{
		onTime:    {"2018-05-21 request"},
		prompt:    {"2018-05-21 request"},
		nothing:   {"2018-05-21 request", "2018-07-16 reminder", "2018-08-01 deadline-moved", "2018-08-28 reminder"},
		late:      {"2018-05-21 request", "2018-07-16 reminder", "2018-08-01 deadline-moved", "2018-08-28 reminder", "2018-09-13 reminder", "2018-09-21 overdue"},
		granted:   {"2018-05-21 request", "2018-07-16 reminder", "2018-08-01 deadline-moved", "2018-08-28 reminder", "2018-09-10 extension-granted", "2018-09-25 reminder"},
		denied:    {"2018-05-21 request", "2018-07-16 reminder", "2018-08-01 deadline-moved", "2018-08-28 reminder", "2018-09-10 extension-refused", "2018-09-13 reminder", "2018-09-21 overdue", "2018-09-30 final"},
		corrects:  {"2018-05-21 request", "2018-07-01 returned"},
		silent:    {"2018-05-21 request", "2018-07-16 reminder", "2018-08-01 deadline-moved", "2018-08-28 reminder", "2018-09-13 reminder", "2018-09-21 overdue", "2018-09-30 final"},
		withdrawn: {"2018-05-21 request", "2018-06-10 withdrawn"},
		added:     {"2018-06-10 request", "2018-07-16 reminder", "2018-08-01 deadline-moved", "2018-08-28 reminder"},
		escalated: {"2018-05-21 request", "2018-08-01 deadline-moved", "2018-08-19 reminder", "2018-09-11 reminder", "2018-09-21 overdue", "2018-09-25 escalation"},
		lost:      {"2018-05-21 request", "2018-08-01 deadline-moved", "2018-08-19 reminder", "2018-09-11 reminder", "2018-09-21 overdue", "2018-09-25 escalation", "2018-10-02 reminder"},
	}
	got, rungs := map[rapporteur.ContributorID][]string{}, map[string]int{}
	for _, line := range h.letters() {
		parts := strings.Fields(line)
		who := rapporteur.ContributorID(parts[2])
		if strings.HasPrefix(parts[2], "office-") {
			continue
		}
		got[who] = append(got[who], parts[0]+" "+parts[1])
		rungs[line[len("2018-01-01"):]]++
	}
	for who, letters := range want {
		slices.Sort(got[who])
		if !slices.Equal(got[who], letters) {
			h.t.Errorf("%s\n got %v\nwant %v", who, got[who], letters)
		}
	}
	ledger := read(ctx, h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.LedgerEntry, error) {
		return r.Ledger(ctx, rapporteur.RequestKey{Cycle: id})
	})
	if sent := h.sink.Count(); len(ledger) != sent {
		h.t.Errorf("%d entries in the ledger, %d mails sent", len(ledger), sent)
	}
	for _, e := range ledger {
		if e.State != rapporteur.LedgerSent || e.SentAt.Year() != 2018 {
			h.t.Errorf("ledger: %s %s is %s, sent %s", e.Contributor, e.Rung, e.State, e.SentAt)
		}
	}
}

// checkAudit proves that each command left one record, and that every date in
// the record is the cycle's own.
func (h *house) checkAudit(ctx context.Context, id rapporteur.CycleID) {
	h.t.Helper()
	records := read(ctx, h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
		return r.Audit(ctx, id, 0, 0)
	})
	got := map[rapporteur.Action]int{}
	for n, r := range records {
		got[r.Action]++
		if r.At.Year() != 2018 {
			h.t.Errorf("record %d (%s) is dated %s", r.Seq, r.Action, r.At)
		}
		if n > 0 && r.At.Before(records[n-1].At.Add(-time.Minute)) {
			h.t.Errorf("record %d (%s, %s) is dated before the one before it (%s, %s)", r.Seq, r.Action, r.At, records[n-1].Action, records[n-1].At)
		}
	}
	want := map[rapporteur.Action]int{
		rapporteur.ActionCyclePlanned: 1, rapporteur.ActionCycleOpened: 1, rapporteur.ActionContributorAdded: 1,
		rapporteur.ActionContributorWithdrew: 1, rapporteur.ActionDeadlineMoved: 1, rapporteur.ActionReturned: 1,
		rapporteur.ActionExtensionAsked: 2, rapporteur.ActionExtensionGranted: 1, rapporteur.ActionExtensionRefused: 1,
		rapporteur.ActionEscalated: 2, rapporteur.ActionFollowUpEnded: 5, rapporteur.ActionSubmitted: 9,
		rapporteur.ActionCollectionClosed: 1, rapporteur.ActionCompiled: 2, rapporteur.ActionClearanceStarted: 2,
		rapporteur.ActionDelegated: 1, rapporteur.ActionDecided: 5 + 11, rapporteur.ActionRedraftAsked: 1,
		rapporteur.ActionTransmitAsked: 1, rapporteur.ActionTransmitted: 1, rapporteur.ActionCycleClosed: 1,
		rapporteur.ActionAttention: 0, rapporteur.ActionMessageFailed: 0,
	}
	for action, n := range want {
		if got[action] != n {
			h.t.Errorf("%d records of %s, want %d", got[action], action, n)
		}
	}
}

// checkEvents proves that the engine's history can be read beside the record:
// what an activity recorded is found by its id, a command by its own.
func (h *house) checkEvents(ctx context.Context, id rapporteur.CycleID) {
	h.t.Helper()
	events, err := h.engine.Events(ctx, rapporteur.CycleWorkflowID(id))
	h.ok(err)
	activities, updates, hints := map[string]bool{}, map[string]bool{}, int64(0)
	for _, e := range events {
		switch e.Type {
		case "ActivityTaskCompleted":
			activities[e.Run+"/"+e.Ref] = true
		case "WorkflowExecutionUpdateAccepted":
			updates[e.Name+" "+e.Ref] = true
		case "WorkflowExecutionSignaled":
			hints = max(hints, e.AuditSeq)
		}
	}
	for _, update := range []string{"add-contributor c-add", "move-deadline c-move", "redraft c-redraft", "transmit c-transmit"} {
		if !updates[update] {
			h.t.Errorf("the history has no update %s: %v", update, updates)
		}
	}
	if hints == 0 {
		h.t.Error("no hint tells of an audit record")
	}
	for _, r := range read(ctx, h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
		return r.Audit(ctx, id, 0, 0)
	}) {
		if r.Workflow == rapporteur.CycleWorkflowID(id) && !activities[r.Run+"/"+r.Event] {
			h.t.Errorf("record %d (%s) comes from activity %s, which the history does not have", r.Seq, r.Action, r.Event)
		}
	}
	h.t.Logf("the year of %s took %d events", id, len(events))
	// Whoever missed the answer to the last command asks again, and gets it.
	h.ok(h.engine.Command(ctx, id, rapporteur.Command{ID: "c-transmit", Kind: rapporteur.CommandTransmit, Symbol: "S/2018/1042", Date: date(h.t, "2018-11-21")}))
	if kind := h.refused(h.engine.Command(ctx, id, rapporteur.Command{ID: "c-after", Kind: rapporteur.CommandCancel, Reason: "late"})); kind != rapporteur.ProblemConflict {
		h.t.Errorf("a command to a closed cycle is refused as %s", kind)
	}
	if kind := h.refused(h.engine.Command(ctx, "s-res-2388-2017/op34/1999", rapporteur.Command{ID: "c", Kind: rapporteur.CommandCancel, Reason: "x"})); kind != rapporteur.ProblemUnavailable {
		h.t.Errorf("a command to a cycle that the engine has not taken up is refused as %s", kind)
	}
	if _, err := h.engine.Events(ctx, "cycle/none"); h.refused(err) != rapporteur.ProblemNotFound {
		h.t.Errorf("the history of nothing: %v", err)
	}
}
