package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/failure/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/engine"
	"github.com/rapporteur/rapporteur/engine/payload"
)

// describer answers what administrators ask of Temporal.
type describer struct {
	client.Client
	found *workflowservice.DescribeWorkflowExecutionResponse
	err   error
	reset *workflowservice.ResetActivityRequest
}

func (d *describer) DescribeWorkflowExecution(context.Context, string, string) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	return d.found, d.err
}

func (d *describer) WorkflowService() workflowservice.WorkflowServiceClient { return service{d: d} }

// service is what no method of the client is for.
type service struct {
	workflowservice.WorkflowServiceClient
	d *describer
}

func (s service) ResetActivity(_ context.Context, r *workflowservice.ResetActivityRequest, _ ...grpc.CallOption) (*workflowservice.ResetActivityResponse, error) {
	s.d.reset = r
	return nil, s.d.err
}

func TestStepsThatAreRetried(t *testing.T) {
	next := time.Date(2018, time.May, 1, 12, 0, 0, 0, time.UTC)
	d := &describer{found: &workflowservice.DescribeWorkflowExecutionResponse{
		WorkflowExecutionInfo: &workflow.WorkflowExecutionInfo{Execution: &common.WorkflowExecution{WorkflowId: "cycle/x", RunId: "run"}, Status: enums.WORKFLOW_EXECUTION_STATUS_RUNNING},
		PendingActivities: []*workflow.PendingActivityInfo{
			{ActivityId: "9", ActivityType: &common.ActivityType{Name: "send-rung"}, Attempt: 7, NextAttemptScheduleTime: timestamppb.New(next), LastFailure: &failure.Failure{Message: "no mail server"}},
			{ActivityId: "5", ActivityType: &common.ActivityType{Name: "collect"}, Attempt: 1},
			{ActivityId: "4", ActivityType: &common.ActivityType{Name: "open"}, Attempt: 2},
		},
	}}
	steps, err := engine.New(d).Retrying(t.Context(), "cycle/x")
	if err != nil || len(steps) != 2 || steps[0].ID != "4" {
		t.Fatalf("%v: %+v", err, steps)
	}
	want := rapporteur.RetryingStep{Workflow: "cycle/x", Run: "run", ID: "9", Name: "send-rung", Attempt: 7, Next: next, Failure: "no mail server"}
	if steps[1] != want {
		t.Errorf("%+v, want %+v", steps[1], want)
	}
	for err, kind := range map[error]rapporteur.ProblemKind{
		serviceerror.NewNotFound("gone"): rapporteur.ProblemNotFound, errAway: rapporteur.ProblemUnavailable,
	} {
		d.err = err
		if _, err := engine.New(d).Retrying(t.Context(), "cycle/x"); !rapporteur.IsProblem(err, kind) {
			t.Errorf("got %v, want %s", err, kind)
		}
		if _, err := engine.New(d).RawHistory(t.Context(), "cycle/x"); !rapporteur.IsProblem(err, kind) {
			t.Errorf("got %v, want %s", err, kind)
		}
	}
}

// What was stopped has no steps that are tried again, and is not there for whoever
// looks for what runs.
func TestAStoppedWorkflowIsNotThere(t *testing.T) {
	for _, status := range []enums.WorkflowExecutionStatus{
		enums.WORKFLOW_EXECUTION_STATUS_TERMINATED, enums.WORKFLOW_EXECUTION_STATUS_COMPLETED, enums.WORKFLOW_EXECUTION_STATUS_FAILED,
	} {
		d := &describer{found: &workflowservice.DescribeWorkflowExecutionResponse{WorkflowExecutionInfo: &workflow.WorkflowExecutionInfo{Status: status}}}
		if _, err := engine.New(d).Retrying(t.Context(), "cycle/x"); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
			t.Errorf("%s: %v", status, err)
		}
	}
}

func TestAStepIsRetriedAtOnce(t *testing.T) {
	d := &describer{}
	e := engine.New(d)
	e.Namespace = "rapporteur"
	step := rapporteur.RetryingStep{Workflow: "cycle/x", Run: "run", ID: "9"}
	if err := e.RetryNow(t.Context(), step); err != nil {
		t.Fatal(err)
	}
	if r := d.reset; r.GetNamespace() != "rapporteur" || r.GetExecution().GetWorkflowId() != "cycle/x" || r.GetExecution().GetRunId() != "run" || r.GetId() != "9" {
		t.Errorf("asked for %v", r)
	}
	d.err = serviceerror.NewNotFound("it has ended")
	if err := e.RetryNow(t.Context(), step); err != nil {
		t.Errorf("a step that has ended: %v", err)
	}
	d.err = errAway
	if err := e.RetryNow(t.Context(), step); !rapporteur.IsProblem(err, rapporteur.ProblemUnavailable) {
		t.Errorf("got %v", err)
	}
}

// What an activity failed with is said to administrators, whatever it is sealed
// with for others.
func TestFailuresOfRetriedStepsAreOpened(t *testing.T) {
	codec := func() *payload.Codec {
		file := filepath.Join(t.TempDir(), "payload.key")
		key, err := payload.NewKey()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, key, 0o600); err != nil {
			t.Fatal(err)
		}
		keys, err := payload.LoadKeys(file)
		if err != nil {
			t.Fatal(err)
		}
		return payload.NewCodec(keys)
	}
	has, other := codec(), codec()
	d := &describer{found: &workflowservice.DescribeWorkflowExecutionResponse{
		WorkflowExecutionInfo: &workflow.WorkflowExecutionInfo{Status: enums.WORKFLOW_EXECUTION_STATUS_RUNNING},
		PendingActivities: []*workflow.PendingActivityInfo{
			{ActivityId: "1", Attempt: 2, LastFailure: has.FailureConverter().ErrorToFailure(errAway)},
			{ActivityId: "2", Attempt: 2},
		},
	}}
	for _, c := range []struct {
		payloads *payload.Codec
		says     string
	}{{has, errAway.Error()}, {other, "Encoded failure"}, {nil, "Encoded failure"}} {
		e := engine.New(d)
		e.Payloads = c.payloads
		steps, err := e.Retrying(t.Context(), "cycle/x")
		if err != nil || len(steps) != 2 || steps[0].Failure != c.says || steps[1].Failure != "" {
			t.Errorf("%v: %+v, want %s", err, steps, c.says)
		}
	}
}
