package engine

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
)

// stubborn is a record in which some cycles stay uncollected.
type stubborn struct {
	rapporteur.Store
	rapporteur.Reader
	waiting []rapporteur.CycleID
}

func (s *stubborn) Read(ctx context.Context, fn func(context.Context, rapporteur.Reader) error) error {
	return fn(ctx, s)
}

func (s *stubborn) Uncollected(context.Context) ([]rapporteur.CycleID, error) { return s.waiting, nil }

// counter counts signals by workflow.
type counter struct {
	client.Client
	hints map[string]int
	err   error
}

func (c *counter) SignalWorkflow(_ context.Context, workflowID, _, _ string, _ any) error {
	if c.err == nil {
		c.hints[workflowID]++
	}
	return c.err
}

// A cycle that does not get its answers collected is hinted to again, but ever
// more rarely: the signals of a run are limited.
func TestSweepLosesPatience(t *testing.T) {
	record := &stubborn{waiting: []rapporteur.CycleID{"a/b/c", "a/b/d"}}
	signals := &counter{hints: map[string]int{}}
	relay := &Relay{Store: record, Client: signals, Logger: zerolog.Nop()}
	relay.prepare()
	s := &sweeper{relay: relay, seen: map[rapporteur.CycleID]spell{}}
	now := time.Date(2018, time.June, 1, 0, 0, 0, 0, time.UTC)
	sweep := func(times int) {
		t.Helper()
		for range times {
			now = now.Add(relay.Sweep)
			if err := s.sweep(t.Context(), now); err != nil {
				t.Fatal(err)
			}
		}
	}
	sweep(1)
	if signals.hints["cycle/a/b/c"] != 1 {
		t.Fatalf("hints after the first sweep: %v", signals.hints)
	}
	sweep(30 * 2 * 60 * 24) // a month
	if n := signals.hints["cycle/a/b/c"]; n < 30*3 || n > 30*5 {
		t.Fatalf("%d hints in a month", n)
	}
	// Once collected it starts afresh.
	record.waiting = nil
	sweep(1)
	record.waiting = []rapporteur.CycleID{"a/b/c"}
	before := signals.hints["cycle/a/b/c"]
	sweep(1)
	if signals.hints["cycle/a/b/c"] != before+1 {
		t.Fatal("a cycle that waits again is not hinted to at once")
	}
}

// A hint that did not get through is given again at the next sweep.
func TestSweepTriesAgain(t *testing.T) {
	signals := &counter{hints: map[string]int{}, err: errors.New("away")}
	relay := &Relay{Store: &stubborn{waiting: []rapporteur.CycleID{"a/b/c"}}, Client: signals, Logger: zerolog.Nop()}
	relay.prepare()
	s := &sweeper{relay: relay, seen: map[rapporteur.CycleID]spell{}}
	now := time.Date(2018, time.June, 1, 0, 0, 0, 0, time.UTC)
	if err := s.sweep(t.Context(), now); err == nil {
		t.Fatal("a failure was not told")
	}
	signals.err = nil
	if err := s.sweep(t.Context(), now.Add(time.Second)); err != nil || signals.hints["cycle/a/b/c"] != 1 {
		t.Fatalf("hints %v, %v", signals.hints, err)
	}
}
