package telemetry

import (
	"context"
	"fmt"

	"github.com/rs/zerolog"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"
)

// trace begins to trace. Who samples how much is OTEL_TRACES_SAMPLER's.
func (t *Telemetry) trace(o Options) error {
	about, err := resource.New(context.Background(),
		resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.name", o.Service), attribute.String("service.version", o.Version)),
		resource.WithFromEnv(), // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word
	)
	if err != nil {
		return fmt.Errorf("cannot read OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	out := &discreet{to: o.Exporter, log: t.Logger, failed: t.Metrics.spansNotExported}
	how := sdktrace.WithBatcher(out)
	if o.AtOnce {
		how = sdktrace.WithSyncer(out)
	}
	t.provider = sdktrace.NewTracerProvider(sdktrace.WithResource(about), how)
	t.tracer = t.provider.Tracer("github.com/rapporteur/rapporteur")
	interceptor, err := opentelemetry.NewTracingInterceptor(opentelemetry.TracerOptions{
		Tracer: t.provider.Tracer("go.temporal.io/sdk"), TextMapPropagator: propagation.TraceContext{},
		// What others say beside the trace's id is not carried along, and a header
		// of whatever origin never stops a workflow.
		DisableBaggage: true, AllowInvalidParentSpans: true,
	})
	if err != nil {
		return fmt.Errorf("cannot trace Temporal: %w", err)
	}
	t.apply = append(t.apply, func(c *client.Options) { c.Interceptors = append(c.Interceptors, interceptor) })
	return nil
}

// Kinds of spans.
const (
	inside   = trace.SpanKindInternal
	calling  = trace.SpanKindClient
	producer = trace.SpanKindProducer
)

func nothing(error) {}

// span begins a span. The error that ends it marks it as failed; its text stays
// out.
func (t *Telemetry) span(ctx context.Context, name string, kind trace.SpanKind, o ...trace.SpanStartOption) (context.Context, func(error)) {
	if t.tracer == nil {
		return ctx, nothing
	}
	ctx, span := t.tracer.Start(ctx, name, append(o, trace.WithSpanKind(kind))...)
	return ctx, func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// within begins a span inside of another; where nothing is traced it begins
// none, so that what looks at the record every second makes no traces of its
// own.
func (t *Telemetry) within(ctx context.Context, name string) (context.Context, func(error)) {
	if t.tracer == nil || !trace.SpanContextFromContext(ctx).IsSampled() {
		return ctx, nothing
	}
	return t.span(ctx, name, inside)
}

// traceparent is the trace that a context belongs to, as W3C Trace Context
// writes it; empty where it belongs to none that is recorded.
func traceparent(ctx context.Context) string {
	if !trace.SpanContextFromContext(ctx).IsSampled() {
		return ""
	}
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier["traceparent"]
}

// mostLinks is how many requests a hint to a workflow is linked to at most.
const mostLinks = 16

// Relaying begins what a relay does for messages: inside the trace of the last
// of them that has one, and linked to those of the others. It is for
// engine.Relay.
func (t *Telemetry) Relaying(ctx context.Context, kind string, traces []string) (context.Context, func(error)) {
	if t.tracer == nil {
		return ctx, nothing
	}
	var links []trace.Link
	parent := trace.SpanContext{}
	for _, text := range traces {
		from := propagation.TraceContext{}.Extract(context.Background(), propagation.MapCarrier{"traceparent": text})
		found := trace.SpanContextFromContext(from)
		if !found.IsValid() {
			continue
		}
		if parent.IsValid() && len(links) < mostLinks {
			links = append(links, trace.Link{SpanContext: parent})
		}
		parent = found
	}
	if !parent.IsValid() {
		return ctx, nothing
	}
	return t.span(trace.ContextWithRemoteSpanContext(ctx, parent), "outbox "+kind, producer, trace.WithLinks(links...))
}

// traceIDs writes the trace of a log line's context beside it.
type traceIDs struct{}

// Run adds the ids.
func (traceIDs) Run(e *zerolog.Event, _ zerolog.Level, _ string) {
	if at := trace.SpanContextFromContext(e.GetCtx()); at.IsValid() {
		e.Str("trace", at.TraceID().String()).Str("span", at.SpanID().String())
	}
}
