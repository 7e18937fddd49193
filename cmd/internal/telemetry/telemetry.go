package telemetry

import (
	"context"
	"time"

	"github.com/rs/zerolog"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur/store"
)

// Options say how a process is watched.
type Options struct {
	Service string // rapporteur-serve, rapporteur-worker, rapporteur-standalone
	Version string
	// Exporter takes spans; nil for no traces.
	Exporter sdktrace.SpanExporter
	// AtOnce exports each span as it ends, for tests.
	AtOnce bool
	Logger zerolog.Logger
}

// Telemetry watches one process.
type Telemetry struct {
	Metrics *Metrics
	// Logger is the process's. Lines that are written with a context name the
	// trace that it belongs to.
	Logger zerolog.Logger

	apply    []func(*client.Options)
	provider *sdktrace.TracerProvider // nil where nothing is traced
	tracer   trace.Tracer
}

// New begins to watch. Close ends it.
func New(o Options) (*Telemetry, error) {
	t := &Telemetry{Metrics: NewMetrics(o.Version), Logger: o.Logger}
	handler, err := t.Metrics.temporal()
	if err != nil {
		return nil, err
	}
	t.apply = append(t.apply, func(c *client.Options) { c.MetricsHandler = handler })
	if o.Exporter == nil {
		return t, nil
	}
	t.Logger = o.Logger.Hook(traceIDs{})
	if err := t.trace(o); err != nil {
		return nil, err
	}
	return t, nil
}

// Apply has a client of Temporal, and the workers on it, measured and traced.
func (t *Telemetry) Apply(o *client.Options) {
	for _, apply := range t.apply {
		apply(o)
	}
}

// Traces reports whether anything is traced.
func (t *Telemetry) Traces() bool { return t.provider != nil }

// Close hands over the spans that wait. It takes no longer than its context
// lives.
func (t *Telemetry) Close(ctx context.Context) error {
	if t.provider == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// Store gives the hooks by which a store is measured, its transactions are
// traced and its messages say which trace they belong to.
func (t *Telemetry) Store(o *store.Options) {
	reads, writes := t.Metrics.transactionTime.WithLabelValues("read"), t.Metrics.transactionTime.WithLabelValues("write")
	o.Watch = func(ctx context.Context, kind string) (context.Context, func(error)) {
		began, took := time.Now(), writes
		if kind == "read" {
			took = reads
		}
		ctx, done := t.within(ctx, "record "+kind)
		return ctx, func(err error) {
			done(err)
			took.Observe(time.Since(began).Seconds())
		}
	}
	if t.Traces() {
		o.Trace = traceparent
	}
}

// Pool exposes how a store's connections are used.
func (t *Telemetry) Pool(stats func() []store.PoolStats) { t.Metrics.pool(stats) }
