package pgserver

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

// childVariable makes TestServerEndsWithItsProcess play the process that dies.
const childVariable = "RAPPORTEUR_PGSERVER_CHILD"

// installed skips the test where there is no server, or fails where none may be
// missing. Package needs, which does that for others, stands on this one.
func installed(t *testing.T) {
	t.Helper()
	switch {
	case Find() != "":
	case os.Getenv("RAPPORTEUR_REQUIRE") == "1":
		t.Fatal(ErrMissing)
	default:
		t.Skip(ErrMissing)
	}
}

func start(t *testing.T, o Options) *Server {
	t.Helper()
	installed(t)
	s, err := Start(t.Context(), o)
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

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close(context.Background()) })
	return connection
}

func setting(t *testing.T, on *pgx.Conn, name string) string {
	t.Helper()
	var value string
	if err := on.QueryRow(t.Context(), "SHOW "+name).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestServerAsksForThePassword(t *testing.T) {
	config, err := pgx.ParseConfig(start(t, Options{}).URL("postgres"))
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
	on := connect(t, start(t, Options{}).URL("postgres"))
	if got := setting(t, on, "synchronous_commit"); got != "on" {
		t.Errorf("synchronous_commit is %s", got)
	}
	if got := setting(t, on, "fsync"); got != "off" {
		t.Errorf("fsync is %s without Durable", got)
	}
}

func TestOptionsReachTheServer(t *testing.T) {
	on := connect(t, start(t, Options{Durable: true, Settings: []string{"work_mem=5MB"}}).URL("postgres"))
	if got := setting(t, on, "fsync"); got != "on" {
		t.Errorf("fsync is %s", got)
	}
	if got := setting(t, on, "work_mem"); got != "5MB" {
		t.Errorf("work_mem is %s", got)
	}
}

func TestHaltedServerComesBackWithItsData(t *testing.T) {
	for name, how := range map[string]Mode{"fast": Fast, "immediate": Immediate} {
		t.Run(name, func(t *testing.T) {
			s := start(t, Options{})
			address, err := s.CreateDatabase(t.Context(), "kept")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := connect(t, address).Exec(t.Context(), "CREATE TABLE kept AS SELECT 7 AS n"); err != nil {
				t.Fatal(err)
			}
			if err := s.Halt(t.Context(), how); err != nil {
				t.Fatal(err)
			}
			if c, err := pgx.Connect(t.Context(), address); err == nil {
				_ = c.Close(t.Context())
				t.Fatal("the halted server answers")
			}
			if err := s.Resume(t.Context()); err != nil {
				t.Fatal(err)
			}
			var n int
			if err := connect(t, address).QueryRow(t.Context(), "SELECT n FROM kept").Scan(&n); err != nil || n != 7 {
				t.Errorf("got %d, %v", n, err)
			}
		})
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	for name, halted := range map[string]bool{"running": false, "halted": true} {
		t.Run(name, func(t *testing.T) {
			installed(t)
			s, err := Start(t.Context(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if halted {
				if err := s.Halt(t.Context(), Fast); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(s.Dir()); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the folder is still there: %v", err)
			}
		})
	}
}

func TestServerEndsWithItsProcess(t *testing.T) {
	if os.Getenv(childVariable) == "1" {
		s := start(t, Options{})
		fmt.Println("url", s.URL("postgres"), s.Dir())
		select {} // until killed
	}
	installed(t)
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
		t.Fatal("the server outlives its process")
	}
	for deadline := time.Now().Add(startLimit); ; {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the server's folder outlives its process")
		}
		<-time.After(pollInterval)
	}
}
