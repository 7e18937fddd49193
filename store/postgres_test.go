package store

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/store/storetest"
)

// schemas gives each test a schema of its own in one database, which takes a
// fraction of the time that a database takes.
type schemas struct {
	url   *url.URL
	admin *pgx.Conn
	made  int
}

func newSchemas(t testing.TB) *schemas {
	t.Helper()
	address := needs.StartPostgreSQL(t)
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal("cannot read the server's URL")
	}
	ctx := noCancel(t)
	admin, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatalf("cannot connect: %v", err)
	}
	t.Cleanup(func() { _ = admin.Close(ctx) })
	return &schemas{url: parsed, admin: admin}
}

// empty gives the URL of a new schema with nothing in it.
func (s *schemas) empty(t testing.TB) string {
	t.Helper()
	s.made++
	name := fmt.Sprintf("test_%d", s.made)
	if _, err := s.admin.Exec(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	address, query := *s.url, s.url.Query()
	query.Set("search_path", name)
	address.RawQuery = query.Encode()
	return address.String()
}

// migrated gives the URL of a new, empty record.
func (s *schemas) migrated(t testing.TB) string {
	t.Helper()
	address := s.empty(t)
	if err := Migrate(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	return address
}

func TestPostgreSQL(t *testing.T) {
	server := newSchemas(t)
	s := open(t, server.migrated(t), Options{})
	storetest.Run(t, func(t *testing.T) rapporteur.Store {
		t.Helper()
		server.wipe(t, "test_1")
		return s
	})
}

// wipe empties the record in a schema, which only a superuser can do: the
// tables that never lose anything have triggers for that.
func (s *schemas) wipe(t testing.TB, schema string) {
	t.Helper()
	_, err := s.admin.Exec(t.Context(), `SET search_path = `+schema+`; SET session_replication_role = replica;
		DO $$ DECLARE t text; BEGIN
			FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> '`+versionTable+`' LOOP
				EXECUTE format('DELETE FROM %I', t);
			END LOOP;
		END $$`)
	if err != nil {
		t.Fatal(err)
	}
}
