package endtoend_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows"
)

// TestEndings ends cycles before their time, in both ways and in different
// phases, on one server.
func TestEndings(t *testing.T) {
	ctx := within(t)
	h := build(ctx, t, moment(t, "2018-05-02 08:00"))
	t.Run("cancelled by command while clearing", func(t *testing.T) { h.cancelWhileClearing(ctx, t) })
	t.Run("cancelled in Temporal while collecting", func(t *testing.T) { h.cancelInTemporal(ctx, t) })
	t.Run("found by their attributes", func(t *testing.T) { h.findByAttributes(ctx, t) })
}

// planAs is plan for a period of its own.
func (h *house) planAs(ctx context.Context, period string, ids ...rapporteur.ContributorID) rapporteur.CycleID {
	h.t.Helper()
	for _, id := range ids {
		h.contact(ctx, id)
	}
	cycle, err := h.secretariat.Start(ctx, staff, rapporteur.Start{
		Instrument: "s-res-2388-2017", Stream: "op34", Period: period, Only: ids, Authority: "S/2018/1",
	})
	h.ok(err)
	h.settle(ctx)
	return cycle.ID
}

func (h *house) cancelWhileClearing(ctx context.Context, t *testing.T) {
	t.Helper()
	id := h.planAs(ctx, "cancelled", onTime, silent, escalated)
	h.command(ctx, id, rapporteur.Command{ID: "open", Kind: rapporteur.CommandOpen})
	h.submit(ctx, id, onTime, rapporteur.ReturnAnswered, "The Protocol is in force.")
	h.command(ctx, id, rapporteur.Command{ID: "close", Kind: rapporteur.CommandCloseCollection})
	h.phase(ctx, id, rapporteur.PhaseClearing)
	h.command(ctx, id, rapporteur.Command{ID: "cancel", Kind: rapporteur.CommandCancel, Reason: "the mandate was merged"})
	h.phase(ctx, id, rapporteur.PhaseCancelled)
	for _, workflow := range []string{rapporteur.CycleWorkflowID(id), rapporteur.ClearanceWorkflowID(id, 1)} {
		if got := h.status(ctx, workflow); got != enums.WORKFLOW_EXECUTION_STATUS_COMPLETED {
			t.Errorf("%s is %s", workflow, got)
		}
	}
	h.record(ctx, map[string]string{
		rapporteur.CycleWorkflowID(id):        "report-cycle/" + release + "-cancelled.json",
		rapporteur.ClearanceWorkflowID(id, 1): "clearance/" + release + "-abandoned.json",
	})
}

func (h *house) cancelInTemporal(ctx context.Context, t *testing.T) {
	t.Helper()
	id := h.planAs(ctx, "ended", onTime, silent)
	h.command(ctx, id, rapporteur.Command{ID: "open", Kind: rapporteur.CommandOpen})
	h.ask(ctx, id, silent, date(t, "2018-09-20"))
	h.ok(h.client.CancelWorkflow(ctx, rapporteur.CycleWorkflowID(id), ""))
	h.ok(h.clock.AdvanceTo(ctx, h.clock.Now()))
	h.settle(ctx)
	h.phase(ctx, id, rapporteur.PhaseCancelled)
	if got := h.status(ctx, rapporteur.CycleWorkflowID(id)); got != enums.WORKFLOW_EXECUTION_STATUS_CANCELED {
		t.Errorf("the cycle's workflow is %s", got)
	}
	followed := rapporteur.FollowUpWorkflowID(rapporteur.RequestKey{Cycle: id, Contributor: silent}, 1)
	if got := h.status(ctx, followed); got != enums.WORKFLOW_EXECUTION_STATUS_COMPLETED {
		t.Errorf("the follow-up is %s", got)
	}
	told := 0
	for _, line := range h.letters() {
		if strings.Contains(line, " withdrawn ") {
			told++
		}
	}
	if told < 2 {
		t.Errorf("%d were told that nothing is asked any more", told)
	}
	h.record(ctx, map[string]string{
		rapporteur.CycleWorkflowID(id): "report-cycle/" + release + "-ended-in-temporal.json",
		followed:                       "follow-up/" + release + "-withdrawn.json",
	})
}

func (h *house) status(ctx context.Context, workflowID string) enums.WorkflowExecutionStatus {
	h.t.Helper()
	found, err := h.client.DescribeWorkflowExecution(ctx, workflowID, "")
	h.ok(err)
	return found.GetWorkflowExecutionInfo().GetStatus()
}

// findByAttributes proves that operators find workflows by what the design
// says, and that they can ask one for its state.
func (h *house) findByAttributes(ctx context.Context, t *testing.T) {
	t.Helper()
	id := h.planAs(ctx, "open", onTime)
	h.command(ctx, id, rapporteur.Command{ID: "open", Kind: rapporteur.CommandOpen})
	found, err := h.client.DescribeWorkflow(ctx, rapporteur.CycleWorkflowID(id), "")
	h.ok(err)
	attributes := fmt.Sprint(found.TypedSearchAttributes.GetUntypedValues())
	for _, want := range []string{"s-res-2388-2017", "op34", "open", "collecting", "2018-09-14"} {
		if !strings.Contains(attributes, want) {
			t.Errorf("the attributes %s have no %s", attributes, want)
		}
	}
	value, err := h.client.QueryWorkflow(ctx, rapporteur.CycleWorkflowID(id), "", workflows.QueryState)
	h.ok(err)
	var state rapporteur.CycleState
	h.ok(value.Get(&state))
	if state.Cycle != id || state.Phase != rapporteur.PhaseCollecting || state.Counts.Asked != 1 {
		t.Errorf("state: %+v", state)
	}
	h.command(ctx, id, rapporteur.Command{ID: "cancel", Kind: rapporteur.CommandCancel, Reason: "over"})
}

// TestAcceptanceNeedsNoEngine lets every worker go: answers are accepted all
// the same, commands are told to come again, and both count when there is a
// worker again.
func TestAcceptanceNeedsNoEngine(t *testing.T) {
	ctx := within(t)
	h := build(ctx, t, moment(t, "2018-05-02 08:00"))
	id := h.plan(ctx, onTime, silent)
	h.goTo(ctx, "2018-05-21 13:00")
	h.dismiss()

	key := rapporteur.RequestKey{Cycle: id, Contributor: onTime}
	_, err := h.correspondence.Submit(ctx, staff, key, h.body(ctx, key, rapporteur.ReturnAnswered, "It is in force."))
	h.ok(err)
	_, err = h.relay.Deliver(ctx)
	h.ok(err)
	moved := rapporteur.Command{ID: "move", Kind: rapporteur.CommandMoveDeadline, Date: date(t, "2018-09-21"), Authority: "S/2018/800", Actor: staff.ID}
	short, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if kind := h.refused(h.engine.Command(short, id, moved)); kind != rapporteur.ProblemUnavailable {
		t.Fatalf("without a worker a command is refused as %s", kind)
	}

	h.hire()
	h.command(ctx, id, moved)
	if r := h.request(ctx, key); r.State != rapporteur.RequestSettled {
		t.Errorf("the answer is %s", r.State)
	}
	if due := h.cycle(ctx, id).Plan.Date(rapporteur.DateDue); due != moved.Date {
		t.Errorf("the deadline is %s", due)
	}
	if count := h.done(ctx, id)[rapporteur.ActionDeadlineMoved]; count != 1 {
		t.Errorf("the command left %d records", count)
	}
}

// TestTerminatedCycleLosesNothing: an operator's mistake in Temporal leaves
// the record as it was, and no id is used again until an administrator says so.
// Then the cycle and the follow-up in it go on to their end, and nobody is written
// to twice.
func TestTerminatedCycleLosesNothing(t *testing.T) {
	ctx := within(t)
	h := build(ctx, t, moment(t, "2018-05-02 08:00"))
	id := h.plan(ctx, onTime, silent, granted)
	h.goTo(ctx, "2018-08-20 09:00")
	h.ask(ctx, id, granted, date(t, "2018-09-24"))
	h.ok(h.engine.DecideExtension(ctx, rapporteur.RequestKey{Cycle: id, Contributor: granted}, 1, rapporteur.ExtensionDecision{
		ID: "grant", Actor: staff.ID, Granted: true, Until: date(t, "2018-09-24"),
	}))
	h.settle(ctx)
	followUp := rapporteur.FollowUpWorkflowID(rapporteur.RequestKey{Cycle: id, Contributor: granted}, 1)
	for _, workflow := range []string{rapporteur.CycleWorkflowID(id), followUp} {
		h.ok(h.client.TerminateWorkflow(ctx, workflow, "", "by mistake"))
	}
	h.submit(ctx, id, onTime, rapporteur.ReturnAnswered, "It is in force.")
	if r := h.request(ctx, rapporteur.RequestKey{Cycle: id, Contributor: onTime}); r.State != rapporteur.RequestReceived {
		t.Errorf("the answer is %s", r.State)
	}
	h.ok(h.store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.Enqueue(ctx, rapporteur.Message{Kind: rapporteur.MessageStartCycle, Cycle: id})
	}))
	h.settle(ctx)
	if got := h.status(ctx, rapporteur.CycleWorkflowID(id)); got != enums.WORKFLOW_EXECUTION_STATUS_TERMINATED {
		t.Errorf("the workflow is %s: its id was used again", got)
	}
	h.beginAgain(ctx, t, id, followUp)
	h.goTo(ctx, "2018-10-08 09:00")
	h.phase(ctx, id, rapporteur.PhaseClearing)
	h.ok(h.client.TerminateWorkflow(ctx, rapporteur.CycleWorkflowID(id), "", "once more"))
	h.ok(h.client.TerminateWorkflow(ctx, rapporteur.ClearanceWorkflowID(id, 1), "", "once more"))
	h.beginAgain(ctx, t, id, rapporteur.ClearanceWorkflowID(id, 1))
	h.approve(ctx, id, 1, "")
	h.phase(ctx, id, rapporteur.PhaseCleared)
	seen := map[string]bool{}
	for _, letter := range h.letters() {
		_, letter, _ = strings.Cut(letter, " ") // the day
		if seen[letter] {
			t.Errorf("sent twice: %s", letter)
		}
		seen[letter] = true
	}
	for _, want := range []string{"request " + string(silent), "request " + string(granted)} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(seen)), func(l string) bool { return strings.HasPrefix(l, want) }) {
			t.Errorf("never sent: %s; sent were %v", want, slices.Sorted(maps.Keys(seen)))
		}
	}
}

// beginAgain has an administrator find what does not run in a cycle, and start it.
func (h *house) beginAgain(ctx context.Context, t *testing.T, id rapporteur.CycleID, also string) {
	t.Helper()
	repairs := rapporteur.Repairs{Store: h.store, Clock: h.clock.Now, Inspector: h.engine}
	admin := rapporteur.Principal{ID: "admin", Role: rapporteur.RoleAdministrator}
	found, err := repairs.Find(ctx)
	h.ok(err)
	n := slices.IndexFunc(found.Items, func(s rapporteur.Stuck) bool { return s.Kind == rapporteur.StuckLost })
	if n < 0 || !strings.Contains(found.Items[n].What, also) {
		t.Fatalf("stuck: %+v", found.Items)
	}
	_, err = repairs.Order(ctx, admin, found.Items[n].ID(), "Stopped by mistake.", also)
	h.ok(err)
	h.settle(ctx)
	for _, workflow := range []string{rapporteur.CycleWorkflowID(id), also} {
		if got := h.status(ctx, workflow); got != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
			t.Fatalf("%s is %s", workflow, got)
		}
	}
}

// TestEventsOfOneHundredAndNinetyThree measures how long the history of a
// cycle without exceptions gets. It must not grow with its contributors.
func TestEventsOfOneHundredAndNinetyThree(t *testing.T) {
	ctx := within(t)
	h := build(ctx, t, moment(t, "2018-05-02 08:00"))
	var ids []rapporteur.ContributorID
	for _, c := range h.catalogue.Contributors(date(t, "2018-05-21"), rapporteur.KindMemberState) {
		ids = append(ids, c.ID)
	}
	id := h.plan(ctx, ids...)
	h.goTo(ctx, "2018-05-21 13:00")
	// Answers come on every fourth day until the deadline.
	const days = 28
	for n := range days {
		h.goTo(ctx, moment(t, "2018-05-22 09:00").AddDate(0, 0, 4*n).Format("2006-01-02 15:04"))
		for _, who := range ids[n*len(ids)/days : (n+1)*len(ids)/days] {
			h.submit(ctx, id, who, rapporteur.ReturnNil, "Nothing to report.")
		}
	}
	h.settle(ctx)
	h.phase(ctx, id, rapporteur.PhaseClearing)
	h.approve(ctx, id, 1, "")
	h.settle(ctx)
	h.command(ctx, id, rapporteur.Command{ID: "transmit", Kind: rapporteur.CommandTransmit, Symbol: "S/2018/1042", Date: date(t, "2018-11-21")})
	h.phase(ctx, id, rapporteur.PhaseClosed)
	events, err := h.engine.Events(ctx, rapporteur.CycleWorkflowID(id))
	h.ok(err)
	counts := map[string]int{}
	total := 0
	for _, e := range events {
		// Skipping time leaves events of its own, which no real cycle has.
		if e.Type != "WorkflowExecutionTimeSkippingTransitioned" && e.Type != "WorkflowExecutionOptionsUpdated" {
			counts[e.Type]++
			total++
		}
	}
	t.Logf("%d contributors, answers on %d days: %d events, %d mails: %v", len(ids), days, total, h.sink.Count(), counts)
	if len(ids) != 193 || total > 193*3 {
		t.Errorf("%d contributors took %d events", len(ids), total)
	}
	if h.status(ctx, rapporteur.CycleWorkflowID(id)) != enums.WORKFLOW_EXECUTION_STATUS_COMPLETED {
		t.Error("the workflow has not ended")
	}
}
