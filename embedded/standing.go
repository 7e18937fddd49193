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
	closed  bool
	waiting bool // its start is due, but its first task is not there yet
	busy    bool // a workflow task is pending, or an activity that is due
	now     time.Time
}

// begun says whether it may jump: a jump in the moment before the first task exists would pass over that task, and the
// execution would begin on the wrong day. Everything later holds the jump by itself until it is done.
func (s standing) begun() bool { return s.closed || !s.waiting }

// idle says whether nothing is left to do at its present time.
func (s standing) idle() bool { return s.closed || !s.waiting && !s.busy }

// untouched is the most events an execution has before its first task: its start, a signal that came with the start, and
// the skip of its delay. One that has begun has at least four.
const untouched = 3

// standingOf reads the execution's own time, which is the wall clock's as long as it has never been moved.
func standingOf(resp *workflowservice.DescribeWorkflowExecutionResponse, wall time.Time) standing {
	info := resp.GetWorkflowExecutionInfo()
	s := standing{
		closed: info.GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING,
		busy:   resp.GetPendingWorkflowTask() != nil,
		now:    wall,
	}
	if t := resp.GetWorkflowExtendedInfo().GetTimeSkippingInfo().GetCurrentTime(); t != nil {
		s.now = t.AsTime()
	}
	s.waiting = !s.busy && info.GetHistoryLength() <= untouched && !info.GetExecutionTime().AsTime().After(s.now)
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

// await looks at an execution until it stands as wanted. There is no event to wait for, so it looks again and again, ever
// less often; nearly always the first look is enough. (A jump normally ends with an idle execution. But when the real
// time spent on activities in its last moments exceeds what is left of it, it ends under them.)
func (k *Clock) await(ctx context.Context, id string, wanted func(standing) bool) (standing, error) {
	for pause := 2 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		resp, err := k.client.DescribeWorkflowExecution(ctx, id, "")
		if err != nil {
			return standing{}, err
		}
		if s := standingOf(resp, time.Now()); wanted(s) {
			return s, nil
		}
		select {
		case <-ctx.Done():
			return standing{}, ctx.Err()
		case <-time.After(pause):
		}
	}
}
