package telemetry

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Exporter hands spans to a collector by OTLP, over "grpc" or "http"; "off" is
// none. Where it is and how it is reached say the standard's variables,
// OTEL_EXPORTER_OTLP_ENDPOINT and others. It connects when there is something
// to hand over.
func Exporter(ctx context.Context, protocol string) (sdktrace.SpanExporter, error) {
	var exporter sdktrace.SpanExporter
	var err error
	switch protocol {
	case "off", "":
		return nil, nil // no exporter is what was asked for
	case "grpc":
		exporter, err = otlptracegrpc.New(ctx)
	case "http":
		exporter, err = otlptracehttp.New(ctx)
	default:
		return nil, fmt.Errorf("cannot trace by %q: want off, grpc or http", protocol)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot set up traces: %w", err)
	}
	return exporter, nil
}
