package frame

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/rapporteur/rapporteur"
)

// contentPolicy lets a browser use this house's own scripts, styles and images,
// and send forms to it. There is no inline script and no inline style.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// transport has a browser reach the house by https alone for a year (RFC 6797).
const transport = "max-age=31536000; includeSubDomains"

const requestIDHeader = "X-Request-Id"

// secured sets the headers that keep a page from being guessed at, framed or made
// to run anything.
func (f *Frame) secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if f.tls() {
			h.Set("Strict-Transport-Security", transport)
		}
		next.ServeHTTP(w, r)
	})
}

// logged writes one line for every request: the route's pattern, never what is in
// it, which may be a credential. What is recorded for a request has its id.
func (f *Frame) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, id := time.Now(), rand.Text()
		w.Header().Set(requestIDHeader, id)
		r = r.WithContext(rapporteur.WithRequestID(r.Context(), id))
		answer := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(answer, r)
		if answer.Status() == http.StatusTooManyRequests {
			return // counted; a line for each would be what a flood wants
		}
		f.Logger.Info().Ctx(r.Context()).Str("request", id).Str("method", r.Method).Str("route", chi.RouteContext(r.Context()).RoutePattern()).
			Int("status", answer.Status()).Dur("duration", time.Since(began)).Msg("page")
	})
}

// recovered turns a panic into a page that says that something went wrong.
func (f *Frame) recovered(next http.Handler) http.Handler {
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
			f.Logger.Error().Ctx(r.Context()).Str("request", w.Header().Get(requestIDHeader)).Bytes("stack", debug.Stack()).Msg("panic")
			f.bare(func(*Visit) error { return fmt.Errorf("cannot serve page: panic of type %T", what) })(answer, r)
		}()
		next.ServeHTTP(answer, r)
	})
}

// Public lets caches keep for some minutes what is the same for everybody.
func (v *Visit) Public() { v.Writer.Header().Set("Cache-Control", "public, max-age=300") }

// assets routes every file that the pages refer to, and nothing besides.
func (f *Frame) assets() {
	names, err := fs.Glob(files, "assets/*")
	if err != nil {
		panic(err) // the pattern is the same in every run
	}
	for _, name := range names {
		serve := func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "public, max-age=300")
			http.ServeFileFS(w, r, files, name)
		}
		f.router.Get("/assets/"+path.Base(name), serve)
		f.router.Head("/assets/"+path.Base(name), serve)
	}
}
