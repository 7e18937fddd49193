package wiring

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/telemetry"
	"github.com/rapporteur/rapporteur/store"
)

// Telemetry says how operators see a process at work.
type Telemetry struct {
	MetricsListen string `env:"RAPPORTEUR_METRICS_LISTEN" help:"Address of /metrics for Prometheus, /healthz and /readyz, without sign-in; none where empty. Keep it from outside." placeholder:"HOST:PORT"`
	Traces        string `env:"RAPPORTEUR_TRACES" default:"off" enum:"off,grpc,http" help:"Hand traces to an OpenTelemetry collector by OTLP: ${enum}. Where it is and how much is sampled say OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER and the other standard variables."`
}

// Watch begins to watch a process: rapporteur-serve, rapporteur-worker. Its
// logger is to be used from then on; Unwatch ends it.
func (t Telemetry) Watch(ctx context.Context, service string, logger zerolog.Logger) (*Watch, error) {
	exporter, err := telemetry.Exporter(ctx, t.Traces)
	if err != nil {
		return nil, err
	}
	on, err := telemetry.New(telemetry.Options{Service: service, Version: Version(), Exporter: exporter, Logger: logger})
	if err != nil {
		return nil, err
	}
	w := &Watch{Telemetry: on}
	if t.MetricsListen != "" {
		if w.listener, err = telemetry.Listen(ctx, t.MetricsListen); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// Watch is a process that is watched.
type Watch struct {
	*telemetry.Telemetry
	listener net.Listener // nil where metrics are not served
}

// exportWithin is how long the last spans may take to be handed over.
const exportWithin = 5 * time.Second

// Unwatch hands over the last spans.
func (w *Watch) Unwatch() {
	ctx, cancel := context.WithTimeout(context.Background(), exportWithin)
	defer cancel()
	if err := w.Close(ctx); err != nil {
		w.Logger.Warn().Err(err).Msg("cannot hand over the last traces")
	}
	if w.listener != nil {
		_ = w.listener.Close() // closed where it was served
	}
}

// Address is where metrics are served; empty for nowhere.
func (w *Watch) Address() string {
	if w.listener == nil {
		return ""
	}
	return w.listener.Addr().String()
}

// StoreOptions are a store's that is watched.
func (w *Watch) StoreOptions(o store.Options) store.Options {
	w.Store(&o)
	return o
}

// Watched has the house watched. It is for the start, before anything is made
// of it.
func (h *House) Watched(w *Watch) {
	h.watch = w
	w.Metrics.Know(h.Catalogue.Instruments())
	w.Pool(h.Store.Stats)
	h.Refusals.Also = w.Metrics.RateLimited
}

// Observe serves metrics and readiness until the context ends, where an address
// for them is set. needsTemporal says whether the process is of use without
// Temporal.
func (h *House) Observe(ctx context.Context, c client.Client, needsTemporal bool) error {
	if h.watch == nil || h.watch.listener == nil {
		return nil
	}
	return h.watch.Serve(ctx, h.watch.listener,
		telemetry.Check{Name: "database", Needed: true, Ask: h.Store.Ready},
		telemetry.Check{Name: "temporal", Needed: needsTemporal, Ask: func(ctx context.Context) error {
			_, err := c.CheckHealth(ctx, &client.CheckHealthRequest{})
			return err
		}})
}

// mailing is a mailbox that is watched, where the house is.
func (h *House) mailing(box rapporteur.Mailbox) rapporteur.Mailbox {
	if h.watch == nil {
		return box
	}
	return h.watch.Mailbox(box)
}

// conducting is an engine that is watched, where the house is.
func (h *House) conducting(e rapporteur.Engine) rapporteur.Engine {
	if h.watch == nil {
		return e
	}
	return h.watch.Engine(e)
}

// observed is the first middleware of API and pages; nil where nobody watches.
func (h *House) observed() func(http.Handler) http.Handler {
	if h.watch == nil {
		return nil
	}
	return h.watch.HTTP
}
