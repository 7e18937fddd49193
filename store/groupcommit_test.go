package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	sqlitedriver "modernc.org/sqlite"

	"github.com/rapporteur/rapporteur"
)

// onFile opens a record and gives what commits its writes.
func onFile(t *testing.T) (*Store, *committer) {
	t.Helper()
	s := open(t, newFile(t), Options{})
	backend, ok := s.on.(*sqliteBackend)
	if !ok {
		t.Fatal("not an SQLite store")
	}
	return s, backend.committer
}

func insertCycle(id string) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.InsertCycle(ctx, rapporteur.Cycle{ID: rapporteur.CycleID(id)})
	}
}

// ids lists the cycles that are there.
func ids(t *testing.T, s *Store) []string {
	t.Helper()
	found := []string{}
	err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		cycles, err := r.Cycles(ctx, "", 0)
		for _, c := range cycles {
			found = append(found, string(c.ID))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// behind starts writes while another holds them up, and lets them go when all
// of them have started. It gives what came of each; the one that holds them up
// shares the fate of the first.
func behind(t *testing.T, s *Store, writes []func(context.Context, rapporteur.Tx) error) []error {
	t.Helper()
	results := make([]error, len(writes))
	var started, all sync.WaitGroup
	started.Add(len(writes))
	for n, fn := range writes {
		all.Go(func() {
			started.Done()
			results[n] = s.Write(t.Context(), fn)
		})
	}
	_ = s.Write(t.Context(), func(context.Context, rapporteur.Tx) error {
		started.Wait()
		for range 100 {
			runtime.Gosched() // until they have queued
		}
		return nil
	})
	all.Wait()
	return results
}

func TestWaitingWritesAreCommittedTogether(t *testing.T) {
	s, c := onFile(t)
	if err := s.Write(t.Context(), insertCycle("first")); err != nil {
		t.Fatal(err)
	}
	var commits atomic.Int32
	err := c.on.conn.Raw(func(conn any) error {
		hooks, ok := conn.(sqlitedriver.HookRegisterer)
		if !ok {
			return errors.New("the driver has no hooks")
		}
		hooks.RegisterCommitHook(func() int32 { commits.Add(1); return 0 })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	const writes = 50
	fns := []func(context.Context, rapporteur.Tx) error{}
	for n := range writes {
		fns = append(fns, insertCycle(fmt.Sprint(n)))
	}
	for n, err := range behind(t, s, fns) {
		if err != nil {
			t.Errorf("write %d: %v", n, err)
		}
	}
	if got := len(ids(t, s)); got != writes+1 {
		t.Errorf("%d cycles are there, want %d", got, writes+1)
	}
	if got := commits.Load(); got < 1 || got > writes/2 {
		t.Errorf("%d writes took %d commits", writes, got)
	}
}

// orphan makes the commit itself fail: what it inserts belongs to nothing, which
// SQLite is told to look at only then.
func orphan(ctx context.Context, t rapporteur.Tx) error {
	on, ok := t.(*tx)
	if !ok {
		return errors.New("not this store's transaction")
	}
	if _, err := on.on.ExecContext(ctx, "PRAGMA defer_foreign_keys = ON"); err != nil {
		return err
	}
	return on.InsertDraft(ctx, rapporteur.Draft{Cycle: "nowhere", Number: 1})
}

// undoing has SQLite roll back the whole transaction, as it does by itself on
// a full disk.
func undoing(result error) func(ctx context.Context, t rapporteur.Tx) error {
	return func(ctx context.Context, t rapporteur.Tx) error {
		on, ok := t.(*tx)
		if !ok {
			return errors.New("not this store's transaction")
		}
		if _, err := on.on.ExecContext(ctx, "ROLLBACK"); err != nil {
			return err
		}
		return result
	}
}

func TestNothingIsAcknowledgedThatWasNotCommitted(t *testing.T) {
	culprits := map[string]func(context.Context, rapporteur.Tx) error{
		"the commit fails":                           orphan,
		"the transaction is undone":                  undoing(nil),
		"the transaction is undone and that is told": undoing(errors.New("disk full")),
	}
	for name, culprit := range culprits {
		t.Run(name, func(t *testing.T) {
			s, _ := onFile(t)
			fns := []func(context.Context, rapporteur.Tx) error{}
			for n := range 20 {
				fns = append(fns, insertCycle(fmt.Sprintf("%02d", n)))
			}
			fns[10] = culprit
			acknowledged := map[string]bool{}
			for n, err := range behind(t, s, fns) {
				if err == nil {
					acknowledged[fmt.Sprintf("%02d", n)] = true
				}
			}
			if acknowledged["10"] {
				t.Error("the culprit was acknowledged")
			}
			for _, id := range ids(t, s) {
				if !acknowledged[id] {
					t.Errorf("cycle %s is there but was not acknowledged", id)
				}
				delete(acknowledged, id)
			}
			if len(acknowledged) > 0 {
				t.Errorf("acknowledged but not there: %v", acknowledged)
			}
			if err := s.Write(t.Context(), insertCycle("afterwards")); err != nil {
				t.Errorf("the store does not go on: %v", err)
			}
		})
	}
}

func TestQueuedWriteCanBeGivenUp(t *testing.T) {
	s, _ := onFile(t)
	err := s.Write(t.Context(), func(context.Context, rapporteur.Tx) error {
		// Somebody else, who is not inside this write.
		ctx, cancel := context.WithCancel(t.Context())
		gaveUp := make(chan error)
		go func() {
			gaveUp <- s.Write(ctx, func(context.Context, rapporteur.Tx) error { t.Error("a write ran that was given up"); return nil })
		}()
		cancel()
		if err := <-gaveUp; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want the cancellation", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRunningWriteIsWaitedFor(t *testing.T) {
	s, _ := onFile(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Write(ctx, func(inside context.Context, tx rapporteur.Tx) error {
		cancel()
		// With either context: an interrupted statement would undo what the
		// others in the transaction did.
		if err := insertCycle("a")(inside, tx); err != nil {
			return err
		}
		return insertCycle("b")(inside, tx)
	})
	if got := ids(t, s); err != nil || len(got) != 2 {
		t.Errorf("%v are there after %v", got, err)
	}
}

func TestGoroutineThatEndsInsideAWrite(t *testing.T) {
	s, _ := onFile(t)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
			if err := insertCycle("left behind")(ctx, tx); err != nil {
				t.Error(err)
			}
			runtime.Goexit() // what t.FailNow does
			return nil
		})
	}()
	<-ended
	if err := s.Write(t.Context(), insertCycle("afterwards")); err != nil {
		t.Fatal(err)
	}
	if got := ids(t, s); len(got) != 1 {
		t.Errorf("%v are there", got)
	}
}

func TestManyDifferentQueriesFitOneConnection(t *testing.T) {
	s, c := onFile(t)
	err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		for n := range 2 * maxStatements {
			filter := rapporteur.RequestFilter{States: make([]rapporteur.RequestState, n)}
			if _, err := tx.Requests(ctx, filter); err != nil {
				return err
			}
		}
		return tx.Delivered(ctx, []int64{1})
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(c.on.statements); got > maxStatements {
		t.Errorf("%d statements are prepared, want at most %d", got, maxStatements)
	}
}
