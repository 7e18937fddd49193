package workflows_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/activities"
	"github.com/rapporteur/rapporteur/workflows"
)

const (
	firstHalf  = rapporteur.CycleID("s-res-2388-2017/op9/window-2018-H1")
	secondHalf = rapporteur.CycleID("s-res-2388-2017/op9/window-2018-H2")
)

// intakeRecord is what stands in for the record of an intake.
type intakeRecord struct {
	state   rapporteur.IntakeState
	waiting int // deliveries for which a destination has no focal point
}

// intakeEnvironment is a test's environment with an intake that began with the
// first half of 2018. It is 1 June.
func intakeEnvironment(t *testing.T) (*testsuite.TestWorkflowEnvironment, *hand, *intakeRecord) {
	t.Helper()
	env, h := environment(t)
	env.RegisterWorkflowWithOptions(workflows.IntakeStream, workflow.RegisterOptions{Name: workflows.NameIntakeStream})
	r := &intakeRecord{state: rapporteur.IntakeState{
		Window: firstHalf, Phase: rapporteur.PhasePlanned, First: date(t, "2018-06-02"), Last: date(t, "2018-06-30"), Look: true,
	}}
	done := func(in activities.IntakeStep) (string, time.Time, activities.Done) {
		return label(in.Window), in.Now, activities.Done{}
	}
	answer(env, h, activities.LoadIntake, func(in activities.IntakeStep) (string, time.Time, rapporteur.IntakeState) {
		return label(in.Window), in.Now, r.state
	})
	answer(env, h, activities.OpenWindow, done)
	answer(env, h, activities.CloseWindow, done)
	answer(env, h, activities.OpenNextWindow, func(in activities.IntakeStep) (string, time.Time, rapporteur.NextWindow) {
		return label(in.Window), in.Now, rapporteur.NextWindow{Window: secondHalf, First: date(t, "2018-07-01"), Last: date(t, "2018-12-31")}
	})
	answer(env, h, activities.Route, func(in activities.IntakeStep) (string, time.Time, rapporteur.RouteResult) {
		return label(in.Window), in.Now, rapporteur.RouteResult{Waiting: r.waiting}
	})
	answer(env, h, activities.Digest, func(in activities.IntakeStep) (string, time.Time, activities.Compiled) {
		return label(in.Window), in.Now, activities.Compiled{Draft: 1}
	})
	answer(env, h, activities.StopIntake, func(in activities.IntakeStopStep) (string, time.Time, activities.Done) {
		return in.Stop.Actor + " " + in.Stop.ID, in.Now, activities.Done{}
	})
	return env, h, r
}

func label(id rapporteur.CycleID) string {
	return strings.TrimPrefix(string(id), "s-res-2388-2017/op9/window-")
}

func stopAt(env *testsuite.TestWorkflowEnvironment, after time.Duration, id string) *reply {
	return update(env, after, string(rapporteur.CommandStopIntake), id, rapporteur.Command{Reason: "The mandate has ended.", Actor: "key-1"})
}

// rolled is the input of the next run, if the workflow continued as new.
func rolled(t *testing.T, env *testsuite.TestWorkflowEnvironment) workflows.IntakeInput {
	t.Helper()
	var again *workflow.ContinueAsNewError
	if !errors.As(env.GetWorkflowError(), &again) {
		t.Fatalf("did not continue as new: %v", env.GetWorkflowError())
	}
	var next workflows.IntakeInput
	if err := converter.GetDefaultDataConverter().FromPayloads(again.Input, &next); err != nil {
		t.Fatal(err)
	}
	return next
}

func runIntake(env *testsuite.TestWorkflowEnvironment) {
	env.ExecuteWorkflow(workflows.NameIntakeStream, workflows.IntakeInput{Window: firstHalf})
}

func TestAWindowRollsByContinueAsNew(t *testing.T) {
	env, h, _ := intakeEnvironment(t)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.SignalHint, workflows.Hint{AuditSeq: 3}) }, at(t, "2018-06-15 10:00"))
	runIntake(env)
	want(t, h.did("intakes.load", "intakes.open-window", "intakes.open-next", "intakes.close-window", "intakes.digest"),
		"2018-06-01 09:00 intakes.load 2018-H1",
		"2018-06-02 00:00 intakes.open-window 2018-H1",
		"2018-07-01 00:00 intakes.open-next 2018-H1",
		"2018-07-01 01:00 intakes.close-window 2018-H1",
		"2018-07-01 01:00 intakes.digest 2018-H1",
	)
	routed := h.did("intakes.route")
	if len(routed) < 30 || routed[0] != "2018-06-02 00:00 intakes.route 2018-H1" || !strings.Contains(strings.Join(routed, "\n"), "2018-06-15 10:00") {
		t.Errorf("routed %d times:\n%s", len(routed), strings.Join(routed, "\n"))
	}
	next := rolled(t, env)
	if s := next.State; next.Window != secondHalf || s == nil || s.Phase != rapporteur.PhaseCollecting || !s.Look || s.Last != date(t, "2018-12-31") || s.Digest != 0 {
		t.Errorf("next run's input: %+v", next)
	}

	env, h, _ = intakeEnvironment(t)
	env.SetStartTime(began.Add(at(t, "2018-07-01 01:00")))
	stopAt(env, 10*day, "s")
	env.ExecuteWorkflow(workflows.NameIntakeStream, next)
	want(t, h.did("intakes.load", "intakes.stop", "intakes.digest"),
		"2018-07-11 01:00 intakes.stop key-1 s",
		"2018-07-11 01:00 intakes.digest 2018-H2",
	)
	if routed := h.did("intakes.route"); routed[0] != "2018-07-01 01:00 intakes.route 2018-H2" {
		t.Errorf("routed first %s", routed[0])
	}
	if err := env.GetWorkflowError(); err != nil {
		t.Errorf("a stopped intake ends with %v", err)
	}
}

// The hint of a delivery is lost: a day later the intake has seen it.
func TestALostHintCostsADay(t *testing.T) {
	env, h, _ := intakeEnvironment(t)
	stopAt(env, at(t, "2018-06-05 12:00"), "s")
	runIntake(env)
	want(t, h.did("intakes.route"),
		"2018-06-02 00:00 intakes.route 2018-H1",
		"2018-06-03 00:00 intakes.route 2018-H1",
		"2018-06-04 00:00 intakes.route 2018-H1",
		"2018-06-05 00:00 intakes.route 2018-H1",
		"2018-06-05 12:00 intakes.route 2018-H1",
	)
}

// A mail server that is away for weeks holds up neither the windows nor a
// person; the Secretariat is told, and told when it is over.
func TestAnIntakeWithoutMails(t *testing.T) {
	env, h, _ := intakeEnvironment(t)
	h.fails["intakes.route"] = failing(t, "2018-06-10 00:00", "2018-07-20 00:00")
	runIntake(env)
	for _, step := range h.did("intakes.close-window", "intakes.digest") {
		if !strings.HasPrefix(step, "2018-07-01 0") { // an attempt at routing takes an hour at most
			t.Errorf("held up: %s", step)
		}
	}
	if called := h.did("reports.attention"); len(called) == 0 || !strings.HasPrefix(called[0], "2018-06-10 0") || !strings.Contains(called[0], "step route cannot be done") {
		t.Errorf("attention: %v", called)
	}
	next := rolled(t, env)
	if next.Window != secondHalf || !next.State.Look {
		t.Errorf("what waits is forgotten: %+v", next.State)
	}
	env, h, _ = intakeEnvironment(t)
	h.fails["intakes.route"] = failing(t, "2018-06-10 00:00", "2018-07-20 00:00")
	env.SetStartTime(began.Add(at(t, "2018-07-01 01:00")))
	stopped := stopAt(env, at(t, "2018-07-19 10:00")-at(t, "2018-07-01 01:00"), "s")
	env.ExecuteWorkflow(workflows.NameIntakeStream, next)
	if !stopped.done || !stopped.at.Equal(began.Add(at(t, "2018-07-19 10:00"))) {
		t.Errorf("stopped at %s: %+v", stopped.at, stopped)
	}
	routed := h.did("intakes.route")
	if last := routed[len(routed)-1]; !strings.HasPrefix(last, "2018-07-20 0") && !strings.HasPrefix(last, "2018-07-19 23") {
		t.Errorf("what waited went out with %s", last)
	}
	if over := h.did("reports.attention-over"); len(over) == 0 {
		t.Error("nobody is told that it is over")
	}
	if err := env.GetWorkflowError(); err != nil {
		t.Error(err)
	}
}

// The record is away for two days around the turn: the next window is opened
// when it is back. Deliveries open it themselves meanwhile.
func TestTheTurnDuringAnOutage(t *testing.T) {
	env, h, _ := intakeEnvironment(t)
	for _, step := range []string{"intakes.open-next", "intakes.close-window", "intakes.digest", "intakes.route"} {
		h.fails[step] = failing(t, "2018-06-30 12:00", "2018-07-02 12:00")
	}
	runIntake(env)
	next := rolled(t, env)
	if next.Window != secondHalf {
		t.Errorf("next %+v", next)
	}
	for _, step := range []string{"intakes.open-next", "intakes.close-window", "intakes.digest"} {
		tried := h.did(step)
		if last := tried[len(tried)-1]; !strings.HasPrefix(last, "2018-07-0") {
			t.Errorf("%s was last tried: %s", step, last)
		}
	}
}

func TestStopIntake(t *testing.T) {
	env, h, _ := intakeEnvironment(t)
	first := stopAt(env, at(t, "2018-06-10 10:00"), "s")
	without := update(env, at(t, "2018-06-09 10:00"), string(rapporteur.CommandStopIntake), "no", rapporteur.Command{Actor: "key-1"})
	runIntake(env)
	want(t, h.did("intakes.stop", "intakes.open-next", "intakes.close-window", "intakes.digest"),
		"2018-06-10 10:00 intakes.stop key-1 s",
		"2018-06-10 10:00 intakes.digest 2018-H1",
	)
	if !first.done {
		t.Errorf("stopping was not answered: %+v", first)
	}
	if kind := without.problem(t); kind != rapporteur.ProblemInvalid || without.rejected == nil {
		t.Errorf("stopping without a reason was refused as %s", kind)
	}
	if err := env.GetWorkflowError(); err != nil {
		t.Error(err)
	}
}

func TestStopIntakeWhatTheRecordRefuses(t *testing.T) {
	env, h, _ := intakeEnvironment(t)
	h.fails["intakes.stop"] = func(now time.Time) error {
		if now.Before(began.Add(at(t, "2018-06-12 10:00"))) {
			return rapporteur.Problemf(rapporteur.ProblemClosed, "Not now", "It is closed.")
		}
		return nil
	}
	refusedStop := stopAt(env, at(t, "2018-06-10 10:00"), "first")
	stopAt(env, at(t, "2018-06-13 10:00"), "second")
	runIntake(env)
	if kind := refusedStop.problem(t); kind != rapporteur.ProblemClosed {
		t.Errorf("refused as %s", kind)
	}
	if opened := h.did("intakes.route"); !strings.HasPrefix(opened[len(opened)-1], "2018-06-13 10:00") {
		t.Errorf("the intake did not go on: %v", opened)
	}
}

// A stopped intake ends when everything has gone out.
func TestAStoppedIntakeWaitsForADestination(t *testing.T) {
	env, h, r := intakeEnvironment(t)
	r.waiting = 2
	stopAt(env, at(t, "2018-06-10 10:00"), "s")
	env.RegisterDelayedCallback(func() { h.set(func(*hand) { r.waiting = 0 }) }, at(t, "2018-06-14 12:00"))
	runIntake(env)
	routed := h.did("intakes.route")
	if last := routed[len(routed)-1]; last != "2018-06-15 10:00 intakes.route 2018-H1" {
		t.Errorf("routed last: %s", last)
	}
}

func TestIntakeCancelledInTemporal(t *testing.T) {
	env, h, _ := intakeEnvironment(t)
	env.RegisterDelayedCallback(env.CancelWorkflow, at(t, "2018-06-10 10:00"))
	runIntake(env)
	if !temporal.IsCanceledError(env.GetWorkflowError()) {
		t.Fatalf("error: %v", env.GetWorkflowError())
	}
	want(t, h.did("intakes.stop", "intakes.digest"),
		"2018-06-10 10:00 intakes.stop engine cancelled",
		"2018-06-10 10:00 intakes.digest 2018-H1",
	)
}

// The server suggests to continue as new in the middle of a window.
func TestAnIntakeContinuesAsNewMidWay(t *testing.T) {
	env, h, _ := intakeEnvironment(t)
	env.RegisterDelayedCallback(func() { env.SetContinueAsNewSuggested(true) }, at(t, "2018-06-10 10:00"))
	runIntake(env)
	next := rolled(t, env)
	if next.Window != firstHalf || next.State.Phase != rapporteur.PhaseCollecting {
		t.Errorf("next run's input: %+v", next)
	}
	if closed := h.did("intakes.close-window"); len(closed) > 0 {
		t.Errorf("closed: %v", closed)
	}
}

// An intake that was taken up too late goes from window to window until it is
// in the present one.
func TestAnIntakeCatchesUp(t *testing.T) {
	env, h, r := intakeEnvironment(t)
	env.SetStartTime(began.Add(at(t, "2018-09-01 09:00")))
	r.state.Phase = rapporteur.PhaseCollecting
	r.state.Following = &rapporteur.NextWindow{Window: secondHalf, First: date(t, "2018-07-01"), Last: date(t, "2018-12-31")}
	runIntake(env)
	want(t, h.did(),
		"2018-09-01 09:00 intakes.load 2018-H1",
		"2018-09-01 09:00 intakes.close-window 2018-H1",
		"2018-09-01 09:00 intakes.route 2018-H1",
		"2018-09-01 09:00 intakes.digest 2018-H1",
	)
	if next := rolled(t, env); next.Window != secondHalf {
		t.Errorf("next %+v", next)
	}
}

func TestAnUnknownIntakeEndsTheWorkflow(t *testing.T) {
	env, h, _ := intakeEnvironment(t)
	h.fails["intakes.load"] = func(time.Time) error { return rapporteur.NotFound("window", "x") }
	runIntake(env)
	if p := workflows.ProblemOf(env.GetWorkflowError()); p == nil || p.Kind != rapporteur.ProblemNotFound {
		t.Fatalf("error: %v", env.GetWorkflowError())
	}
}
