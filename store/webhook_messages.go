package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/rapporteur/rapporteur"
)

const (
	messageColumns = "id, webhook, type, payload, audit_seq, at, state, attempts, tries, due, leased"
	selectMessage  = "SELECT " + messageColumns + " FROM webhook_messages"
)

func scanHookMessage(r row) (rapporteur.HookMessage, error) {
	var m rapporteur.HookMessage
	var payload string
	err := r.Scan(&m.ID, &m.Webhook, &m.Type, &payload, &m.Seq, timeColumn{&m.At}, &m.State, &m.Attempts, &m.Tries,
		timeColumn{&m.Due}, timeColumn{&m.Leased})
	m.Payload = []byte(payload)
	return m, err
}

func noHookMessage(id string) *rapporteur.Problem { return rapporteur.NotFound("message", id) }

// HookMessage reads a message to an endpoint.
func (r *reader) HookMessage(ctx context.Context, id string) (rapporteur.HookMessage, error) {
	m, err := one(ctx, r, noHookMessage(id), scanHookMessage, selectMessage+" WHERE id = ?", id)
	return m, failure("read webhook message", err)
}

// HookMessages lists the messages to an endpoint, newest first.
func (r *reader) HookMessages(ctx context.Context, webhook, before string, limit int) ([]rapporteur.HookMessage, error) {
	query, args := selectMessage+" WHERE webhook = ?", []any{webhook}
	if before != "" {
		query, args = query+" AND (at, id) < (SELECT at, id FROM webhook_messages WHERE id = ?)", append(args, before)
	}
	query, args = atMost(query+" ORDER BY at DESC, id DESC", args, limit)
	found, err := list(ctx, r, scanHookMessage, query, args...)
	return found, failure("list webhook messages", err)
}

const insertHookMessage = "INSERT INTO webhook_messages (" + messageColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"

// hookMessageRow are the arguments of insertHookMessage.
func hookMessageRow(m rapporteur.HookMessage) []any {
	return []any{m.ID, m.Webhook, m.Type, string(m.Payload), m.Seq, m.At, m.State, m.Attempts, m.Tries, m.Due, m.Leased}
}

// InsertHookMessage adds a message unless it is there.
func (t *tx) InsertHookMessage(ctx context.Context, m rapporteur.HookMessage) error {
	_, err := t.exec(ctx, insertHookMessage, hookMessageRow(m)...)
	return failure("insert webhook message", err)
}

// dueMessages are the messages that can be claimed: they are due, nobody has them,
// and nobody sends another to their endpoint.
const dueMessages = `SELECT id FROM webhook_messages m WHERE state = 'pending' AND due <= ? AND leased <= ?
	AND webhook || '' IN (SELECT id FROM webhooks WHERE state <> ?)
	AND NOT EXISTS (SELECT 1 FROM webhook_messages other WHERE other.webhook = m.webhook AND other.state = 'pending' AND other.leased > ?)
	ORDER BY due, id LIMIT 1`

// HookMessageDue looks whether there is something to claim.
func (r *reader) HookMessageDue(ctx context.Context, now time.Time) (bool, error) {
	found, err := list(ctx, r, scanValue[string], dueMessages, now, now, rapporteur.WebhookDisabled, now)
	return len(found) > 0, failure("look for webhook messages", err)
}

// ClaimHookMessage leases the message that is due longest to an endpoint to which
// nobody is sending. On PostgreSQL a message that another transaction is claiming
// is passed over.
func (t *tx) ClaimHookMessage(ctx context.Context, now, until time.Time) (rapporteur.HookMessage, bool, error) {
	lock := t.dialect.lock
	if lock != "" {
		lock += " SKIP LOCKED"
	}
	found, err := list(ctx, t.reader, scanHookMessage, "UPDATE webhook_messages SET leased = ? WHERE id = ("+dueMessages+lock+") RETURNING "+messageColumns,
		until, now, now, rapporteur.WebhookDisabled, now)
	if err != nil || len(found) == 0 {
		return rapporteur.HookMessage{}, false, failure("claim webhook message", err)
	}
	return found[0], true, nil
}

// UpdateHookMessage stores what has come of a message.
func (t *tx) UpdateHookMessage(ctx context.Context, m rapporteur.HookMessage) error {
	return t.update(ctx, "webhook message", noHookMessage(m.ID),
		"UPDATE webhook_messages SET state = ?, attempts = ?, tries = ?, due = ?, leased = ? WHERE id = ?",
		m.State, m.Attempts, m.Tries, m.Due, m.Leased, m.ID)
}

// HookAttempts lists the attempts of a message in order.
func (r *reader) HookAttempts(ctx context.Context, message string) ([]rapporteur.HookAttempt, error) {
	scan := func(r row) (rapporteur.HookAttempt, error) {
		var a rapporteur.HookAttempt
		err := r.Scan(&a.Message, &a.Number, timeColumn{&a.At}, &a.Status, &a.Duration, &a.Failure)
		return a, err
	}
	found, err := list(ctx, r, scan,
		"SELECT message, number, at, status, duration, failure FROM webhook_attempts WHERE message = ? ORDER BY number", message)
	return found, failure("list webhook attempts", err)
}

// InsertHookAttempt adds a line to the delivery log.
func (t *tx) InsertHookAttempt(ctx context.Context, a rapporteur.HookAttempt) error {
	return t.insert(ctx, "attempt", fmt.Sprintf("%s/%d", a.Message, a.Number), noHookMessage(a.Message),
		"INSERT INTO webhook_attempts (message, number, at, status, duration, failure) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		a.Message, a.Number, a.At, a.Status, a.Duration, a.Failure)
}

// PruneHookMessages deletes old messages that wait no longer, and those whose
// endpoint is gone, with their log.
func (t *tx) PruneHookMessages(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := t.exec(ctx, `DELETE FROM webhook_messages WHERE id IN (SELECT id FROM webhook_messages WHERE at < ?
		AND (state <> 'pending' OR webhook NOT IN (SELECT id FROM webhooks)) ORDER BY at, id LIMIT ?)`, before, limit)
	return int(n), failure("prune webhook messages", err)
}

// announced is an audit record of this transaction that endpoints may want to be
// told of.
type announced struct {
	seq   int64
	event rapporteur.HookEvent
}

// recorded is an audit record of this transaction.
type recorded struct {
	seq    int64
	record rapporteur.AuditRecord
}

// message tells an endpoint of it.
func (a announced) message(hook string, now time.Time) rapporteur.HookMessage {
	return rapporteur.HookMessage{
		ID: hookMessageID(hook, a.seq), Webhook: hook, Type: a.event.Type, Payload: a.event.Payload, Seq: a.seq,
		At: now, State: rapporteur.HookPending, Due: now,
	}
}

// announce writes a message for every endpoint that is to be told of what the
// transaction recorded. It looks for endpoints once, at the end, and only where
// there is something to tell.
func (t *tx) announce(ctx context.Context) error {
	if len(t.recorded) == 0 {
		return nil
	}
	hooks, err := list(ctx, t.reader, scanWebhook, selectWebhook+" WHERE state <> ? ORDER BY id", rapporteur.WebhookDisabled)
	if err != nil || len(hooks) == 0 {
		return failure("list webhooks", err)
	}
	now := t.now()
	for _, r := range t.recorded {
		event, ok := t.announcer(r.record)
		if !ok {
			continue
		}
		a := announced{seq: r.seq, event: event}
		for _, hook := range hooks {
			if !hook.Wants(a.event) {
				continue
			}
			if err := t.InsertHookMessage(ctx, a.message(hook.ID, now)); err != nil {
				return err
			}
		}
	}
	return nil
}

// hookMessageID is the id of the message that tells an endpoint of an audit
// record: always the same.
func hookMessageID(webhook string, seq int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "webhook message\n%s\n%d", webhook, seq))
	return "msg_" + hex.EncodeToString(sum[:16])
}
