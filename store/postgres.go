package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/rapporteur/rapporteur"
)

// attempts is how often a transaction is tried that PostgreSQL ended for
// another's sake.
const attempts = 5

// postgresBackend runs transactions on a pool of PostgreSQL sessions.
type postgresBackend struct {
	db       *sql.DB
	now      func() time.Time
	stored   int64 // version of the schema when it was opened
	acceptor *acceptor
	analyser *analyser
}

func (p *postgresBackend) schema() int64 { return p.stored }

func openPostgres(ctx context.Context, url string, opts Options) (backend, error) {
	config, err := sessionConfig(url, opts)
	if err != nil {
		return nil, err
	}
	db := openSessions(config, opts)
	stored, err := checkSchema(ctx, db, postgreSQL)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	look := newAnalyser(analyses(db))
	return &postgresBackend{db: db, now: opts.Now, stored: stored, analyser: look, acceptor: newAcceptor(config, opts.Now, look.wrote)}, nil
}

// accept keeps the acceptance with those that wait beside it.
func (p *postgresBackend) accept(ctx context.Context, a *acceptance) (rapporteur.AcceptanceResult, error) {
	return p.acceptor.accept(ctx, a)
}

func sessionConfig(url string, opts Options) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("cannot read database URL: %w", err)
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "rapporteur"
	}
	if opts.Relaxed {
		config.RuntimeParams["synchronous_commit"] = "off"
	}
	return config, nil
}

func openSessions(config *pgx.ConnConfig, opts Options) *sql.DB {
	sessions := opts.Connections
	if sessions <= 0 {
		sessions = 16
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(sessions)
	db.SetMaxIdleConns(sessions)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db
}

func (p *postgresBackend) write(ctx context.Context, run func(context.Context, *tx) error) error {
	for attempt := 1; ; attempt++ {
		again, err := p.attempt(ctx, run)
		if err == nil || !again || attempt == attempts || ctx.Err() != nil {
			return err
		}
	}
}

// attempt runs the function once and reports whether an error may go away by
// itself: the transaction lost against another (serialization failure,
// deadlock), or another did the same at the same time.
func (p *postgresBackend) attempt(ctx context.Context, run func(context.Context, *tx) error) (again bool, err error) {
	// The transaction outlives a cancelled ctx, so that a commit under way is
	// waited for; statements before it are cancelled.
	through := context.WithoutCancel(ctx)
	sqlTx, release, err := p.begin(ctx, through, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return false, err
	}
	defer release()
	t := newTx(sqlTx, postgreSQL, p.now)
	defer t.end()
	if err := run(ctx, t); err != nil {
		if ctx.Err() == nil && (gone(err) || gone(t.failed)) {
			return false, unavailable(err)
		}
		return t.overtaken || lostOut(err) || lostOut(t.failed), err
	}
	if err := sqlTx.Commit(); err != nil {
		if gone(err) {
			return false, inDoubt(err)
		}
		return lostOut(err), fmt.Errorf("cannot commit: %w", err)
	}
	p.analyser.wrote(t.touched)
	return false, nil
}

func lostOut(err error) bool { return hasCode(err, "40001", "40P01") }

// begin takes a session from the pool, waiting for one as long as ctx lives,
// and begins a transaction that lives as long as through. The function it
// returns undoes the transaction unless it was committed, and gives the session
// back.
func (p *postgresBackend) begin(ctx, through context.Context, how *sql.TxOptions) (*sql.Tx, func(), error) {
	conn, err := p.db.Conn(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, nil, fmt.Errorf("cannot begin transaction: %w", context.Cause(ctx))
		}
		return nil, nil, unavailable(err)
	}
	sqlTx, err := conn.BeginTx(through, how)
	if err != nil {
		_ = conn.Close()
		return nil, nil, unavailable(err)
	}
	return sqlTx, func() {
		_ = sqlTx.Rollback() // nothing to undo after a commit
		_ = conn.Close()
	}, nil
}

func (p *postgresBackend) read(ctx context.Context, run func(context.Context, *reader) error) error {
	sqlTx, release, err := p.begin(ctx, ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer release()
	r := &reader{on: sqlTx, dialect: postgreSQL}
	defer r.end()
	if err = run(ctx, r); err != nil && ctx.Err() == nil && (gone(err) || gone(r.failed)) {
		return unavailable(err)
	}
	return err
}

// glance gives each statement a transaction of its own, which PostgreSQL begins
// and ends by itself.
func (p *postgresBackend) glance(ctx context.Context, run func(context.Context, *reader) error) error {
	conn, err := p.db.Conn(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("cannot read: %w", context.Cause(ctx))
		}
		return unavailable(err)
	}
	defer func() { _ = conn.Close() }()
	r := &reader{on: conn, dialect: postgreSQL}
	defer r.end()
	return run(ctx, r)
}

func (p *postgresBackend) close() error {
	p.acceptor.close()
	p.analyser.close()
	return p.db.Close()
}
