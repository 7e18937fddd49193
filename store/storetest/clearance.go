package storetest

import (
	"context"
	"fmt"

	"github.com/rapporteur/rapporteur"
)

var clearanceTests = []test{
	{"the present state replaces the one before", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		state := rapporteur.ClearanceState{Cycle: here, Draft: 1, Outcome: rapporteur.ClearancePending}
		store := func(ctx context.Context, tx rapporteur.Tx) error { return tx.PutClearance(ctx, state) }
		read := func(ctx context.Context, r rapporteur.Reader) (rapporteur.ClearanceState, error) {
			return r.Clearance(ctx, here, 1)
		}
		missing(t, s, "clearance", read)
		refused(t, s, rapporteur.ProblemNotFound, store) // without a draft
		write(t, s, insertDraft(1))
		write(t, s, store)
		state.Current, state.Approved = 1, []string{"OLA"}
		write(t, s, store)
		same(t, "clearance", get(t, s, read), state)
	}},
	{"decisions are in the order they were taken, each id once", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		write(t, s, insertDraft(1))
		want := []rapporteur.Decision{}
		for n := range 12 {
			// Neither ids nor business times are in order.
			d := rapporteur.Decision{ID: fmt.Sprintf("decision-%d", 100-n), Cycle: here, Draft: 1, At: instant.AddDate(0, 0, -n)}
			want = append(want, d)
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertDecision(ctx, d) })
		}
		refused(t, s, rapporteur.ProblemConflict, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertDecision(ctx, want[3]) })
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.InsertDecision(ctx, rapporteur.Decision{ID: "other draft", Cycle: here, Draft: 2})
		})
		same(t, "decisions", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Decision, error) {
			return r.Decisions(ctx, here, 1)
		}), want)
	}},
	{"delegations are in the order they were given, each id once", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		write(t, s, insertDraft(1))
		want := []rapporteur.Delegation{}
		for n := range 12 {
			g := rapporteur.Delegation{ID: fmt.Sprintf("delegation-%d", 100-n), Cycle: here, Draft: 1, Starts: due}
			want = append(want, g)
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertDelegation(ctx, g) })
		}
		refused(t, s, rapporteur.ProblemConflict, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertDelegation(ctx, want[3]) })
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.InsertDelegation(ctx, rapporteur.Delegation{ID: "other draft", Cycle: here, Draft: 2})
		})
		same(t, "delegations", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Delegation, error) {
			return r.Delegations(ctx, here, 1)
		}), want)
	}},
	{"a draft without decisions has an empty list", func(t tb, s rapporteur.Store) {
		got := get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Decision, error) {
			return r.Decisions(ctx, here, 1)
		})
		if got == nil || len(got) > 0 {
			t.Errorf("decisions are %v, want an empty list", got)
		}
	}},
}
