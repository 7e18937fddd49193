package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

var errRefused = errors.New("an answer was not acknowledged")

// burst is what came of everybody's answers.
type burst struct {
	latencies []time.Duration // sorted
	took      time.Duration   // from the first sending to the last acknowledgement
	ended     time.Time
	cpu       time.Duration // of this process, which sends
}

// submit sends everybody's answer to a cycle, from some clients at once, each
// over a connection of its own.
func (s *server) submit(ctx context.Context, cycle string, bodies [][]byte, clients int) (burst, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients, DisableCompression: true}
	defer transport.CloseIdleConnections()
	caller := &http.Client{Transport: transport, Timeout: time.Minute}
	var b burst
	b.latencies = make([]time.Duration, len(bodies))
	before, err := ownCPU()
	if err != nil {
		return b, err
	}
	began := time.Now()
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range clients {
		group.Go(func() error {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(bodies) {
					return nil
				}
				sent := time.Now()
				if err := s.send(ctx, caller, cycle, n, bodies[n]); err != nil {
					return err
				}
				b.latencies[n] = time.Since(sent)
			}
		})
	}
	if err := group.Wait(); err != nil {
		return b, err
	}
	b.ended = time.Now()
	b.took = b.ended.Sub(began)
	after, err := ownCPU()
	b.cpu = after - before
	slices.Sort(b.latencies)
	return b, err
}

// send sends one answer and reads what is said to it.
func (s *server) send(ctx context.Context, caller *http.Client, cycle string, n int, body []byte) error {
	asked, key := fmt.Sprint("state-", n), ""
	if n < len(s.Asked) {
		asked, key = s.Asked[n], s.Keys[n]
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/v1/cycles/"+cycle+"/requests/"+asked+"/submissions", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+key)
	answer, err := caller.Do(request)
	if err != nil {
		return fmt.Errorf("cannot send answer: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	said, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusCreated {
		err = fmt.Errorf("%w: %d %s", errRefused, answer.StatusCode, said)
	}
	return err
}
