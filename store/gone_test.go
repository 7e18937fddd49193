package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/internal/pgserver"
)

// A database that goes away in the middle is told as what is unavailable, and as
// what is in doubt where it went at the end; afterwards the same store works.
func TestDatabaseGoesAwayInTheMiddle(t *testing.T) {
	server := needs.OwnPostgreSQL(t, pgserver.Options{})
	address, err := server.CreateDatabase(t.Context(), "record")
	if err != nil {
		t.Fatal(err)
	}
	if err := Migrate(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), address, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	halt := func() {
		if err := server.Halt(t.Context(), pgserver.Immediate); err != nil {
			t.Fatal(err)
		}
	}
	put := func(ctx context.Context, tx rapporteur.Tx, key string) error {
		return tx.PutIdempotent(ctx, rapporteur.IdempotentAnswer{Principal: "p", Key: key, Body: []byte("x"), At: time.Unix(0, 0).UTC()})
	}
	for name, c := range map[string]struct {
		run  func() error
		says string
	}{
		"between statements": {func() error {
			return s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
				if err := put(ctx, tx, "a"); err != nil {
					return err
				}
				halt()
				return put(ctx, tx, "b")
			})
		}, "Nothing was changed"},
		"before the commit": {func() error {
			return s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
				err := put(ctx, tx, "a")
				halt()
				return err
			})
		}, "may be done or not"},
		"while reading": {func() error {
			return s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
				halt()
				_, err := r.Keys(ctx)
				return err
			})
		}, "Nothing was changed"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.run()
			if !rapporteur.IsProblem(err, rapporteur.ProblemUnavailable) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("told %v", err)
			}
			if err := s.Ping(t.Context()); !rapporteur.IsProblem(err, rapporteur.ProblemUnavailable) {
				t.Errorf("while it is away: %v", err)
			}
			if err := server.Resume(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := s.Ping(t.Context()); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}
