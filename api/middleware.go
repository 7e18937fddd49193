package api

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/rs/zerolog"
)

// uncoded refuses bodies that would have to be unpacked: none is, so that no small
// one can become a large one.
func uncoded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
			w.Header().Set("Accept-Encoding", "identity") // RFC 7694, section 3
			writeProblem(w, r, zerolog.Nop(), &Problem{
				Type: problemPath + kindMediaType, Title: "The media type is not supported", Status: http.StatusUnsupportedMediaType,
				Detail: "Send the body as it is, without Content-Encoding.",
			})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// logged writes one line for every request: what was done, never with what.
// Queries, bodies, names and addresses stay out; the path is the route's
// pattern, the principal an id.
func (s *service) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		answer := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(answer, r)
		c := callOf(r.Context())
		if answer.Status() == http.StatusTooManyRequests {
			return // counted; a line for each would be what a flood wants
		}
		s.log.Info().Ctx(r.Context()).Str("request", c.id).Str("method", r.Method).Str("route", chi.RouteContext(r.Context()).RoutePattern()).
			Int("status", answer.Status()).Dur("duration", time.Since(began)).Str("principal", c.principal.ID).Msg("request")
	})
}

// recovered turns a panic into an internal error. The connection of an answer
// that had begun is cut.
func (s *service) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() {
			what := recover()
			if what == nil {
				return
			}
			cause, _ := what.(error)
			if errors.Is(cause, http.ErrAbortHandler) || answer.Status() != 0 {
				panic(http.ErrAbortHandler)
			}
			s.log.Error().Ctx(r.Context()).Str("request", callOf(r.Context()).id).Bytes("stack", debug.Stack()).Msg("panic")
			writeProblem(w, r, s.log, fmt.Errorf("cannot handle request: panic of type %T", what))
		}()
		next.ServeHTTP(answer, r)
	})
}

// contentPolicy lets a browser do nothing with an answer but show it.
const contentPolicy = "default-src 'none'; frame-ancestors 'none'"

// secured sets the headers that keep an answer from being kept, guessed at or
// run. Answers hold personal data and nobody's cache should: what is public
// says so itself.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}
