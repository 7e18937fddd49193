package webtest

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// RawHistory gives the events of a workflow that the test has put there.
func (e *Engine) RawHistory(ctx context.Context, workflow string) ([]byte, error) {
	events, err := e.Events(ctx, workflow)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, rapporteur.NotFound("workflow", workflow)
	}
	return json.Marshal(map[string]any{"workflowId": workflow, "events": len(events)})
}

// Retrying gives the steps of a workflow that the test has put there.
func (e *Engine) Retrying(_ context.Context, workflow string) ([]rapporteur.RetryingStep, error) {
	if e.Failure != nil {
		return nil, e.Failure
	}
	if slices.Contains(e.Lost, workflow) {
		return nil, rapporteur.NotFound("running workflow", workflow)
	}
	var found []rapporteur.RetryingStep
	for _, step := range e.Steps {
		if step.Workflow == workflow {
			found = append(found, step)
		}
	}
	return found, nil
}

// RetryNow remembers which step was to be tried at once.
func (e *Engine) RetryNow(_ context.Context, step rapporteur.RetryingStep) error {
	if e.Failure != nil {
		return e.Failure
	}
	e.Retried = append(e.Retried, step)
	return nil
}
