package telemetry

import (
	"context"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// told are the attributes that leave the house. Libraries like to add addresses,
// paths, user agents and the texts of errors; whatever is not here stays inside.
var told = map[attribute.Key]bool{
	"http.request.method": true, "http.response.status_code": true, "http.route": true,
	"temporalWorkflowID": true, "temporalRunID": true, "temporalActivityID": true,
	"error.type": true,
}

// discreet exports spans without what they must not tell. A collector that does
// not answer is told of once in the log, and once when it is back.
type discreet struct {
	to     sdktrace.SpanExporter
	log    zerolog.Logger
	failed prometheus.Counter

	mutex sync.Mutex
	away  bool
}

// ExportSpans hands spans over. That it could not is not the caller's concern.
func (d *discreet) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	quiet := make([]sdktrace.ReadOnlySpan, len(spans))
	for n, s := range spans {
		quiet[n] = discreetSpan{s}
	}
	d.note(d.to.ExportSpans(ctx, quiet))
	return nil
}

func (d *discreet) note(err error) {
	if err != nil {
		d.failed.Inc()
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	switch {
	case err != nil && !d.away:
		d.log.Warn().Err(err).Msg("cannot hand traces to the collector; going on without them")
	case err == nil && d.away:
		d.log.Info().Msg("the collector takes traces again")
	}
	d.away = err != nil
}

// Shutdown ends the exporting.
func (d *discreet) Shutdown(ctx context.Context) error { return d.to.Shutdown(ctx) }

// discreetSpan is a span with the attributes that are told, without events and
// without the texts of errors.
type discreetSpan struct{ sdktrace.ReadOnlySpan }

// Attributes are those that are told.
func (s discreetSpan) Attributes() []attribute.KeyValue {
	var kept []attribute.KeyValue
	for _, a := range s.ReadOnlySpan.Attributes() {
		if told[a.Key] {
			kept = append(kept, a)
		}
	}
	return kept
}

// Events are none: they are texts of errors.
func (discreetSpan) Events() []sdktrace.Event { return nil }

// Status is whether it failed, not why.
func (s discreetSpan) Status() sdktrace.Status {
	return sdktrace.Status{Code: s.ReadOnlySpan.Status().Code}
}

// Links are without attributes.
func (s discreetSpan) Links() []sdktrace.Link {
	links := s.ReadOnlySpan.Links()
	quiet := make([]sdktrace.Link, len(links))
	for n, l := range links {
		quiet[n] = sdktrace.Link{SpanContext: l.SpanContext}
	}
	return quiet
}
