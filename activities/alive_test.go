package activities_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/rapporteur/rapporteur/activities"
)

// carriedOut carries out a step as a whole, under a context that is cancelled
// while it runs, and gives it what is closed when it has shown that it is alive.
func carriedOut(t *testing.T, do func(ctx context.Context, in string, shown <-chan struct{}) (string, error)) (string, error) {
	t.Helper()
	t.Cleanup(activities.BeatEvery(time.Millisecond))
	env := new(testsuite.WorkflowTestSuite).NewTestActivityEnvironment()
	shown := make(chan struct{})
	var once sync.Once
	env.SetOnActivityHeartbeatListener(func(*activity.Info, converter.EncodedValues) { once.Do(func() { close(shown) }) })
	ctx, cancel := context.WithCancel(t.Context())
	env.SetWorkerOptions(worker.Options{BackgroundActivityContext: ctx})
	step := activities.Whole(func(ctx context.Context, in string) (string, error) {
		cancel()
		return do(ctx, in, shown)
	})
	env.RegisterActivityWithOptions(step, activity.RegisterOptions{Name: "step"})
	value, err := env.ExecuteActivity("step", "in")
	var out string
	if err == nil {
		err = value.Get(&out)
	}
	return out, err
}

func TestAStepShowsThatItIsAliveAndIsNotCutShort(t *testing.T) {
	out, err := carriedOut(t, func(ctx context.Context, in string, shown <-chan struct{}) (string, error) {
		<-shown
		if _, limited := ctx.Deadline(); !limited {
			return "", errors.New("its time is not limited")
		}
		return in + " and out", ctx.Err()
	})
	if err != nil || out != "in and out" {
		t.Errorf("%q, %v", out, err)
	}
}

func TestAStepThatFailsSaysWhy(t *testing.T) {
	_, err := carriedOut(t, func(context.Context, string, <-chan struct{}) (string, error) {
		return "", errors.New("the disk is full")
	})
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
