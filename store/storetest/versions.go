package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/rapporteur/rapporteur"
)

func insertWithdrawal(version int, w rapporteur.Withdrawal) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.InsertWithdrawal(ctx, kenyaHere, version, w)
	}
}

func insertMigration(m rapporteur.Migration, kept []byte) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertMigration(ctx, m, kept) }
}

// migration is one of Kenya's here, with every field set, that keeps something
// or nothing.
func migration(number int, kept []byte) rapporteur.Migration {
	m := Filled[rapporteur.Migration]()
	m.RequestKey, m.Number, m.Kept = kenyaHere, number, ""
	if kept != nil {
		sum := sha256.Sum256(kept)
		m.Kept = hex.EncodeToString(sum[:])
	}
	return m
}

func withdrawn(t tb, s rapporteur.Store, id rapporteur.CycleID) []rapporteur.Submission {
	t.Helper()
	return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Submission, error) {
		return r.WithdrawnSubmissions(ctx, id)
	})
}

func migrations(t tb, s rapporteur.Store, key rapporteur.RequestKey) []rapporteur.Migration {
	t.Helper()
	return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Migration, error) {
		return r.Migrations(ctx, key)
	})
}

var versionTests = []test{
	{"a withdrawn version is marked wherever it is read", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(peru))
		put(t, s, there, open(kenya))
		var want []rapporteur.Submission
		for version := 1; version <= 3; version++ {
			described, body := submission(kenyaHere, version, "body")
			write(t, s, insertSubmission(described, body))
			want = append(want, described)
		}
		write(t, s, insertSubmission(submission(rapporteur.RequestKey{Cycle: here, Contributor: peru}, 1, "body")))
		write(t, s, insertSubmission(submission(rapporteur.RequestKey{Cycle: there, Contributor: kenya}, 1, "body")))
		if got := withdrawn(t, s, here); got == nil || len(got) > 0 {
			t.Errorf("withdrawn are %v, want an empty list", got)
		}
		w := Filled[rapporteur.Withdrawal]()
		write(t, s, insertWithdrawal(2, w))
		write(t, s, insertWithdrawal(1, w))
		want[0].Withdrawal, want[1].Withdrawal = w, w
		same(t, "versions", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Submission, error) {
			return r.Submissions(ctx, kenyaHere)
		}), want)
		same(t, "one version", get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Submission, error) {
			return r.Submission(ctx, kenyaHere, 2)
		}), want[1])
		same(t, "withdrawn", withdrawn(t, s, here), want[:2])
		if got := withdrawn(t, s, there); len(got) > 0 {
			t.Errorf("in another cycle %v are withdrawn", got)
		}
	}},
	{"a version is withdrawn once, and only one that is there", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		write(t, s, insertSubmission(submission(kenyaHere, 1, "body")))
		w := Filled[rapporteur.Withdrawal]()
		write(t, s, insertWithdrawal(1, w))
		other := w
		other.Reason = "another"
		refused(t, s, rapporteur.ProblemConflict, insertWithdrawal(1, other))
		refused(t, s, rapporteur.ProblemNotFound, insertWithdrawal(2, w))
		if got := withdrawn(t, s, here); len(got) != 1 || got[0].Withdrawal != w {
			t.Errorf("withdrawn are %+v", got)
		}
	}},
	{"every field of a migration comes back, by number", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(peru))
		kept := []byte(`{"kept": []}`)
		second, first := migration(2, nil), migration(1, kept)
		write(t, s, insertMigration(second, nil))
		write(t, s, insertMigration(first, kept))
		same(t, "migrations", migrations(t, s, kenyaHere), []rapporteur.Migration{first, second})
		same(t, "what is kept", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, first.Kept) }), kept)
		if got := migrations(t, s, rapporteur.RequestKey{Cycle: here, Contributor: peru}); got == nil || len(got) > 0 {
			t.Errorf("of another's request: %v, want an empty list", got)
		}
	}},
	{"a migration is there once, of a request that is there, with what it keeps", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		write(t, s, insertMigration(migration(1, nil), nil))
		refused(t, s, rapporteur.ProblemConflict, insertMigration(migration(1, nil), nil))
		elsewhere := migration(1, nil)
		elsewhere.Contributor = peru
		refused(t, s, rapporteur.ProblemNotFound, insertMigration(elsewhere, nil))
		for _, fn := range []func(context.Context, rapporteur.Tx) error{
			insertMigration(migration(2, []byte("this")), []byte("that")),
			insertMigration(migration(2, nil), []byte("that")), insertMigration(migration(2, []byte("this")), nil),
		} {
			if err := s.Write(t.Context(), fn); err == nil {
				t.Error("a migration keeps another thing than it says")
			}
		}
		if got := migrations(t, s, kenyaHere); len(got) != 1 {
			t.Errorf("migrations are %v", got)
		}
	}},
}
