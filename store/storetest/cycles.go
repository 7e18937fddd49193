package storetest

import (
	"context"
	"strings"

	"github.com/rapporteur/rapporteur"
)

func readCycle(id rapporteur.CycleID) func(context.Context, rapporteur.Reader) (rapporteur.Cycle, error) {
	return func(ctx context.Context, r rapporteur.Reader) (rapporteur.Cycle, error) { return r.Cycle(ctx, id) }
}

var cycleTests = []test{
	{"a cycle is there once", func(t tb, s rapporteur.Store) {
		missing(t, s, "cycle", readCycle(here))
		put(t, s, here)
		refused(t, s, rapporteur.ProblemConflict, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.InsertCycle(ctx, rapporteur.Cycle{ID: here, Phase: rapporteur.PhasePlanned})
		})
		if got := get(t, s, readCycle(here)).Phase; got != rapporteur.PhaseCollecting {
			t.Errorf("the refused cycle replaced the first: phase %s", got)
		}
	}},
	{"lists go on after a cursor", func(t tb, s rapporteur.Store) {
		// Byte order: what a language's collation would put elsewhere.
		ids := []rapporteur.CycleID{"A/x/1", "Z/x/1", "a-b/x/1", "a/x/1", "é/x/1"}
		for _, n := range []int{3, 1, 4, 0, 2} {
			put(t, s, ids[n])
		}
		page := func(after rapporteur.CycleID, limit int) []rapporteur.CycleID {
			found := []rapporteur.CycleID{}
			for _, c := range get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Cycle, error) {
				return r.Cycles(ctx, after, limit)
			}) {
				found = append(found, c.ID)
			}
			return found
		}
		same(t, "first page", page("", 2), ids[:2])
		same(t, "second page", page("Z/x/1", 2), ids[2:4])
		same(t, "last page", page("a/x/1", 2), ids[4:])
		same(t, "page after the last", page("é/x/1", 2), []rapporteur.CycleID{})
		same(t, "list without a limit", page("", 0), ids)
	}},
	{"each change raises the revision", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		for want := 1; want <= 3; want++ {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
				c, err := tx.LockCycle(ctx, here)
				if err != nil {
					return err
				}
				return tx.UpdateCycle(ctx, c)
			})
			if got := get(t, s, readCycle(here)).Revision; got != want {
				t.Errorf("revision is %d, want %d", got, want)
			}
		}
	}},
	{"a change of an older revision is refused", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		old := get(t, s, readCycle(here))
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.UpdateCycle(ctx, old) })
		old.Attention = "lost"
		refused(t, s, rapporteur.ProblemConflict, func(ctx context.Context, tx rapporteur.Tx) error { return tx.UpdateCycle(ctx, old) })
		if got := get(t, s, readCycle(here)).Attention; got != "" {
			t.Errorf("the refused change was stored: %q", got)
		}
	}},
	{"what is not there cannot be locked or changed", func(t tb, s rapporteur.Store) {
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			_, err := tx.LockCycle(ctx, here)
			return err
		})
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.UpdateCycle(ctx, rapporteur.Cycle{ID: here})
		})
	}},
	{"cycles whose last answer waits are uncollected", findsUncollected},
}

func findsUncollected(t tb, s rapporteur.Store) {
	const (
		isOpen   = rapporteur.RequestOpen
		received = rapporteur.RequestReceived
		settled  = rapporteur.RequestSettled
		returned = rapporteur.RequestReturned
	)
	cases := []struct {
		id     rapporteur.CycleID
		phase  rapporteur.Phase
		states []rapporteur.RequestState
		want   bool
	}{
		{"c/1/empty", rapporteur.PhaseCollecting, nil, false},
		{"c/2/all-open", rapporteur.PhaseCollecting, []rapporteur.RequestState{isOpen, isOpen}, false},
		{"c/3/one-open", rapporteur.PhaseCollecting, []rapporteur.RequestState{received, isOpen}, false},
		{"c/4/all-received", rapporteur.PhaseCollecting, []rapporteur.RequestState{received, received}, true},
		{"c/5/rest-settled", rapporteur.PhaseCollecting, []rapporteur.RequestState{settled, received}, true},
		{"c/6/all-settled", rapporteur.PhaseCollecting, []rapporteur.RequestState{settled, settled}, false},
		{"c/7/rest-returned", rapporteur.PhaseCollecting, []rapporteur.RequestState{returned, received}, true},
		{"c/8/compiling", rapporteur.PhaseCompiling, []rapporteur.RequestState{received}, false},
		{"c/9/an-occasion", rapporteur.PhaseCollecting, []rapporteur.RequestState{received}, false},
		{"c/9/planned", rapporteur.PhasePlanned, []rapporteur.RequestState{received}, false},
	}
	want := []rapporteur.CycleID{}
	for _, c := range cases {
		if c.want {
			want = append(want, c.id)
		}
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			shape := rapporteur.ShapeReport
			if strings.HasSuffix(string(c.id), "occasion") {
				shape = rapporteur.ShapeOccasion
			}
			if err := tx.InsertCycle(ctx, rapporteur.Cycle{ID: c.id, Shape: shape, Phase: c.phase}); err != nil {
				return err
			}
			requests := []rapporteur.Request{}
			for n, state := range c.states {
				r := open([]rapporteur.ContributorID{kenya, peru}[n])
				r.Cycle, r.State = c.id, state
				requests = append(requests, r)
			}
			return tx.InsertRequests(ctx, requests)
		})
	}
	same(t, "uncollected", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.CycleID, error) {
		return r.Uncollected(ctx)
	}), want)
}
