package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"github.com/rapporteur/rapporteur"
)

// busyTimeout is how long, in milliseconds, a statement waits for another
// process that writes to the same file.
const busyTimeout = "10000"

// sqliteBackend runs transactions on one SQLite file: reads side by side on
// connections of their own, writes together on one.
type sqliteBackend struct {
	writeDB, readDB *sql.DB
	committer       *committer
	readers         chan *connection
	cleanUp         func() error
	stored          int64 // version of the schema when it was opened
}

func (s *sqliteBackend) schema() int64 { return s.stored }

// openSQLite opens a file, or with no path a new record in a temporary one,
// where readers and the writer work side by side as they do in production.
func openSQLite(ctx context.Context, path string, opts Options) (backend, error) {
	keep := func() error { return nil }
	if path != "" {
		s, err := openFile(ctx, path, opts)
		if err != nil {
			return nil, err
		}
		s.cleanUp = keep
		return s, nil
	}
	dir, err := os.MkdirTemp("", "rapporteur-")
	if err != nil {
		return nil, fmt.Errorf("cannot make temporary folder: %w", err)
	}
	path = filepath.Join(dir, "rapporteur.db")
	opts.Relaxed = true
	err = migrateFile(ctx, path)
	if err == nil {
		var s *sqliteBackend
		if s, err = openFile(ctx, path, opts); err == nil {
			s.cleanUp = func() error { return os.RemoveAll(dir) }
			return s, nil
		}
	}
	return nil, errors.Join(err, os.RemoveAll(dir))
}

func openFile(ctx context.Context, path string, opts Options) (*sqliteBackend, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, &SchemaError{Program: schemaVersion}
	}
	readers := opts.Connections
	if readers <= 0 {
		readers = max(4, runtime.GOMAXPROCS(0))
	}
	synchronous := "full"
	if opts.Relaxed {
		synchronous = "off"
	}
	// What would undo one of several writes stays in memory: to keep it in a file took
	// a fifth of the time of accepting an answer.
	writeDB, err := openPool(path, 1, "synchronous("+synchronous+")", "temp_store(memory)")
	if err != nil {
		return nil, err
	}
	readDB, err := openPool(path, readers, "query_only(1)")
	if err != nil {
		return nil, errors.Join(err, writeDB.Close())
	}
	stored, err := checkSchema(ctx, readDB, sqlite)
	if err != nil {
		return nil, errors.Join(err, readDB.Close(), writeDB.Close())
	}
	s := &sqliteBackend{writeDB: writeDB, readDB: readDB, stored: stored, readers: make(chan *connection, readers)}
	for range readers {
		s.readers <- &connection{db: readDB}
	}
	s.committer = newCommitter(&connection{db: writeDB}, func(on handle) *tx { return newTx(on, sqlite, opts.Now) })
	return s, nil
}

// openPool prepares connections to an existing file. A commit is durable
// because the log is synced with each ("synchronous(full)").
func openPool(path string, connections int, pragmas ...string) (*sql.DB, error) {
	query := url.Values{"mode": {"rw"}, "_txlock": {"immediate"}, "_pragma": append(pragmas,
		"busy_timeout("+busyTimeout+")", "journal_mode(wal)", "foreign_keys(1)",
		// REPLACE deletes too, and then asks the triggers that let nothing be deleted.
		"recursive_triggers(1)",
	)}
	name := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: query.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, fmt.Errorf("cannot open file: %w", err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

func (s *sqliteBackend) write(ctx context.Context, run func(context.Context, *tx) error) error {
	// A statement that is interrupted inside a transaction takes the whole
	// transaction with it, and with that everybody's: what runs, runs through.
	through := context.WithoutCancel(ctx)
	return s.committer.write(ctx, func(t *tx) error { return run(through, t) })
}

func (s *sqliteBackend) read(ctx context.Context, run func(context.Context, *reader) error) error {
	return s.reading(ctx, true, run)
}

// glance gives each statement a view of its own, as SQLite does outside of a
// transaction. Once it has begun it runs through: to be ready to interrupt it takes
// as long as looking a row up.
func (s *sqliteBackend) glance(ctx context.Context, run func(context.Context, *reader) error) error {
	return s.reading(ctx, false, func(ctx context.Context, r *reader) error { return run(context.WithoutCancel(ctx), r) })
}

func (s *sqliteBackend) accept(ctx context.Context, a *acceptance) (rapporteur.AcceptanceResult, error) {
	var result rapporteur.AcceptanceResult
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		var err error
		result, err = t.accept(ctx, a)
		return err
	})
	return result, err
}

func (s *sqliteBackend) reading(ctx context.Context, whole bool, run func(context.Context, *reader) error) error {
	var on *connection
	select {
	case on = <-s.readers:
	case <-ctx.Done():
		return fmt.Errorf("cannot read: %w", context.Cause(ctx))
	case <-s.committer.closing:
		return unavailable(errClosed)
	}
	defer func() { s.readers <- on }()
	begin := on.open
	if whole {
		begin = func(ctx context.Context) error { return on.begin(ctx, "BEGIN") }
	}
	if err := begin(ctx); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("cannot read: %w", context.Cause(ctx))
		}
		return unavailable(err)
	}
	r := &reader{on: on, dialect: sqlite}
	defer func() {
		r.end()
		if whole {
			on.rollback()
		}
	}()
	return run(ctx, r)
}

// close lets the write that runs finish, waits for readers and closes the file.
func (s *sqliteBackend) close() error {
	if !s.committer.close() {
		return nil // closed before
	}
	for range cap(s.readers) {
		(<-s.readers).discard()
	}
	return errors.Join(s.readDB.Close(), s.writeDB.Close(), s.cleanUp())
}
