package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/api"
	"github.com/rapporteur/rapporteur/schemas"
	"github.com/rapporteur/rapporteur/store"
)

// least is the floor: the same HTTP server with all that it does with every request
// (log line, headers, limits, the caller's key), a body read and validated as the
// product validates it, two rows written in one transaction. A bare one has neither
// key nor validation.
type least struct {
	store     *store.Store
	floor     *store.Floor
	catalogue *schemas.Catalogue // nil for a bare one
	asks      rapporteur.QuestionnaireRef
}

// know loads what bodies are validated against.
func (f *least) know() error {
	var err error
	if f.catalogue, err = schemas.Load(schemas.Embedded()); err != nil {
		return fmt.Errorf("cannot load schemas: %w", err)
	}
	q, err := f.catalogue.Latest("member-state")
	f.asks = q.QuestionnaireRef
	return err
}

// check refuses a body that the questionnaire does not accept.
func (f *least) check(ctx context.Context, body []byte) error {
	if f.catalogue == nil {
		return nil
	}
	_, findings, err := f.catalogue.Check(ctx, f.asks, body)
	if err == nil && rapporteur.Blocked(findings) {
		err = errNotAccepted
	}
	return err
}

func (f *least) start(ctx context.Context, b brief) (started, error) {
	if err := store.Migrate(ctx, b.Database); err != nil {
		return started{}, err
	}
	var err error
	if f.store, err = store.Open(ctx, b.Database, store.Options{}); err != nil {
		return started{}, err
	}
	if f.floor, err = f.store.Floor(ctx); err != nil {
		return started{}, err
	}
	if b.Bare {
		router := chi.NewRouter()
		router.Post(submissionsPattern, f.take)
		url, err := listen(ctx, router)
		return started{URL: url}, err
	}
	if err := f.know(); err != nil {
		return started{}, err
	}
	logger, err := logging(b.Dir)
	if err != nil {
		return started{}, err
	}
	hello, err := f.invite(ctx, b.Contributors)
	if err != nil {
		return hello, err
	}
	before := api.Config{Store: f.store, Keys: access.Keys{Store: f.store}, Clock: time.Now, Logger: logger}
	hello.URL, err = listen(ctx, api.Behind(before, http.MethodPost, submissionsPattern, http.HandlerFunc(f.take)))
	return hello, err
}

// invite gives everybody a key.
func (f *least) invite(ctx context.Context, n int) (started, error) {
	var hello started
	ids, _, err := states(n)
	if err != nil {
		return hello, err
	}
	err = hello.invite(ctx, f.store, ids, func(ctx context.Context, tx rapporteur.Tx, id rapporteur.ContributorID) (string, error) {
		return issue(ctx, tx, id, time.Now())
	})
	return hello, err
}

// submissionsPattern is where answers go, in both.
const submissionsPattern = "/v1/cycles/{instrument}/{stream}/{period}/requests/{contributor}/submissions"

func (f *least) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 2<<20))
	if err == nil {
		err = f.check(r.Context(), body)
	}
	if err == nil {
		err = f.floor.Put(r.Context(), chi.URLParam(r, "period")+"/"+chi.URLParam(r, "contributor"), body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `{"stored":true}`)
}

func (f *least) carryOut(ctx context.Context, o order) (report, error) {
	if o.Do != doTotals {
		return report{}, fmt.Errorf("cannot carry out %q", o.Do)
	}
	var r report
	var err error
	if r.Submissions, err = f.floor.Count(ctx); err != nil {
		return r, err
	}
	r.Size, err = f.store.Size(ctx)
	return r, err
}

// listen serves a handler on a free port of the loopback, with the limits of
// production, and returns its address.
func listen(ctx context.Context, handler http.Handler) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("cannot listen: %w", err)
	}
	serving := api.Server("", handler)
	go func() {
		if err := serving.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			panic(err)
		}
	}()
	return "http://" + listener.Addr().String(), nil
}

// poll is how often a server looks whether what is waited for has come about.
const poll = 2 * time.Millisecond
