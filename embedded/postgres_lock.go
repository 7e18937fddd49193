package embedded

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// lockKey is "rapporte" in ASCII. Advisory locks belong to one database, and Temporal takes none.
	lockKey = 0x726170706f727465

	// A process that was killed a moment ago may still hold the lock for another moment.
	lockPatience = 3 * time.Second

	betweenLooks = 5 * time.Second
)

// engineLock is a session that holds an advisory lock, so that two processes do not run an engine on the same databases.
// (Temporal fences its writers by itself: two engines would not corrupt anything, but take the databases from each other
// with every step.) When the session is lost, because the server was restarted or the network failed, it takes the lock
// again; when another has taken it meanwhile, lost says so.
type engineLock struct {
	on      *postgres
	conn    *pgx.Conn
	session session
	lost    chan error // receives once
	stop    context.CancelFunc
	stopped sync.WaitGroup
}

// session names one connection for good: process ids are used again.
type session struct {
	pid   int32
	began time.Time
	name  string
}

// takeLock waits for the holder as long as one that was killed may take to go.
func (p *postgres) takeLock(ctx context.Context) (*engineLock, error) {
	l := &engineLock{on: p, lost: make(chan error, 1)}
	var err error
	if l.conn, err = p.reach(ctx, p.main); err != nil {
		return nil, fmt.Errorf("cannot open Temporal database %s: %w", p.main, err)
	}
	introduce(ctx, l.conn)
	for deadline := time.Now().Add(p.lockPatience); ; {
		free, err := l.try(ctx)
		if err == nil && !free && time.Now().After(deadline) {
			err = l.refusal(ctx)
		}
		if err != nil {
			_ = l.conn.Close(context.WithoutCancel(ctx))
			return nil, err
		}
		if free {
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(betweenTries):
		}
	}
	watch, stop := context.WithCancel(context.Background())
	l.stop = stop
	l.stopped.Go(func() { l.watch(watch) })
	return l, nil
}

// introduce has the session tell who holds it, and be ended by the server within a minute when this machine is gone
// without a word. What cannot be set is not worth failing for.
func introduce(ctx context.Context, conn *pgx.Conn) {
	host, _ := os.Hostname() // without it the process id has to do
	_, _ = conn.Exec(ctx, `SELECT set_config('application_name', $1, false), set_config('tcp_keepalives_idle', '30', false),
		set_config('tcp_keepalives_interval', '10', false), set_config('tcp_keepalives_count', '3', false)`,
		fmt.Sprintf("rapporteur engine, process %d on %s", os.Getpid(), host))
}

// try takes the lock if it is free.
func (l *engineLock) try(ctx context.Context) (bool, error) {
	var free bool
	err := l.conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", int64(lockKey)).Scan(&free)
	if err != nil {
		return false, fmt.Errorf("cannot lock Temporal database %s: %w", l.on.main, err)
	}
	if free {
		l.session.pid = int32(l.conn.PgConn().PID()) //nolint:gosec // PostgreSQL's own type is an integer of 32 bits.
		err = l.conn.QueryRow(ctx, "SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()").Scan(&l.session.began)
	}
	return free, err
}

// holder is who has the lock, empty when nobody does.
func (l *engineLock) holder(ctx context.Context) (session, error) {
	rows, err := l.conn.Query(ctx, `SELECT a.pid, coalesce(a.backend_start, 'epoch'), coalesce(nullif(a.application_name, ''), 'unnamed')
		FROM pg_locks l JOIN pg_stat_activity a USING (pid)
		WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND l.objsubid = 1 AND (l.classid::bigint << 32) | l.objid::bigint = $1`, int64(lockKey))
	if err != nil {
		return session{}, err
	}
	found, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (session, error) {
		var s session
		err := r.Scan(&s.pid, &s.began, &s.name)
		return s, err
	})
	if err != nil || len(found) == 0 {
		return session{}, err
	}
	return found[0], nil
}

func (l *engineLock) refusal(ctx context.Context) error {
	who, err := l.holder(ctx)
	if err != nil {
		return fmt.Errorf("cannot see who uses Temporal database %s: %w", l.on.main, err)
	}
	return fmt.Errorf("cannot use Temporal database %s: another process runs an engine on it (%s, since %s). End that first, or use another database",
		l.on.main, who.name, who.began.UTC().Format(time.DateTime))
}

// watch looks whether the session is still there.
func (l *engineLock) watch(ctx context.Context) {
	tick := time.NewTicker(l.on.betweenLooks)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if l.alive(ctx) || ctx.Err() != nil {
			continue
		}
		l.on.log.Warn().Str("server", l.on.address()).Msg("lost PostgreSQL, connecting again")
		if err := l.retake(ctx); err != nil {
			if ctx.Err() == nil {
				l.lost <- err
			}
			return
		}
		l.on.log.Warn().Str("server", l.on.address()).Msg("PostgreSQL is back")
	}
}

func (l *engineLock) alive(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	return l.conn.Ping(ctx) == nil
}

// retake waits for the server as long as it takes: there is nothing else that the engine could do. It gives up only when
// somebody else holds the lock; the session that was lost may hold it for a while yet.
func (l *engineLock) retake(ctx context.Context) error {
	_ = l.conn.Close(ctx)
	former := l.session
	for {
		if conn, err := l.on.connect(ctx, l.on.main); err == nil {
			l.conn = conn
			introduce(ctx, conn)
			free, err := l.try(ctx)
			if free && err == nil {
				return nil
			}
			if err == nil {
				if who, err := l.holder(ctx); err == nil && who.pid != 0 && (who.pid != former.pid || !who.began.Equal(former.began)) {
					err := l.refusal(ctx)
					_ = conn.Close(ctx)
					return err
				}
			}
			_ = conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(betweenTries):
		}
	}
}

// release lets others have the lock.
func (l *engineLock) release() {
	l.stop()
	l.stopped.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), connectTimeout)
	defer cancel()
	_ = l.conn.Close(ctx)
}
