package activities

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
)

// beat is how often a step shows that it is alive. What is over sooner shows it by
// its result: a sign of life costs the engine a transaction.
var beat = 5 * time.Second

// alive shows the engine that a step is alive, every few seconds until
// the function it returns is called. progress is what operators see of it; nil
// for nothing.
func alive(ctx context.Context, progress func() []any) (stop func()) {
	if progress == nil {
		progress = func() []any { return nil }
	}
	ended, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for {
			select {
			case <-ended:
				return
			case <-ticker.C:
				activity.RecordHeartbeat(ctx, progress()...)
			}
		}
	}()
	return func() {
		close(ended)
		<-stopped
	}
}

// Whole is a step that shows that it is alive, and runs to its end once it has
// begun: a wish to stop, of which the engine tells whoever shows a sign of life,
// does not cut a transaction short. Its time is limited all the same.
func Whole[In, Out any](do func(context.Context, In) (Out, error)) func(context.Context, In) (Out, error) {
	return func(ctx context.Context, in In) (Out, error) {
		defer alive(ctx, nil)()
		through := context.WithoutCancel(ctx)
		if deadline, limited := ctx.Deadline(); limited {
			var cancel context.CancelFunc
			through, cancel = context.WithDeadline(through, deadline)
			defer cancel()
		}
		return do(through, in)
	}
}
