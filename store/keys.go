package store

import (
	"context"
	"time"

	"github.com/rapporteur/rapporteur"
)

const selectKey = "SELECT id, hash, role, contributor, office, scope, label, created_at, expires_at, revoked_at FROM api_keys"

func scanKey(r row) (rapporteur.APIKey, error) {
	var k rapporteur.APIKey
	err := r.Scan(&k.ID, &k.Hash, &k.Role, &k.Contributor, &k.Office, &k.Scope, &k.Label,
		timeColumn{&k.CreatedAt}, timeColumn{&k.ExpiresAt}, timeColumn{&k.RevokedAt})
	return k, err
}

func noKey(id string) *rapporteur.Problem { return rapporteur.NotFound("key", id) }

// Key reads the record of an API key, revoked and expired ones too.
func (r *reader) Key(ctx context.Context, id string) (rapporteur.APIKey, error) {
	k, err := one(ctx, r, noKey(id), scanKey, selectKey+" WHERE id = ?", id)
	return k, failure("read key", err)
}

// Keys lists all keys, oldest first.
func (r *reader) Keys(ctx context.Context) ([]rapporteur.APIKey, error) {
	found, err := list(ctx, r, scanKey, selectKey+" ORDER BY created_at, id")
	return found, failure("list keys", err)
}

// InsertKey adds the record of a key; an id that exists is a ProblemConflict.
func (t *tx) InsertKey(ctx context.Context, k rapporteur.APIKey) error {
	return t.insert(ctx, "key", k.ID, nil, `INSERT INTO api_keys (id, hash, role, contributor, office, scope, label,
		created_at, expires_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		k.ID, k.Hash, k.Role, k.Contributor, k.Office, k.Scope, k.Label, k.CreatedAt, k.ExpiresAt, k.RevokedAt)
}

// RevokeKey ends a key. A key that was revoked before keeps its first date.
func (t *tx) RevokeKey(ctx context.Context, id string, at time.Time) error {
	return t.update(ctx, "key", noKey(id),
		"UPDATE api_keys SET revoked_at = CASE WHEN revoked_at = '' THEN ? ELSE revoked_at END WHERE id = ?", at, id)
}
