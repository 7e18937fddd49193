package store

import (
	"context"
	"time"

	"github.com/rapporteur/rapporteur"
)

const selectFeed = `SELECT id, hash, principal, role, contributor, office, cycle, language, created_at, revoked_at,
	last_used FROM feeds`

func scanFeed(r row) (rapporteur.Feed, error) {
	var f rapporteur.Feed
	p := &f.Principal
	err := r.Scan(&f.ID, &f.Hash, &p.ID, &p.Role, &p.Contributor, &p.Office, &f.Cycle, &f.Language,
		timeColumn{&f.CreatedAt}, timeColumn{&f.RevokedAt}, dateColumn{&f.LastUsed})
	return f, err
}

func noFeed(id string) *rapporteur.Problem { return rapporteur.NotFound("feed", id) }

// Feed reads a feed, a revoked one too.
func (r *reader) Feed(ctx context.Context, id string) (rapporteur.Feed, error) {
	f, err := one(ctx, r, noFeed(id), scanFeed, selectFeed+" WHERE id = ?", id)
	return f, failure("read feed", err)
}

// FeedByHash finds a feed by the hash of its token. The problem that there is none
// does not tell the hash.
func (r *reader) FeedByHash(ctx context.Context, hash []byte) (rapporteur.Feed, error) {
	f, err := one(ctx, r, noFeed(""), scanFeed, selectFeed+" WHERE hash = ?", hash)
	return f, failure("read feed", err)
}

// Feeds lists the feeds of a principal, oldest first.
func (r *reader) Feeds(ctx context.Context, principal string) ([]rapporteur.Feed, error) {
	found, err := list(ctx, r, scanFeed, selectFeed+" WHERE principal = ? ORDER BY created_at, id", principal)
	return found, failure("list feeds", err)
}

// InsertFeed adds a feed; an id or a token that exists is a ProblemConflict.
func (t *tx) InsertFeed(ctx context.Context, f rapporteur.Feed) error {
	p := f.Principal
	return t.insert(ctx, "feed", f.ID, nil, `INSERT INTO feeds (id, hash, principal, role, contributor, office, cycle, language,
		created_at, revoked_at, last_used) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		f.ID, f.Hash, p.ID, p.Role, p.Contributor, p.Office, f.Cycle, f.Language, f.CreatedAt, f.RevokedAt, f.LastUsed)
}

// RevokeFeed ends a feed. One that was revoked before keeps its first date.
func (t *tx) RevokeFeed(ctx context.Context, id string, at time.Time) error {
	return t.update(ctx, "feed", noFeed(id),
		"UPDATE feeds SET revoked_at = CASE WHEN revoked_at = '' THEN ? ELSE revoked_at END WHERE id = ?", at, id)
}

// UseFeed notes the day on which a feed was read.
func (t *tx) UseFeed(ctx context.Context, id string, on rapporteur.Date) error {
	return t.update(ctx, "feed", noFeed(id), "UPDATE feeds SET last_used = ? WHERE id = ?", on, id)
}
