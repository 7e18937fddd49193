package needs

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
)

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close(context.Background()) })
	return connection
}

func databases(t *testing.T, address string) []string {
	t.Helper()
	rows, err := connect(t, address).Query(t.Context(), "SELECT datname FROM pg_database")
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	outer := StartPostgreSQL(t)
	if _, err := connect(t, outer).Exec(t.Context(), "CREATE TABLE kept (id int)"); err != nil {
		t.Fatal(err)
	}
	var inner string
	t.Run("another", func(t *testing.T) {
		inner = StartPostgreSQL(t)
		if inner == outer {
			t.Fatal("two tests share a database")
		}
		if _, err := connect(t, inner).Exec(t.Context(), "CREATE TABLE kept (id int)"); err != nil {
			t.Errorf("the database is not empty: %v", err)
		}
	})
	config, err := pgx.ParseConfig(inner)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range databases(t, outer) {
		if name == config.Database {
			t.Errorf("database %s outlives its test", name)
		}
	}
}
