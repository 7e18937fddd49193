package embedded

import (
	"testing"
	"time"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func TestStandingOf(t *testing.T) {
	wall := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	later := timestamppb.New(wall.Add(time.Hour))
	activity := func(state enums.PendingActivityState, next *timestamppb.Timestamp) func(*workflowservice.DescribeWorkflowExecutionResponse) {
		return func(r *workflowservice.DescribeWorkflowExecutionResponse) {
			r.PendingActivities = append(r.PendingActivities, &workflow.PendingActivityInfo{State: state, NextAttemptScheduleTime: next})
		}
	}
	scheduled, started := enums.PENDING_ACTIVITY_STATE_SCHEDULED, enums.PENDING_ACTIVITY_STATE_STARTED
	for name, c := range map[string]struct {
		change      func(*workflowservice.DescribeWorkflowExecutionResponse)
		begun, idle bool
	}{
		"waiting for a timer": {func(*workflowservice.DescribeWorkflowExecutionResponse) {}, true, true},
		"closed": {func(r *workflowservice.DescribeWorkflowExecutionResponse) {
			r.WorkflowExecutionInfo.Status = enums.WORKFLOW_EXECUTION_STATUS_COMPLETED
			r.PendingWorkflowTask = &workflow.PendingWorkflowTaskInfo{}
		}, true, true},
		"workflow task pending": {func(r *workflowservice.DescribeWorkflowExecutionResponse) {
			r.PendingWorkflowTask = &workflow.PendingWorkflowTaskInfo{}
		}, true, false},
		"due, but without its first task": {func(r *workflowservice.DescribeWorkflowExecutionResponse) {
			r.WorkflowExecutionInfo.HistoryLength = 2
		}, false, false},
		"first task there": {func(r *workflowservice.DescribeWorkflowExecutionResponse) {
			r.WorkflowExecutionInfo.HistoryLength = 2
			r.PendingWorkflowTask = &workflow.PendingWorkflowTaskInfo{}
		}, true, false},
		"start delayed": {func(r *workflowservice.DescribeWorkflowExecutionResponse) {
			r.WorkflowExecutionInfo.HistoryLength = 1
			r.WorkflowExecutionInfo.ExecutionTime = later
		}, true, true},
		"activity due":                       {activity(scheduled, nil), true, false},
		"activity running":                   {activity(started, nil), true, false},
		"activity backing off":               {activity(scheduled, later), true, true},
		"activity whose back-off has passed": {activity(scheduled, timestamppb.New(wall)), true, false},
		"one activity backs off, another runs": {func(r *workflowservice.DescribeWorkflowExecutionResponse) {
			activity(started, nil)(r)
			activity(scheduled, later)(r)
		}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := &workflowservice.DescribeWorkflowExecutionResponse{WorkflowExecutionInfo: &workflow.WorkflowExecutionInfo{
				Status: enums.WORKFLOW_EXECUTION_STATUS_RUNNING, HistoryLength: 4, ExecutionTime: timestamppb.New(wall.Add(-time.Hour)),
			}}
			c.change(r)
			s := standingOf(r, wall)
			if s.begun() != c.begun || s.idle() != c.idle {
				t.Errorf("begun %v, idle %v; want %v, %v", s.begun(), s.idle(), c.begun, c.idle)
			}
			if !s.now.Equal(wall) {
				t.Errorf("reads %s, want the wall clock's %s", s.now, wall)
			}
		})
	}
}

func TestStandingReadsTheExecutionsOwnTime(t *testing.T) {
	wall := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	own := wall.AddDate(0, 3, 0)
	r := &workflowservice.DescribeWorkflowExecutionResponse{
		WorkflowExecutionInfo: &workflow.WorkflowExecutionInfo{
			Status: enums.WORKFLOW_EXECUTION_STATUS_RUNNING, HistoryLength: 2, ExecutionTime: timestamppb.New(own),
		},
		WorkflowExtendedInfo: &workflow.WorkflowExecutionExtendedInfo{TimeSkippingInfo: &common.TimeSkippingInfo{CurrentTime: timestamppb.New(own)}},
		PendingActivities: []*workflow.PendingActivityInfo{{
			State: enums.PENDING_ACTIVITY_STATE_SCHEDULED, NextAttemptScheduleTime: timestamppb.New(own.Add(-time.Hour)),
		}},
	}
	s := standingOf(r, wall)
	if !s.now.Equal(own) {
		t.Errorf("reads %s, want %s", s.now, own)
	}
	if s.begun() {
		t.Error("its delayed start is due by its own time, yet it counts as begun")
	}
	if !s.busy {
		t.Error("an activity whose back-off is over by the execution's time does not count as due")
	}
}
