package store_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/store"
	"github.com/rapporteur/rapporteur/store/storetest"
)

// postgresTemplate is a migrated database that tests copy: far quicker than a
// migration for each.
type postgresTemplate struct {
	url    *url.URL
	copies int
}

func newPostgresTemplate(t testing.TB) *postgresTemplate {
	t.Helper()
	address := needs.StartPostgreSQL(t)
	if err := store.Migrate(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal("cannot read the server's URL")
	}
	return &postgresTemplate{url: parsed}
}

// database gives the URL of a new, empty record.
func (p *postgresTemplate) database(t testing.TB) string {
	t.Helper()
	p.copies++
	name := fmt.Sprintf("%s_%d", p.url.Path[1:], p.copies)
	p.execute(t, "CREATE DATABASE "+name+" TEMPLATE "+p.url.Path[1:])
	t.Cleanup(func() { p.execute(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	address := *p.url
	address.Path = "/" + name
	return address.String()
}

func (p *postgresTemplate) execute(t testing.TB, statement string) {
	t.Helper()
	maintenance := *p.url
	maintenance.Path = "/postgres"
	ctx := noCancel(t)
	conn, err := pgx.Connect(ctx, maintenance.String())
	if err != nil {
		t.Fatal("cannot connect to the maintenance database")
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Error(err)
	}
}

func TestPostgreSQL(t *testing.T) {
	template := newPostgresTemplate(t)
	storetest.Run(t, func(t *testing.T) rapporteur.Store {
		return open(t, template.database(t), store.Options{})
	})
}
