package activities_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/rapporteur/rapporteur/activities"
)

// carriedOut carries out a step as a whole, under a context that is cancelled
// while it runs, and tells how often it showed that it was alive.
func carriedOut(t *testing.T, do func(context.Context, string) (string, error)) (string, int, error) {
	t.Helper()
	env := new(testsuite.WorkflowTestSuite).NewTestActivityEnvironment()
	var beats atomic.Int64
	env.SetOnActivityHeartbeatListener(func(*activity.Info, converter.EncodedValues) { beats.Add(1) })
	ctx, cancel := context.WithCancel(t.Context())
	env.SetWorkerOptions(worker.Options{BackgroundActivityContext: ctx})
	step := activities.Whole(func(ctx context.Context, in string) (string, error) {
		cancel()
		return do(ctx, in)
	})
	env.RegisterActivityWithOptions(step, activity.RegisterOptions{Name: "step"})
	value, err := env.ExecuteActivity("step", "in")
	var out string
	if err == nil {
		err = value.Get(&out)
	}
	return out, int(beats.Load()), err
}

func TestAStepShowsThatItIsAliveAndIsNotCutShort(t *testing.T) {
	out, beats, err := carriedOut(t, func(ctx context.Context, in string) (string, error) {
		if _, limited := ctx.Deadline(); !limited {
			return "", errors.New("its time is not limited")
		}
		return in + " and out", ctx.Err()
	})
	if err != nil || out != "in and out" || beats == 0 {
		t.Errorf("%q after %d signs of life: %v", out, beats, err)
	}
}

func TestAStepThatFailsSaysWhy(t *testing.T) {
	_, _, err := carriedOut(t, func(context.Context, string) (string, error) { return "", errors.New("the disk is full") })
	if err == nil {
		t.Error("it did not fail")
	}
}

// The engine's deadline ends a step that its wish to stop does not.
func TestAStepEndsWithItsTime(t *testing.T) {
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(1, 0))
	defer cancel()
	env := new(testsuite.WorkflowTestSuite).NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{BackgroundActivityContext: ctx})
	env.RegisterActivityWithOptions(activities.Whole(func(ctx context.Context, _ string) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	}), activity.RegisterOptions{Name: "step"})
	if _, err := env.ExecuteActivity("step", ""); err == nil {
		t.Error("a step whose time was over ended well")
	}
}
