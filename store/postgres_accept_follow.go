package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rapporteur/rapporteur"
)

type pgxTag = pgconn.CommandTag

const (
	tellCycle = `INSERT INTO outbox (kind, cycle, contributor, number, audit_seq, queued_at, trace)
		VALUES (?, ?, '', 0, (SELECT COALESCE(MAX(seq), 0) FROM audit WHERE cycle = ?), ?, ?)`
	// tellLast comes after the commit, so that of several that are accepted at once,
	// here or by another process, the last one sees all others.
	tellLast = `INSERT INTO outbox (kind, cycle, contributor, number, audit_seq, queued_at, trace)
		SELECT ?, ?, '', 0, (SELECT COALESCE(MAX(seq), 0) FROM audit WHERE cycle = ?), ?, ?
		WHERE NOT EXISTS (SELECT 1 FROM requests WHERE cycle = ? AND state = ?)`
)

// follow writes what follows from what was kept, commits, and tells the cycles in
// which nobody is left to wait for, in one round trip.
func (b *acceptBatch) follow(ctx context.Context, conn *pgx.Conn) error {
	batch := &pgx.Batch{}
	if err := b.queueMessages(batch); err != nil {
		return err
	}
	for cycle, told := range b.told {
		if !told {
			continue
		}
		if _, err := numbered(batch, tellCycle, rapporteur.MessageHint, cycle, cycle, b.now, b.traceOf(cycle)); err != nil {
			return err
		}
	}
	committed := false
	batch.Queue("COMMIT").Exec(func(tag pgxTag) error {
		committed = tag.String() == "COMMIT"
		return nil
	})
	if err := b.queueLast(batch); err != nil {
		return err
	}
	err := conn.SendBatch(ctx, batch).Close()
	if committed {
		// It is done. A cycle that was not told is found by whoever relays the outbox.
		return nil
	}
	if err == nil {
		err = pgx.ErrTxCommitRollback
	}
	return err
}

// traceOf is the trace of the first acceptance in a cycle.
func (b *acceptBatch) traceOf(cycle rapporteur.CycleID) string {
	for _, w := range b.all {
		if w.Request.Cycle == cycle {
			return w.trace
		}
	}
	return ""
}

// queueMessages tells endpoints what was kept.
func (b *acceptBatch) queueMessages(batch *pgx.Batch) error {
	if len(b.hooks) == 0 {
		return nil
	}
	for n, w := range b.all {
		event, tell := w.event()
		if b.seqs[n] == 0 || !tell {
			continue
		}
		for _, hook := range b.hooks {
			if !hook.Wants(event) {
				continue
			}
			message := announced{seq: b.seqs[n], event: event}.message(hook.ID, b.now)
			if _, err := numbered(batch, insertHookMessage, hookMessageRow(message)...); err != nil {
				return err
			}
		}
	}
	return nil
}

// queueLast tells the cycles that this batch has not told yet.
func (b *acceptBatch) queueLast(batch *pgx.Batch) error {
	asked := map[rapporteur.CycleID]bool{}
	for _, w := range b.all {
		cycle := w.Request.Cycle
		if !w.result.Kept || b.told[cycle] || asked[cycle] {
			continue
		}
		asked[cycle] = true
		query, err := numbered(batch, tellLast, rapporteur.MessageHint, cycle, cycle, b.now, w.trace, cycle, rapporteur.RequestOpen)
		if err != nil {
			return err
		}
		query.Exec(func(tag pgxTag) error {
			w.result.Last = tag.RowsAffected() > 0
			return nil
		})
	}
	return nil
}
