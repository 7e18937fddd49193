package main

import (
	"bufio"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/internal/pgserver"
	"github.com/rapporteur/rapporteur/store"
)

// running is the program as a process of its own.
type running struct {
	t     *testing.T
	cmd   *exec.Cmd
	mutex sync.Mutex
	lines []string
	ended chan error
}

func startProgram(t *testing.T, environment map[string]string, args ...string) *running {
	t.Helper()
	p := &running{t: t, ended: make(chan error, 1)}
	p.cmd = exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], args...)
	p.cmd.Env = []string{asProgram + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	for name, value := range environment {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for scanner := bufio.NewScanner(stderr); scanner.Scan(); {
			p.mutex.Lock()
			p.lines = append(p.lines, scanner.Text())
			p.mutex.Unlock()
		}
		p.ended <- p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
	})
	return p
}

func (p *running) said() string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return strings.Join(p.lines, "\n")
}

// until waits for a condition, and fails where the process ends before.
func (p *running) until(what string, done func() bool) {
	p.t.Helper()
	limit, tick := time.NewTimer(time.Minute), time.NewTicker(20*time.Millisecond)
	defer limit.Stop()
	defer tick.Stop()
	for !done() {
		select {
		case err := <-p.ended:
			p.t.Fatalf("it ended (%v) before %s:\n%s", err, what, p.said())
		case <-limit.C:
			p.t.Fatalf("waited in vain until %s:\n%s", what, p.said())
		case <-tick.C:
		}
	}
}

// exit waits until the process ends, and gives its exit code.
func (p *running) exit() int {
	p.t.Helper()
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(time.Minute):
		p.t.Fatalf("it does not end:\n%s", p.said())
		return 0
	}
}

// unused is an address of the loopback at which nobody listens.
func unused(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// theirs is where withDatabase keeps the password that must not be told. It is no
// variable of the program's.
const theirs = "PASSWORD_OF_THE_TEST"

// withDatabase are workable settings with a PostgreSQL server of the test's own,
// with a password in its URL, and nobody at Temporal's address.
func withDatabase(t *testing.T) (map[string]string, *pgserver.Server) {
	t.Helper()
	server := needs.OwnPostgreSQL(t, pgserver.Options{})
	if _, err := server.CreateDatabase(t.Context(), "record"); err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(server.URL("record"))
	if err != nil {
		t.Fatal(err)
	}
	password, has := at.User.Password()
	if !has {
		t.Fatal("the server's URL has no password to be told")
	}
	environment := workable(t)
	environment[theirs] = password
	maps.Copy(environment, map[string]string{
		"RAPPORTEUR_DATABASE": at.String(), "RAPPORTEUR_TEMPORAL_ADDRESS": unused(t), "RAPPORTEUR_LISTEN": unused(t), "RAPPORTEUR_WAIT": "50s",
	})
	return environment, server
}

// health is the status and Retry-After of the health check; 0 where nobody answers.
func health(t *testing.T, address string) (status int, retry string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/healthz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, answer.Header.Get("Retry-After")
}

// The service waits for a database that is away at the start, serves without
// Temporal, says 503 while the database is away later on, and goes on afterwards.
func TestServiceOutlivesItsDatabase(t *testing.T) {
	environment, server := withDatabase(t)
	if err := store.Migrate(t.Context(), server.URL("record")); err != nil {
		t.Fatal(err)
	}
	halt := func() {
		if err := server.Halt(t.Context(), pgserver.Immediate); err != nil {
			t.Fatal(err)
		}
	}
	resume := func() {
		if err := server.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	halt()
	p := startProgram(t, environment, "serve")
	p.until("it says that it waits", func() bool { return strings.Contains(p.said(), "does not answer yet") })
	if status, _ := health(t, environment["RAPPORTEUR_LISTEN"]); status != 0 {
		t.Errorf("it serves without a record: %d", status)
	}
	healthy := func() bool {
		status, _ := health(t, environment["RAPPORTEUR_LISTEN"])
		return status == http.StatusOK
	}
	resume()
	p.until("it serves", healthy)
	for range 2 {
		halt()
		p.until("it says 503", func() bool {
			status, retry := health(t, environment["RAPPORTEUR_LISTEN"])
			if status != http.StatusOK && status != http.StatusServiceUnavailable || status == http.StatusServiceUnavailable && retry == "" {
				t.Fatalf("answered with %d, Retry-After %q", status, retry)
			}
			return status == http.StatusServiceUnavailable
		})
		resume()
		p.until("it serves again", healthy)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.exit(); code != 0 {
		t.Errorf("told to end, it ended with %d:\n%s", code, p.said())
	}
	if strings.Contains(p.said(), environment[theirs]) {
		t.Errorf("it tells the password:\n%s", p.said())
	}
}

// What does not come is waited for as long as is said, and no longer.
func TestWaitingIsBounded(t *testing.T) {
	environment, server := withDatabase(t)
	environment["RAPPORTEUR_WAIT"] = "1500ms"
	t.Run("another password", func(t *testing.T) {
		wrong := maps.Clone(environment)
		wrong["RAPPORTEUR_DATABASE"] = strings.Replace(wrong["RAPPORTEUR_DATABASE"], environment[theirs], "hunter2", 1)
		p := startProgram(t, wrong, "worker")
		if code := p.exit(); code != 1 || !strings.Contains(p.said(), "does not let this user in") || strings.Contains(p.said(), "trying again") || strings.Contains(p.said(), "hunter2") {
			t.Errorf("it ended with %d:\n%s", code, p.said())
		}
	})
	t.Run("another schema", func(t *testing.T) {
		for _, command := range []string{"serve", "worker"} {
			p := startProgram(t, environment, command)
			if code := p.exit(); code != 1 || !strings.Contains(p.said(), `run "rapporteur migrate"`) || strings.Contains(p.said(), "trying again") {
				t.Errorf("%s ended with %d:\n%s", command, code, p.said())
			}
		}
	})
	if p := startProgram(t, environment, "migrate"); p.exit() != 0 {
		t.Fatalf("cannot migrate:\n%s", p.said())
	}
	t.Run("no Temporal", func(t *testing.T) {
		p := startProgram(t, environment, "worker")
		if code := p.exit(); code != 1 || !strings.Contains(p.said(), environment["RAPPORTEUR_TEMPORAL_ADDRESS"]) || !strings.Contains(p.said(), "does not answer yet") {
			t.Errorf("it ended with %d:\n%s", code, p.said())
		}
	})
	if err := server.Halt(t.Context(), pgserver.Fast); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"serve", "worker", "migrate"} {
		t.Run("no database for "+command, func(t *testing.T) {
			p := startProgram(t, environment, command)
			if code := p.exit(); code != 1 || !strings.Contains(p.said(), "cannot reach the database within 1.5s") || strings.Contains(p.said(), environment[theirs]) {
				t.Errorf("it ended with %d:\n%s", code, p.said())
			}
		})
	}
}
