package telemetry

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/rs/zerolog"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/rapporteur/rapporteur"
)

// traced is a process whose spans are kept.
func traced(t testing.TB) (*Telemetry, *tracetest.InMemoryExporter) {
	t.Helper()
	kept := tracetest.NewInMemoryExporter()
	return watching(t, Options{Service: "test", Exporter: kept, AtOnce: true, Logger: zerolog.Nop()}), kept
}

// A command's transaction and its message are in its trace, and what the relay
// says later, perhaps in another process, goes on with it.
func TestARequestIsOneTraceUpToTheEngine(t *testing.T) {
	on, kept := traced(t)
	s := openStore(t, on)
	router := chi.NewRouter()
	router.Use(on.HTTP)
	router.Post("/v1/cycles/{id}", func(_ http.ResponseWriter, r *http.Request) {
		err := s.Write(r.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.Enqueue(ctx, rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: cycle})
		})
		if err != nil {
			t.Error(err)
		}
	})
	for range 2 {
		router.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/v1/cycles/state-ken?token=secret", http.NoBody))
	}
	var messages []rapporteur.Message
	err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) (err error) {
		messages, err = r.Outbox(ctx, 0)
		return err
	})
	if err != nil || len(messages) != 2 {
		t.Fatal(messages, err)
	}
	_, done := on.Relaying(t.Context(), "hint", []string{messages[0].Trace, "nonsense", messages[1].Trace})
	done(errors.New("away"))

	spans := kept.GetSpans()
	find := func(name string, nth int) tracetest.SpanStub {
		for _, found := range spans {
			if found.Name == name {
				nth--
				if nth < 0 {
					return found
				}
			}
		}
		t.Fatalf("there is no span %q in %v", name, spans)
		return tracetest.SpanStub{}
	}
	first, second := find("POST /v1/cycles/{id}", 0), find("POST /v1/cycles/{id}", 1)
	if write := find("record write", 1); write.SpanContext.TraceID() != second.SpanContext.TraceID() {
		t.Error("the transaction is not in the trace of its request")
	}
	hint := find("outbox hint", 0)
	if hint.SpanContext.TraceID() != second.SpanContext.TraceID() || hint.Status.Description != "" {
		t.Errorf("the hint is not in the trace of the request that caused it: %+v", hint)
	}
	if len(hint.Links) != 1 || hint.Links[0].SpanContext.TraceID() != first.SpanContext.TraceID() {
		t.Errorf("the hint is not linked to the other request: %+v", hint.Links)
	}
	for _, found := range spans {
		if found.Name == "record read" {
			t.Error("reading the outbox makes a trace of its own")
		}
	}
}

// outsider is a trace that a client has begun.
const outsider = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

// Nothing of who asked, from where and with what leaves the house; nor does a
// client decide to which trace a request belongs.
func TestTracesTellNothingPersonal(t *testing.T) {
	on, kept := traced(t)
	router := chi.NewRouter()
	router.Use(on.HTTP)
	router.Get("/requests/{contributor}", func(w http.ResponseWriter, r *http.Request) {
		span := trace.SpanFromContext(r.Context())
		span.SetAttributes(attribute.String("mail", "focal@kenya.example"))
		span.RecordError(errors.New("550 focal@kenya.example"))
		_ = on.Mailbox(box{errors.New("refused focal@kenya.example")}).Send(r.Context(), rapporteur.Letter{Notice: rapporteur.NoticeRequest})
		w.WriteHeader(http.StatusInternalServerError)
	})
	request := httptest.NewRequest(http.MethodGet, "/requests/state-ken?token=secret", http.NoBody)
	request.Header.Set("traceparent", outsider)
	request.Header.Set("User-Agent", "focal@kenya.example")
	router.ServeHTTP(httptest.NewRecorder(), request)
	spans := kept.GetSpans()
	if len(spans) != 2 {
		t.Fatalf("got %d spans", len(spans))
	}
	for _, s := range spans {
		if s.SpanContext.TraceID().String() == outsider[3:35] {
			t.Error("a client's trace is gone on with")
		}
		if len(s.Events) > 0 || s.Status.Description != "" {
			t.Errorf("the texts of errors are told: %+v", s)
		}
		for _, a := range s.Attributes {
			if !told[a.Key] {
				t.Errorf("%s is told", a.Key)
			}
			for _, secret := range []string{"state-ken", "secret", "@", "192.0.2"} {
				if strings.Contains(a.Value.String(), secret) {
					t.Errorf("%s tells %s", a.Key, a.Value.String())
				}
			}
		}
	}
	whole := spans[1]
	if len(whole.Links) != 1 || whole.Links[0].SpanContext.TraceID().String() != outsider[3:35] {
		t.Error("the client's trace is not linked to")
	}
	for _, want := range []attribute.KeyValue{attribute.String("http.route", "/requests/{contributor}"), attribute.Int("http.response.status_code", 500)} {
		if !slices.Contains(whole.Attributes, want) {
			t.Errorf("%v is not told: %v", want, whole.Attributes)
		}
	}
}

// broken is a collector that is away while it is true.
type broken struct{ away bool }

func (b *broken) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error {
	if b.away {
		return errors.New("connection refused")
	}
	return nil
}

func (*broken) Shutdown(context.Context) error { return nil }

// A collector that is away is told of in one line, and harms nobody.
func TestACollectorThatIsAway(t *testing.T) {
	var log bytes.Buffer
	collector := &broken{away: true}
	on := watching(t, Options{Exporter: collector, AtOnce: true, Logger: zerolog.New(&log)})
	spans := func(n int) {
		for range n {
			_, done := on.span(t.Context(), "something", inside)
			done(nil)
		}
	}
	spans(100)
	if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), "cannot hand traces") {
		t.Errorf("a collector that is away is told of in %d lines:\n%s", n, log.String())
	}
	wantLines(t, scrape(t, on), "rapporteur_trace_exports_failed_total 100")
	collector.away = false
	spans(10)
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("that it is back is not told once:\n%s", log.String())
	}
}

func TestLogLinesNameTheirTrace(t *testing.T) {
	var log bytes.Buffer
	on := watching(t, Options{Exporter: tracetest.NewInMemoryExporter(), AtOnce: true, Logger: zerolog.New(&log)})
	ctx, done := on.span(t.Context(), "something", inside)
	on.Logger.Info().Ctx(ctx).Msg("within")
	done(nil)
	if !strings.Contains(log.String(), `"trace":"`+trace.SpanContextFromContext(ctx).TraceID().String()+`"`) {
		t.Errorf("the line does not name its trace: %s", log.String())
	}
	log.Reset()
	on.Logger.Info().Msg("outside")
	if strings.Contains(log.String(), "trace") {
		t.Errorf("a line outside of any trace names one: %s", log.String())
	}
}

func TestExporters(t *testing.T) {
	for protocol, traces := range map[string]bool{"": false, "off": false, "grpc": true, "http": true} {
		if exporter, err := Exporter(t.Context(), protocol); err != nil || (exporter != nil) != traces {
			t.Errorf("%q gives %v, %v", protocol, exporter, err)
		}
	}
	if _, err := Exporter(t.Context(), "udp"); err == nil {
		t.Error("an unknown way is taken")
	}
}
