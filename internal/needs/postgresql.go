package needs

import (
	"cmp"
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
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	role         = "rapporteur"
	startLimit   = time.Minute
	pollInterval = 20 * time.Millisecond
)

// PostgreSQL returns the folder of PostgreSQL's server programs (initdb,
// postgres), which Debian keeps out of PATH; the newest version where there are
// several.
func PostgreSQL(t testing.TB) (binDir string) {
	t.Helper()
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	var found []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin/initdb",
		"/usr/pgsql-*/bin/initdb",
		"/opt/homebrew/opt/postgresql@*/bin/initdb",
		"/usr/local/opt/postgresql@*/bin/initdb",
	} {
		paths, _ := filepath.Glob(pattern) // the patterns are constants and well-formed
		found = append(found, paths...)
	}
	if len(found) == 0 {
		missing(t, "PostgreSQL", install("postgresql"))
		return ""
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int {
		return cmp.Compare(version(a), version(b))
	}))
}

// version returns the version in a path like /usr/lib/postgresql/15/bin/initdb,
// or zero.
func version(path string) float64 {
	folder := filepath.Base(filepath.Dir(filepath.Dir(path)))
	number, err := strconv.ParseFloat(folder[strings.LastIndexAny(folder, "@-")+1:], 64)
	if err != nil {
		return 0
	}
	return number
}

// StartPostgreSQL returns the URL of a new, empty database on a real server,
// for the superuser that owns it. The database is dropped when the test ends.
//
// The server is started at the first call and shared by the tests of one test
// binary. It listens on a free port of the loopback interface, asks for a
// password, and ends with the test binary however that ends, because a guard
// process watches a pipe that closes with it; so no test needs a TestMain, and a
// test run that is killed leaves no server behind.
//
// Commits survive the death of the server's processes, not that of the machine:
// fsync is off, for speed.
func StartPostgreSQL(t testing.TB) (databaseURL string) {
	t.Helper()
	binDir := PostgreSQL(t)
	if binDir == "" {
		return ""
	}
	shared.once.Do(func() { shared.server, shared.err = startServer(t.Context(), binDir) })
	if shared.err != nil {
		t.Fatalf("cannot start PostgreSQL: %v", shared.err)
		return ""
	}
	server := shared.server
	name := "test_" + strings.ToLower(rand.Text())
	if err := server.execute(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatalf("cannot create test database: %v", err)
		return ""
	}
	t.Cleanup(func() {
		// The test's own context is already cancelled here.
		ctx, cancel := context.WithTimeout(context.Background(), startLimit)
		defer cancel()
		if err := server.execute(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("cannot drop test database: %v", err)
		}
	})
	return server.url(name)
}

// errEnded says that the server ended before it answered.
var errEnded = errors.New("server ended")

// shared is the one server of this test binary.
var shared struct {
	once   sync.Once
	server *server
	err    error
}

type server struct {
	dir      string
	port     int
	password string
	guard    *os.File   // the guard ends the server when this closes
	exited   chan error // receives once, when the guard is gone
}

// startServer makes a new cluster in a folder of its own and starts it.
func startServer(ctx context.Context, binDir string) (*server, error) {
	if runtime.GOOS == "windows" {
		return nil, errors.New("the server's guard needs a Unix shell")
	}
	who, err := serverUser()
	if err != nil {
		return nil, err
	}
	dir, err := who.makeFolder()
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, password: rand.Text()}
	if err := s.initialise(ctx, binDir, who); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	// Between choosing a free port and listening on it another process may take
	// it; a few tries make that harmless.
	for range 3 {
		if err = s.run(ctx, binDir, who); !errors.Is(err, errEnded) {
			break
		}
	}
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return s, nil
}

// initialise makes the cluster's files.
func (s *server) initialise(ctx context.Context, binDir string, who account) error {
	passwordFile := filepath.Join(s.dir, "password")
	if err := os.WriteFile(passwordFile, []byte(s.password), 0o600); err != nil {
		return fmt.Errorf("cannot write password file: %w", err)
	}
	if err := who.own(passwordFile); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(binDir, "initdb"),
		"--pgdata="+filepath.Join(s.dir, "data"), "--username="+role, "--pwfile="+passwordFile,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync")
	cmd.Dir = s.dir // the server's account may not be allowed into the test's own folder
	who.apply(cmd)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot initialise cluster: %w\n%s", err, output)
	}
	return nil
}

// guardScript runs the server until standard input ends, then stops it without
// waiting for its clients and removes its folder. When the server ends by
// itself, the guard ends too and leaves the folder, for the log.
const guardScript = `dir=$1; shift
"$@" </dev/null >"$dir/log" 2>&1 &
server=$!
exec 3<&0
{ read -r _ <&3; : >"$dir/stopped"; kill -INT "$server"; } >/dev/null 2>&1 &
watch=$!
exec 3<&- <&-
wait "$server"
status=$?
if [ -e "$dir/stopped" ]; then cd / && rm -rf "$dir"; else kill "$watch"; fi
exit "$status"`

// run starts the server under its guard and waits until it answers.
func (s *server) run(ctx context.Context, binDir string, who account) error {
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	s.port = port
	reader, writer, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("cannot make guard's pipe: %w", err)
	}
	defer func() { _ = reader.Close() }()
	//nolint:noctx // The server outlives the test that happens to start it.
	cmd := exec.Command("/bin/sh", "-c", guardScript, "guard", s.dir,
		filepath.Join(binDir, "postgres"), "-D", filepath.Join(s.dir, "data"),
		"-c", "listen_addresses=127.0.0.1", "-c", "port="+strconv.Itoa(port),
		"-c", "unix_socket_directories=", "-c", "timezone=UTC",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB",
		"-c", "fsync=off", "-c", "full_page_writes=off")
	cmd.Dir = s.dir
	cmd.Stdin = reader
	who.apply(cmd)
	if err := cmd.Start(); err != nil {
		_ = writer.Close()
		return fmt.Errorf("cannot start server: %w", err)
	}
	s.guard, s.exited = writer, make(chan error, 1)
	go func() { s.exited <- cmd.Wait() }()
	if err := s.awaitReady(ctx); err != nil {
		log, _ := os.ReadFile(filepath.Join(s.dir, "log")) // before the guard removes it
		_ = writer.Close()
		return fmt.Errorf("%w\n%s", err, log)
	}
	return nil
}

// awaitReady polls the server, which announces its readiness nowhere but by
// accepting connections.
func (s *server) awaitReady(ctx context.Context) error {
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
		case exit := <-s.exited:
			return fmt.Errorf("cannot reach server: %w: %w", errEnded, exit)
		case <-ticker.C:
		}
	}
}

// execute runs one statement in the maintenance database.
func (s *server) execute(ctx context.Context, statement string) error {
	connection, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close(context.WithoutCancel(ctx)) }()
	_, err = connection.Exec(ctx, statement)
	return err
}

func (s *server) url(database string) string {
	address := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(role, s.password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return address.String()
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
