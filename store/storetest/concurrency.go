package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/rapporteur/rapporteur"
)

// atOnce runs n functions side by side and waits for them.
func atOnce(n int, do func(n int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for n := range n {
		all.Go(func() {
			<-start
			do(n)
		})
	}
	close(start)
	all.Wait()
}

var concurrencyTests = []test{
	{"no change is lost", losesNoChange},
	{"stale changes are refused, not merged", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		old := get(t, s, readRequest(kenyaHere))
		var accepted atomic.Int32
		atOnce(16, func(int) {
			err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error { return tx.UpdateRequest(ctx, old) })
			if err == nil {
				accepted.Add(1)
			} else {
				wantProblem(t, err, rapporteur.ProblemConflict)
			}
		})
		if accepted.Load() != 1 {
			t.Errorf("%d changes of one revision were accepted, want 1", accepted.Load())
		}
	}},
	{"one of many gets a message", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		for rung := range 5 {
			var fresh atomic.Int32
			atOnce(16, func(n int) {
				mine := claimed(kenya, fmt.Sprint(rung), due, instant)
				mine.MessageID = fmt.Sprint(n)
				var added bool
				var stored rapporteur.LedgerEntry
				write(t, s, func(ctx context.Context, tx rapporteur.Tx) (err error) {
					stored, added, err = tx.ClaimMessage(ctx, mine)
					return err
				})
				if added {
					fresh.Add(1)
				}
				if added != (stored.MessageID == mine.MessageID) {
					t.Errorf("new is %t but the stored claim is %s, mine %s", added, stored.MessageID, mine.MessageID)
				}
			})
			if fresh.Load() != 1 {
				t.Errorf("%d claims of one message were new, want 1", fresh.Load())
			}
		}
	}},
	{"one of many gets an audit key, a cycle, an idempotency key", claimsOnce},
	{"one who fails among many leaves nothing behind and harms nobody", isolatesFailures},
	{"readers never see half a transaction", seesWholes},
	{"many locks in any order are granted in the end", survivesDeadlocks},
}

func losesNoChange(t tb, s rapporteur.Store) {
	const writers, rounds = 16, 10
	put(t, s, here, open(kenya))
	atOnce(writers, func(int) {
		for range rounds {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
				c, err := tx.LockCycle(ctx, here)
				if err != nil {
					return err
				}
				c.Draft++
				if err := tx.UpdateCycle(ctx, c); err != nil {
					return err
				}
				r, err := tx.LockRequest(ctx, kenyaHere)
				if err != nil {
					return err
				}
				r.Version++
				return tx.UpdateRequest(ctx, r)
			})
		}
	})
	c, r := get(t, s, readCycle(here)), get(t, s, readRequest(kenyaHere))
	same(t, "drafts, versions and revisions", []int{c.Draft, c.Revision, r.Version, r.Revision},
		[]int{writers * rounds, writers * rounds, writers * rounds, writers * rounds})
}

func claimsOnce(t tb, s rapporteur.Store) {
	var records, cycles, answers atomic.Int32
	count := func(n *atomic.Int32, fn func(context.Context, rapporteur.Tx) (bool, error)) {
		added := false
		err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) (err error) {
			added, err = fn(ctx, tx)
			return err
		})
		switch {
		case err != nil:
			wantProblem(t, err, rapporteur.ProblemConflict)
		case added:
			n.Add(1)
		}
	}
	atOnce(16, func(int) {
		count(&records, func(ctx context.Context, tx rapporteur.Tx) (bool, error) {
			return tx.AppendAudit(ctx, rapporteur.AuditRecord{Key: "k", Cycle: here})
		})
		count(&cycles, func(ctx context.Context, tx rapporteur.Tx) (bool, error) {
			return true, tx.InsertCycle(ctx, rapporteur.Cycle{ID: here})
		})
		// As a server does: whoever loses the race finds the winner's answer.
		count(&answers, func(ctx context.Context, tx rapporteur.Tx) (bool, error) {
			_, err := tx.Idempotent(ctx, "key-1", "k")
			if err == nil {
				return false, nil
			}
			return true, tx.PutIdempotent(ctx, rapporteur.IdempotentAnswer{Principal: "key-1", Key: "k"})
		})
	})
	same(t, "records, cycles and answers that were new", []int32{records.Load(), cycles.Load(), answers.Load()}, []int32{1, 1, 1})
}

func isolatesFailures(t tb, s rapporteur.Store) {
	const writers = 50
	id := func(n int) rapporteur.CycleID { return rapporteur.CycleID(fmt.Sprintf("c/op34/%02d", n)) }
	panics := func(n int) bool { return n == 13 }
	fails := func(n int) bool { return n%10 == 7 || panics(n) }
	atOnce(writers, func(n int) {
		defer func() {
			if got := recover(); (got != nil) != panics(n) {
				t.Errorf("write %d: recovered %v", n, got)
			}
		}()
		err := s.Write(t.Context(), insertCycle(id(n), func() error {
			switch {
			case panics(n):
				panic("on purpose")
			case fails(n):
				return errOnPurpose
			}
			return nil
		}))
		if errors.Is(err, errOnPurpose) != fails(n) {
			t.Errorf("write %d: got %v", n, err)
		}
	})
	want, got := []rapporteur.CycleID{}, []rapporteur.CycleID{}
	for n := range writers {
		if !fails(n) {
			want = append(want, id(n))
		}
	}
	for _, c := range get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Cycle, error) {
		return r.Cycles(ctx, "", 0)
	}) {
		got = append(got, c.ID)
	}
	same(t, "cycles", got, want)
}

// seesWholes has writers move two things together while readers compare them.
func seesWholes(t tb, s rapporteur.Store) {
	put(t, s, here, open(kenya), open(peru))
	peruHere := rapporteur.RequestKey{Cycle: here, Contributor: peru}
	var writing atomic.Bool
	writing.Store(true)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for writing.Load() {
				err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
					a, err := r.Request(ctx, kenyaHere)
					if err != nil {
						return err
					}
					b, err := r.Request(ctx, peruHere)
					if err == nil && a.Version != b.Version {
						t.Errorf("a reader saw versions %d and %d", a.Version, b.Version)
					}
					return err
				})
				if err != nil {
					t.Errorf("cannot read: %v", err)
					return
				}
			}
		})
	}
	atOnce(4, func(int) {
		for range 25 {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
				for _, key := range []rapporteur.RequestKey{kenyaHere, peruHere} {
					r, err := tx.LockRequest(ctx, key)
					if err != nil {
						return err
					}
					r.Version++
					if err := tx.UpdateRequest(ctx, r); err != nil {
						return err
					}
				}
				return nil
			})
		}
	})
	writing.Store(false)
	readers.Wait()
}

// survivesDeadlocks has writers that lock two requests in opposite orders,
// each waiting for the other to hold its first.
func survivesDeadlocks(t tb, s rapporteur.Store) {
	put(t, s, here, open(kenya), open(peru))
	keys := []rapporteur.RequestKey{kenyaHere, {Cycle: here, Contributor: peru}}
	atOnce(2, func(n int) {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			for _, key := range []rapporteur.RequestKey{keys[n], keys[1-n]} {
				r, err := tx.LockRequest(ctx, key)
				if err != nil {
					return err
				}
				r.Version++
				if err := tx.UpdateRequest(ctx, r); err != nil {
					return err
				}
			}
			return nil
		})
	})
	for _, key := range keys {
		if got := get(t, s, readRequest(key)).Version; got != 2 {
			t.Errorf("%s has version %d, want 2", key.Contributor, got)
		}
	}
}
