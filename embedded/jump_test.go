package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur/embedded"
)

// world is a server with time skipping, a worker, and the clock.
func world(t testing.TB, more ...func(client.Client, worker.Registry)) (context.Context, client.Client, *embedded.Clock) {
	t.Helper()
	ctx := testContext(t)
	s := start(ctx, t, embedded.Options{UIPort: embedded.NoUI, TimeSkipping: true})
	c := dial(ctx, t, s)
	work(t, c, func(r worker.Registry) {
		register(r)
		for _, m := range more {
			m(c, r)
		}
	})
	return ctx, c, s.Clock(c)
}

func note(ctx context.Context, t testing.TB, c client.Client, id string) entry {
	t.Helper()
	h, err := c.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{WorkflowID: id, UpdateName: "note", Args: []any{"note"}, WaitForStage: client.WorkflowUpdateStageCompleted})
	if err != nil {
		t.Fatal(err)
	}
	var e entry
	if err := h.Get(ctx, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestExecutionsThatEndDuringAJumpDoNotStopIt(t *testing.T) {
	short := func(ctx workflow.Context) error { return workflow.Sleep(ctx, 3*day) }
	ctx, c, k := world(t, func(_ client.Client, r worker.Registry) {
		r.RegisterWorkflowWithOptions(short, workflow.RegisterOptions{Name: "short"})
	})
	short1 := run(ctx, t, c, "short", "short")
	run(ctx, t, c, "long", ladder, []int{5})
	advance(ctx, t, k, 10*day, "short", "long")
	if err := short1.Get(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if e := note(ctx, t, c, "long"); e.Day != 10 {
		t.Fatalf("the other execution is on day %d, want 10", e.Day)
	}
	advance(ctx, t, k, 10*day, "short", "long")
	if e := note(ctx, t, c, "long"); e.Day != 20 {
		t.Fatalf("the other execution is on day %d, want 20", e.Day)
	}
}

func TestAJumpWaitsForAPendingActivity(t *testing.T) {
	var released atomic.Bool
	begun, release := make(chan struct{}), make(chan struct{})
	slow := func(ctx context.Context) error {
		close(begun)
		select {
		case <-release:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	waits := func(ctx workflow.Context) (time.Duration, error) {
		from := workflow.Now(ctx)
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Hour})
		err := errors.Join(workflow.Sleep(ctx, day), workflow.ExecuteActivity(ctx, "slow").Get(ctx, nil))
		at := workflow.Now(ctx).Sub(from)
		return at, errors.Join(err, workflow.Sleep(ctx, 5*day))
	}
	ctx, c, k := world(t, func(_ client.Client, r worker.Registry) {
		r.RegisterWorkflowWithOptions(waits, workflow.RegisterOptions{Name: "waits"})
		r.RegisterActivityWithOptions(slow, activity.RegisterOptions{Name: "slow"})
	})
	r := run(ctx, t, c, "waits", "waits")
	jumped := make(chan error, 1)
	go func() { jumped <- k.Advance(ctx, 10*day, "waits") }()
	<-begun
	released.Store(true)
	close(release)
	if err := <-jumped; err != nil || !released.Load() {
		t.Fatalf("jump ended with %v, activity released: %v", err, released.Load())
	}
	var at time.Duration
	if err := r.Get(ctx, &at); err != nil {
		t.Fatal(err)
	}
	if at/day != 1 {
		t.Fatalf("the activity ended on day %d, want 1: time moved on over it", at/day)
	}
}

func TestAJumpOnlyWaitsAsLongAsItsContext(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(release) })
	slow := func(ctx context.Context) error {
		close(begun)
		select {
		case <-release:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	waits := func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Hour})
		return workflow.ExecuteActivity(ctx, "slow").Get(ctx, nil)
	}
	ctx, c, k := world(t, func(_ client.Client, r worker.Registry) {
		r.RegisterWorkflowWithOptions(waits, workflow.RegisterOptions{Name: "waits"})
		r.RegisterActivityWithOptions(slow, activity.RegisterOptions{Name: "slow"})
	})
	run(ctx, t, c, "waits", "waits")
	bounded, cancel := context.WithCancel(ctx)
	jumped := make(chan error, 1)
	go func() { jumped <- k.Advance(bounded, day, "waits") }()
	<-begun
	cancel()
	if err := <-jumped; err == nil {
		t.Fatal("a jump over a pending activity succeeded")
	}
}

func TestBackOffOfRetriesIsPassed(t *testing.T) {
	flaky := func(ctx context.Context) error {
		if activity.GetInfo(ctx).Attempt < 4 {
			return errors.New("not yet")
		}
		return nil
	}
	retries := func(ctx workflow.Context) (int, error) {
		from := workflow.Now(ctx)
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
			StartToCloseTimeout: time.Minute,
			RetryPolicy:         &temporal.RetryPolicy{InitialInterval: day, BackoffCoefficient: 1},
		})
		err := workflow.ExecuteActivity(ctx, "flaky").Get(ctx, nil)
		return int(workflow.Now(ctx).Sub(from) / day), err
	}
	ctx, c, k := world(t, func(_ client.Client, r worker.Registry) {
		r.RegisterWorkflowWithOptions(retries, workflow.RegisterOptions{Name: "retries"})
		r.RegisterActivityWithOptions(flaky, activity.RegisterOptions{Name: "flaky"})
	})
	r := run(ctx, t, c, "retries", "retries")
	advance(ctx, t, k, 2*day+day/2) // ends while a retry backs off
	advance(ctx, t, k, 2*day)
	var on int
	if err := r.Get(ctx, &on); err != nil || on != 3 {
		t.Fatalf("done on day %d (%v), want 3", on, err)
	}
}

func TestContinuedRunsJumpOn(t *testing.T) {
	rolls := func(ctx workflow.Context, n int) (int, error) {
		if n == 3 {
			workflow.GetSignalChannel(ctx, "finish").Receive(ctx, nil)
			return n, nil
		}
		if err := workflow.Sleep(ctx, 10*day); err != nil {
			return 0, err
		}
		return 0, workflow.NewContinueAsNewError(ctx, "rolls", n+1)
	}
	ctx, c, k := world(t, func(_ client.Client, r worker.Registry) {
		r.RegisterWorkflowWithOptions(rolls, workflow.RegisterOptions{Name: "rolls"})
	})
	r := run(ctx, t, c, "rolls", "rolls", 0)
	advance(ctx, t, k, 15*day)
	advance(ctx, t, k, 20*day)
	if err := c.SignalWorkflow(ctx, "rolls", "", "finish", nil); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := r.Get(ctx, &n); err != nil || n != 3 {
		t.Fatalf("run %d (%v), want 3", n, err)
	}
}

func TestNewExecutionsBeginOnTheBusinessDay(t *testing.T) {
	ctx, c, k := world(t)
	advance(ctx, t, k, 100*day)
	const each = 10
	var ids []string
	for i := range each {
		started, signalled := fmt.Sprintf("started/%d", i), fmt.Sprintf("signalled/%d", i)
		run(ctx, t, c, started, ladder, []int{40})
		_, err := c.SignalWithStartWorkflow(ctx, signalled, "hint", nil, client.StartWorkflowOptions{TaskQueue: queue}, ladder, []int{40})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, started, signalled)
	}
	// The jump follows at once: it must not pass over the first task of any of them.
	advance(ctx, t, k, 5*day)
	for _, id := range ids {
		if e := note(ctx, t, c, id); e.Day != 5 {
			t.Errorf("%s is on its day %d, want 5", id, e.Day)
		}
		d, err := c.DescribeWorkflowExecution(ctx, id, "")
		if err != nil {
			t.Fatal(err)
		}
		own := d.GetWorkflowExtendedInfo().GetTimeSkippingInfo().GetCurrentTime().AsTime()
		if off := k.Now().Sub(own).Abs(); off > time.Hour {
			t.Errorf("%s reads %s, the clock %s", id, own, k.Now())
		}
	}
}

func TestExecutionsStartedDuringAJumpTakePart(t *testing.T) {
	ctx, c, k := world(t, func(c client.Client, r worker.Registry) {
		r.RegisterWorkflowWithOptions(func(ctx workflow.Context) error {
			ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
			return errors.Join(workflow.Sleep(ctx, 10*day), workflow.ExecuteActivity(ctx, "start").Get(ctx, nil))
		}, workflow.RegisterOptions{Name: "starts"})
		r.RegisterActivityWithOptions(func(ctx context.Context) error {
			_, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "started", TaskQueue: queue}, ladder, []int{2})
			return err
		}, activity.RegisterOptions{Name: "start"})
	})
	run(ctx, t, c, "starts", "starts")
	advance(ctx, t, k, 30*day)
	wantDiary(t, diaryOf(ctx, t, c, "started"), entry{"timer", 2}, entry{"activity", 2})
	if e := note(ctx, t, c, "started"); e.Day < 20 || e.Day > 30 {
		t.Fatalf("the new execution is on its day %d, want 20 to 30", e.Day)
	}
}

func TestClockGoesNeitherBackNorToTheUnknown(t *testing.T) {
	ctx, c, k := world(t)
	run(ctx, t, c, "a", ladder, []int{40})
	advance(ctx, t, k, 10*day)
	if err := k.AdvanceTo(ctx, k.Now().Add(-5*day)); err != nil {
		t.Fatal(err)
	}
	if e := note(ctx, t, c, "a"); e.Day != 10 {
		t.Fatalf("day %d after a step back, want 10", e.Day)
	}
	before := k.Now()
	if err := k.Advance(ctx, day, "nobody"); err == nil {
		t.Fatal("an unknown execution moved")
	}
	if k.Now().Sub(before) > day/2 {
		t.Fatal("the clock moved although the jump failed")
	}
}

func TestADeletedExecutionDoesNotStopTheOthers(t *testing.T) {
	ctx, c, k := world(t)
	run(ctx, t, c, "deleted", ladder, []int{40})
	run(ctx, t, c, "kept", ladder, []int{40})
	_, err := c.WorkflowService().DeleteWorkflowExecution(ctx, &workflowservice.DeleteWorkflowExecutionRequest{
		Namespace: embedded.DefaultNamespace, WorkflowExecution: &common.WorkflowExecution{WorkflowId: "deleted"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		advance(ctx, t, k, 5*day)
	}
	if e := note(ctx, t, c, "kept"); e.Day != 15 {
		t.Fatalf("day %d, want 15", e.Day)
	}
}

// BenchmarkJump is what a day costs: in vain, and with a timer and an activity in every execution.
func BenchmarkJump(b *testing.B) {
	for _, n := range []int{1, 50} {
		for name, rung := range map[string]int{"nothing due": 1 << 20, "timer and activity due": 1} {
			b.Run(fmt.Sprintf("%d executions/%s", n, name), func(b *testing.B) {
				ctx, c, k := world(b)
				var rungs []int
				for r := range 1000 {
					rungs = append(rungs, (r+1)*rung)
				}
				for i := range n {
					run(ctx, b, c, strconv.Itoa(i), ladder, rungs)
				}
				advance(ctx, b, k, time.Hour)
				for b.Loop() {
					advance(ctx, b, k, day)
				}
			})
		}
	}
}

func TestWithoutTimeSkippingTheClockStandsStill(t *testing.T) {
	ctx := testContext(t)
	s := start(ctx, t, embedded.Options{UIPort: embedded.NoUI})
	c := dial(ctx, t, s)
	work(t, c, register)
	run(ctx, t, c, "a", ladder, []int{1})
	if err := s.Clock(c).Advance(ctx, 2*day, "a"); err == nil {
		t.Fatal("time was moved on a server that does not allow it")
	}
	wantDiary(t, diaryOf(ctx, t, c, "a"))
}
