package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// A cycle that was just opened: the server's own cleaner has not been there, and
// is kept away.
func TestPostgreSQLLooksAgainAtWhatHasGrown(t *testing.T) {
	server := newSchemas(t)
	s := open(t, server.migrated(t), Options{})
	on, ok := s.on.(*postgresBackend)
	if !ok {
		t.Fatal("not on PostgreSQL")
	}
	execute(t, on.db, "ALTER TABLE requests SET (autovacuum_enabled = off)")
	for _, cycle := range []string{"i/s/small", "i/s/large"} {
		execute(t, on.db, "INSERT INTO cycles SELECT '"+cycle+"', 'collecting', '{}', '{}', '[]', 0, '', 0, '', '', '', '', '', 0, 'report', '', '', '', '{}', '{}', ''")
	}
	execute(t, on.db, `INSERT INTO requests SELECT 'i/s/small', 'k-' || i, 'entity', 'entity', '1.0.0', 'open', '', '', 0, FALSE, '', '', 0, FALSE,
		0, 0, '', '', '', 0, 0, 0, '' FROM generate_series(1, 100) i`)
	known := func() float64 {
		var rows float64
		if err := on.db.QueryRowContext(t.Context(), "SELECT reltuples FROM pg_class WHERE oid = 'requests'::regclass").Scan(&rows); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	requests := make([]rapporteur.Request, analyseFirst-1)
	for n := range requests {
		requests[n].Cycle, requests[n].Contributor = "i/s/large", rapporteur.ContributorID("k-"+strings.Repeat("x", n))
	}
	insert := func(some []rapporteur.Request) {
		err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertRequests(ctx, some) })
		if err != nil {
			t.Fatal(err)
		}
	}
	insert(requests)
	on.analyser.running.Wait()
	if got := known(); got > 0 {
		t.Fatalf("it has looked after %d rows of %d: %v are known", len(requests), analyseFirst, got)
	}
	insert([]rapporteur.Request{{RequestKey: rapporteur.RequestKey{Cycle: "i/s/large", Contributor: "last"}}})
	on.analyser.running.Wait()
	if got := known(); got != analyseFirst+100 {
		t.Errorf("%v rows are known, want %d", got, analyseFirst+100)
	}
	plan := planOf(t, on.db, "EXPLAIN "+strings.NewReplacer("?", "'i/s/large'").Replace(selectRequest+" WHERE cycle = ? AND contributor = 'last'"))
	if strings.Contains(plan, "requests_standing") {
		t.Errorf("a request is looked up by\n%s", plan)
	}
}

// Answers are accepted on a session of their own, and what that writes counts too;
// what it leaves out does not.
func TestAcceptancesCountAsWritten(t *testing.T) {
	s, requests := collectingStore(t, databases["PostgreSQL"], Options{})
	on, ok := s.on.(*postgresBackend)
	if !ok {
		t.Fatal("not on PostgreSQL")
	}
	before := on.analyser.written
	for n, want := range []bool{true, false} { // the second time its revision is another
		result, err := s.Accept(t.Context(), acceptanceOf(requests[0], "x"))
		if err != nil || result.Kept != want || on.analyser.written != before+rowsKept {
			t.Errorf("acceptance %d: %+v, %v; %d rows are counted, want %d", n+1, result, err, on.analyser.written-before, rowsKept)
		}
	}
}

func TestAnalyserLooksLessAndLessOften(t *testing.T) {
	var looks []int64
	written := int64(0)
	a := newAnalyser(func(context.Context) { looks = append(looks, written) })
	write := func(rows int64) {
		written += rows
		a.wrote(rows)
		a.running.Wait()
	}
	for range 100_000 {
		write(1)
	}
	write(analyseFirst - 1)
	write(analyseFirst) // at once
	write(1)
	want := []int64{1000, 2000, 4000, 8000, 16_000, 32_000, 52_000, 72_000, 92_000, 100_000 + 2*analyseFirst - 1}
	if !slices.Equal(looks, want) {
		t.Errorf("it looked after %v rows, want %v", looks, want)
	}
	a.close()
	write(1 << 40)
	if len(looks) != len(want) {
		t.Error("it looks after it was closed")
	}
}

// What runs is told to stop when the store is closed, and waited for.
func TestClosingStopsTheLook(t *testing.T) {
	began := make(chan struct{})
	a := newAnalyser(func(ctx context.Context) {
		close(began)
		<-ctx.Done()
	})
	a.wrote(analyseFirst)
	<-began
	ended := make(chan struct{})
	go func() {
		a.close()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(analyseTimeout / 2):
		t.Fatal("closing waits for a look that would take a minute")
	}
}

func execute(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func planOf(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var plan strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(line + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return plan.String()
}
