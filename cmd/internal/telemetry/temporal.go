package telemetry

import (
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	prom "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"
)

// steps are buckets in seconds of what waits for a worker and of what it does:
// from what is at once to a mailing to everybody.
var steps = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1800}

// temporalLabels are the SDK's tags that are kept as labels. Each has few values:
// names of workflows, steps and calls.
var temporalLabels = []attribute.Key{
	"namespace", "task_queue", "workflow_type", "activity_type", "operation", "worker_type", "poller_type", "status_code", "failure_reason",
}

// temporal puts the metrics of Temporal's SDK among the others.
func (m *Metrics) temporal() (client.MetricsHandler, error) {
	exporter, err := prom.New(prom.WithRegisterer(m.registry), prom.WithoutScopeInfo(), prom.WithoutTargetInfo())
	if err != nil {
		return nil, fmt.Errorf("cannot expose Temporal's metrics: %w", err)
	}
	labels := attribute.NewAllowKeysFilter(temporalLabels...)
	provider := metric.NewMeterProvider(metric.WithReader(exporter), metric.WithView(
		metric.NewView(metric.Instrument{Kind: metric.InstrumentKindHistogram}, metric.Stream{
			AttributeFilter: labels, Aggregation: metric.AggregationExplicitBucketHistogram{Boundaries: steps},
		}),
		metric.NewView(metric.Instrument{Kind: metric.InstrumentKindCounter}, metric.Stream{AttributeFilter: labels}),
		metric.NewView(metric.Instrument{Kind: metric.InstrumentKindGauge}, metric.Stream{AttributeFilter: labels}),
	))
	return opentelemetry.NewMetricsHandler(opentelemetry.MetricsHandlerOptions{
		Meter: provider.Meter("temporal"), OnError: func(error) {}, UseMonotonicCounters: true,
	}), nil
}
