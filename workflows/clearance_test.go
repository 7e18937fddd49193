package workflows_test

import (
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows"
)

// clearing sets up a clearance of two steps, the first with three offices.
func clearing(t *testing.T) (*testsuite.TestWorkflowEnvironment, *hand) {
	t.Helper()
	env, h := environment(t)
	steps := []rapporteur.ClearanceStep{
		{ID: "concurrence", Name: "Concurrence", Offices: []string{"OLA", "DPPA", "OHCHR"}, Within: rapporteur.Period{Days: 10}},
		{ID: "executive", Name: "Executive Office", Offices: []string{"EOSG"}, Within: rapporteur.Period{Days: 5}},
	}
	h.clear = rapporteur.NewClearanceState(theCycle, 1, "hash", steps, began)
	return env, h
}

func runClearance(t *testing.T, env *testsuite.TestWorkflowEnvironment) {
	t.Helper()
	env.ExecuteWorkflow(workflows.NameClearance, workflows.ClearanceInput{Cycle: theCycle, Draft: 1})
	if err := env.GetWorkflowError(); err != nil || !env.IsWorkflowCompleted() {
		t.Fatalf("the workflow failed or has not ended: %v", err)
	}
}

func decide(env *testsuite.TestWorkflowEnvironment, after time.Duration, id string, d rapporteur.Decision) *reply {
	d.ID = id
	return update(env, after, workflows.UpdateDecide, id, d)
}

func approval(step, office string) rapporteur.Decision {
	return rapporteur.Decision{Step: step, Office: office, DraftHash: "hash", Actor: "key-" + office, Approve: true}
}

func TestParallelConcurrence(t *testing.T) {
	env, h := clearing(t)
	replies := []*reply{
		decide(env, 2*day, "1", approval("concurrence", "OLA")),
		decide(env, 2*day, "2", approval("concurrence", "DPPA")),
		decide(env, 3*day, "3", approval("concurrence", "OHCHR")),
		decide(env, 4*day, "4", approval("executive", "EOSG")),
	}
	runClearance(t, env)
	want(t, h.did("clearances.announce", "clearances.decide"),
		"2018-06-01 09:00 clearances.announce concurrence",
		"2018-06-03 09:00 clearances.decide 1 OLA",
		"2018-06-03 09:00 clearances.decide 2 DPPA",
		"2018-06-04 09:00 clearances.decide 3 OHCHR",
		"2018-06-04 09:00 clearances.announce executive",
		"2018-06-05 09:00 clearances.decide 4 EOSG",
	)
	for n, r := range replies {
		if !r.done {
			t.Fatalf("decision %d: %+v", n+1, r)
		}
	}
}

func TestReturnedToDrafting(t *testing.T) {
	env, h := clearing(t)
	back := approval("concurrence", "OLA")
	back.Approve, back.ReturnTo, back.Comments = false, rapporteur.ToDrafting, "paragraph 12"
	decide(env, 2*day, "1", back)
	runClearance(t, env)
	want(t, h.did("clearances.decide"), "2018-06-03 09:00 clearances.decide 1 OLA")
}

func TestDecisionsThatCannotBeTaken(t *testing.T) {
	env, _ := clearing(t)
	stale := approval("concurrence", "OLA")
	stale.DraftHash = "another"
	foreign := approval("concurrence", "EOSG")
	undelegated := approval("concurrence", "OLA")
	undelegated.For, undelegated.Actor = "key-OLA", "key-other"
	kinds := map[*reply]rapporteur.ProblemKind{
		decide(env, day, "s", stale):                         rapporteur.ProblemStale,
		decide(env, day, "f", foreign):                       rapporteur.ProblemForbidden,
		decide(env, day, "u", undelegated):                   rapporteur.ProblemForbidden,
		decide(env, day, "e", approval("executive", "EOSG")): rapporteur.ProblemConflict,
	}
	update(env, 2*day, workflows.UpdateDelegate, "g", rapporteur.Delegation{
		Office: "OLA", From: "key-OLA", To: "key-other", Starts: date(t, "2018-06-01"), Ends: date(t, "2018-06-30"),
	})
	delegated := decide(env, 3*day, "d", undelegated)
	decide(env, 3*day, "2", approval("concurrence", "DPPA"))
	decide(env, 3*day, "3", approval("concurrence", "OHCHR"))
	decide(env, 4*day, "4", approval("executive", "EOSG"))
	runClearance(t, env)
	for r, kind := range kinds {
		if got := r.problem(t); got != kind || r.rejected == nil {
			t.Errorf("got %s, rejected %v, want %s", got, r.rejected, kind)
		}
	}
	if !delegated.done {
		t.Errorf("the delegate could not decide: %+v", delegated)
	}
}

// A cycle that is cancelled needs no clearance: the hint, or the next look at
// the record, ends it.
func TestClearanceOfACancelledCycle(t *testing.T) {
	for name, hint := range map[string]bool{"hinted": true, "hint lost": false} {
		t.Run(name, func(t *testing.T) {
			env, h := clearing(t)
			env.RegisterDelayedCallback(func() {
				h.set(func(h *hand) { h.clear.Outcome = rapporteur.ClearanceReturned })
				if hint {
					env.SignalWorkflow(workflows.SignalHint, workflows.Hint{})
				}
			}, 2*day)
			runClearance(t, env)
			if hint && !env.Now().Equal(began.Add(2*day)) {
				t.Fatalf("ended at %s", env.Now())
			}
		})
	}
}

// Cancelling a clearance is not a decision.
func TestClearanceOutlivesACancellationInTemporal(t *testing.T) {
	env, _ := clearing(t)
	env.RegisterDelayedCallback(env.CancelWorkflow, day)
	decide(env, 2*day, "1", approval("concurrence", "OLA"))
	decide(env, 2*day, "2", approval("concurrence", "DPPA"))
	decide(env, 2*day, "3", approval("concurrence", "OHCHR"))
	last := decide(env, 3*day, "4", approval("executive", "EOSG"))
	runClearance(t, env)
	if !last.done {
		t.Fatalf("the last decision was not taken: %+v", last)
	}
}
