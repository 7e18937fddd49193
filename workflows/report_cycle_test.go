package workflows_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows"
)

func transmit(t *testing.T) rapporteur.Command {
	t.Helper()
	return rapporteur.Command{ID: "t", Kind: rapporteur.CommandTransmit, Symbol: "S/2018/1042", Date: date(t, "2018-11-12")}
}

// clearOn lets clearance end after a while, and hints to the cycle.
func clearOn(env *testsuite.TestWorkflowEnvironment, h *hand, after time.Duration, outcome rapporteur.ClearanceOutcome) {
	env.RegisterDelayedCallback(func() {
		h.set(func(h *hand) { h.outcome = outcome })
		env.SignalWorkflow(workflows.SignalHint, workflows.Hint{AuditSeq: 7})
	}, after)
}

func runCycle(t *testing.T, env *testsuite.TestWorkflowEnvironment, clock time.Duration) {
	t.Helper()
	env.ExecuteWorkflow(workflows.NameReportCycle, workflows.CycleInput{Cycle: theCycle, Clock: clock})
	if !env.IsWorkflowCompleted() {
		t.Fatal("the workflow has not ended")
	}
	if err := env.GetWorkflowError(); err != nil {
		t.Fatalf("the workflow failed: %v", err)
	}
}

func want(t *testing.T, got []string, lines ...string) {
	t.Helper()
	if diff := cmp.Diff(lines, got); diff != "" {
		t.Fatalf("steps (-want +got):\n%s", diff)
	}
}

func TestYear(t *testing.T) {
	env, h := environment(t)
	clearOn(env, h, at(t, "2018-10-20 10:00"), rapporteur.ClearanceCleared)
	sent := command(env, at(t, "2018-11-12 15:00"), transmit(t))
	runCycle(t, env, 0)

	want(t, h.did(),
		"2018-06-01 09:00 reports.load ",
		"2018-07-02 13:00 requests.preflight ",
		"2018-07-02 13:00 requests.open ",
		"2018-07-02 13:00 requests.send-rung request due 2018-09-01",
		"2018-08-02 13:00 requests.send-rung first due 2018-09-01",
		"2018-08-02 13:00 submissions.collect ",
		"2018-08-25 13:00 requests.send-rung second due 2018-09-01",
		"2018-08-25 13:00 submissions.collect ",
		"2018-09-02 12:00 submissions.collect ",
		"2018-09-04 13:00 requests.send-rung overdue due 2018-09-01",
		"2018-09-04 13:00 submissions.collect ",
		"2018-09-15 13:00 requests.send-rung escalation due 2018-09-01",
		"2018-09-15 13:00 submissions.collect ",
		"2018-10-02 12:00 submissions.close-collection ",
		"2018-10-02 12:00 reports.compile 1",
		"2018-10-02 12:00 reports.submit-draft 1",
		"2018-10-02 12:00 reports.check-clearance 1",
		"2018-10-09 12:00 reports.check-clearance 1",
		"2018-10-16 12:00 reports.check-clearance 1",
		"2018-10-20 10:00 reports.check-clearance 1",
		"2018-11-12 15:00 requests.apply transmit t",
		"2018-11-12 15:00 reports.transmit S/2018/1042",
		"2018-11-12 15:00 reports.close ",
	)
	if !sent.done {
		t.Fatalf("transmit was not answered: %+v", sent)
	}
}

func TestBusinessTimeIsTheCyclesOwn(t *testing.T) {
	env, h := environment(t)
	offset := 30 * day
	clearOn(env, h, at(t, "2018-10-20 10:00"), rapporteur.ClearanceCleared)
	command(env, at(t, "2018-11-12 15:00"), transmit(t))
	runCycle(t, env, offset)
	want(t, h.did("reports.load", "requests.open", "reports.close"),
		"2018-07-01 09:00 reports.load ",
		"2018-07-02 13:00 requests.open ",
		"2018-12-12 15:00 reports.close ",
	)
}

func TestCollectionEndsWhenNothingIsOpen(t *testing.T) {
	env, h := environment(t)
	env.RegisterDelayedCallback(func() {
		h.set(func(h *hand) { h.counts = rapporteur.Counts{Asked: 3, Settled: 3} })
		env.SignalWorkflow(workflows.SignalHint, workflows.Hint{AuditSeq: 9})
	}, at(t, "2018-07-20 10:00"))
	clearOn(env, h, at(t, "2018-08-20 10:00"), rapporteur.ClearanceCleared)
	command(env, at(t, "2018-11-12 15:00"), transmit(t))
	runCycle(t, env, 0)
	want(t, h.did("requests.send-rung", "submissions.collect", "submissions.close-collection"),
		"2018-07-02 13:00 requests.send-rung request due 2018-09-01",
		"2018-07-20 10:00 submissions.collect ",
		"2018-07-20 10:00 submissions.close-collection ",
	)
}

func TestNobodyIsAskedWhileSomebodyCannotBeReached(t *testing.T) {
	env, h := environment(t)
	h.missing = 2
	env.RegisterDelayedCallback(func() { h.set(func(h *hand) { h.missing = 0 }) }, at(t, "2018-07-04 10:00"))
	cancelled := command(env, at(t, "2018-07-10 10:00"), rapporteur.Command{ID: "c", Kind: rapporteur.CommandCancel, Reason: "over", Actor: "key-1"})
	runCycle(t, env, 0)
	want(t, h.did("requests.preflight", "requests.open"),
		"2018-07-02 13:00 requests.preflight ",
		"2018-07-03 13:00 requests.preflight ",
		"2018-07-04 13:00 requests.preflight ",
		"2018-07-04 13:00 requests.open ",
	)
	if !cancelled.done {
		t.Fatal("the cycle was not cancelled")
	}
}

// A preflight that somebody asked for early must not leave the cycle looking
// at a moment that has passed.
func TestAskedToOpenEarlyInVain(t *testing.T) {
	env, h := environment(t)
	h.missing = 1
	command(env, at(t, "2018-06-10 10:00"), rapporteur.Command{ID: "o", Kind: rapporteur.CommandOpen})
	env.RegisterDelayedCallback(func() { h.set(func(h *hand) { h.missing = 0 }) }, at(t, "2018-06-11 10:00"))
	command(env, at(t, "2018-07-10 10:00"), rapporteur.Command{ID: "c", Kind: rapporteur.CommandCancel, Reason: "over"})
	runCycle(t, env, 0)
	opened := h.did("requests.open")
	if len(opened) != 1 || !strings.HasPrefix(opened[0], "2018-07-02") {
		t.Fatalf("opened: %v", opened)
	}
}

func TestReturnedToDraftingAndCompiledAgain(t *testing.T) {
	env, h := environment(t)
	clearOn(env, h, at(t, "2018-10-10 10:00"), rapporteur.ClearanceReturned)
	early := command(env, at(t, "2018-10-05 10:00"), rapporteur.Command{ID: "r0", Kind: rapporteur.CommandRedraft})
	command(env, at(t, "2018-10-12 10:00"), rapporteur.Command{ID: "r1", Kind: rapporteur.CommandRedraft})
	env.RegisterDelayedCallback(func() { h.set(func(h *hand) { h.outcome = rapporteur.ClearancePending }) }, at(t, "2018-10-11 10:00"))
	clearOn(env, h, at(t, "2018-10-20 10:00"), rapporteur.ClearanceCleared)
	command(env, at(t, "2018-11-12 15:00"), transmit(t))
	runCycle(t, env, 0)
	want(t, h.did("reports.compile", "reports.submit-draft", "requests.apply", "reports.close"),
		"2018-10-02 12:00 reports.compile 1",
		"2018-10-02 12:00 reports.submit-draft 1",
		"2018-10-12 10:00 requests.apply redraft r1",
		"2018-10-12 10:00 reports.compile 2",
		"2018-10-12 10:00 reports.submit-draft 2",
		"2018-11-12 15:00 requests.apply transmit t",
		"2018-11-12 15:00 reports.close ",
	)
	if kind := early.problem(t); kind != rapporteur.ProblemConflict || early.rejected == nil {
		t.Fatalf("an early redraft was not rejected as a conflict: %+v", early)
	}
}

func TestContinueAsNewMidWay(t *testing.T) {
	env, h := environment(t)
	command(env, at(t, "2018-07-20 10:00"), rapporteur.Command{ID: "a", Kind: rapporteur.CommandAddContributor, Contributor: "state-ken"})
	env.RegisterDelayedCallback(func() { env.SetContinueAsNewSuggested(true) }, at(t, "2018-08-10 10:00"))
	env.ExecuteWorkflow(workflows.NameReportCycle, workflows.CycleInput{Cycle: theCycle})
	var again *workflow.ContinueAsNewError
	if !errors.As(env.GetWorkflowError(), &again) {
		t.Fatalf("did not continue as new: %v", env.GetWorkflowError())
	}
	want(t, h.did("requests.send-rung"),
		"2018-07-02 13:00 requests.send-rung request due 2018-09-01",
		"2018-08-02 13:00 requests.send-rung first due 2018-09-01",
		"2018-08-25 13:00 requests.send-rung second due 2018-09-01",
	)
	var next workflows.CycleInput
	if err := converter.GetDefaultDataConverter().FromPayloads(again.Input, &next); err != nil {
		t.Fatal(err)
	}
	if next.Cycle != theCycle || next.State == nil || next.State.Phase != rapporteur.PhaseCollecting {
		t.Fatalf("next run's input: %+v", next)
	}

	env, h = environment(t)
	env.SetStartTime(began.Add(at(t, "2018-08-25 13:01")))
	repeated := command(env, day, rapporteur.Command{ID: "a", Kind: rapporteur.CommandAddContributor, Contributor: "state-ken"})
	command(env, 60*day, rapporteur.Command{ID: "c", Kind: rapporteur.CommandCancel, Reason: "over"})
	env.ExecuteWorkflow(workflows.NameReportCycle, next)
	want(t, h.did("reports.load", "requests.send-rung", "requests.apply"),
		"2018-09-04 13:00 requests.send-rung overdue due 2018-09-01",
		"2018-09-15 13:00 requests.send-rung escalation due 2018-09-01",
		"2018-10-24 13:01 requests.apply cancel c",
	)
	if !repeated.done {
		t.Fatalf("a command of the run before was not answered as then: %+v", repeated)
	}
}

func TestUnknownCycleEndsTheWorkflow(t *testing.T) {
	env, h := environment(t)
	h.fails["reports.load"] = func(time.Time) error { return rapporteur.NotFound("cycle", "x") }
	env.ExecuteWorkflow(workflows.NameReportCycle, workflows.CycleInput{Cycle: theCycle})
	if p := workflows.ProblemOf(env.GetWorkflowError()); p == nil || p.Kind != rapporteur.ProblemNotFound {
		t.Fatalf("error: %v", env.GetWorkflowError())
	}
}

func TestCancellationInTemporalIsReportedAsSuch(t *testing.T) {
	env, h := environment(t)
	env.RegisterDelayedCallback(env.CancelWorkflow, at(t, "2018-08-10 10:00"))
	env.ExecuteWorkflow(workflows.NameReportCycle, workflows.CycleInput{Cycle: theCycle})
	if !temporal.IsCanceledError(env.GetWorkflowError()) {
		t.Fatalf("error: %v", env.GetWorkflowError())
	}
	want(t, h.did("requests.cancel"), "2018-08-10 10:00 requests.cancel engine")
}
