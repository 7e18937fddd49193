package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Check is something a process stands on.
type Check struct {
	Name string // database
	// Needed says that the process is not ready without; otherwise it is only
	// told of.
	Needed bool
	Ask    func(context.Context) error
}

// checkWithin is how long all checks together may take.
const checkWithin = 4 * time.Second

// Handler serves /metrics for Prometheus, /healthz, which answers as long as
// the process lives, and /readyz, which answers 200 while it stands on all it
// needs and 503 otherwise. It names no cause: the log does.
func (t *Telemetry) Handler(checks ...Check) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(t.Metrics.registry, promhttp.HandlerOpts{
		// A figure that cannot be had does not hide the others.
		ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 4, Timeout: 10 * time.Second,
	}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"status": "alive"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { ready(w, r, checks) })
	return mux
}

func ready(w http.ResponseWriter, r *http.Request, checks []Check) {
	ctx, cancel := context.WithTimeout(r.Context(), checkWithin)
	defer cancel()
	status, word := http.StatusOK, "ready"
	found := map[string]string{}
	for _, c := range checks {
		found[c.Name] = "ok"
		if c.Ask(ctx) == nil {
			continue
		}
		found[c.Name] = "unreachable"
		if c.Needed {
			status, word = http.StatusServiceUnavailable, "not ready"
		}
	}
	answer(w, status, map[string]any{"status": word, "checks": found})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // whoever asked has gone
}

// Listen takes the address of the endpoint, so that one that is taken is found
// at the start. It is for operators and has no sign-in: keep it from outside.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen for metrics on %s: %w", address, err)
	}
	return listener, nil
}

// Serve serves the endpoint until the context ends, which is no error.
func (t *Telemetry) Serve(ctx context.Context, listener net.Listener, checks ...Check) error {
	server := &http.Server{
		Handler: t.Handler(checks...), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 8 << 10,
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	t.Logger.Info().Str("address", listener.Addr().String()).Msg("serving metrics and readiness")
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("cannot serve metrics: %w", err)
	}
	return nil
}
