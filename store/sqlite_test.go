package store_test

import (
	"context"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/store"
	"github.com/rapporteur/rapporteur/store/storetest"
)

// openSQLite gives an empty record in a file that ends with the test.
func openSQLite(t testing.TB, opts store.Options) *store.Store {
	t.Helper()
	url := "sqlite:" + t.TempDir() + "/rapporteur.db"
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	return open(t, url, opts)
}

func open(t testing.TB, url string, opts store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, opts)
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

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) rapporteur.Store { return openSQLite(t, store.Options{}) })
}

func TestMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) rapporteur.Store { return open(t, "sqlite::memory:", store.Options{}) })
}

// noCancel is a context for cleaning up, when the test's own is over.
func noCancel(t testing.TB) context.Context {
	t.Helper()
	return context.WithoutCancel(t.Context())
}
