package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/failure/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/rapporteur/rapporteur"
)

var _ rapporteur.Inspector = (*Engine)(nil)

// rawRun is one run of a workflow as Temporal's own tools write it.
type rawRun struct {
	Run     string          `json:"runId"`
	History json.RawMessage `json:"history"`
}

// RawHistory reads a workflow's history with all its runs, oldest first, with what
// is sealed in it opened as far as there are keys. Each history has the form that
// Temporal's command line writes and its replayer reads.
func (e *Engine) RawHistory(ctx context.Context, workflowID string) ([]byte, error) {
	var runs []rawRun
	for run := ""; ; {
		reader := eventReader{engine: e, workflow: workflowID, scheduled: map[int64]*history.ActivityTaskScheduledEventAttributes{}}
		whole, err := reader.raw(ctx, run)
		if err != nil {
			return nil, err
		}
		if e.Payloads != nil {
			if err := e.Payloads.OpenHistory(ctx, whole); err != nil {
				return nil, fmt.Errorf("cannot read history: %w", err)
			}
		}
		text, err := protojson.Marshal(whole)
		if err != nil {
			return nil, fmt.Errorf("cannot write history: %w", err)
		}
		runs = append(runs, rawRun{Run: reader.id, History: text})
		if run = reader.before; run == "" {
			break
		}
	}
	slices.Reverse(runs)
	return json.Marshal(struct {
		Workflow string   `json:"workflowId"`
		Runs     []rawRun `json:"runs"`
	}{workflowID, runs})
}

// raw reads one run whole.
func (r *eventReader) raw(ctx context.Context, run string) (*history.History, error) {
	whole := &history.History{}
	err := r.each(ctx, run, func(event *history.HistoryEvent) { whole.Events = append(whole.Events, event) })
	return whole, err
}

// Retrying lists the activities of a workflow's present run that have failed. A
// workflow that does not run is a ProblemNotFound.
func (e *Engine) Retrying(ctx context.Context, workflowID string) ([]rapporteur.RetryingStep, error) {
	found, err := e.client.DescribeWorkflowExecution(ctx, workflowID, "")
	if err != nil {
		return nil, (&eventReader{engine: e, workflow: workflowID}).failure(ctx, err)
	}
	if found.GetWorkflowExecutionInfo().GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return nil, rapporteur.NotFound("running workflow", workflowID)
	}
	var steps []rapporteur.RetryingStep
	for _, a := range found.GetPendingActivities() {
		if a.GetAttempt() < 2 && a.GetLastFailure() == nil {
			continue
		}
		step := rapporteur.RetryingStep{
			Workflow: workflowID, Run: found.GetWorkflowExecutionInfo().GetExecution().GetRunId(),
			ID: a.GetActivityId(), Name: a.GetActivityType().GetName(), Attempt: int(a.GetAttempt()),
			Failure: e.message(ctx, a.GetLastFailure()),
		}
		if at := a.GetNextAttemptScheduleTime(); at != nil {
			step.Next = at.AsTime()
		}
		steps = append(steps, step)
	}
	slices.SortFunc(steps, func(a, b rapporteur.RetryingStep) int { return cmp.Compare(a.ID, b.ID) })
	return steps, nil
}

// message is what a failure says, as the engine has it where it does not open.
func (e *Engine) message(ctx context.Context, f *failure.Failure) string {
	if e.Payloads == nil || f == nil {
		return f.GetMessage()
	}
	opened := proto.CloneOf(f)
	if err := e.Payloads.OpenFailure(ctx, opened); err != nil {
		return f.GetMessage()
	}
	return opened.GetMessage()
}

// RetryNow puts an activity back to its first attempt, which begins at once.
func (e *Engine) RetryNow(ctx context.Context, step rapporteur.RetryingStep) error {
	_, err := e.client.WorkflowService().ResetActivity(ctx, &workflowservice.ResetActivityRequest{
		Namespace: e.Namespace, Execution: &common.WorkflowExecution{WorkflowId: step.Workflow, RunId: step.Run},
		Identity: "rapporteur", Activity: &workflowservice.ResetActivityRequest_Id{Id: step.ID},
	})
	var notFound *serviceerror.NotFound
	switch {
	case err == nil || errors.As(err, &notFound):
		return nil
	case silent(ctx, err):
		return unavailable(err)
	}
	return fmt.Errorf("cannot retry activity: %w", err)
}

// each reads a run's events, the newest run's where run is empty.
func (r *eventReader) each(ctx context.Context, run string, do func(*history.HistoryEvent)) error {
	r.id = run
	if run == "" {
		found, err := r.engine.client.DescribeWorkflowExecution(ctx, r.workflow, "")
		if err != nil {
			return r.failure(ctx, err)
		}
		r.id = found.GetWorkflowExecutionInfo().GetExecution().GetRunId()
	}
	pages := r.engine.client.GetWorkflowHistory(ctx, r.workflow, r.id, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for pages.HasNext() {
		event, err := pages.Next()
		if err != nil {
			return r.failure(ctx, err)
		}
		if a := event.GetWorkflowExecutionStartedEventAttributes(); a != nil {
			r.before = a.GetContinuedExecutionRunId()
		}
		do(event)
	}
	return nil
}
