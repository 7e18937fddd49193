package engine

import (
	"context"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
)

// RequestIDs carries the id of a client's request from an Update through the
// workflow to its activities. Clients of the API and of workers both need it
// among their context propagators.
func RequestIDs() workflow.ContextPropagator { return requestIDs{} }

type requestIDs struct{}

type requestIDKey struct{}

const requestIDHeader = "request-id"

// Inject puts the id into the header of a call to Temporal.
func (requestIDs) Inject(ctx context.Context, w workflow.HeaderWriter) error {
	return writeRequestID(rapporteur.RequestID(ctx), w)
}

// InjectFromWorkflow puts the id into the header of an activity.
func (requestIDs) InjectFromWorkflow(ctx workflow.Context, w workflow.HeaderWriter) error {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return writeRequestID(id, w)
}

func writeRequestID(id string, w workflow.HeaderWriter) error {
	if id == "" {
		return nil
	}
	payload, err := converter.GetDefaultDataConverter().ToPayload(id)
	if err != nil {
		return err
	}
	w.Set(requestIDHeader, payload)
	return nil
}

// Extract gives an activity's context the id.
func (requestIDs) Extract(ctx context.Context, r workflow.HeaderReader) (context.Context, error) {
	return rapporteur.WithRequestID(ctx, readRequestID(r)), nil
}

// ExtractToWorkflow gives a handler's context the id.
func (requestIDs) ExtractToWorkflow(ctx workflow.Context, r workflow.HeaderReader) (workflow.Context, error) {
	if id := readRequestID(r); id != "" {
		return workflow.WithValue(ctx, requestIDKey{}, id), nil
	}
	return ctx, nil
}

// readRequestID is the id in a header. One that cannot be read is as good as
// none: nothing but finding a log line hangs on it.
func readRequestID(r workflow.HeaderReader) string {
	var id string
	if payload, ok := r.Get(requestIDHeader); ok {
		if err := converter.GetDefaultDataConverter().FromPayload(payload, &id); err != nil {
			return ""
		}
	}
	return id
}
