package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/engine"
	"github.com/rapporteur/rapporteur/workflows"
)

const (
	someCycle  = rapporteur.CycleID("s-res-2388-2017/op34/2018")
	someOffset = 1000 * time.Hour
)

var someKey = rapporteur.RequestKey{Cycle: someCycle, Contributor: "state-ken"}

func relay() (*engine.Relay, *server, *outbox) {
	s, o := &server{refuses: map[string]error{}}, &outbox{}
	return &engine.Relay{Store: o, Client: s, Logger: zerolog.Nop(), Every: time.Millisecond, Sweep: time.Hour}, s, o
}

func deliver(t *testing.T, r *engine.Relay) {
	t.Helper()
	if _, err := r.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestStartsCarryIDsTheClockAndTheStateOnly(t *testing.T) {
	r, s, o := relay()
	o.put(
		rapporteur.Message{Kind: rapporteur.MessageStartCycle, Cycle: someCycle},
		rapporteur.Message{Kind: rapporteur.MessageStartFollowUp, Cycle: someCycle, Contributor: "state-ken", Number: 2},
		rapporteur.Message{Kind: rapporteur.MessageStartClearance, Cycle: someCycle, Number: 1},
		rapporteur.Message{Kind: rapporteur.MessageStartReminder, Cycle: someCycle, Contributor: "state-ken", Number: 3},
	)
	deliver(t, r)
	want := []any{
		startOf(someCycle),
		workflows.FollowUpInput{RequestKey: someKey, Number: 2, Clock: -someOffset},
		workflows.ClearanceInput{Cycle: someCycle, Draft: 1, Clock: -someOffset},
		workflows.ReminderInput{RequestKey: someKey, Number: 3, Clock: -someOffset},
	}
	if diff := cmp.Diff(want, s.inputs); diff != "" {
		t.Fatalf("inputs (-want +got):\n%s", diff)
	}
	ids := []string{rapporteur.CycleWorkflowID(someCycle), rapporteur.FollowUpWorkflowID(someKey, 2), rapporteur.ClearanceWorkflowID(someCycle, 1), rapporteur.ReminderWorkflowID(someKey, 3)}
	for n, start := range s.starts {
		if start.ID != ids[n] || start.TaskQueue != "rapporteur" || start.WorkflowExecutionTimeout != 0 || start.WorkflowRunTimeout != 0 ||
			start.WorkflowIDReusePolicy != enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE || start.TypedSearchAttributes.Size() < 3 {
			t.Errorf("start %d: %+v", n, start)
		}
	}
	if o.left() != 0 {
		t.Errorf("%d messages are left", o.left())
	}
}

// startOf is how the outbox's cycles start: with what the record has of them.
func startOf(id rapporteur.CycleID) workflows.CycleInput {
	cycle := rapporteur.Cycle{ID: id, Shape: rapporteur.ShapeReport}
	if id != someCycle {
		cycle.Shape = rapporteur.ShapeOccasion
	}
	state := rapporteur.NewCycleState(cycle)
	return workflows.CycleInput{Cycle: id, Clock: -someOffset, State: &state, Onward: true}
}

// An occasion has a workflow of its own name, found by stream and number.
func TestOccasionsStartTheirWorkflow(t *testing.T) {
	r, s, o := relay()
	const cycle = rapporteur.CycleID("s-res-2388-2017/op23a/occasion-3")
	o.put(rapporteur.Message{Kind: rapporteur.MessageStartCycle, Cycle: cycle}, rapporteur.Message{Kind: rapporteur.MessageStartCycle, Cycle: someCycle})
	deliver(t, r)
	if diff := cmp.Diff([]any{"Occasion", "ReportCycle"}, s.names); diff != "" {
		t.Fatalf("workflows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(startOf(cycle), s.inputs[0]); diff != "" || s.starts[0].ID != "occasion/s-res-2388-2017/op23a/3" {
		t.Errorf("%s (-want +got):\n%s", s.starts[0].ID, diff)
	}
	if text := s.starts[0].StaticSummary; text != "Occasion "+string(cycle) {
		t.Errorf("operators read %q", text)
	}
}

// What is to start again is what it was, and may only where it did not end by
// itself.
func TestWhatWasStoppedStartsAgain(t *testing.T) {
	r, s, o := relay()
	again := rapporteur.MessageStartAgain
	o.put(
		rapporteur.Message{Kind: again, Cycle: someCycle},
		rapporteur.Message{Kind: again, Cycle: someCycle, Contributor: "state-ken", Number: 2},
		rapporteur.Message{Kind: again, Cycle: someCycle, Number: 1},
	)
	deliver(t, r)
	if diff := cmp.Diff([]any{"ReportCycle", "FollowUp", "Clearance"}, s.names); diff != "" {
		t.Fatalf("workflows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(startOf(someCycle), s.inputs[0]); diff != "" {
		t.Errorf("the cycle starts with (-want +got):\n%s", diff)
	}
	for n, id := range []string{
		rapporteur.CycleWorkflowID(someCycle), rapporteur.FollowUpWorkflowID(someKey, 2), rapporteur.ClearanceWorkflowID(someCycle, 1),
	} {
		if start := s.starts[n]; start.ID != id || start.WorkflowIDReusePolicy != enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY {
			t.Errorf("start %d: %+v", n, start)
		}
	}
}

// An intake is one workflow for all its windows, and may begin again where it
// was stopped.
func TestAnIntakeIsStartedOnceForAllItsWindows(t *testing.T) {
	r, s, o := relay()
	first, second := rapporteur.CycleID("s-res-2388-2017/op9/window-2018-H1"), rapporteur.CycleID("s-res-2388-2017/op9/window-2018-H2")
	o.put(
		rapporteur.Message{Kind: rapporteur.MessageStartCycle, Cycle: first},
		rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: first, AuditSeq: 3},
		rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: second, AuditSeq: 5},
	)
	deliver(t, r)
	if diff := cmp.Diff([]any{workflows.IntakeInput{Window: first, Clock: -someOffset}}, s.inputs); diff != "" {
		t.Fatalf("inputs (-want +got):\n%s", diff)
	}
	const id = "intake/s-res-2388-2017/op9"
	if start := s.starts[0]; start.ID != id || start.WorkflowIDReusePolicy != enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE || !start.WorkflowExecutionErrorWhenAlreadyStarted {
		t.Errorf("start %+v", start)
	}
	if diff := cmp.Diff([]said{{workflow: id, hint: workflows.Hint{AuditSeq: 5}}}, s.hints, cmp.AllowUnexported(said{})); diff != "" {
		t.Errorf("hints (-want +got):\n%s", diff)
	}
}

func TestWhatWasStartedBeforeIsDelivered(t *testing.T) {
	r, s, o := relay()
	s.refuses[rapporteur.CycleWorkflowID(someCycle)] = serviceerror.NewWorkflowExecutionAlreadyStarted("again", "", "run")
	o.put(rapporteur.Message{Kind: rapporteur.MessageStartCycle, Cycle: someCycle})
	deliver(t, r)
	if o.left() != 0 {
		t.Error("the message is left")
	}
}

func TestHintsAreSaidOnceToEach(t *testing.T) {
	r, s, o := relay()
	gone := rapporteur.ClearanceWorkflowID(someCycle, 3)
	s.refuses[gone] = serviceerror.NewNotFound("workflow execution already completed")
	hint := func(seq int64, number int, who rapporteur.ContributorID) rapporteur.Message {
		return rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: someCycle, AuditSeq: seq, Number: number, Contributor: who}
	}
	o.put(hint(4, 0, ""), hint(9, 1, "state-ken"), hint(7, 0, ""), hint(5, 3, ""), hint(6, 0, ""))
	deliver(t, r)
	want := []said{
		{workflow: rapporteur.CycleWorkflowID(someCycle), hint: workflows.Hint{AuditSeq: 7}},
		{workflow: rapporteur.FollowUpWorkflowID(someKey, 1), hint: workflows.Hint{AuditSeq: 9}},
	}
	if diff := cmp.Diff(want, s.hints, cmp.AllowUnexported(said{})); diff != "" {
		t.Fatalf("hints (-want +got):\n%s", diff)
	}
	if o.left() != 0 {
		t.Errorf("%d messages are left", o.left())
	}
}

// One workflow that cannot be started does not hold up the others.
func TestOneBadMessageStaysAlone(t *testing.T) {
	r, s, o := relay()
	s.refuses[rapporteur.ClearanceWorkflowID(someCycle, 1)] = serviceerror.NewInvalidArgument("no such attribute")
	o.put(
		rapporteur.Message{Kind: rapporteur.MessageStartClearance, Cycle: someCycle, Number: 1},
		rapporteur.Message{Kind: rapporteur.MessageStartCycle, Cycle: someCycle},
		rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: someCycle, AuditSeq: 3},
	)
	if _, err := r.Deliver(t.Context()); err == nil {
		t.Fatal("a failure was not told")
	}
	if o.left() != 1 || len(s.starts) != 1 || len(s.hints) != 1 {
		t.Fatalf("%d left, %d started, %d hinted", o.left(), len(s.starts), len(s.hints))
	}
}

func TestBatchesFollowEachOther(t *testing.T) {
	r, s, o := relay()
	r.Batch = 2
	for n := range 5 {
		o.put(rapporteur.Message{Kind: rapporteur.MessageStartClearance, Cycle: someCycle, Number: n + 1})
	}
	for want := range []int{0, 1, 2} {
		more, err := r.Deliver(t.Context())
		if err != nil || more != (want < 2) {
			t.Fatalf("batch %d: more %t, %v", want, more, err)
		}
	}
	if len(s.starts) != 5 {
		t.Fatalf("%d started", len(s.starts))
	}
}

// The relay goes on after Temporal and the store were away, each in its turn.
func TestRelayCatchesUp(t *testing.T) {
	r, s, o := relay()
	s.away = errAway
	o.put(rapporteur.Message{Kind: rapporteur.MessageStartCycle, Cycle: someCycle})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	r.Nudge()
	s.set(func(s *server) { s.away = nil })
	eventually(t, func() bool { return o.left() == 0 })

	o.mu.Lock()
	o.away = errors.New("database is away")
	o.mu.Unlock()
	r.Nudge()
	o.mu.Lock()
	o.away = nil
	o.mu.Unlock()
	o.put(rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: someCycle, AuditSeq: 2})
	eventually(t, func() bool { r.Nudge(); return o.left() == 0 })
	stop()
	if err := <-ended; err != nil {
		t.Fatalf("the relay ended with %v", err)
	}
}

// eventually waits for what another goroutine does, where it tells nobody.
func eventually(t *testing.T, happened func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for !happened() {
		select {
		case <-ctx.Done():
			t.Fatal("waited in vain")
		case <-ticker.C:
		}
	}
}
