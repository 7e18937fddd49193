package storetest

import (
	"context"
	"time"

	"github.com/rapporteur/rapporteur"
)

func feed(id string, age time.Duration) rapporteur.Feed {
	return rapporteur.Feed{
		ID: id, Hash: []byte("hash of " + id), CreatedAt: instant.Add(-age), Language: "fr", Cycle: here,
		Principal: rapporteur.Principal{ID: "key-1", Role: rapporteur.RoleContributor, Contributor: kenya},
	}
}

func readFeed(id string) func(context.Context, rapporteur.Reader) (rapporteur.Feed, error) {
	return func(ctx context.Context, r rapporteur.Reader) (rapporteur.Feed, error) { return r.Feed(ctx, id) }
}

func insertFeed(f rapporteur.Feed) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertFeed(ctx, f) }
}

var feedTests = []test{
	{"every field comes back", func(t tb, s rapporteur.Store) {
		want := Filled[rapporteur.Feed]()
		p := want.Principal // of whom a feed keeps no more than in which capacity it was made
		want.Principal = rapporteur.Principal{ID: p.ID, Role: p.Role, Contributor: p.Contributor, Office: p.Office}
		write(t, s, insertFeed(want))
		same(t, "feed", get(t, s, readFeed(want.ID)), want)
	}},
	{"an id and a token are there once", func(t tb, s rapporteur.Store) {
		missing(t, s, "feed", readFeed("a"))
		write(t, s, insertFeed(feed("a", 0)))
		refused(t, s, rapporteur.ProblemConflict, insertFeed(feed("a", 0)))
		other := feed("b", 0)
		other.Hash = feed("a", 0).Hash
		refused(t, s, rapporteur.ProblemConflict, insertFeed(other))
	}},
	{"a feed is found by its token's hash, and by its principal in order", func(t tb, s rapporteur.Store) {
		others := feed("d", 0)
		others.Principal.ID = "key-2"
		for _, f := range []rapporteur.Feed{feed("a", time.Hour), feed("c", 2*time.Hour), feed("b", time.Hour), others} {
			write(t, s, insertFeed(f))
		}
		byHash := func(hash string) func(context.Context, rapporteur.Reader) (rapporteur.Feed, error) {
			return func(ctx context.Context, r rapporteur.Reader) (rapporteur.Feed, error) {
				return r.FeedByHash(ctx, []byte(hash))
			}
		}
		same(t, "feed", get(t, s, byHash("hash of b")), feed("b", time.Hour))
		missing(t, s, "feed", byHash("hash of e"))
		same(t, "feeds", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Feed, error) {
			return r.Feeds(ctx, "key-1")
		}),
			[]rapporteur.Feed{feed("c", 2*time.Hour), feed("a", time.Hour), feed("b", time.Hour)})
	}},
	{"a feed is revoked once and for all, and its use is noted", func(t tb, s rapporteur.Store) {
		write(t, s, insertFeed(feed("a", 0)))
		revoke := func(id string, at time.Time) func(context.Context, rapporteur.Tx) error {
			return func(ctx context.Context, tx rapporteur.Tx) error { return tx.RevokeFeed(ctx, id, at) }
		}
		use := func(id string) func(context.Context, rapporteur.Tx) error {
			return func(ctx context.Context, tx rapporteur.Tx) error { return tx.UseFeed(ctx, id, due) }
		}
		write(t, s, use("a"))
		write(t, s, revoke("a", instant))
		write(t, s, revoke("a", instant.Add(time.Hour)))
		want := feed("a", 0)
		want.RevokedAt, want.LastUsed = instant, due
		same(t, "feed", get(t, s, readFeed("a")), want)
		refused(t, s, rapporteur.ProblemNotFound, revoke("b", instant))
		refused(t, s, rapporteur.ProblemNotFound, use("b"))
	}},
}
