package needs

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur/internal/pgserver"
)

const dropLimit = time.Minute

// PostgreSQL skips the test where no PostgreSQL server is installed.
func PostgreSQL(t testing.TB) {
	t.Helper()
	if pgserver.Find() == "" {
		missing(t, "PostgreSQL", install("postgresql"))
	}
}

// StartPostgreSQL returns the URL of a new, empty database on a real server,
// for the superuser that owns it. The database is dropped when the test ends.
// The server is started at the first call and shared by the tests of one test
// binary; it ends with that, so no test needs a TestMain.
func StartPostgreSQL(t testing.TB) (databaseURL string) {
	t.Helper()
	PostgreSQL(t)
	shared.once.Do(func() { shared.server, shared.err = pgserver.Start(t.Context(), pgserver.Options{}) })
	if shared.err != nil {
		t.Fatalf("cannot start PostgreSQL: %v", shared.err)
		return ""
	}
	server, name := shared.server, "test_"+strings.ToLower(rand.Text())
	databaseURL, err := server.CreateDatabase(t.Context(), name)
	if err != nil {
		t.Fatal(err)
		return ""
	}
	t.Cleanup(func() {
		// The test's own context is already cancelled here.
		ctx, cancel := context.WithTimeout(context.Background(), dropLimit)
		defer cancel()
		if err := server.DropDatabase(ctx, name); err != nil {
			t.Error(err)
		}
	})
	return databaseURL
}

// OwnPostgreSQL returns a server that the test has for itself, to halt and to
// resume. It ends with the test.
func OwnPostgreSQL(t testing.TB, o pgserver.Options) *pgserver.Server {
	t.Helper()
	PostgreSQL(t)
	server, err := pgserver.Start(t.Context(), o)
	if err != nil {
		t.Fatalf("cannot start PostgreSQL: %v", err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// shared is the one server of this test binary.
var shared struct {
	once   sync.Once
	server *pgserver.Server
	err    error
}
