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

// Temporal are those of the SDK's metrics that alerts and the dashboard ask
// for. It has more.
func Temporal() []Definition {
	on := []string{"namespace", "task_queue", "workflow_type", "activity_type", "worker_type"}
	with := func(more ...string) []string { return append(append([]string{}, on...), more...) }
	return []Definition{
		{"temporal_activity_execution_failed_total", "counter", "Attempts at steps that failed since the process started.", on},
		{"temporal_activity_execution_latency_seconds", "histogram", "How long one attempt at a step took.", on},
		{"temporal_activity_schedule_to_start_latency_seconds", "histogram", "How long a step waited for a worker that polls. A step that its workflow's own worker takes at once is not among them.", on},
		{"temporal_num_pollers", "gauge", "Polls for work that are under way.", with("poller_type")},
		{"temporal_request_failure_total", "counter", "Calls of the server that failed since the process started.", with("operation", "status_code")},
		{"temporal_request_latency_seconds", "histogram", "How long calls of the server took, with their repetitions.", with("operation")},
		{"temporal_request_total", "counter", "Calls of the server since the process started.", with("operation")},
		{"temporal_sticky_cache_size", "gauge", "Workflows that the worker keeps in memory.", on},
		{"temporal_worker_task_slots_available", "gauge", "How much more the worker could do at once.", on},
		{"temporal_workflow_task_execution_failed_total", "counter", "Decisions of workflows that failed since the process started: another program than the history was made with, or payloads that cannot be read.", with("failure_reason")},
		{"temporal_workflow_task_schedule_to_start_latency_seconds", "histogram", "How long a workflow waited for a worker to decide.", on},
	}
}
