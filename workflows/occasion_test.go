package workflows_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows"
)

const theOccasion = rapporteur.CycleID("s-res-2388-2017/op23a/occasion-1")

// occasionOn is an occasion with an event on 1 August 2018: it invites on 4
// July, replies are due on 25 July, it closes on 15 August and its outcome is
// due on 22 August.
func occasionOn(t *testing.T) rapporteur.CycleState {
	t.Helper()
	rule := func(key, from string, days int) rapporteur.DateRule {
		return rapporteur.DateRule{Key: key, Label: key, From: from, Offset: rapporteur.Period{Days: days}, Basis: "practice"}
	}
	policy := rapporteur.Policy{
		Dates: []rapporteur.DateRule{
			rule(rapporteur.DateOpens, rapporteur.DateMandated, -28), rule(rapporteur.DateDue, rapporteur.DateMandated, -7),
			rule(rapporteur.DateCloses, rapporteur.DateDue, 21), rule(rapporteur.DateDraft, rapporteur.DateCloses, 7), rule(rapporteur.DateTransmits, rapporteur.DateDraft, 0),
		},
		Ladder: []rapporteur.Rung{
			{ID: "first", Offset: rapporteur.Period{Days: -7}, Notice: rapporteur.NoticeReminder},
			{ID: "after-event", Offset: rapporteur.Period{Days: 10}, Notice: rapporteur.NoticeFinal},
		},
		CollectEvery: rapporteur.Period{Days: 1},
	}
	event := rapporteur.Event{Date: date(t, "2018-08-01")}
	stream := rapporteur.Stream{ID: "op23a", Shape: rapporteur.ShapeOccasion, Policy: policy}
	plan, err := rapporteur.NewEventPlan(stream, event, "S/2018/400", rapporteur.DateOf(began))
	if err != nil {
		t.Fatal(err)
	}
	return rapporteur.NewCycleState(rapporteur.Cycle{
		ID: theOccasion, Shape: rapporteur.ShapeOccasion, Phase: rapporteur.PhasePlanned, Plan: plan, Policy: policy, Event: event,
	})
}

func occasionEnvironment(t *testing.T) (*testsuite.TestWorkflowEnvironment, *hand) {
	t.Helper()
	env, h := environment(t)
	h.state = occasionOn(t)
	return env, h
}

func runOccasion(t *testing.T, env *testsuite.TestWorkflowEnvironment) {
	t.Helper()
	env.ExecuteWorkflow(workflows.NameOccasion, workflows.CycleInput{Cycle: theOccasion})
	if !env.IsWorkflowCompleted() {
		t.Fatal("the workflow has not ended")
	}
	if err := env.GetWorkflowError(); err != nil {
		t.Fatalf("the workflow failed: %v", err)
	}
}

func outcomeHeld(t *testing.T, on string) rapporteur.Command {
	t.Helper()
	return rapporteur.Command{ID: "o", Kind: rapporteur.CommandRecordOutcome, Actor: "key-1", Outcome: rapporteur.OutcomeHeld, Date: date(t, on), Symbol: "S/PV.8263"}
}

// Everybody replies before the event, and yet collection stays open for what
// they add after it; the outcome is asked for once.
func TestOccasionUntilALateOutcome(t *testing.T) {
	env, h := occasionEnvironment(t)
	env.RegisterDelayedCallback(func() {
		h.set(func(h *hand) { h.counts = rapporteur.Counts{Asked: 3, Settled: 3} })
		env.SignalWorkflow(workflows.SignalHint, workflows.Hint{AuditSeq: 9})
	}, at(t, "2018-07-12 10:00"))
	tooEarly := outcomeHeld(t, "2018-07-31")
	tooEarly.ID = "e"
	early := command(env, at(t, "2018-07-31 10:00"), tooEarly)
	recorded := command(env, at(t, "2018-09-03 15:00"), outcomeHeld(t, "2018-08-01"))
	runOccasion(t, env)
	want(t, h.did(),
		"2018-06-01 09:00 reports.load ",
		"2018-07-04 13:00 requests.preflight ",
		"2018-07-04 13:00 requests.open ",
		"2018-07-04 13:00 requests.send-rung request due 2018-07-25",
		"2018-07-12 10:00 submissions.collect ",
		"2018-07-18 13:00 requests.send-rung first due 2018-07-25",
		"2018-07-18 13:00 submissions.collect ",
		"2018-07-26 12:00 submissions.collect ",
		"2018-08-04 13:00 requests.send-rung after-event due 2018-07-25",
		"2018-08-04 13:00 submissions.collect ",
		"2018-08-16 12:00 submissions.close-collection ",
		"2018-08-22 13:00 occasions.chase-outcome ",
		"2018-09-03 15:00 requests.apply record-outcome o",
		"2018-09-03 15:00 reports.close ",
	)
	if kind := early.problem(t); kind != rapporteur.ProblemConflict {
		t.Errorf("the outcome of an event to come: %s", kind)
	}
	if !recorded.done {
		t.Errorf("the outcome was not answered: %+v", recorded)
	}
}

// An outcome that is recorded while collection is open ends the cycle with it.
func TestOccasionWithAnEarlyOutcome(t *testing.T) {
	env, h := occasionEnvironment(t)
	command(env, at(t, "2018-08-02 10:00"), outcomeHeld(t, "2018-08-01"))
	runOccasion(t, env)
	want(t, h.did("requests.apply", "requests.send-rung", "submissions.close-collection", "occasions.chase-outcome", "reports.close"),
		"2018-07-04 13:00 requests.send-rung request due 2018-07-25",
		"2018-07-18 13:00 requests.send-rung first due 2018-07-25",
		"2018-08-02 10:00 requests.apply record-outcome o",
		"2018-08-04 13:00 requests.send-rung after-event due 2018-07-25",
		"2018-08-16 12:00 submissions.close-collection ",
		"2018-08-16 12:00 reports.close ",
	)
}

func TestOccasionThatIsMoved(t *testing.T) {
	env, h := occasionEnvironment(t)
	h.untold = true
	moved := command(env, at(t, "2018-07-20 10:00"), rapporteur.Command{
		ID: "r", Kind: rapporteur.CommandReschedule, Actor: "key-1", Date: date(t, "2018-08-29"), Authority: "S/2018/500",
	})
	command(env, at(t, "2018-08-29 20:00"), outcomeHeld(t, "2018-08-29"))
	runOccasion(t, env)
	want(t, h.did("requests.apply", "requests.tell", "requests.send-rung", "submissions.close-collection", "reports.close"),
		"2018-07-04 13:00 requests.send-rung request due 2018-07-25",
		"2018-07-18 13:00 requests.send-rung first due 2018-07-25",
		"2018-07-20 10:00 requests.apply reschedule r",
		"2018-07-20 10:00 requests.tell reschedule r",
		"2018-08-15 13:00 requests.send-rung first due 2018-08-22",
		"2018-08-29 20:00 requests.apply record-outcome o",
		"2018-08-29 20:00 requests.tell record-outcome o",
		"2018-09-01 13:00 requests.send-rung after-event due 2018-08-22",
		"2018-09-13 12:00 submissions.close-collection ",
		"2018-09-13 12:00 reports.close ",
	)
	if !moved.done {
		t.Fatalf("the move was not answered: %+v", moved)
	}
}

// Where the event did not take place, those asked are told, however long the
// mail server is away, before the cycle ends; nobody is reminded meanwhile.
func TestOccasionThatDidNotTakePlace(t *testing.T) {
	env, h := occasionEnvironment(t)
	h.fails["occasions.call-off"] = failing(t, "2018-08-01 00:00", "2018-08-06 09:00")
	command(env, at(t, "2018-08-01 20:00"), rapporteur.Command{
		ID: "n", Kind: rapporteur.CommandRecordOutcome, Actor: "key-1", Outcome: rapporteur.OutcomeNotHeld, Reason: "The room burnt down.",
	})
	runOccasion(t, env)
	did := h.did("requests.send-rung", "occasions.call-off", "submissions.collect", "submissions.close-collection", "reports.close", "reports.attention", "reports.attention-over")
	last := did[len(did)-3:]
	for n, step := range []string{"submissions.collect", "submissions.close-collection", "reports.close"} {
		if !strings.HasPrefix(last[n], "2018-08-06 ") || !strings.Contains(last[n], step) {
			t.Errorf("in the end it did %v", last)
		}
	}
	if slices.ContainsFunc(did, func(line string) bool { return strings.Contains(line, "after-event") }) {
		t.Errorf("somebody was reminded of an event that did not take place: %v", did)
	}
	if !slices.ContainsFunc(did, func(line string) bool { return strings.Contains(line, "reports.attention The cycle: step call-off") }) {
		t.Errorf("nobody was told that the mails do not go out: %v", did)
	}
}

func TestOccasionThatIsCancelled(t *testing.T) {
	env, h := occasionEnvironment(t)
	env.RegisterDelayedCallback(env.CancelWorkflow, at(t, "2018-08-20 10:00")) // it waits for its outcome
	env.ExecuteWorkflow(workflows.NameOccasion, workflows.CycleInput{Cycle: theOccasion})
	if _, cancelled := errors.AsType[*temporal.CanceledError](env.GetWorkflowError()); !cancelled {
		t.Fatalf("it ended with %v", env.GetWorkflowError())
	}
	want(t, h.did("requests.cancel", "reports.close"), "2018-08-20 10:00 requests.cancel engine")
}

// An occasion goes on in a new run under its own name, with the rules by which
// its event may still move.
func TestOccasionContinuesAsNew(t *testing.T) {
	env, h := occasionEnvironment(t)
	env.RegisterDelayedCallback(func() { env.SetContinueAsNewSuggested(true) }, at(t, "2018-07-10 10:00"))
	env.ExecuteWorkflow(workflows.NameOccasion, workflows.CycleInput{Cycle: theOccasion})
	var again *workflow.ContinueAsNewError
	if !errors.As(env.GetWorkflowError(), &again) || again.WorkflowType.Name != workflows.NameOccasion {
		t.Fatalf("did not continue as new: %v", env.GetWorkflowError())
	}
	want(t, h.did("requests.send-rung"), "2018-07-04 13:00 requests.send-rung request due 2018-07-25", "2018-07-18 13:00 requests.send-rung first due 2018-07-25")
	var next workflows.CycleInput
	if err := converter.GetDefaultDataConverter().FromPayloads(again.Input, &next); err != nil {
		t.Fatal(err)
	}
	env, h = environment(t)
	env.SetStartTime(began.Add(at(t, "2018-07-18 13:01")))
	command(env, 2*day, rapporteur.Command{ID: "r", Kind: rapporteur.CommandReschedule, Date: date(t, "2018-08-29"), Authority: "S/2018/500"})
	command(env, 60*day, outcomeHeld(t, "2018-08-29"))
	env.ExecuteWorkflow(workflows.NameOccasion, next)
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	want(t, h.did("reports.load", "submissions.close-collection", "reports.close"),
		"2018-09-13 12:00 submissions.close-collection ",
		"2018-09-16 13:01 reports.close ",
	)
}
