package rapporteur_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
)

const (
	crowd    = 64
	versions = 3
	moves    = 5 // of the deadline
)

func TestManyAnswerWhileTheEngineWorks(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { manyAnswer(t, newHouse(t), false) })
	t.Run("PostgreSQL", func(t *testing.T) { manyAnswerOnPostgreSQL(t, false) })
	// Every submission notes its hint on the cycle, so that people and the
	// engine want the same rows all the time.
	t.Run("PostgreSQL, each with a hint", func(t *testing.T) { manyAnswerOnPostgreSQL(t, true) })
}

func manyAnswerOnPostgreSQL(t *testing.T, hints bool) {
	t.Helper()
	url := needs.StartPostgreSQL(t)
	manyAnswer(t, houseOn(t, url), hints)
	db, err := pgx.Connect(t.Context(), url)
	must(t, err)
	defer func() { must(t, db.Close(context.WithoutCancel(t.Context()))) }()
	var deadlocks int
	must(t, db.QueryRow(t.Context(), "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").Scan(&deadlocks))
	if deadlocks > 0 {
		t.Errorf("%d transactions were ended because they waited for each other", deadlocks)
	}
}

// manyAnswer has a crowd submit several versions each, every one of them twice,
// while the engine collects and sends without pause; then the collection is
// closed while the last still try.
func manyAnswer(t *testing.T, h *house, hints bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	states := h.catalogue.Contributors(opens, rapporteur.KindMemberState)
	var who []rapporteur.ContributorID
	for _, c := range states[:crowd] {
		who = append(who, c.ID)
		h.reachable(c.ID)
	}
	h.reachable(unodc) // never answers, so that the collection stays open
	cycle := h.collecting(append(who, unodc)...)
	if hints {
		h.collectEvery(cycle, rapporteur.Period{Days: -1})
	}

	var people, engine sync.WaitGroup
	var errs failures
	done := make(chan struct{})
	again := func(step func() error) {
		engine.Go(func() {
			for {
				errs.add(step())
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	again(func() error { _, err := h.conduct.Collect(ctx, cycle.ID, h.moment(), noProgress); return err })
	again(func() error {
		_, err := h.conduct.SendRung(ctx, cycle.ID, requestRung(cycle), h.moment(), ignored)
		return err
	})
	var round int
	again(func() error {
		round++
		n := min(round, moves)
		cmd := rapporteur.Command{ID: fmt.Sprint(n), Kind: rapporteur.CommandMoveDeadline, Date: due.AddDays(n), Authority: "S/2018/1", Actor: staff.ID}
		return carryOut(ctx, h.conduct, cycle.ID, cmd, h.moment())
	})
	for _, id := range who {
		people.Go(func() { errs.add(h.submitAll(ctx, cycle, id)) })
	}
	people.Wait()
	close(done)
	engine.Wait()
	must(t, errs.err())

	checkCrowd(ctx, t, h, cycle, hints)
	closeWhileSubmitting(ctx, t, h, cycle, who)
}

// checkCrowd checks that everything the crowd did counts once.
func checkCrowd(ctx context.Context, t *testing.T, h *house, cycle rapporteur.Cycle, hints bool) {
	t.Helper()
	counts, err := h.conduct.Collect(ctx, cycle.ID, h.moment(), noProgress)
	must(t, err)
	if counts.Settled != crowd || counts.Open != 1 || counts.Received != 0 {
		t.Errorf("counts are %+v", counts)
	}
	if n := len(h.audited(cycle, rapporteur.ActionSubmitted)); n != crowd*versions {
		t.Errorf("%d submissions are audited, want %d", n, crowd*versions)
	}
	if n := len(h.audited(cycle, rapporteur.ActionDeadlineMoved)); n > moves {
		t.Errorf("the deadline was moved %d times", n)
	}
	if n := len(h.relay()); !hints && n != 1 {
		t.Errorf("%d hints were sent on one day, want 1", n)
	}
	times := map[string]int{}
	for _, id := range h.messageIDs(0) {
		times[id]++
	}
	for id, n := range times {
		// A letter that two attempts send at the same instant is one letter.
		if n > 2 {
			t.Errorf("message %s went out %d times", id, n)
		}
	}
	for _, e := range h.ledger(cycle) {
		if e.State == rapporteur.LedgerClaimed {
			t.Errorf("nobody knows what came of %+v", e)
		}
	}
}

// submitAll submits each version twice, as a client does that got no answer.
func (h *house) submitAll(ctx context.Context, cycle rapporteur.Cycle, id rapporteur.ContributorID) error {
	for n := range versions {
		body := h.nilReturn(id, fmt.Sprint("version ", n))
		for range 2 {
			s, err := h.correspondence.Submit(ctx, by(id), key(cycle, id), body)
			if err != nil {
				return err
			}
			if s.Version != n+1 {
				return fmt.Errorf("body %d of %s is version %d", n, id, s.Version)
			}
		}
	}
	return nil
}

// closeWhileSubmitting closes the collection in the middle of a crowd: whoever
// gets a receipt is in the record, whoever does not is told why.
func closeWhileSubmitting(ctx context.Context, t *testing.T, h *house, cycle rapporteur.Cycle, who []rapporteur.ContributorID) {
	t.Helper()
	var people sync.WaitGroup
	var errs failures
	receipts := make([]bool, len(who))
	begun := make(chan struct{}, len(who))
	for n, id := range who {
		people.Go(func() {
			begun <- struct{}{}
			_, err := h.correspondence.Submit(ctx, by(id), key(cycle, id), h.nilReturn(id, "the very last"))
			if receipts[n] = err == nil; !rapporteur.IsProblem(err, rapporteur.ProblemClosed) {
				errs.add(err)
			}
		})
	}
	<-begun
	counts, err := h.conduct.CloseCollection(ctx, cycle.ID, h.moment())
	must(t, err)
	people.Wait()
	must(t, errs.err())
	if counts.Settled != crowd || counts.NoReply != 1 {
		t.Errorf("counts are %+v", counts)
	}
	for n, id := range who {
		want := versions
		if receipts[n] {
			want++
		}
		if r := h.request(cycle, id); r.Version != want || r.State != rapporteur.RequestSettled {
			t.Errorf("%s is %s at version %d, want %d", id, r.State, r.Version, want)
		}
	}
}

// failures gathers errors from many goroutines.
type failures struct {
	mutex sync.Mutex
	all   []error
}

func (f *failures) add(err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if err != nil && len(f.all) < 5 {
		f.all = append(f.all, err)
	}
}

func (f *failures) err() error { return errors.Join(f.all...) }
