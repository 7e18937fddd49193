package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// insistFor is how long a client goes on: longer than anything here is away.
const insistFor = 4 * time.Minute

// errRefused says that a call was answered, and not as whoever made it wished.
var errRefused = errors.New("refused")

// insist makes a call until it is answered, as an honest client does: with the same key and the same body. What the
// service says of the call itself is an answer; that it is not there, or that the record or the engine is not, is none.
func (w *world) insist(ctx context.Context, c remote.Client, call remote.Call, out any) error {
	ctx, cancel := context.WithTimeout(ctx, insistFor)
	defer cancel()
	c.HTTP = &http.Client{Timeout: 20 * time.Second, Transport: http.DefaultTransport}
	for {
		err := c.JSON(ctx, call, out)
		if err == nil {
			return nil
		}
		problem, answered := errors.AsType[*remote.Problem](err)
		if answered && problem.Status < http.StatusInternalServerError && !passing(problem.Status) {
			return fmt.Errorf("%s %s was %w: %w", call.Method, call.Path, errRefused, err)
		}
		if answered {
			w.pulse.beat(fmt.Sprintf("unanswered %d", problem.Status))
		}
		if !pause(ctx, 50*time.Millisecond) {
			return fmt.Errorf("%s %s is not answered after %s: %w", call.Method, call.Path, insistFor, err)
		}
	}
}

// passing tells an answer that trying again may change.
func passing(status int) bool {
	return status == http.StatusRequestTimeout || status == http.StatusTooEarly || status == http.StatusTooManyRequests
}

// rude sends a call and goes away before it is answered.
func (w *world) rude(ctx context.Context, c remote.Client, call remote.Call) {
	body, err := json.Marshal(call.Body)
	if err != nil {
		return
	}
	request, err := http.NewRequestWithContext(ctx, call.Method, c.Base+call.Path, bytes.NewReader(body))
	if err != nil {
		return
	}
	request.Header.Set("Authorization", "Bearer "+c.Key)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", call.Idempotency)
	conn, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "tcp", w.base.Listen)
	if err != nil {
		return
	}
	_ = request.Write(conn) // whatever has arrived has
	_ = conn.Close()
	w.pulse.beat("rude")
}

// slowClients hold connections open and send next to nothing on them.
type slowClients struct {
	address string
	cancel  context.CancelFunc
	done    []chan struct{}
}

// start opens many, some of which never finish their headers, the others never their body. What there was is let go.
func (s *slowClients) start(ctx context.Context, many int) {
	s.stop()
	ctx, s.cancel = context.WithCancel(ctx)
	for n := range many {
		done := make(chan struct{})
		s.done = append(s.done, done)
		go func() {
			defer close(done)
			s.drip(ctx, n%2 == 0)
		}()
	}
}

// drip sends a byte now and then until the server has had enough, and begins again.
func (s *slowClients) drip(ctx context.Context, headers bool) {
	head := "POST /v1/cycles/s-res-2388-2017/op34/2018/requests/state-ken/submissions HTTP/1.1\r\nHost: slow\r\nContent-Type: application/json\r\n"
	if !headers {
		head += "Content-Length: 100000\r\n\r\n{"
	}
	for ctx.Err() == nil {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", s.address)
		if err != nil {
			if !pause(ctx, 500*time.Millisecond) {
				return
			}
			continue
		}
		for _, err = io.WriteString(conn, head); err == nil && pause(ctx, 500*time.Millisecond); {
			_, err = io.WriteString(conn, "x")
		}
		_ = conn.Close()
	}
}

// stop lets them all go.
func (s *slowClients) stop() {
	if s.cancel == nil {
		return
	}
	s.cancel()
	for _, done := range s.done {
		<-done
	}
	s.cancel, s.done = nil, nil
}

// served looks whether somebody else is served meanwhile.
func (w *world) served(ctx context.Context) {
	if _, err := get(ctx, "http://"+w.base.Listen+"/healthz", 15*time.Second); err != nil && ctx.Err() == nil && !strings.Contains(err.Error(), "refused") {
		w.journal.trouble(fmt.Sprintf("with slow clients connected, others are not served: %v", err))
	}
}
