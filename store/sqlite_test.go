package store

import (
	"context"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/store/storetest"
)

// newFile gives the URL of a new, empty record in a file that ends with the
// test.
func newFile(t testing.TB) string {
	t.Helper()
	url := "sqlite:" + t.TempDir() + "/rapporteur.db"
	if err := Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	return url
}

// open opens a record until the test ends.
func open(t testing.TB, url string, opts Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), url, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// noCancel is a context for cleaning up, when the test's own is over.
func noCancel(t testing.TB) context.Context {
	t.Helper()
	return context.WithoutCancel(t.Context())
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) rapporteur.Store { return open(t, newFile(t), Options{}) })
}

func TestMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) rapporteur.Store { return open(t, "sqlite::memory:", Options{}) })
}
