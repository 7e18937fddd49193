package endtoend_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/engine"
	"github.com/rapporteur/rapporteur/workflows"
)

// forgetful is a store that dies once between a delivery and its mark.
type forgetful struct {
	rapporteur.Store
	mu   sync.Mutex
	dies int
}

var errDied = errors.New("the process died")

func (f *forgetful) Write(ctx context.Context, fn func(context.Context, rapporteur.Tx) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dies > 0 {
		f.dies--
		return errDied
	}
	return f.Store.Write(ctx, fn)
}

// TestDeathBetweenDeliveryAndItsMark: everything is said twice, and that
// changes nothing.
func TestDeathBetweenDeliveryAndItsMark(t *testing.T) { onBoth(t, deathBeforeTheMark) }

func deathBeforeTheMark(t *testing.T, database string) {
	t.Helper()
	ctx := within(t)
	h := buildOn(ctx, t, database, moment(t, "2018-05-02 08:00"))
	dying := &forgetful{Store: h.store, dies: 1}
	relay := &engine.Relay{Store: dying, Client: h.client, Logger: zerolog.Nop()}
	again := func() {
		t.Helper()
		before := h.waiting(ctx)
		dying.dies = 1
		if _, err := relay.Deliver(ctx); !errors.Is(err, errDied) {
			t.Fatalf("delivering: %v", err)
		}
		if h.waiting(ctx) != before || before == 0 {
			t.Fatalf("%d messages wait, before the death %d", h.waiting(ctx), before)
		}
		h.settle(ctx)
	}
	for _, id := range []rapporteur.ContributorID{onTime, silent} {
		h.contact(ctx, id)
	}
	cycle, err := h.secretariat.Start(ctx, staff, rapporteur.Start{Instrument: "s-res-2388-2017", Stream: "op34", Only: []rapporteur.ContributorID{onTime, silent}})
	h.ok(err)
	again() // the start
	h.goTo(ctx, "2018-06-01 09:00")
	key := rapporteur.RequestKey{Cycle: cycle.ID, Contributor: onTime}
	_, err = h.correspondence.Submit(ctx, staff, key, h.body(ctx, key, rapporteur.ReturnAnswered, "It is in force."))
	h.ok(err)
	again() // the hint
	events, err := h.engine.Events(ctx, rapporteur.CycleWorkflowID(cycle.ID))
	h.ok(err)
	starts, hints, sequences := 0, 0, map[int64]bool{}
	for _, e := range events {
		switch e.Type {
		case "WorkflowExecutionStarted":
			starts++
		case "WorkflowExecutionSignaled":
			hints++
			sequences[e.AuditSeq] = true
		}
	}
	if starts != 1 || hints != 2 || len(sequences) != 1 {
		t.Errorf("%d starts, %d hints of %v", starts, hints, sequences)
	}
	if r := h.request(ctx, key); r.State != rapporteur.RequestSettled || r.Version != 1 {
		t.Errorf("the request is %s, version %d", r.State, r.Version)
	}
	if sent := h.sink.Count(); sent != 2 {
		t.Errorf("%d mails were sent", sent)
	}
}

// TestManyHintsBecomeOne: what waits for one workflow is said once, with the
// newest audit record.
func TestManyHintsBecomeOne(t *testing.T) {
	ctx := within(t)
	h := build(ctx, t, moment(t, "2018-05-02 08:00"))
	id := h.plan(ctx, onTime, silent)
	h.goTo(ctx, "2018-05-21 13:00")
	for range 30 {
		h.ok(h.store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
			if err := tx.Enqueue(ctx, rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: id, Contributor: "state-nobody", Number: 1}); err != nil {
				return err // of a workflow that is not there
			}
			return tx.Enqueue(ctx, rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: id})
		}))
	}
	h.settle(ctx)
	events, err := h.engine.Events(ctx, rapporteur.CycleWorkflowID(id))
	h.ok(err)
	hints := 0
	for _, e := range events {
		if e.Type == "WorkflowExecutionSignaled" && e.Name == workflows.SignalHint {
			hints++
		}
	}
	if hints != 1 {
		t.Errorf("%d hints", hints)
	}
}

// TestRelayWhileTemporalIsAway starts before the server and catches up with it;
// the sweep then makes good for a hint that was lost.
func TestRelayWhileTemporalIsAway(t *testing.T) {
	ctx := within(t)
	h := build(ctx, t, moment(t, "2018-05-02 08:00"))
	port := freePort(ctx, t)
	away, err := client.NewLazyClient(client.Options{HostPort: net.JoinHostPort("127.0.0.1", port), Namespace: h.server.Namespace(), Identity: identity})
	h.ok(err)
	defer away.Close()
	for _, id := range []rapporteur.ContributorID{onTime, silent} {
		h.contact(ctx, id)
	}
	_, err = h.secretariat.Start(ctx, staff, rapporteur.Start{Instrument: "s-res-2388-2017", Stream: "op34", Only: []rapporteur.ContributorID{onTime, silent}})
	h.ok(err)

	short, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	relay := &engine.Relay{Store: h.store, Client: away, Logger: zerolog.Nop()}
	if _, err := relay.Deliver(short); err == nil {
		t.Fatal("delivered without a server")
	}
	if h.waiting(ctx) != 1 {
		t.Fatalf("%d messages wait", h.waiting(ctx))
	}
	command, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	err = engine.New(away).Command(command, "s-res-2388-2017/op34/2018", rapporteur.Command{ID: "x", Kind: rapporteur.CommandOpen})
	if kind := h.refused(err); kind != rapporteur.ProblemUnavailable {
		t.Errorf("without a server a command is refused as %s", kind)
	}
	h.relayAlone(ctx, t)
}

// relayAlone lets a relay run by itself, as in production, over a server that
// is there again.
func (h *house) relayAlone(ctx context.Context, t *testing.T) {
	t.Helper()
	running, stop := context.WithCancel(ctx)
	relay := &engine.Relay{Store: h.store, Client: h.client, Logger: zerolog.Nop(), Every: time.Hour, Sweep: 50 * time.Millisecond}
	ended := make(chan error, 1)
	go func() { ended <- relay.Run(running) }()
	h.until(ctx, "the start was delivered", func() bool { return h.waiting(ctx) == 0 })

	id := rapporteur.CycleID("s-res-2388-2017/op34/2018")
	h.ok(h.clock.AdvanceTo(ctx, moment(t, "2018-05-21 13:00").Add(-h.offset)))
	h.phase(ctx, id, rapporteur.PhaseCollecting)
	for _, who := range []rapporteur.ContributorID{onTime, silent} {
		key := rapporteur.RequestKey{Cycle: id, Contributor: who}
		_, err := h.correspondence.Submit(ctx, staff, key, h.body(ctx, key, rapporteur.ReturnNil, "Nothing to report."))
		h.ok(err)
	}
	// The hints are lost: nobody nudges, and the outbox is emptied.
	h.ok(h.store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
		messages, err := tx.Outbox(ctx, 0)
		var ids []int64
		for _, m := range messages {
			ids = append(ids, m.ID)
		}
		if err != nil {
			return err
		}
		return tx.Delivered(ctx, ids)
	}))
	h.until(ctx, "the sweep had the answers collected", func() bool { return h.cycle(ctx, id).Phase == rapporteur.PhaseClearing })
	relay.Nudge()
	h.until(ctx, "the start of the clearance was delivered", func() bool { return h.waiting(ctx) == 0 })
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the relay ended with %v", err)
	}
}

// until waits for something that has no event to wait for.
func (h *house) until(ctx context.Context, what string, happened func() bool) {
	h.t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for !happened() {
		select {
		case <-ctx.Done():
			h.t.Fatalf("waited in vain until %s", what)
		case <-ticker.C:
		}
	}
}

func freePort(ctx context.Context, t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
