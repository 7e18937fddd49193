// Package engine reaches Temporal for the rest of the product: it sends
// people's commands to running workflows, reads their histories, and relays
// what the record has for them. It is the only package that talks to the
// server as a client.
package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/engine/payload"
	"github.com/rapporteur/rapporteur/workflows"
)

// Patience is how long a command waits for its workflow when its context sets
// no earlier deadline.
const Patience = 15 * time.Second

// Engine conducts workflows over a client of Temporal.
type Engine struct {
	client client.Client
	// Payloads opens what is sealed in histories; nil where nothing is. It must
	// have the keys of the client's.
	Payloads *payload.Codec
	// Namespace is the client's; RetryNow names it.
	Namespace string
}

var _ rapporteur.Engine = (*Engine)(nil)

// New is an engine over a client, which stays the caller's to close.
func New(c client.Client) *Engine { return &Engine{client: c} }

// Command sends a command to a cycle and returns when the record has it. The
// command's id is its Update's, so the same command acts once. A refusal is a
// *rapporteur.Problem; ProblemUnavailable means that nobody knows yet whether
// the command will count, and that it is safe to send it again.
func (e *Engine) Command(ctx context.Context, cycle rapporteur.CycleID, c rapporteur.Command) error {
	return e.update(ctx, rapporteur.CycleWorkflowID(cycle), string(c.Kind), c.ID, c)
}

// DecideExtension sends a decision to a follow-up, in the same way as Command.
func (e *Engine) DecideExtension(ctx context.Context, key rapporteur.RequestKey, number int, d rapporteur.ExtensionDecision) error {
	return e.update(ctx, rapporteur.FollowUpWorkflowID(key, number), workflows.UpdateDecideExtension, d.ID, d)
}

// Decide sends an officer's decision to a clearance, in the same way as
// Command.
func (e *Engine) Decide(ctx context.Context, d rapporteur.Decision) error {
	return e.update(ctx, rapporteur.ClearanceWorkflowID(d.Cycle, d.Draft), workflows.UpdateDecide, d.ID, d)
}

// Delegate sends a delegation to a clearance, in the same way as Command.
func (e *Engine) Delegate(ctx context.Context, g rapporteur.Delegation) error {
	return e.update(ctx, rapporteur.ClearanceWorkflowID(g.Cycle, g.Draft), workflows.UpdateDelegate, g.ID, g)
}

func (e *Engine) update(ctx context.Context, workflowID, name, id string, arg any) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	handle, err := e.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: workflowID, UpdateName: name, UpdateID: id, Args: []any{arg},
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = handle.Get(ctx, nil)
	}
	if err == nil {
		return nil
	}
	return e.problem(ctx, workflowID, name, err)
}

// problem is what an Update's error means to whoever sent it.
func (e *Engine) problem(ctx context.Context, workflowID, name string, err error) error {
	var notFound *serviceerror.NotFound
	switch p := workflows.ProblemOf(err); {
	case p != nil:
		return p
	case errors.As(err, &notFound):
		return e.absent(ctx, workflowID, err)
	case silent(ctx, err):
		return unavailable(err)
	}
	return fmt.Errorf("cannot update workflow with %s: %w", name, err)
}

// absent tells a workflow that has ended from one that was not started yet.
func (e *Engine) absent(ctx context.Context, workflowID string, cause error) error {
	found, err := e.client.DescribeWorkflowExecution(ctx, workflowID, "")
	var notFound *serviceerror.NotFound
	switch {
	case errors.As(err, &notFound):
		// The record names it, so the relay is on its way to start it.
		p := rapporteur.Problemf(rapporteur.ProblemUnavailable, "The engine has not taken this up yet",
			"Repeat it shortly with the same idempotency key. If that does not help, an administrator should look for workflow %s.", workflowID)
		p.Cause = cause
		return p
	case err != nil:
		return unavailable(err)
	case found.GetWorkflowExecutionInfo().GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_RUNNING:
		return unavailable(cause) // it came between the two calls
	}
	return &rapporteur.Problem{
		Kind: rapporteur.ProblemConflict, Title: "Not possible now", Detail: "It has ended.", Cause: cause,
	}
}

// silent reports whether the server, or every worker, did not answer in time.
func silent(ctx context.Context, err error) bool {
	var (
		timeout   *client.WorkflowUpdateServiceTimeoutOrCanceledError
		away      *serviceerror.Unavailable
		late      *serviceerror.DeadlineExceeded
		cancelled *serviceerror.Canceled
		exhausted *serviceerror.ResourceExhausted
		notReady  *serviceerror.WorkflowNotReady
	)
	return ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		errors.As(err, &timeout) || errors.As(err, &away) || errors.As(err, &late) ||
		errors.As(err, &cancelled) || errors.As(err, &exhausted) || errors.As(err, &notReady)
}

func unavailable(cause error) error {
	return &rapporteur.Problem{
		Kind: rapporteur.ProblemUnavailable, Title: "The engine does not answer now",
		Detail: "Repeat the same request with the same idempotency key; it will count once.", Cause: cause,
	}
}
