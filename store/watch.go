package store

import (
	"context"
	"database/sql"
	"time"
)

// Watch is told of every transaction before it begins, by its kind: "read" or
// "write". The context it gives is the transaction's; the function is called
// when it has ended, with its error. Both must be quick.
type Watch func(ctx context.Context, kind string) (context.Context, func(error))

// watched runs a transaction under watch, where there is one.
func (s *Store) watched(ctx context.Context, kind string, run func(context.Context) error) error {
	if s.watch == nil {
		return run(ctx)
	}
	ctx, done := s.watch(ctx, kind)
	err := run(ctx)
	done(err)
	return err
}

// PoolStats is how a pool of database connections is used.
type PoolStats struct {
	Pool   string // "read" and "write" on SQLite, "all" on PostgreSQL
	Most   int    // connections that there may be
	Open   int    // that there are
	InUse  int
	Waits  int64         // how often somebody had to wait for one, since the start
	Waited time.Duration // and how long in all
}

// Stats tells how the pools of connections are used. It asks no database.
func (s *Store) Stats() []PoolStats { return s.on.stats() }

func poolStats(name string, db *sql.DB) PoolStats {
	s := db.Stats()
	return PoolStats{Pool: name, Most: s.MaxOpenConnections, Open: s.OpenConnections, InUse: s.InUse, Waits: s.WaitCount, Waited: s.WaitDuration}
}

func (p *postgresBackend) stats() []PoolStats { return []PoolStats{poolStats("all", p.db)} }

// stats of readers are those of the store's own queue of connections, which
// they keep open.
func (s *sqliteBackend) stats() []PoolStats {
	read := poolStats("read", s.readDB)
	read.InUse = read.Most - len(s.readers)
	return []PoolStats{read, poolStats("write", s.writeDB)}
}
