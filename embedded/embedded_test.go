package embedded_test

import (
	"context"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/rapporteur/rapporteur/embedded"
	"github.com/rapporteur/rapporteur/internal/needs"
)

const queue = "test"

// patience bounds a whole test, so that a hang becomes a failure; nothing is measured against it.
const patience = 2 * time.Minute

func testContext(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func start(ctx context.Context, t testing.TB, o embedded.Options) *embedded.Server {
	t.Helper()
	o.Logger = zerolog.New(zerolog.NewTestWriter(t)).Level(zerolog.ErrorLevel)
	s, err := embedded.Start(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// onEachStore runs a test on every kind of store that outlives a server, each new and with options to start on it.
func onEachStore(t *testing.T, test func(t *testing.T, o embedded.Options)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, embedded.Options{Dir: t.TempDir()}) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, embedded.Options{Database: needs.StartPostgreSQL(t)}) })
}

func dial(ctx context.Context, t testing.TB, s *embedded.Server) client.Client {
	t.Helper()
	c, err := s.Dial(ctx, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// work runs a worker until the test ends.
func work(t testing.TB, c client.Client, register func(worker.Registry)) {
	t.Helper()
	w := worker.New(c, queue, worker.Options{})
	register(w)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
}

func run(ctx context.Context, t testing.TB, c client.Client, id string, wf any, args ...any) client.WorkflowRun {
	t.Helper()
	r, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: queue}, wf, args...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
