package workflows_test

import (
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows"
)

// Where activities do at once what would follow, the workflow asks for no more.
func TestAYearInFewSteps(t *testing.T) {
	env, h := environment(t)
	h.onward = true
	env.RegisterDelayedCallback(func() {
		h.set(func(h *hand) { h.counts = rapporteur.Counts{Asked: 3, Settled: 3} })
	}, at(t, "2018-08-20 10:00"))
	clearOn(env, h, at(t, "2018-08-26 10:00"), rapporteur.ClearanceCleared)
	sent := command(env, at(t, "2018-11-12 15:00"), transmit(t))
	state := theState(t)
	env.ExecuteWorkflow(workflows.NameReportCycle, workflows.CycleInput{Cycle: theCycle, State: &state, Onward: true})
	if err := env.GetWorkflowError(); err != nil {
		t.Fatalf("the workflow failed: %v", err)
	}
	want(t, h.did(),
		"2018-07-02 13:00 requests.preflight ",
		"2018-07-02 13:00 requests.send-rung request due 2018-09-01",
		"2018-08-02 13:00 requests.send-rung first due 2018-09-01",
		"2018-08-25 13:00 requests.send-rung second due 2018-09-01",
		"2018-08-25 13:00 reports.compile 1",
		"2018-08-26 10:00 reports.check-clearance 1",
		"2018-11-12 15:00 requests.apply transmit t",
		"2018-11-12 15:00 reports.transmit S/2018/1042",
	)
	if !sent.done {
		t.Fatalf("transmit was not answered: %+v", sent)
	}
}

// An early end that comes by a hint needs one step.
func TestTheLastAnswerEndsCollectionInOneStep(t *testing.T) {
	env, h := environment(t)
	h.onward = true
	env.RegisterDelayedCallback(func() {
		h.set(func(h *hand) { h.counts = rapporteur.Counts{Asked: 3, Settled: 3} })
		env.SignalWorkflow(workflows.SignalHint, workflows.Hint{AuditSeq: 9})
	}, at(t, "2018-07-20 10:00"))
	clearOn(env, h, at(t, "2018-08-20 10:00"), rapporteur.ClearanceReturned)
	command(env, at(t, "2018-08-21 10:00"), rapporteur.Command{ID: "x", Kind: rapporteur.CommandCancel, Reason: "over"})
	env.ExecuteWorkflow(workflows.NameReportCycle, workflows.CycleInput{Cycle: theCycle, Onward: true})
	if err := env.GetWorkflowError(); err != nil {
		t.Fatalf("the workflow failed: %v", err)
	}
	want(t, h.did("submissions.collect", "submissions.close-collection", "reports.compile", "reports.submit-draft"),
		"2018-07-20 10:00 submissions.collect ",
		"2018-07-20 10:00 reports.compile 1",
	)
}

// A cycle that an earlier release has begun goes one step at a time, as that
// release would, so that it can go back to it.
func TestAnEarlierReleasesCycleGoesStepByStep(t *testing.T) {
	env, h := environment(t)
	h.onward = true
	command(env, at(t, "2018-07-03 10:00"), rapporteur.Command{ID: "x", Kind: rapporteur.CommandCancel, Reason: "over"})
	runCycle(t, env, 0)
	want(t, h.did("requests.preflight", "requests.open", "requests.send-rung"),
		"2018-07-02 13:00 requests.preflight ",
		"2018-07-02 13:00 requests.open ",
		"2018-07-02 13:00 requests.send-rung request due 2018-09-01",
	)
}
