package telemetry

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/rs/zerolog"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/store"
)

// discard takes an answer and keeps nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header       { return d.header }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// BenchmarkAnswer is what being watched adds to the acceptance of an answer:
// its request, its three transactions and its counting.
func BenchmarkAnswer(b *testing.B) {
	run := func(b *testing.B, on *Telemetry) {
		b.Helper()
		var o store.Options
		meter := rapporteur.Meter(nil)
		router := chi.NewRouter()
		if on != nil {
			on.Store(&o)
			meter = on.Meter()
			router.Use(on.HTTP)
		}
		router.Post("/v1/{contributor}", func(_ http.ResponseWriter, r *http.Request) {
			if on == nil {
				return
			}
			done := meter.Offered()
			for _, kind := range []string{"read", "read", "write"} {
				_, ended := o.Watch(r.Context(), kind)
				ended(nil)
			}
			done(rapporteur.SubmissionMeasure{Cycle: cycle, ReturnType: rapporteur.ReturnAnswered, Outcome: rapporteur.SubmissionAccepted})
		})
		request, answer := httptest.NewRequest(http.MethodPost, "/v1/state-ken", http.NoBody), discard{http.Header{}}
		b.ReportAllocs()
		for b.Loop() {
			router.ServeHTTP(answer, request.WithContext(context.Background()))
		}
	}
	b.Run("unwatched", func(b *testing.B) { run(b, nil) })
	b.Run("metrics", func(b *testing.B) { run(b, watching(b, Options{Logger: zerolog.Nop()})) })
	b.Run("metrics and traces", func(b *testing.B) {
		run(b, watching(b, Options{Logger: zerolog.Nop(), Exporter: tracetest.NewNoopExporter()}))
	})
}
