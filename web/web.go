package web

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
)

// Config is what the pages stand on.
type Config struct {
	Catalogue      rapporteur.Catalogue
	Correspondence rapporteur.Correspondence
	Logger         zerolog.Logger
}

// pages is the pages at work.
type pages struct {
	Config
	router chi.Router
}

// New makes the handler of every page and asset. It is safe for concurrent use
// and keeps no state.
func New(c Config) http.Handler {
	p := &pages{Config: c, router: chi.NewRouter()}
	p.router.Use(p.logged, secured, middleware.GetHead)
	p.router.NotFound(func(w http.ResponseWriter, r *http.Request) {
		p.fail(w, languages[0], rapporteur.NotFound("page", r.URL.Path))
	})
	p.router.Get("/instruments/{instrument}/coverage", p.coverage)
	p.router.Get(returnAddress, p.showReturn)
	p.router.Post(returnAddress, p.takeReturn)
	p.assets()
	return p.router
}

// Serves reports whether an address is one of the pages' and assets', which
// begin otherwise than the API's.
func Serves(path string) bool {
	return strings.HasPrefix(path, "/instruments/") || strings.HasPrefix(path, "/returns/") || strings.HasPrefix(path, "/assets/")
}

// contentPolicy lets a browser load the style sheet and nothing else.
const contentPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// secured sets the headers that keep a page from being guessed at, framed or
// made to run anything.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

// logged writes one line for every request: the route's pattern, never what is
// in it, which may be a credential. What is recorded for a request has its id.
func (p *pages) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, id := time.Now(), rand.Text()
		w.Header().Set("X-Request-Id", id)
		r = r.WithContext(rapporteur.WithRequestID(r.Context(), id))
		answer := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(answer, r)
		p.Logger.Info().Str("request", id).Str("method", r.Method).Str("route", chi.RouteContext(r.Context()).RoutePattern()).
			Int("status", answer.Status()).Dur("duration", time.Since(began)).Msg("page")
	})
}

// public lets caches keep for some minutes what is the same for everybody.
func public(w http.ResponseWriter) { w.Header().Set("Cache-Control", "public, max-age=300") }

// render writes a page, whole or not at all.
func (p *pages) render(w http.ResponseWriter, status int, page *template.Template, data any) {
	var body bytes.Buffer
	if err := page.ExecuteTemplate(&body, "layout.html", data); err != nil {
		p.Logger.Error().Err(fmt.Errorf("cannot render page: %w", err)).Msg("page")
		http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // only fails where the client is gone
}
