package embedded

import (
	"context"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
)

// standing is what the clock needs to know of an execution.
type standing struct {
	closed bool
	busy   bool
	now    time.Time
}

func (k *Clock) describe(ctx context.Context, id string) (standing, error) {
	resp, err := k.client.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return standing{}, err
	}
	return standingOf(resp, time.Now()), nil
}

// standingOf reads the execution's own time, which is the wall clock's as long as it has never been moved.
func standingOf(resp *workflowservice.DescribeWorkflowExecutionResponse, wall time.Time) standing {
	s := standing{
		closed: resp.GetWorkflowExecutionInfo().GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING,
		busy:   resp.GetPendingWorkflowTask() != nil,
		now:    wall,
	}
	if t := resp.GetWorkflowExtendedInfo().GetTimeSkippingInfo().GetCurrentTime(); t != nil {
		s.now = t.AsTime()
	}
	for _, a := range resp.GetPendingActivities() {
		s.busy = s.busy || !backingOff(a, s.now)
	}
	return s
}

// backingOff tells an activity that waits for its next attempt from one that is due or running.
func backingOff(a *workflow.PendingActivityInfo, now time.Time) bool {
	next := a.GetNextAttemptScheduleTime()
	return a.GetState() == enums.PENDING_ACTIVITY_STATE_SCHEDULED && next != nil && next.AsTime().After(now)
}

// settle waits until an execution has nothing left to do at its present time. A jump normally ends only then; but when
// the real time spent on activities in its last moments exceeds what is left of it, it ends under them. There is no event
// to wait for, so this looks again, ever less often.
func (k *Clock) settle(ctx context.Context, id string) error {
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		s, err := k.describe(ctx, id)
		if err != nil || s.closed || !s.busy {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}
