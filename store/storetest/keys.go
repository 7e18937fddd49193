package storetest

import (
	"context"
	"time"

	"github.com/rapporteur/rapporteur"
)

func key(id string, age time.Duration) rapporteur.APIKey {
	return rapporteur.APIKey{ID: id, Hash: []byte{0, 255, 10}, Role: rapporteur.RoleSecretariat, CreatedAt: instant.Add(-age)}
}

func readKey(id string) func(context.Context, rapporteur.Reader) (rapporteur.APIKey, error) {
	return func(ctx context.Context, r rapporteur.Reader) (rapporteur.APIKey, error) { return r.Key(ctx, id) }
}

var keyTests = []test{
	{"an id is there once", func(t tb, s rapporteur.Store) {
		missing(t, s, "key", readKey("a"))
		insert := func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertKey(ctx, key("a", 0)) }
		write(t, s, insert)
		refused(t, s, rapporteur.ProblemConflict, insert)
	}},
	{"lists are by age", func(t tb, s rapporteur.Store) {
		for _, k := range []rapporteur.APIKey{key("a", time.Hour), key("c", 2*time.Hour), key("b", time.Hour)} {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertKey(ctx, k) })
		}
		same(t, "keys", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.APIKey, error) { return r.Keys(ctx) }),
			[]rapporteur.APIKey{key("c", 2*time.Hour), key("a", time.Hour), key("b", time.Hour)})
	}},
	{"a key is revoked once and for all", func(t tb, s rapporteur.Store) {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertKey(ctx, key("a", 0)) })
		revoke := func(id string, at time.Time) func(context.Context, rapporteur.Tx) error {
			return func(ctx context.Context, tx rapporteur.Tx) error { return tx.RevokeKey(ctx, id, at) }
		}
		write(t, s, revoke("a", instant))
		write(t, s, revoke("a", instant.Add(time.Hour)))
		if got := get(t, s, readKey("a")).RevokedAt; !got.Equal(instant) {
			t.Errorf("revoked at %s, want %s", got, instant)
		}
		refused(t, s, rapporteur.ProblemNotFound, revoke("b", instant))
	}},
}
