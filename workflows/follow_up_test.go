package workflows_test

import (
	"testing"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/activities"
	"github.com/rapporteur/rapporteur/workflows"
)

var theKey = rapporteur.RequestKey{Cycle: theCycle, Contributor: "state-ken"}

// followed sets up a follow-up that is due on 20 June 2018.
func followed(t *testing.T, kind rapporteur.FollowUpKind, state rapporteur.RequestState) (*testsuite.TestWorkflowEnvironment, *hand) {
	t.Helper()
	env, h := environment(t)
	policy := rapporteur.FollowUpPolicy{Ladder: []rapporteur.Rung{{ID: "near", Offset: rapporteur.Period{Days: -5}, Notice: rapporteur.NoticeReminder}}}
	f := rapporteur.FollowUp{RequestKey: theKey, Number: 1, Kind: kind, Due: date(t, "2018-06-20")}
	h.followUp = activities.FollowUpLoaded{State: rapporteur.NewFollowUpState(f, policy), Ladder: policy.Ladder}
	h.request = rapporteur.Request{RequestKey: theKey, State: state, FollowUp: 1, OffPath: true}
	return env, h
}

func runFollowUp(t *testing.T, env *testsuite.TestWorkflowEnvironment) {
	t.Helper()
	env.ExecuteWorkflow(workflows.NameFollowUp, workflows.FollowUpInput{RequestKey: theKey, Number: 1})
	if err := env.GetWorkflowError(); err != nil || !env.IsWorkflowCompleted() {
		t.Fatalf("the workflow failed or has not ended: %v", err)
	}
}

func answered(env *testsuite.TestWorkflowEnvironment, h *hand, after time.Duration, hint bool) {
	env.RegisterDelayedCallback(func() {
		h.set(func(h *hand) { h.request.State = rapporteur.RequestReceived })
		if hint {
			env.SignalWorkflow(workflows.SignalHint, workflows.Hint{})
		}
	}, after)
}

func decision(t *testing.T, granted bool) rapporteur.ExtensionDecision {
	t.Helper()
	return rapporteur.ExtensionDecision{ID: "d", Granted: granted, Until: date(t, "2018-07-15")}
}

func TestExtensionGranted(t *testing.T) {
	env, h := followed(t, rapporteur.FollowUpExtension, rapporteur.RequestOpen)
	decided := update(env, 2*day, workflows.UpdateDecideExtension, "d", decision(t, true))
	answered(env, h, at(t, "2018-07-12 10:00"), true)
	runFollowUp(t, env)
	want(t, h.did("follow-ups.send", "follow-ups.decide-extension", "follow-ups.end"),
		"2018-06-03 09:00 follow-ups.decide-extension d",
		"2018-06-03 09:00 follow-ups.send follow-up-1-extension-granted due 2018-07-15",
		"2018-07-10 13:00 follow-ups.send follow-up-1-near due 2018-07-15",
		"2018-07-12 10:00 follow-ups.end answered",
	)
	if !decided.done {
		t.Fatalf("the decision was not answered: %+v", decided)
	}
}

func TestExtensionRefused(t *testing.T) {
	env, h := followed(t, rapporteur.FollowUpExtension, rapporteur.RequestOpen)
	update(env, 2*day, workflows.UpdateDecideExtension, "d", decision(t, false))
	runFollowUp(t, env)
	want(t, h.did("follow-ups.send", "follow-ups.end"),
		"2018-06-03 09:00 follow-ups.send follow-up-1-extension-refused due 2018-06-20",
		"2018-06-03 09:00 follow-ups.end refused",
	)
}

// Nobody decides: the contributor comes back to the common path after the
// date by which the Secretariat should have decided, and some days.
func TestExtensionUndecided(t *testing.T) {
	env, h := followed(t, rapporteur.FollowUpExtension, rapporteur.RequestOpen)
	late := update(env, 60*day, workflows.UpdateDecideExtension, "d", decision(t, true))
	runFollowUp(t, env)
	want(t, h.did("follow-ups.send", "follow-ups.end"), "2018-06-24 12:00 follow-ups.end ")
	if late.done {
		t.Fatal("a decision was taken in after the end")
	}
}

func TestDecisionRefusedByTheRecord(t *testing.T) {
	env, h := followed(t, rapporteur.FollowUpExtension, rapporteur.RequestOpen)
	h.fails["follow-ups.decide-extension"] = func(time.Time) error {
		return rapporteur.Problemf(rapporteur.ProblemInvalid, "Too long", "Time can be given until 2018-07-01 at the latest.")
	}
	got := update(env, 2*day, workflows.UpdateDecideExtension, "d", decision(t, true))
	runFollowUp(t, env)
	if kind := got.problem(t); kind != rapporteur.ProblemInvalid {
		t.Fatalf("refused as %s", kind)
	}
	if sent := h.did("follow-ups.send"); len(sent) != 0 {
		t.Fatalf("sent although refused: %v", sent)
	}
}

func TestCorrection(t *testing.T) {
	env, h := followed(t, rapporteur.FollowUpCorrection, rapporteur.RequestReturned)
	answered(env, h, at(t, "2018-06-18 10:00"), true)
	runFollowUp(t, env)
	want(t, h.did("follow-ups.send", "follow-ups.end"),
		"2018-06-01 09:00 follow-ups.send follow-up-1-returned due 2018-06-20",
		"2018-06-15 13:00 follow-ups.send follow-up-1-near due 2018-06-20",
		"2018-06-18 10:00 follow-ups.end answered",
	)
}

// The hint of the answer is lost: the follow-up sees it when it wakes, and
// sends no reminder.
func TestNoReminderAfterAnAnswerWhoseHintWasLost(t *testing.T) {
	env, h := followed(t, rapporteur.FollowUpEscalation, rapporteur.RequestOpen)
	answered(env, h, at(t, "2018-06-10 10:00"), false)
	runFollowUp(t, env)
	want(t, h.did("follow-ups.send", "follow-ups.end"),
		"2018-06-01 09:00 follow-ups.send follow-up-1-escalation due 2018-06-20",
		"2018-06-15 13:00 follow-ups.end answered",
	)
}

func TestSilenceAfterEscalation(t *testing.T) {
	env, h := followed(t, rapporteur.FollowUpEscalation, rapporteur.RequestOpen)
	runFollowUp(t, env)
	ends := h.did("follow-ups.end")
	want(t, ends, "2018-06-24 12:00 follow-ups.end ")
}

func TestFollowUpDecidedDuringAnOutage(t *testing.T) {
	env, h := followed(t, rapporteur.FollowUpCorrection, rapporteur.RequestReturned)
	h.fails["follow-ups.send"] = failing(t, "2018-06-01 00:00", "2018-06-04 09:00")
	decided := update(env, 2*day, workflows.UpdateDecideExtension, "d", decision(t, true))
	answered(env, h, at(t, "2018-06-18 10:00"), true)
	runFollowUp(t, env)
	if !decided.done || !decided.at.Equal(began.Add(2*day)) {
		t.Fatalf("decided at %s: %+v", decided.at, decided)
	}
}

func TestFollowUpCancelledInTemporal(t *testing.T) {
	env, h := followed(t, rapporteur.FollowUpEscalation, rapporteur.RequestOpen)
	env.RegisterDelayedCallback(env.CancelWorkflow, 3*day)
	env.ExecuteWorkflow(workflows.NameFollowUp, workflows.FollowUpInput{RequestKey: theKey, Number: 1})
	if !temporal.IsCanceledError(env.GetWorkflowError()) {
		t.Fatalf("error: %v", env.GetWorkflowError())
	}
	want(t, h.did("follow-ups.end"), "2018-06-04 09:00 follow-ups.end closed")
}
