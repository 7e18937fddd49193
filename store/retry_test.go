package store

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// raise makes PostgreSQL fail with an SQLSTATE code.
func raise(ctx context.Context, t rapporteur.Tx, code string) error {
	on, ok := t.(*tx)
	if !ok {
		return errors.New("not this store's transaction")
	}
	_, err := on.exec(ctx, "DO $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = '"+code+"'; END $$")
	return err
}

func TestLostTransactionsAreTriedAgain(t *testing.T) {
	s := open(t, newSchemas(t).migrated(t), Options{})
	cases := []struct {
		name  string
		code  string
		times int // how often it fails
		hides bool
		want  int // how often it runs
		ok    bool
	}{
		{"serialization failure", "40001", 2, false, 3, true},
		{"deadlock", "40P01", 1, false, 2, true},
		{"failure that the function hides", "40001", 1, true, 2, true},
		{"failure without end", "40001", 100, false, attempts, false},
		{"another failure", "22012", 1, false, 1, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			runs := 0
			err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
				runs++
				if runs > c.times {
					return nil
				}
				if err := raise(ctx, tx, c.code); !c.hides {
					return err
				}
				return nil
			})
			if runs != c.want || (err == nil) != c.ok {
				t.Errorf("ran %d times, want %d; got %v", runs, c.want, err)
			}
		})
	}
}

// TestWhoLosesTheRaceFindsTheAnswer has two requests with the same idempotency
// key look, find nothing, and both answer.
func TestWhoLosesTheRaceFindsTheAnswer(t *testing.T) {
	s := open(t, newSchemas(t).migrated(t), Options{})
	var looked, all sync.WaitGroup
	looked.Add(2)
	answers := make([]string, 2)
	for n, mine := range []string{"first", "second"} {
		var once sync.Once
		all.Go(func() {
			err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
				found, err := tx.Idempotent(ctx, "p", "k")
				once.Do(func() { looked.Done(); looked.Wait() })
				if err == nil {
					answers[n] = string(found.Body)
					return nil
				}
				answers[n] = mine
				return tx.PutIdempotent(ctx, rapporteur.IdempotentAnswer{Principal: "p", Key: "k", Body: []byte(mine)})
			})
			if err != nil {
				t.Errorf("%s: %v", mine, err)
			}
		})
	}
	all.Wait()
	if answers[0] == "" || answers[0] != answers[1] {
		t.Errorf("the same request was answered with %q and %q", answers[0], answers[1])
	}
}

func TestReadsAreReadOnly(t *testing.T) {
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			s := store(t)
			err := s.on.read(t.Context(), func(ctx context.Context, r *reader) error {
				_, err := r.exec(ctx, "DELETE FROM outbox")
				return err
			})
			if err == nil {
				t.Error("a read wrote")
			}
		})
	}
}

// TestReadsAreOfOneInstant reads, lets somebody write, and reads again.
func TestReadsAreOfOneInstant(t *testing.T) {
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			s := store(t)
			err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
				if _, err := r.Cycle(ctx, "a"); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
					t.Errorf("got %v before the write", err)
				}
				if err := s.Write(t.Context(), insertCycle("a")); err != nil {
					return err
				}
				if _, err := r.Cycle(ctx, "a"); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
					t.Errorf("got %v after the write, which the reader must not see", err)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
