package store

import (
	"context"
	"time"

	"github.com/rapporteur/rapporteur"
)

// Idempotent reads what was answered to a principal's idempotency key.
func (r *reader) Idempotent(ctx context.Context, principal, key string) (rapporteur.IdempotentAnswer, error) {
	scan := func(r row) (rapporteur.IdempotentAnswer, error) {
		var a rapporteur.IdempotentAnswer
		err := r.Scan(&a.Principal, &a.Key, &a.Request, &a.Status, &a.Body, timeColumn{&a.At})
		return a, err
	}
	a, err := one(ctx, r, rapporteur.NotFound("idempotency key", key), scan, `SELECT principal, key, request, status, body, at
		FROM idempotency WHERE principal = ? AND key = ?`, principal, key)
	return a, failure("read idempotent answer", err)
}

// PutIdempotent remembers an answer. A key that was answered is a
// ProblemConflict; on PostgreSQL, where the other request may have been
// running at the same time, the function is then run again and finds the
// answer if it looks.
func (t *tx) PutIdempotent(ctx context.Context, a rapporteur.IdempotentAnswer) error {
	err := t.insert(ctx, "answer to idempotency key", a.Key, nil, `INSERT INTO idempotency (principal, key, request, status, body, at)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, a.Principal, a.Key, a.Request, a.Status, a.Body, a.At)
	if rapporteur.IsProblem(err, rapporteur.ProblemConflict) {
		t.overtaken = true
	}
	return err
}

// ForgetIdempotent deletes answers given before an instant, at most so many. There
// is no index by time: it is done once an hour, over the answers of some days.
func (t *tx) ForgetIdempotent(ctx context.Context, before time.Time, most int) (int, error) {
	n, err := t.exec(ctx, `DELETE FROM idempotency WHERE (principal, key) IN (
		SELECT principal, key FROM idempotency WHERE at < ? LIMIT ?)`, before, most)
	return int(n), failure("forget idempotent answers", err)
}
