package store

import (
	"context"
	"slices"

	"github.com/rapporteur/rapporteur"
)

func scanMessage(r row) (rapporteur.Message, error) {
	var m rapporteur.Message
	err := r.Scan(&m.ID, &m.Kind, &m.Cycle, &m.Contributor, &m.Number, &m.AuditSeq, timeColumn{&m.QueuedAt}, &m.Attempts, &m.Trace)
	return m, err
}

// Outbox lists undelivered messages, oldest first; a limit of 0 is none.
func (r *reader) Outbox(ctx context.Context, limit int) ([]rapporteur.Message, error) {
	query, args := atMost("SELECT id, kind, cycle, contributor, number, audit_seq, queued_at, attempts, trace FROM outbox ORDER BY id", nil, limit)
	found, err := list(ctx, r, scanMessage, query, args...)
	return found, failure("list outbox", err)
}

// queuedMessage is a message of this transaction and the audit record it tells
// of so far.
type queuedMessage struct {
	id    int64
	cycle rapporteur.CycleID
	seq   int64
}

// Enqueue adds a message. It tells of the newest audit record of its cycle,
// also one that the transaction writes later.
func (t *tx) Enqueue(ctx context.Context, m rapporteur.Message) error {
	seq, err := t.newestAudit(ctx, m.Cycle)
	if err != nil {
		return failure("enqueue message", err)
	}
	if t.trace != nil {
		m.Trace = t.trace(ctx)
	}
	id, err := one(ctx, t.reader, nil, scanValue[int64], `INSERT INTO outbox (kind, cycle, contributor, number, audit_seq, queued_at, trace)
		VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`, m.Kind, m.Cycle, m.Contributor, m.Number, seq, t.now(), m.Trace)
	if err != nil {
		return failure("enqueue message", err)
	}
	t.queued = append(t.queued, queuedMessage{id: id, cycle: m.Cycle, seq: seq})
	return nil
}

// stampQueued gives messages the audit records that came after them.
func (t *tx) stampQueued(ctx context.Context) error {
	for _, m := range t.queued {
		if t.audited[m.cycle] <= m.seq {
			continue
		}
		if _, err := t.exec(ctx, "UPDATE outbox SET audit_seq = ? WHERE id = ?", t.audited[m.cycle], m.id); err != nil {
			return failure("stamp message", err)
		}
	}
	return nil
}

// Tried counts an attempt at messages that stay in the outbox.
func (t *tx) Tried(ctx context.Context, ids []int64) error {
	for part := range slices.Chunk(ids, chunk) {
		var c conditions
		oneOf(&c, "id", part)
		if _, err := t.exec(ctx, "UPDATE outbox SET attempts = attempts + 1"+c.where(), c.args...); err != nil {
			return failure("count attempts at messages", err)
		}
	}
	return nil
}

// Delivered takes messages out of the outbox; those that are gone do not
// matter.
func (t *tx) Delivered(ctx context.Context, ids []int64) error {
	for part := range slices.Chunk(ids, chunk) {
		var c conditions
		oneOf(&c, "id", part)
		if _, err := t.exec(ctx, "DELETE FROM outbox"+c.where(), c.args...); err != nil {
			return failure("remove delivered messages", err)
		}
	}
	return nil
}
