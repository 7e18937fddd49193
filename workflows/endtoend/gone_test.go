package endtoend_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/internal/pgserver"
	"github.com/rapporteur/rapporteur/store"
	"github.com/rapporteur/rapporteur/worker"
)

// TestAWorkerOutlivesItsDatabase crashes PostgreSQL in the middle of a step, with
// the record alone on it and with Temporal's data as well. The step is carried out
// when it is back, by the same worker, and the cycle goes on.
func TestAWorkerOutlivesItsDatabase(t *testing.T) {
	for name, engineToo := range map[string]bool{"the record's": false, "the record's and the engine's": true} {
		t.Run(name, func(t *testing.T) { t.Parallel(); outlive(t, engineToo) })
	}
}

func outlive(t *testing.T, engineToo bool) {
	t.Helper()
	ctx := within(t)
	server := needs.OwnPostgreSQL(t, pgserver.Options{})
	database := start(t, func() (string, error) { return server.CreateDatabase(ctx, "house") })
	engine := ""
	if engineToo {
		engine = database
	}
	h := buildOn(ctx, t, engine, moment(t, "2018-05-02 08:00"))
	h.dismiss()
	h.keepOn(ctx, database)
	crash := &crash{Mailbox: h.conduct.Mailbox, is: make(chan error, 1), halt: func() error { return server.Halt(ctx, pgserver.Immediate) }}
	h.conduct.Mailbox = crash
	running, end := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- worker.New(h.client, h.conduct, worker.Options{Identity: identity}).Run(running) }()
	id := h.plan(ctx, onTime, silent)

	crash.arm()
	moved := make(chan error, 1)
	opens := moment(t, "2018-05-21 13:00").Add(-h.offset)
	go func() { moved <- h.insist(ctx, opens) }()
	select {
	case err := <-crash.is:
		h.ok(err)
	case <-ctx.Done():
		t.Fatal("no step sent anything")
	}
	if err := h.store.Ping(ctx); !rapporteur.IsProblem(err, rapporteur.ProblemUnavailable) {
		t.Errorf("the record answers %v", err)
	}
	if !engineToo {
		h.triesAgain(ctx, rapporteur.CycleWorkflowID(id))
	}
	h.ok(server.Resume(ctx))
	h.ok(<-moved)
	h.goTo(ctx, "2018-07-17 08:00") // a reminder

	for _, who := range []rapporteur.ContributorID{onTime, silent} {
		h.wasAsked(ctx, t, rapporteur.RequestKey{Cycle: id, Contributor: who})
		h.submit(ctx, id, who, rapporteur.ReturnNil, "Nothing to report.")
	}
	h.phase(ctx, id, rapporteur.PhaseClearing)
	if n := h.done(ctx, id)[rapporteur.ActionAttention]; n != 0 {
		t.Errorf("%d calls for attention", n)
	}
	select {
	case err := <-ended:
		t.Errorf("the worker has ended: %v", err)
	default:
		end()
		h.ok(<-ended)
	}
	end()
}

// crash is a mailbox that, once armed, has the database server die when the first
// letter is on its way: sent, and not yet written down.
type crash struct {
	rapporteur.Mailbox
	halt func() error
	is   chan error

	mu    sync.Mutex
	armed bool
}

func (c *crash) arm() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.armed = true
}

// Send sends, and then the server is gone.
func (c *crash) Send(ctx context.Context, l rapporteur.Letter) error {
	err := c.Mailbox.Send(ctx, l)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.armed {
		c.armed = false
		c.is <- c.halt()
	}
	return err
}

// keepOn has the house keep a new record, on another database, durably.
func (h *house) keepOn(ctx context.Context, database string) {
	h.t.Helper()
	h.ok(store.Migrate(ctx, database))
	h.store = start(h.t, func() (*store.Store, error) { return store.Open(ctx, database, store.Options{}) })
	h.t.Cleanup(func() { _ = h.store.Close() })
	h.conduct.Store, h.relay.Store, h.secretariat.Store, h.correspondence.Store = h.store, h.store, h.store, h.store
}

// insist lets time pass until a moment, again where the engine was not there.
func (h *house) insist(ctx context.Context, until time.Time) error {
	for {
		err := h.clock.AdvanceTo(ctx, until)
		if err == nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
	}
}

// triesAgain waits until a step has failed and is tried again.
func (h *house) triesAgain(ctx context.Context, workflow string) {
	h.t.Helper()
	var told string
	h.awaits(ctx, "a step that is tried again", func() bool {
		found, err := h.client.DescribeWorkflowExecution(ctx, workflow, "")
		h.ok(err)
		told = found.String()
		for _, step := range found.GetPendingActivities() {
			if step.GetAttempt() > 1 && step.GetLastFailure() != nil {
				return true
			}
		}
		return false
	}, func() any { return told })
}

// wasAsked holds that a contributor has its request and its reminder, each in the
// ledger once, and in the post once or as the same letter again.
func (h *house) wasAsked(ctx context.Context, t *testing.T, key rapporteur.RequestKey) {
	t.Helper()
	sent := map[string][]string{}
	for _, m := range h.sink.Messages() {
		parsed, err := m.Parse()
		h.ok(err)
		if parsed.Header.Get("X-Rapporteur-Contributor") == string(key.Contributor) {
			what := parsed.Header.Get("X-Rapporteur-Notice") + " " + parsed.Header.Get("X-Rapporteur-Rung")
			if ids := sent[what]; !slices.Contains(ids, parsed.Header.Get("Message-ID")) {
				sent[what] = append(ids, parsed.Header.Get("Message-ID"))
			}
		}
	}
	entries := read(ctx, h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.LedgerEntry, error) {
		return r.Ledger(ctx, key)
	})
	var notices []string
	for _, e := range entries {
		notices = append(notices, string(e.Notice))
		if e.SentAt.IsZero() {
			t.Errorf("%s was not sent: %+v", key, e)
		}
	}
	if len(entries) != len(sent) || !slices.Contains(notices, "request") || !slices.Contains(notices, "reminder") {
		t.Errorf("the ledger of %s has %q, the post %q", key, notices, sent)
	}
	for what, ids := range sent {
		if len(ids) != 1 {
			t.Errorf("%s got %d letters %s: %s", key, len(ids), what, strings.Join(ids, " "))
		}
	}
}
