package embedded

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/internal/needs"
)

// patience bounds what a test waits for, so that a hang becomes a failure.
const patience = time.Minute

func engineOn(t *testing.T, database string) *postgres {
	t.Helper()
	p, err := newPostgres(Options{Database: database, Logger: zerolog.Nop()}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// ready prepares the engine's databases and keeps them until the test ends.
func ready(t *testing.T, database string) *postgres {
	t.Helper()
	p := engineOn(t, database)
	t.Cleanup(p.close)
	if err := p.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// session is a connection to one of the engine's databases, for the test itself.
func openSession(t *testing.T, p *postgres, database string) *pgx.Conn {
	t.Helper()
	conn, err := p.connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func execute(t *testing.T, conn *pgx.Conn, statement string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func ask[T any](t *testing.T, conn *pgx.Conn, query string, args ...any) T {
	t.Helper()
	var answer T
	if err := conn.QueryRow(t.Context(), query, args...).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return answer
}

func TestOneOfManyWhoStartAtOncePreparesTheDatabases(t *testing.T) {
	database := needs.StartPostgreSQL(t)
	var all sync.WaitGroup
	for range 4 {
		p := engineOn(t, database)
		p.lockPatience = patience
		all.Go(func() {
			defer p.close()
			if err := p.prepare(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	p := engineOn(t, database)
	updates := ask[int](t, openSession(t, p, p.main), "SELECT count(*) FROM schema_update_history WHERE new_version = '1.0'")
	if updates != 1 {
		t.Errorf("the tables were made %d times", updates)
	}
}

func TestASecondEngineIsToldWhoHasTheDatabases(t *testing.T) {
	database := needs.StartPostgreSQL(t)
	first := ready(t, database)
	second := engineOn(t, database)
	second.lockPatience = 0
	err := second.prepare(t.Context())
	if err == nil || !strings.Contains(err.Error(), "another process runs an engine on it (rapporteur engine, process ") {
		t.Errorf("the second engine is told %v", err)
	}
	second.close()
	first.close()
	ready(t, database)
}

func TestAnEngineElsewhereOnTheServerIsNotInTheWay(t *testing.T) {
	ready(t, needs.StartPostgreSQL(t))
	ready(t, needs.StartPostgreSQL(t))
}

// restricted makes a role without rights and gives the same URL for it. Its name and password have what URLs and SQL have
// to escape.
func restricted(t *testing.T, database string) (admin *pgx.Conn, theirs, role string) {
	t.Helper()
	at, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	admin, err = pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	role = `it's a "role" of ` + strings.Trim(at.Path, "/")[5:15]
	t.Cleanup(func() { _ = admin.Close(context.Background()) })
	const password = `p@ss:w/rd?#%&='"\ é`
	execute(t, admin, "CREATE ROLE "+quote(role)+" LOGIN PASSWORD '"+strings.ReplaceAll(password, "'", "''")+"'")
	at.User = url.UserPassword(role, password)
	return admin, at.String(), role
}

func TestASlipInTheNameLeavesNothingBehind(t *testing.T) {
	database := needs.StartPostgreSQL(t)
	at, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	at.Path = "/slip_of_" + strings.Trim(at.Path, "/")[5:15]
	slip := engineOn(t, at.String())
	if err := slip.prepare(t.Context()); err == nil || !strings.Contains(err.Error(), slip.statement(strings.Trim(at.Path, "/"))) {
		t.Errorf("got %v", err)
	}
	p := engineOn(t, database)
	if n := ask[int](t, openSession(t, p, p.server.Database), "SELECT count(*) FROM pg_database WHERE datname LIKE 'slip%'"); n > 0 {
		t.Errorf("%d databases were left", n)
	}
}

func TestWhatARoleMayNotDoIsSaidWithTheRemedy(t *testing.T) {
	admin, theirs, _ := restricted(t, needs.StartPostgreSQL(t))
	p := engineOn(t, theirs)
	err := p.prepare(t.Context())
	if err == nil {
		t.Fatal("a role that may not create databases created some")
	}
	var remedies []string
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "CREATE DATABASE ") {
			remedies = append(remedies, line)
		}
	}
	if len(remedies) != 2 {
		t.Fatalf("the error has %d statements, want 2: %v", len(remedies), err)
	}
	for _, statement := range remedies {
		execute(t, admin, statement)
	}
	ready(t, theirs)
}

func TestATableThatCannotBeMadeLeavesNothingBehind(t *testing.T) {
	database := needs.StartPostgreSQL(t)
	admin, theirs, role := restricted(t, database)
	p := engineOn(t, theirs)
	// The first database is the role's. In the second it may make tables, but not the extension that the second version
	// of the schema brings.
	execute(t, admin, "CREATE DATABASE "+quote(p.main)+" OWNER "+quote(role))
	execute(t, admin, "CREATE DATABASE "+quote(p.visibility))
	inside := openSession(t, engineOn(t, database), p.visibility)
	execute(t, inside, "GRANT CREATE ON SCHEMA public TO "+quote(role))
	err := p.prepare(t.Context())
	p.close()
	if err == nil || !strings.Contains(err.Error(), "btree_gin") || !strings.Contains(err.Error(), "ALTER DATABASE "+quote(p.visibility)+" OWNER TO "+quote(role)) {
		t.Fatalf("got %v", err)
	}
	if n := ask[int](t, inside, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"); n > 0 {
		t.Errorf("%d tables were left", n)
	}
	execute(t, admin, "ALTER DATABASE "+quote(p.visibility)+" OWNER TO "+quote(role))
	ready(t, theirs)
}

func TestTheServersEndIsNoticedAndTheLockTakenAgain(t *testing.T) {
	database := needs.StartPostgreSQL(t)
	p := engineOn(t, database)
	p.betweenLooks = 10 * time.Millisecond
	t.Cleanup(p.close)
	if err := p.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := openSession(t, p, p.main)
	const holders = "SELECT coalesce(min(pid), 0) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
	former := ask[int](t, other, holders)
	execute(t, other, "SELECT pg_terminate_backend($1)", former)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for now := former; now == former || now == 0; now = ask[int](t, other, holders) {
		if ctx.Err() != nil {
			t.Fatal("the lock was not taken again")
		}
	}
	select {
	case err := <-p.lock.lost:
		t.Errorf("nobody else wanted the lock, and it is lost: %v", err)
	default:
	}
}

func TestAnEngineWhoseDatabasesAnotherHasTakenGivesUp(t *testing.T) {
	p := engineOn(t, needs.StartPostgreSQL(t))
	p.betweenLooks = 10 * time.Millisecond
	t.Cleanup(p.close)
	if err := p.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	// Another stands in the queue for the lock, so that it has it the moment it comes free.
	look, other := openSession(t, p, p.main), openSession(t, p, p.main)
	taken := make(chan error, 1)
	go func() {
		_, err := other.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(lockKey))
		taken <- err
	}()
	for ask[int](t, look, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND pid = $1", other.PgConn().PID()) == 0 {
		if ctx.Err() != nil {
			t.Fatal("nobody waits for the lock")
		}
	}
	execute(t, look, "SELECT pg_terminate_backend($1)", p.lock.session.pid)
	if err := <-taken; err != nil {
		t.Fatal(err)
	}
	s := &Server{stores: &stores{postgres: p}, stopped: make(chan struct{})}
	if err := s.Wait(ctx); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("it goes on: %v", err)
	}
}

func TestClosedPoolsStayClosed(t *testing.T) {
	p := ready(t, needs.StartPostgreSQL(t))
	db, err := p.pool(p.main, 1)
	if err != nil {
		t.Fatal(err)
	}
	p.close()
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("a pool survived the engine")
	}
	if _, err := p.pool(p.main, 1); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a stopped engine opens another pool: %v", err)
	}
	p.close()
}
