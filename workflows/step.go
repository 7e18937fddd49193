package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur/activities"
)

// Steps are tried again with a growing pause for a day; then a person is told
// and they are tried every hour.
const (
	longestPause = 10 * time.Minute
	giveUpAfter  = 24 * time.Hour
	tryAgain     = time.Hour
	// moreThanEnough attempts never fit into a day; it is time that ends a step.
	moreThanEnough = 1000
)

// How long one attempt of a step may take: a quick one is a transaction, a
// bulk one reads or changes everything of a cycle or a stream, a mailing writes to
// every contributor.
var (
	quick   = options(time.Minute)
	bulk    = options(10 * time.Minute)
	mailing = options(4 * time.Hour)
)

// silence is how long a step may show no sign of life before it is carried out
// elsewhere: so long a cycle waits for one whose worker has died.
const silence = 20 * time.Second

func options(attempt time.Duration) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: attempt, ScheduleToCloseTimeout: giveUpAfter, HeartbeatTimeout: silence,
		// An attempt that runs is finished before anything else happens.
		WaitForCancellation: true,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: longestPause,
			MaximumAttempts: moreThanEnough,
		},
	}
}

// do carries out one activity. summary is what operators read beside it.
func do[In, Out any](ctx workflow.Context, o workflow.ActivityOptions, step activities.Step[In, Out], in In, summary string) (Out, error) {
	o.Summary = summary
	var out Out
	err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, o), string(step), in).Get(ctx, &out)
	return out, err
}
