package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
)

// Store is the record in one database. It is safe for concurrent use.
type Store struct {
	on        backend
	vault     rapporteur.Vault
	announcer rapporteur.Announcer
	watch     Watch
	trace     func(context.Context) string
	terms     knownTerms
}

var (
	_ rapporteur.Store    = (*Store)(nil)
	_ rapporteur.Acceptor = (*Store)(nil)
	_ rapporteur.Glancer  = (*Store)(nil)
)

// Options is what an operator or a test may choose about a store. The zero
// value is right for production.
type Options struct {
	// Now gives the wall time at which audit records are recorded; time.Now
	// where nil.
	Now func() time.Time
	// Relaxed gives up durability for speed: after a power cut the last
	// writes may be missing. For demonstrations and tests only.
	Relaxed bool
	// Connections is how many readers (SQLite) or sessions (PostgreSQL) may
	// work at once; 0 chooses.
	Connections int
	// Vault seals bodies. Where nil they are kept as they are, and what was
	// sealed cannot be read.
	Vault rapporteur.Vault
	// Announcer says which audit records endpoints are told of, in the transaction
	// that writes them; nobody is told of anything where nil.
	Announcer rapporteur.Announcer
	// Watch is told of transactions; nobody where nil.
	Watch Watch
	// Trace gives the trace that a context belongs to, as a W3C traceparent, for
	// the messages that are written in it; none where nil.
	Trace func(context.Context) string
}

// backend runs transactions on one kind of database.
type backend interface {
	// write runs the function in a read-write transaction that is durable when
	// write returns nil.
	write(ctx context.Context, run func(context.Context, *tx) error) error
	// read runs the function on one consistent view.
	read(ctx context.Context, run func(context.Context, *reader) error) error
	// glance runs the function outside of a transaction.
	glance(ctx context.Context, run func(context.Context, *reader) error) error
	// accept keeps an acceptance; it is durable when accept returns nil.
	accept(ctx context.Context, a *acceptance) (rapporteur.AcceptanceResult, error)
	close() error
	// stats tells how the pools of connections are used.
	stats() []PoolStats
	// schema is the version of the schema when the database was opened.
	schema() int64
}

// errNested says that a function given to Write called Write: it would wait
// for itself.
var errNested = errors.New("a write is already running here; use its transaction")

// nested marks the context of a running write with its store.
type nested struct{ *Store }

// Open opens the record at a URL: sqlite:PATH, sqlite::memory: or postgres://….
// It fails with a *SchemaError where the database was migrated by an older program
// or by none, or by a newer one that took away what this one needs. With sqlite::memory: every Open gives a new, empty
// record that is gone when it is closed.
func Open(ctx context.Context, url string, opts Options) (*Store, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	at, err := locate(url)
	if err != nil {
		return nil, err
	}
	var on backend
	if at.dialect == postgreSQL {
		on, err = openPostgres(ctx, at.target, opts)
	} else {
		on, err = openSQLite(ctx, at.target, opts)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open store: %w", err)
	}
	vault := opts.Vault
	if vault == nil {
		vault = unsealed{}
	}
	return &Store{on: on, vault: vault, announcer: opts.Announcer, watch: opts.Watch, trace: opts.Trace}, nil
}

// Close waits for writes that run, refuses those that wait, and lets go of the
// database.
func (s *Store) Close() error {
	if err := s.on.close(); err != nil {
		return fmt.Errorf("cannot close store: %w", err)
	}
	return nil
}

// Ping reports whether the database answers, for readiness checks.
func (s *Store) Ping(ctx context.Context) error {
	return s.on.read(ctx, func(ctx context.Context, r *reader) error {
		_, err := one(ctx, r, nil, scanValue[int], "SELECT 1")
		return err
	})
}

// Ready reports whether the database answers and still has a schema on which
// this program can work; a *SchemaError says where it has not.
func (s *Store) Ready(ctx context.Context) error {
	return s.on.read(ctx, func(ctx context.Context, r *reader) error {
		now := Schema{Program: schemaVersion}
		var err error
		if now.Stored, err = one(ctx, r, nil, scanValue[int64], "SELECT MAX(version_id) FROM "+versionTable); err != nil {
			return failure("read version of schema", err)
		}
		if now.Floor, err = one(ctx, r, nil, scanValue[int64], "SELECT MAX(floor) FROM "+floorTable); err != nil {
			return failure("read floor of schema", err)
		}
		return now.check()
	})
}

// Version is the version of the schema that the database had when it was opened:
// the one the program was made for, or a newer one that only added to it.
func (s *Store) Version() int64 { return s.on.schema() }

// Write runs fn in one transaction; see rapporteur.Store. What fn did is
// durable when Write returns nil. A write waits for its turn as long as ctx
// lives; once fn runs, it is waited for. An SQL statement that fails, other
// than by finding nothing or a conflict, spoils the transaction: Write then
// fails even where fn returns nil. A function that panics leaves nothing
// behind.
func (s *Store) Write(ctx context.Context, fn func(context.Context, rapporteur.Tx) error) error {
	mark := nested{s}
	if ctx.Value(mark) != nil {
		return fmt.Errorf("cannot write: %w", errNested)
	}
	return s.watched(ctx, "write", func(ctx context.Context) error {
		return s.on.write(context.WithValue(ctx, mark, true), func(ctx context.Context, t *tx) error {
			t.vault, t.announcer, t.trace = s.vault, s.announcer, s.trace
			if err := fn(ctx, t); err != nil {
				return err
			}
			return t.finish(ctx)
		})
	})
}

// Read runs fn on one consistent view; see rapporteur.Store.
func (s *Store) Read(ctx context.Context, fn func(context.Context, rapporteur.Reader) error) error {
	return s.watched(ctx, "read", func(ctx context.Context) error {
		return s.on.read(ctx, func(ctx context.Context, r *reader) error {
			r.vault, r.terms = s.vault, &s.terms
			return fn(ctx, r)
		})
	})
}

// Glance runs fn like Read, but outside of a transaction; see rapporteur.Glancer.
func (s *Store) Glance(ctx context.Context, fn func(context.Context, rapporteur.Reader) error) error {
	return s.watched(ctx, "read", func(ctx context.Context) error {
		return s.on.glance(ctx, func(ctx context.Context, r *reader) error {
			r.vault, r.terms = s.vault, &s.terms
			return fn(ctx, r)
		})
	})
}

// location is what a database URL means.
type location struct {
	dialect *dialect
	target  string // path, or empty for memory, or the whole postgres URL
}

// locate reads a database URL. Its errors never repeat the URL, which may hold
// a password.
func locate(url string) (location, error) {
	switch scheme, rest, _ := strings.Cut(url, ":"); scheme {
	case "sqlite":
		path := strings.TrimPrefix(rest, "//")
		switch path {
		case "":
			return location{}, errors.New("cannot read database URL: sqlite: wants a path, sqlite:rapporteur.db")
		case memory:
			return location{dialect: sqlite}, nil
		}
		return location{dialect: sqlite, target: path}, nil
	case "postgres", "postgresql":
		return location{dialect: postgreSQL, target: url}, nil
	}
	return location{}, errors.New("cannot read database URL: want sqlite:PATH, sqlite::memory: or postgres://…")
}

// memory is the path that means a record of this process only.
const memory = ":memory:"

// unavailable is what whoever asks is told when the database does not answer.
func unavailable(cause error) error {
	return &rapporteur.Problem{
		Kind: rapporteur.ProblemUnavailable, Title: "The record does not answer",
		Detail: "Nothing was changed; try again later.", Cause: cause,
	}
}
