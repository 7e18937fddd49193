package storetest

import (
	"context"
	"errors"

	"github.com/rapporteur/rapporteur"
)

var errOnPurpose = errors.New("on purpose")

// insertCycle adds a cycle and then does what the test is about.
func insertCycle(id rapporteur.CycleID, then func() error) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.InsertCycle(ctx, rapporteur.Cycle{ID: id}); err != nil {
			return err
		}
		return then()
	}
}

var transactionTests = []test{
	{"a function that fails leaves nothing behind", func(t tb, s rapporteur.Store) {
		err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
			e := everything()
			if err := e.store(ctx, tx); err != nil {
				return err
			}
			return errOnPurpose
		})
		if !errors.Is(err, errOnPurpose) {
			t.Errorf("got %v, want the function's own error", err)
		}
		missing(t, s, "cycle", readCycle(here))
		if got := listAudit(t, s, here, 0, 0); len(got) > 0 {
			t.Errorf("audit records were left behind: %v", got)
		}
	}},
	{"a problem comes back unchanged", func(t tb, s rapporteur.Store) {
		want := rapporteur.Problemf(rapporteur.ProblemClosed, "Closed", "It is closed.")
		if err := s.Write(t.Context(), func(context.Context, rapporteur.Tx) error { return want }); !errors.Is(err, want) {
			t.Errorf("got %v, want the problem itself", err)
		}
		if err := s.Read(t.Context(), func(context.Context, rapporteur.Reader) error { return want }); !errors.Is(err, want) {
			t.Errorf("got %v, want the problem itself", err)
		}
	}},
	{"a panic is the caller's and leaves nothing behind", func(t tb, s rapporteur.Store) {
		func() {
			defer func() {
				if got := recover(); got != any(errOnPurpose) {
					t.Errorf("recovered %v, want what was thrown", got)
				}
			}()
			_ = s.Write(t.Context(), insertCycle(here, func() error { panic(errOnPurpose) }))
		}()
		missing(t, s, "cycle", readCycle(here))
		put(t, s, here) // the store goes on
	}},
	{"a statement that fails spoils the transaction, even where the function hides it", func(t tb, s rapporteur.Store) {
		err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
			if err := tx.InsertCycle(ctx, rapporteur.Cycle{ID: here}); err != nil {
				return err
			}
			_ = tx.InsertRequests(ctx, []rapporteur.Request{{RequestKey: rapporteur.RequestKey{Cycle: there, Contributor: kenya}}})
			if err := tx.InsertCycle(ctx, rapporteur.Cycle{ID: there}); err == nil {
				t.Error("a spoiled transaction went on writing")
			}
			if _, err := tx.Keys(ctx); err == nil {
				t.Error("a spoiled transaction went on reading")
			}
			return nil
		})
		if err == nil {
			t.Error("a spoiled transaction was acknowledged")
		}
		missing(t, s, "cycle", readCycle(here))
	}},
	{"a conflict does not spoil the transaction", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			wantProblem(t, tx.InsertCycle(ctx, rapporteur.Cycle{ID: here}), rapporteur.ProblemConflict)
			_, err := tx.Cycle(ctx, there)
			wantProblem(t, err, rapporteur.ProblemNotFound)
			return tx.InsertCycle(ctx, rapporteur.Cycle{ID: there})
		})
		get(t, s, readCycle(there))
	}},
	{"a transaction cannot be used after its end", func(t tb, s rapporteur.Store) {
		var kept rapporteur.Tx
		write(t, s, func(_ context.Context, tx rapporteur.Tx) error { kept = tx; return nil })
		if err := kept.InsertCycle(t.Context(), rapporteur.Cycle{ID: here}); err == nil {
			t.Error("a transaction wrote after its end")
		}
		var reader rapporteur.Reader
		get(t, s, func(_ context.Context, r rapporteur.Reader) (bool, error) { reader = r; return true, nil })
		if _, err := reader.Keys(t.Context()); err == nil {
			t.Error("a transaction read after its end")
		}
	}},
	{"a write inside a write is refused, not waited for", func(t tb, s rapporteur.Store) {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			if err := s.Write(ctx, func(context.Context, rapporteur.Tx) error { return nil }); err == nil {
				t.Error("a nested write succeeded")
			}
			return tx.InsertCycle(ctx, rapporteur.Cycle{ID: here})
		})
		get(t, s, readCycle(here))
	}},
	{"a cancelled write or read does not begin", func(t tb, s rapporteur.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := s.Write(ctx, func(context.Context, rapporteur.Tx) error { t.Error("the write ran"); return nil })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want the cancellation", err)
		}
		err = s.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error { _, err := r.Keys(ctx); return err })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want the cancellation", err)
		}
	}},
}
