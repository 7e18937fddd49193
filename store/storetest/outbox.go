package storetest

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

func listOutbox(t tb, s rapporteur.Store, limit int) []rapporteur.Message {
	t.Helper()
	return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Message, error) {
		return r.Outbox(ctx, limit)
	})
}

// audited appends an audit record and gives its sequence.
func audited(ctx context.Context, t tb, tx rapporteur.Tx, id rapporteur.CycleID) (int64, error) {
	t.Helper()
	if _, err := tx.AppendAudit(ctx, rapporteur.AuditRecord{Cycle: id}); err != nil {
		return 0, err
	}
	records, err := tx.Audit(ctx, id, 0, 0)
	if err != nil {
		return 0, err
	}
	return records[len(records)-1].Seq, nil
}

var outboxTests = []test{
	{"messages wait in order until they are delivered", func(t tb, s rapporteur.Store) {
		if got := listOutbox(t, s, 0); got == nil || len(got) > 0 {
			t.Errorf("an empty outbox is %v, want an empty list", got)
		}
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			for n := 1; n <= 120; n++ {
				m := rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: here, Contributor: kenya, Number: n}
				if err := tx.Enqueue(ctx, m); err != nil {
					return err
				}
			}
			return nil
		})
		all := listOutbox(t, s, 0)
		ids := []int64{-1} // one that is gone does not matter
		for n, m := range all {
			want := rapporteur.Message{ID: m.ID, QueuedAt: m.QueuedAt, Kind: rapporteur.MessageHint, Cycle: here, Contributor: kenya, Number: n + 1}
			same(t, "message", m, want)
			same(t, "it is known since when it waits", !m.QueuedAt.IsZero(), true)
			if n < 110 {
				ids = append(ids, m.ID)
			}
		}
		same(t, "first messages", listOutbox(t, s, 7), all[:7])
		for range 2 { // twice is as good as once
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.Delivered(ctx, ids) })
			same(t, "messages left", listOutbox(t, s, 0), all[110:])
		}
	}},
	{"attempts are counted for those that were tried", func(t tb, s rapporteur.Store) {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			for range 3 {
				if err := tx.Enqueue(ctx, rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: here}); err != nil {
					return err
				}
			}
			return nil
		})
		all := listOutbox(t, s, 0)
		for _, ids := range [][]int64{{all[0].ID, all[2].ID}, {all[2].ID, -1}, nil} {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.Tried(ctx, ids) })
		}
		got := []int{}
		for _, m := range listOutbox(t, s, 0) {
			got = append(got, m.Attempts)
		}
		same(t, "attempts", got, []int{1, 0, 2})
	}},
	{"a message tells of its cycle's newest audit record", func(t tb, s rapporteur.Store) {
		var before, after, elsewhere int64
		enqueue := func(ctx context.Context, tx rapporteur.Tx, id rapporteur.CycleID) error {
			return tx.Enqueue(ctx, rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: id})
		}
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) (err error) {
			before, err = audited(ctx, t, tx, here)
			return err
		})
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return enqueue(ctx, tx, here) })
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) (err error) {
			if err = enqueue(ctx, tx, here); err != nil { // before the record it tells of
				return err
			}
			if after, err = audited(ctx, t, tx, here); err != nil {
				return err
			}
			if elsewhere, err = audited(ctx, t, tx, there); err != nil {
				return err
			}
			return enqueue(ctx, tx, here)
		})
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return enqueue(ctx, tx, there) })
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return enqueue(ctx, tx, "no/audit/yet") })
		got := []int64{}
		for _, m := range listOutbox(t, s, 0) {
			got = append(got, m.AuditSeq)
		}
		same(t, "audit records told of", got, []int64{before, after, after, elsewhere, 0})
	}},
}
