package needs

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// childVariable makes TestServerEndsWithItsTestBinary play the binary that dies.
const childVariable = "RAPPORTEUR_NEEDS_CHILD"

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

func TestServerAsksForThePassword(t *testing.T) {
	config, err := pgx.ParseConfig(StartPostgreSQL(t))
	if err != nil {
		t.Fatal(err)
	}
	config.Password = "wrong"
	_, err = pgx.ConnectConfig(t.Context(), config)
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || refused.Code != "28P01" {
		t.Errorf("got %v, want an authentication failure", err)
	}
}

func TestServerKeepsCommitsBeforeItAcknowledgesThem(t *testing.T) {
	var setting string
	row := connect(t, StartPostgreSQL(t)).QueryRow(t.Context(), "SHOW synchronous_commit")
	if err := row.Scan(&setting); err != nil {
		t.Fatal(err)
	}
	if setting != "on" {
		t.Errorf("synchronous_commit is %s", setting)
	}
}

func TestServerEndsWithItsTestBinary(t *testing.T) {
	if os.Getenv(childVariable) == "1" {
		fmt.Println("url", StartPostgreSQL(t), shared.server.dir)
		select {} // until killed
	}
	PostgreSQL(t)
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), childVariable+"=1")
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var address, dir string
	for lines := bufio.NewScanner(output); address == "" && lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "url "); ok {
			address, dir, _ = strings.Cut(rest, " ")
		}
	}
	if address == "" {
		t.Fatalf("the child did not start a server: %v", child.Wait())
	}
	connection := connect(t, address)

	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed and says so

	_, err = connection.Exec(t.Context(), "SELECT pg_sleep(60)")
	if err == nil {
		t.Fatal("the server outlives its test binary")
	}
	for deadline := time.Now().Add(startLimit); ; {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the server's folder outlives its test binary")
		}
		<-time.After(pollInterval)
	}
}

func TestNewestVersionWins(t *testing.T) {
	for path, want := range map[string]float64{
		"/usr/lib/postgresql/15/bin/initdb":          15,
		"/usr/lib/postgresql/9.6/bin/initdb":         9.6,
		"/usr/pgsql-17/bin/initdb":                   17,
		"/opt/homebrew/opt/postgresql@16/bin/initdb": 16,
		"/somewhere/else/bin/initdb":                 0,
	} {
		if got := version(path); got != want {
			t.Errorf("version(%q) = %v, want %v", path, got, want)
		}
	}
}
