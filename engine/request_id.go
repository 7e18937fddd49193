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
func RequestIDs() workflow.ContextPropagator {
	return RequestIDsBy(converter.GetDefaultDataConverter())
}

// RequestIDsBy is RequestIDs with another converter than the SDK's, which must read
// what that one wrote: ids are chosen by clients, and sealed with everything else
// where payloads are.
func RequestIDsBy(c converter.DataConverter) workflow.ContextPropagator { return requestIDs{c} }

type requestIDs struct{ converter converter.DataConverter }

type requestIDKey struct{}

const requestIDHeader = "request-id"

// Inject puts the id into the header of a call to Temporal.
func (r requestIDs) Inject(ctx context.Context, w workflow.HeaderWriter) error {
	return r.write(rapporteur.RequestID(ctx), w)
}

// InjectFromWorkflow puts the id into the header of an activity.
func (r requestIDs) InjectFromWorkflow(ctx workflow.Context, w workflow.HeaderWriter) error {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return r.write(id, w)
}

func (r requestIDs) write(id string, w workflow.HeaderWriter) error {
	if id == "" {
		return nil
	}
	payload, err := r.converter.ToPayload(id)
	if err != nil {
		return err
	}
	w.Set(requestIDHeader, payload)
	return nil
}

// Extract gives an activity's context the id.
func (r requestIDs) Extract(ctx context.Context, header workflow.HeaderReader) (context.Context, error) {
	return rapporteur.WithRequestID(ctx, r.read(header)), nil
}

// ExtractToWorkflow gives a handler's context the id.
func (r requestIDs) ExtractToWorkflow(ctx workflow.Context, header workflow.HeaderReader) (workflow.Context, error) {
	if id := r.read(header); id != "" {
		return workflow.WithValue(ctx, requestIDKey{}, id), nil
	}
	return ctx, nil
}

// read is the id in a header. One that cannot be read is as good as
// none: nothing but finding a log line hangs on it.
func (r requestIDs) read(header workflow.HeaderReader) string {
	var id string
	if payload, ok := header.Get(requestIDHeader); ok {
		if err := r.converter.FromPayload(payload, &id); err != nil {
			return ""
		}
	}
	return id
}
