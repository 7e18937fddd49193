package telemetry

import (
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// HTTP measures and traces the requests of a router of chi, as the first of its
// middlewares. What is told of a request is its method, the pattern of its
// route and the status of the answer. A trace that a client has begun is linked
// to, not gone on with: outside decides nothing here.
func (t *Telemetry) HTTP(next http.Handler) http.Handler {
	next = t.measured(next)
	if !t.Traces() {
		return next
	}
	return otelhttp.NewHandler(next, "HTTP",
		otelhttp.WithTracerProvider(t.provider), otelhttp.WithMeterProvider(noop.NewMeterProvider()),
		otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithPublicEndpointFn(func(*http.Request) bool { return true }),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string {
			return method(r) + " " + route(r) // asked again when the route is known
		}),
	)
}

func (t *Telemetry) measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		answer := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() { // also where a panic cuts the connection
			method, route, status := method(r), route(r), answer.Status()
			if status == 0 {
				status = http.StatusOK // nothing was written, which the server answers so
			}
			on := t.Metrics.answered.of(answered{method, route, status}, func() counting {
				return counting{t.Metrics.requests.WithLabelValues(method, route, strconv.Itoa(status)), t.Metrics.requestTime.WithLabelValues(method, route)}
			})
			on.done(began)
			if span := trace.SpanFromContext(r.Context()); span.IsRecording() {
				span.SetName(method + " " + route)
				span.SetAttributes(attribute.String("http.route", route))
			}
		}()
		next.ServeHTTP(answer, r)
	})
}

// unmatched is the route of requests to addresses that are none.
const unmatched = "unmatched"

func route(r *http.Request) string {
	at := chi.RouteContext(r.Context())
	if at == nil {
		return unmatched
	}
	if pattern := at.RoutePattern(); pattern != "" && pattern != "/*" {
		return pattern
	}
	return unmatched
}

// method is the method as a label: clients may send any word.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return other
}
