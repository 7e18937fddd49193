package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/store/storetest"
)

// migrated is a migrated file, which tests copy: quicker than a migration for
// each.
var migrated struct {
	once    sync.Once
	content []byte
	err     error
}

// newFile gives the URL of a new, empty record in a file that ends with the
// test.
func newFile(t testing.TB) string {
	t.Helper()
	migrated.once.Do(func() {
		path := filepath.Join(t.TempDir(), "template.db")
		if migrated.err = Migrate(t.Context(), "sqlite:"+path); migrated.err == nil {
			migrated.content, migrated.err = os.ReadFile(path)
		}
	})
	path := filepath.Join(t.TempDir(), "rapporteur.db")
	if err := errors.Join(migrated.err, os.WriteFile(path, migrated.content, 0o600)); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
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
	storetest.Run(t, func(t *testing.T) rapporteur.Store {
		t.Helper()
		return open(t, newFile(t), Options{})
	})
}

func TestEachMemoryIsItsOwn(t *testing.T) {
	a, b := open(t, "sqlite::memory:", Options{}), open(t, "sqlite::memory:", Options{})
	if err := a.Write(t.Context(), insertCycle("a")); err != nil {
		t.Fatal(err)
	}
	if err := b.Write(t.Context(), insertCycle("b")); err != nil {
		t.Fatal(err)
	}
	if gotA, gotB := ids(t, a), ids(t, b); !slices.Equal(gotA, []string{"a"}) || !slices.Equal(gotB, []string{"b"}) {
		t.Errorf("the records hold %v and %v", gotA, gotB)
	}
}

// A savepoint keeps the pages that a write changes. In a file, they cost more than
// the statements.
func TestWhatWouldUndoAWriteStaysInMemory(t *testing.T) {
	s := open(t, newFile(t), Options{})
	err := s.on.write(t.Context(), func(ctx context.Context, write *tx) error {
		kept, err := one(ctx, write.reader, nil, scanValue[int], "PRAGMA temp_store")
		if err == nil && kept != 2 {
			t.Errorf("temp_store is %d, want 2", kept)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
