package store

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

func TestLocate(t *testing.T) {
	cases := []struct {
		url    string
		want   location
		refuse bool
	}{
		{url: "sqlite:rapporteur.db", want: location{sqlite, "rapporteur.db"}},
		{url: "sqlite:/var/lib/r.db", want: location{sqlite, "/var/lib/r.db"}},
		{url: "sqlite:///var/lib/r.db", want: location{sqlite, "/var/lib/r.db"}},
		{url: "sqlite::memory:", want: location{sqlite, ""}},
		{url: "postgres://u:p@h/d", want: location{postgreSQL, "postgres://u:p@h/d"}},
		{url: "postgresql://h/d", want: location{postgreSQL, "postgresql://h/d"}},
		{url: "sqlite:", refuse: true},
		{url: "mysql://u:secret@h/d", refuse: true},
		{url: "", refuse: true},
		{url: "rapporteur.db", refuse: true},
	}
	for _, c := range cases {
		got, err := locate(c.url)
		if (err != nil) != c.refuse || got != c.want {
			t.Errorf("%q: got %+v, %v", c.url, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error repeats the password: %v", c.url, err)
		}
	}
}

// databases makes, for each kind, a database without a schema and gives its
// URL.
var databases = map[string]func(*testing.T) string{
	"SQLite":     func(t *testing.T) string { t.Helper(); return "sqlite:" + t.TempDir() + "/a folder/100% #1?.db" },
	"PostgreSQL": func(t *testing.T) string { t.Helper(); return newSchemas(t).empty(t) },
}

func wantSchemaError(t *testing.T, err error, stored int64, advice string) {
	t.Helper()
	var e *SchemaError
	if !errors.As(err, &e) || e.Stored != stored || !strings.Contains(err.Error(), advice) {
		t.Errorf("got %v, want that the schema is %d and %q", err, stored, advice)
	}
}

func TestOpenWantsTheProgramsSchema(t *testing.T) {
	for name, empty := range databases {
		t.Run(name, func(t *testing.T) {
			url := empty(t)
			ctx := t.Context()
			_, err := Open(ctx, url, Options{})
			wantSchemaError(t, err, 0, "rapporteur migrate")
			if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
				if _, err := os.Stat(path); err == nil {
					t.Error("a refused Open left a file behind")
				}
			}
			for range 2 { // again changes nothing
				if err := Migrate(ctx, url); err != nil {
					t.Fatal(err)
				}
			}
			s := open(t, url, Options{})
			if got := s.Version(); got != schemaVersion {
				t.Errorf("version is %d, want %d", got, schemaVersion)
			}
			if err := s.Ping(ctx); err != nil {
				t.Error(err)
			}
			setVersion(t, s, schemaVersion+1)
			if err := raw(t, s, "UPDATE schema_floor SET floor = floor + 100"); err != nil {
				t.Fatal(err)
			}
			_, err = Open(ctx, url, Options{})
			wantSchemaError(t, err, schemaVersion+1, "newer program")
			wantSchemaError(t, Migrate(ctx, url), schemaVersion+1, "newer program")
		})
	}
}

// setVersion makes the database one that a newer program has migrated.
func setVersion(t *testing.T, s *Store, version int64) {
	t.Helper()
	err := s.on.write(t.Context(), func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, "INSERT INTO "+versionTable+" (version_id, is_applied) VALUES (?, ?)", version, true)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestMigrateAtOnce(t *testing.T) {
	for name, empty := range databases {
		t.Run(name, func(t *testing.T) {
			url := empty(t)
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() {
					if err := Migrate(t.Context(), url); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			open(t, url, Options{})
		})
	}
}

func TestFileIsItsOwnersAlone(t *testing.T) {
	url := "sqlite:" + t.TempDir() + "/rapporteur.db"
	if err := Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(strings.TrimPrefix(url, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("the file's mode is %o, want 600", got)
	}
}

func TestMemoryIsGoneWhenClosed(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s, err := Open(t.Context(), "sqlite::memory:", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(left) > 0 {
		t.Errorf("%v, %v are left", left, err)
	}
}

func TestClosedStoreIsUnavailable(t *testing.T) {
	for name, empty := range databases {
		t.Run(name, func(t *testing.T) {
			url := empty(t)
			if err := Migrate(t.Context(), url); err != nil {
				t.Fatal(err)
			}
			s, err := Open(t.Context(), url, Options{})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			errs := []error{
				s.Write(t.Context(), func(context.Context, rapporteur.Tx) error { return nil }),
				s.Read(t.Context(), func(context.Context, rapporteur.Reader) error { return nil }),
				s.Ping(t.Context()),
			}
			for _, err := range errs {
				if !rapporteur.IsProblem(err, rapporteur.ProblemUnavailable) {
					t.Errorf("got %v, want a problem of kind unavailable", err)
				}
			}
		})
	}
}

func TestRecordedIsTheStoresTime(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("elsewhere", 3600))
	s := open(t, "sqlite::memory:", Options{Now: func() time.Time { return now }})
	var got []rapporteur.AuditRecord
	err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		if _, err := tx.AppendAudit(ctx, rapporteur.AuditRecord{Cycle: "c"}); err != nil {
			return err
		}
		var err error
		got, err = tx.Audit(ctx, "c", 0, 0)
		return err
	})
	if err != nil || len(got) != 1 || got[0].Recorded != now.UTC() {
		t.Errorf("got %+v, %v; want one recorded at %s", got, err, now.UTC())
	}
}

func TestUnreachableServerIsAnErrorWithoutItsPassword(t *testing.T) {
	_, err := Open(t.Context(), "postgres://user:secret@127.0.0.1:1/none?connect_timeout=1", Options{})
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
	_, err = Open(t.Context(), "postgres://user:secret@127.0.0.1:port/none", Options{})
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}
