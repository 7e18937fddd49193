package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/rapporteur/rapporteur"
)

// handle runs statements on the connection of one transaction.
type handle interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// reader reads the record in one transaction. Its methods are in the files of
// their subjects.
type reader struct {
	on      handle
	dialect *dialect
	vault   rapporteur.Vault
	terms   *knownTerms // of cycles; nil in a transaction that writes, where a cycle may be other than it will have been
	touched int64       // rows that statements have written
	failed  error       // the first statement that failed; it spoils the transaction
	ended   atomic.Bool // the transaction is over and must not be used
}

// tx reads and writes the record in one transaction.
type tx struct {
	*reader
	now     func() time.Time
	audited map[rapporteur.CycleID]int64 // newest audit record of this transaction
	queued  []queuedMessage
	// announcer says which audit records endpoints are told of; nil for none.
	announcer rapporteur.Announcer
	recorded  []recorded                   // where there is an announcer
	trace     func(context.Context) string // that a message belongs to; nil for none
	// overtaken tells that another transaction did the same at the same time.
	overtaken bool
}

var (
	_ rapporteur.Reader = (*reader)(nil)
	_ rapporteur.Tx     = (*tx)(nil)
)

func newTx(on handle, d *dialect, now func() time.Time) *tx {
	return &tx{
		reader: &reader{on: on, dialect: d},
		now:    now, audited: map[rapporteur.CycleID]int64{},
	}
}

// finish does what must wait until the function is through, and says whether
// the transaction may be committed.
func (t *tx) finish(ctx context.Context) error {
	if t.failed == nil {
		if err := t.stampQueued(ctx); err != nil {
			return err
		}
		if err := t.announce(ctx); err != nil {
			return err
		}
	}
	return t.failed
}

var errEnded = errors.New("the transaction has ended")

// end makes sure that nobody uses the transaction after its function returned.
func (r *reader) end() { r.ended.Store(true) }

func (r *reader) usable() error {
	if r.ended.Load() {
		return errEnded
	}
	return r.failed
}

// spoil remembers that a statement failed. PostgreSQL would refuse every
// further one; SQLite may have rolled back by itself.
func (r *reader) spoil(err error) error {
	if r.failed == nil {
		r.failed = err
	}
	return err
}

// exec runs a statement and tells how many rows it touched.
func (r *reader) exec(ctx context.Context, query string, args ...any) (int64, error) {
	_, n, err := r.execute(ctx, query, args)
	return n, err
}

// execForID runs a statement that inserts a row, or none, and gives the id that the
// database gave to the row; 0 for none. Only where the dialect has a lastID.
func (r *reader) execForID(ctx context.Context, query string, args ...any) (int64, error) {
	result, n, err := r.execute(ctx, query, args)
	if err != nil || n == 0 {
		return 0, err
	}
	return result.LastInsertId()
}

func (r *reader) execute(ctx context.Context, query string, args []any) (sql.Result, int64, error) {
	bound, err := bind(args)
	if err != nil {
		return nil, 0, err
	}
	if err := r.usable(); err != nil {
		return nil, 0, err
	}
	result, err := r.on.ExecContext(ctx, r.dialect.query(query), bound...)
	if err != nil {
		return nil, 0, r.spoil(err)
	}
	n, err := result.RowsAffected()
	r.touched += n
	return result, n, err
}

// row is what a scan function reads from.
type row interface{ Scan(to ...any) error }

// each runs a query and gives every row to a function.
func each(ctx context.Context, r *reader, query string, args []any, use func(row) error) error {
	bound, err := bind(args)
	if err != nil {
		return err
	}
	if err := r.usable(); err != nil {
		return err
	}
	rows, err := r.on.QueryContext(ctx, r.dialect.query(query), bound...)
	if err != nil {
		return r.spoil(err)
	}
	defer func() { _ = rows.Close() }() // after an error; the good end closes below
	for rows.Next() {
		if err := use(rows); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return r.spoil(err)
	}
	if err := rows.Close(); err != nil {
		return r.spoil(err)
	}
	return nil
}

// list collects the rows of a query; it is empty, not nil, without any.
func list[T any](ctx context.Context, r *reader, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	found := []T{}
	err := each(ctx, r, query, args, func(row row) error {
		item, err := scan(row)
		found = append(found, item)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// one is the only row of a query, or the error for a missing one.
func one[T any](ctx context.Context, r *reader, missing error, scan func(row) (T, error), query string, args ...any) (T, error) {
	var zero T
	found, err := list(ctx, r, scan, query, args...)
	switch {
	case err != nil:
		return zero, err
	case len(found) == 0 && missing == nil:
		return zero, sql.ErrNoRows
	case len(found) == 0:
		return zero, missing
	}
	return found[0], nil
}

// scanValue scans a row of one plain column.
func scanValue[T any](r row) (T, error) {
	var v T
	err := r.Scan(&v)
	return v, err
}

// insert runs an INSERT … ON CONFLICT DO NOTHING. What is there already is a
// ProblemConflict, what it belongs to and is not there is the missing problem.
func (t *tx) insert(ctx context.Context, what, id string, missing *rapporteur.Problem, query string, args ...any) error {
	n, err := t.exec(ctx, query, args...)
	switch {
	case err != nil && missing != nil && t.dialect.orphan(err):
		return missing
	case err != nil:
		return failure("insert "+what, err)
	case n == 0:
		return rapporteur.Problemf(rapporteur.ProblemConflict, "Already there", "There is a %s %q already.", what, id)
	}
	return nil
}

// update runs an UPDATE of one row; none touched is the missing problem.
func (t *tx) update(ctx context.Context, what string, missing *rapporteur.Problem, query string, args ...any) error {
	n, err := t.exec(ctx, query, args...)
	switch {
	case err != nil:
		return failure("update "+what, err)
	case n == 0:
		return missing
	}
	return nil
}

// failure says what could not be done. A problem says it itself.
func failure(doing string, err error) error {
	var p *rapporteur.Problem
	if err == nil || errors.As(err, &p) {
		return err
	}
	return fmt.Errorf("cannot %s: %w", doing, err)
}

// atMost ends a query with a limit; none where n is not positive.
func atMost(query string, args []any, n int) (string, []any) {
	if n <= 0 {
		return query, args
	}
	return query + " LIMIT ?", append(args, n)
}
