// Package pgserver runs a real PostgreSQL server of one's own, from the
// programs that are installed: for tests, for measuring, and for trying what
// happens when a database goes away and comes back. It is no way to run
// production.
package pgserver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	role         = "rapporteur"
	startLimit   = time.Minute
	pollInterval = 20 * time.Millisecond
)

var (
	// ErrMissing says that no PostgreSQL server is installed.
	ErrMissing = errors.New("no PostgreSQL server is installed (Debian: apt-get install postgresql)")

	errEnded = errors.New("server ended")
)

// Options say how a server runs; the zero value is for tests.
type Options struct {
	// Durable has every commit wait for the disk. Without it commits survive the
	// death of the server's processes, not that of the machine.
	Durable bool
	// Settings are further settings, as NAME=VALUE; of two the later holds.
	Settings []string
}

// Server is a PostgreSQL server with a cluster in a folder of its own. It
// listens on a free port of the loopback interface, asks for a password, and
// ends with this process however that ends, because a guard process watches a
// pipe that closes with it. Its methods are not for concurrent use.
type Server struct {
	options  Options
	binDir   string
	account  account
	dir      string
	port     int
	password string
	guard    *os.File  // the guard ends the server when this closes
	exited   chan exit // receives once, when the guard is gone
	halted   bool
}

// exit is how a server ended.
type exit struct{ err error }

// Start makes a new cluster and starts a server on it. ErrMissing where none is
// installed.
func Start(ctx context.Context, o Options) (*Server, error) {
	if runtime.GOOS == "windows" {
		return nil, errors.New("the server's guard needs a Unix shell")
	}
	s := &Server{options: o, binDir: Find(), password: rand.Text()}
	if s.binDir == "" {
		return nil, ErrMissing
	}
	var err error
	if s.account, err = serverUser(); err != nil {
		return nil, err
	}
	if s.dir, err = s.account.makeFolder(); err != nil {
		return nil, err
	}
	if err := s.initialise(ctx); err != nil {
		_ = os.RemoveAll(s.dir)
		return nil, err
	}
	// Between choosing a free port and listening on it another process may take
	// it; a few tries make that harmless.
	for range 3 {
		if s.port, err = freePort(ctx); err != nil {
			break
		}
		if err = s.run(ctx); !errors.Is(err, errEnded) {
			break
		}
	}
	if err != nil {
		_ = os.RemoveAll(s.dir)
		return nil, err
	}
	return s, nil
}

// Dir is the folder of the server's files. It goes with the server.
func (s *Server) Dir() string { return s.dir }

// URL is the address of one of the server's databases, for the superuser that
// owns them. It stays the same while the server is halted and after.
func (s *Server) URL(database string) string {
	address := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(role, s.password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return address.String()
}

// CreateDatabase makes a new, empty database and returns its URL.
func (s *Server) CreateDatabase(ctx context.Context, name string) (databaseURL string, err error) {
	if err := s.execute(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
		return "", fmt.Errorf("cannot create database: %w", err)
	}
	return s.URL(name), nil
}

// DropDatabase drops a database, whoever is connected.
func (s *Server) DropDatabase(ctx context.Context, name string) error {
	if err := s.execute(ctx, "DROP DATABASE "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("cannot drop database: %w", err)
	}
	return nil
}

// Mode is how a server is halted.
type Mode syscall.Signal

// Fast ends its clients' sessions and writes a checkpoint. Immediate ends at
// once and leaves the recovery to the next start, as a crash does.
const (
	Fast      = Mode(syscall.SIGINT)
	Immediate = Mode(syscall.SIGQUIT)
)

// Halt ends the server and keeps its files, for Resume. It returns when the
// server is gone.
func (s *Server) Halt(ctx context.Context, how Mode) error {
	first, err := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
	if err != nil {
		return fmt.Errorf("cannot find server: %w", err)
	}
	line, _, _ := strings.Cut(string(first), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return fmt.Errorf("cannot read server's process id: %w", err)
	}
	if err := kill(pid, syscall.Signal(how)); err != nil {
		return fmt.Errorf("cannot halt server: %w", err)
	}
	select {
	case <-s.exited:
	case <-ctx.Done():
		return fmt.Errorf("cannot halt server: %w", context.Cause(ctx))
	}
	s.halted = true
	return s.guard.Close()
}

// Resume starts a halted server again on the same port and the same files.
func (s *Server) Resume(ctx context.Context) error {
	if err := s.run(ctx); err != nil {
		return fmt.Errorf("cannot resume server: %w", err)
	}
	s.halted = false
	return nil
}

// Close ends the server and removes its files.
func (s *Server) Close() error {
	if s.halted {
		return os.RemoveAll(s.dir)
	}
	if err := s.guard.Close(); err != nil {
		return fmt.Errorf("cannot end server: %w", err)
	}
	<-s.exited
	return nil
}

// initialise makes the cluster's files.
func (s *Server) initialise(ctx context.Context) error {
	passwordFile := filepath.Join(s.dir, "password")
	if err := os.WriteFile(passwordFile, []byte(s.password), 0o600); err != nil {
		return fmt.Errorf("cannot write password file: %w", err)
	}
	if err := s.account.own(passwordFile); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(s.binDir, "initdb"),
		"--pgdata="+filepath.Join(s.dir, "data"), "--username="+role, "--pwfile="+passwordFile,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync")
	cmd.Dir = s.dir // the server's account may not be allowed into the caller's own folder
	s.account.apply(cmd)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot initialise cluster: %w\n%s", err, output)
	}
	return nil
}

// guardScript runs the server until standard input ends, then stops it without
// waiting for its clients and removes its folder. When the server ends by
// itself, the guard ends too and leaves the folder, for the log or for another
// start.
const guardScript = `dir=$1; shift
"$@" </dev/null >>"$dir/log" 2>&1 &
server=$!
exec 3<&0
{ read -r _ <&3; : >"$dir/stopped"; kill -INT "$server"; } >/dev/null 2>&1 &
watch=$!
exec 3<&- <&-
wait "$server"
status=$?
if [ -e "$dir/stopped" ]; then cd / && rm -rf "$dir"; else kill "$watch"; fi
exit "$status"`

// arguments are the server's settings.
func (s *Server) arguments() []string {
	args := []string{
		"-D", filepath.Join(s.dir, "data"),
		"-c", "listen_addresses=127.0.0.1", "-c", "port=" + strconv.Itoa(s.port),
		"-c", "unix_socket_directories=", "-c", "timezone=UTC",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB",
	}
	if !s.options.Durable {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off")
	}
	for _, setting := range s.options.Settings {
		args = append(args, "-c", setting)
	}
	return args
}

// run starts the server under its guard and waits until it answers.
func (s *Server) run(ctx context.Context) error {
	reader, writer, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("cannot make guard's pipe: %w", err)
	}
	defer func() { _ = reader.Close() }()
	//nolint:noctx // The server outlives the call that starts it.
	cmd := exec.Command("/bin/sh", append([]string{
		"-c", guardScript, "guard", s.dir,
		filepath.Join(s.binDir, "postgres"),
	}, s.arguments()...)...)
	cmd.Dir = s.dir
	cmd.Stdin = reader
	s.account.apply(cmd)
	if err := cmd.Start(); err != nil {
		_ = writer.Close()
		return fmt.Errorf("cannot start server: %w", err)
	}
	s.guard, s.exited = writer, make(chan exit, 1)
	go func(exited chan<- exit) { exited <- exit{cmd.Wait()} }(s.exited)
	if err := s.awaitReady(ctx); err != nil {
		log, _ := os.ReadFile(filepath.Join(s.dir, "log")) // before the guard removes it
		_ = writer.Close()
		return fmt.Errorf("%w\n%s", err, log)
	}
	return nil
}

// awaitReady polls the server, which announces its readiness nowhere but by
// accepting connections.
func (s *Server) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		err := s.execute(ctx, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("cannot reach server in %s: %w", startLimit, err)
		case ended := <-s.exited:
			return fmt.Errorf("cannot reach server: %w: %w", errEnded, ended.err)
		case <-ticker.C:
		}
	}
}

// execute runs one statement in the maintenance database.
func (s *Server) execute(ctx context.Context, statement string) error {
	connection, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close(context.WithoutCancel(ctx)) }()
	_, err = connection.Exec(ctx, statement)
	return err
}

// freePort returns a port of the loopback interface that nobody listens on.
func freePort(ctx context.Context) (int, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("cannot find free port: %w", err)
	}
	defer func() { _ = listener.Close() }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return 0, fmt.Errorf("cannot read free port: %w", err)
	}
	return strconv.Atoi(port)
}
