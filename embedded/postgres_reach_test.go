package embedded

import (
	"bytes"
	"context"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/internal/pgserver"
)

// lines is a log that can be read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestAServerThatNeverComesIsAnErrorInBoundedTime(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	_ = l.Close() // nobody listens there now
	var log lines
	_, err = Start(t.Context(), Options{
		Database: "postgres://user:hush@" + at + "/name", Patience: time.Millisecond, Logger: zerolog.New(&log),
	})
	if err == nil || !strings.Contains(err.Error(), "cannot reach PostgreSQL in 1ms") || strings.Contains(err.Error(), "hush") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = Start(ctx, Options{Database: "postgres://user:hush@" + at + "/name"}); err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("without a context: %v", err)
	}
}

func TestAServerOnItsWayIsWaitedFor(t *testing.T) {
	server := needs.OwnPostgreSQL(t, pgserver.Options{})
	database, err := server.CreateDatabase(t.Context(), "late")
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Halt(t.Context(), pgserver.Fast); err != nil {
		t.Fatal(err)
	}
	var log lines
	p := engineOn(t, database)
	p.log = zerolog.New(&log)
	prepared := make(chan error, 1)
	go func() { prepared <- p.prepare(t.Context()) }()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for ; !strings.Contains(log.String(), "PostgreSQL does not answer, waiting for it"); <-tick.C {
		if ctx.Err() != nil {
			t.Fatal("nothing is said of the wait")
		}
	}
	if err := server.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-prepared; err != nil {
		t.Error(err)
	}
	p.close()
	at, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := at.User.Password()
	if said := log.String(); strings.Contains(said, password) || !strings.Contains(said, at.Host) {
		t.Errorf("the log should name the server and not the password: %s", said)
	}
}

func TestWhatWaitingDoesNotMendIsAnErrorAtOnce(t *testing.T) {
	database := needs.StartPostgreSQL(t)
	at, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	at.User = url.UserPassword("nobody here", "hush")
	wrong := *at
	at.RawQuery = "sslmode=require" // the server speaks no TLS
	for want, u := range map[string]string{"password authentication failed": wrong.String(), "refused TLS": at.String()} {
		p := engineOn(t, u)
		p.patience = time.Hour
		err := p.prepare(t.Context())
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
