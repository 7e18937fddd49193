package rapporteur

import "context"

type requestIDKey struct{}

// WithRequestID gives a context the id of the client's request that is being
// served, so that logs and audit records of all its steps, the engine's too,
// can be found by it. An empty id changes nothing.
func WithRequestID(ctx context.Context, id string) context.Context {
	if id == "" {
		return ctx
	}
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID is the id of the request being served; empty where the engine acts
// by itself.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// DetailRequestID is the detail of an audit record that holds the request id.
const DetailRequestID = "request-id"
