package store

import (
	"context"
	"database/sql"
	"sync"
	"time"
)

// analyser has PostgreSQL look again at the tables of a record that grows. Its
// autovacuum does the same, but a minute later, or not at all where a table grows by
// less than a tenth; a cycle of ten thousand is open in a third of a second. Until
// then the planner takes it for a few rows, and reads all its requests by the index
// of how they stand to find one.
type analyser struct {
	look    func(context.Context)
	lock    sync.Mutex
	written int64 // rows, since the start
	since   int64 // rows, since it last looked
	running sync.WaitGroup
	open    context.Context // until the store is closed
	shut    context.CancelFunc
}

// It looks again when as much has been written as before, within bounds, and after
// every write of very much at once.
const (
	analyseFirst   = 1000
	analyseMost    = 20_000
	analyseTimeout = time.Minute
)

// analyse names the tables that grow with contributors and their answers. One that
// somebody else looks at is left to them.
const analyse = "ANALYZE (SKIP_LOCKED) requests, ledger, submissions, submission_receipts, bodies, audit"

// analyses looks at the tables of a database. Where that fails plans stay as they
// are until autovacuum has looked.
func analyses(db *sql.DB) func(context.Context) {
	return func(ctx context.Context) { _, _ = db.ExecContext(ctx, analyse) }
}

func newAnalyser(look func(context.Context)) *analyser {
	a := &analyser{look: look}
	a.open, a.shut = context.WithCancel(context.Background())
	return a
}

// wrote counts the rows of a write. Nobody waits for what follows from it.
func (a *analyser) wrote(rows int64) {
	a.lock.Lock()
	defer a.lock.Unlock()
	enough := min(max(a.written-a.since, analyseFirst), analyseMost)
	a.written, a.since = a.written+rows, a.since+rows
	if (a.since < enough && rows < analyseFirst) || a.open.Err() != nil {
		return
	}
	a.since = 0
	a.running.Go(func() {
		ctx, cancel := context.WithTimeout(a.open, analyseTimeout)
		defer cancel()
		a.look(ctx)
	})
}

// close stops what runs.
func (a *analyser) close() {
	a.lock.Lock()
	a.shut()
	a.lock.Unlock()
	a.running.Wait()
}
