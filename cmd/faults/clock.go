package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur/embedded"
)

// clockFile is how far business time is ahead, for every process of a house.
const clockFile = "clock.json"

// shared is what the clock's file says.
type shared struct {
	Ahead  time.Duration // of the engine's clock against the wall clock
	Cycles time.Duration // offset of new cycles against the engine's clock
}

// sharedClock is the clock of a house of several processes: the engine's process moves it, the others read it. process
// may be off by a skew of its own, which is in a file of its name.
type sharedClock struct{ dir, process string }

// now is the engine's time as this process reads it.
func (c sharedClock) now() time.Time { return time.Now().UTC().Add(c.read().Ahead + c.skew()) }

// business is the time of the cycles, without any process's skew.
func (c sharedClock) business() time.Time {
	s := c.read()
	return time.Now().UTC().Add(s.Ahead + s.Cycles)
}

// read reads the file; the zero value where there is none.
func (c sharedClock) read() shared {
	var s shared
	if text, err := os.ReadFile(filepath.Join(c.dir, clockFile)); err == nil {
		_ = json.Unmarshal(text, &s) // it is only ever replaced whole
	}
	return s
}

func (c sharedClock) write(s shared) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return replace(filepath.Join(c.dir, clockFile), text)
}

func (c sharedClock) skewFile(process string) string { return filepath.Join(c.dir, "skew."+process) }

// skew is how far this process's clock is off.
func (c sharedClock) skew() time.Duration {
	if c.process == "" {
		return 0
	}
	text, err := os.ReadFile(c.skewFile(c.process))
	if err != nil {
		return 0
	}
	d, _ := time.ParseDuration(strings.TrimSpace(string(text))) // whole, as skewed wrote it
	return d
}

// skewed puts a process's clock off.
func (c sharedClock) skewed(process string, by time.Duration) error {
	return replace(c.skewFile(process), []byte(by.String()))
}

// replace writes a file so that readers see the old or the new, never a part.
func replace(name string, content []byte) error {
	next := name + ".next"
	if err := os.WriteFile(next, content, 0o600); err != nil {
		return fmt.Errorf("cannot write clock: %w", err)
	}
	if err := os.Rename(next, name); err != nil {
		return fmt.Errorf("cannot write clock: %w", err)
	}
	return nil
}

// mover moves the engine's clock and tells the others.
type mover struct {
	client client.Client
	clock  *embedded.Clock
	shared sharedClock
	mutex  *sync.Mutex
}

// advance moves every execution to a moment of the engine's clock. Asked again for the same moment, as whoever asks has
// to when the process died meanwhile, it goes on.
func (m mover) advance(ctx context.Context, to time.Time) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if err := m.clock.AdvanceTo(ctx, to); err != nil {
		return err
	}
	s := m.shared.read()
	s.Ahead = max(s.Ahead, m.clock.Ahead())
	return m.shared.write(s)
}

// pending tells which executions have something to do, for whoever wonders why time does not move on.
func (m mover) pending(ctx context.Context) (string, error) {
	list, err := m.client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Namespace: embedded.DefaultNamespace, Query: `ExecutionStatus = "Running"`})
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, e := range list.GetExecutions() {
		d, err := m.client.DescribeWorkflowExecution(ctx, e.GetExecution().GetWorkflowId(), "")
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&text, "%s: %d events, at %s", e.GetExecution().GetWorkflowId(), d.GetWorkflowExecutionInfo().GetHistoryLength(),
			d.GetWorkflowExtendedInfo().GetTimeSkippingInfo().GetCurrentTime().AsTime().Format(time.RFC3339))
		if t := d.GetPendingWorkflowTask(); t != nil {
			fmt.Fprintf(&text, ", a workflow task %s of attempt %d", t.GetState(), t.GetAttempt())
		}
		for _, a := range d.GetPendingActivities() {
			fmt.Fprintf(&text, ", %s %s of attempt %d", a.GetActivityType().GetName(), a.GetState(), a.GetAttempt())
		}
		text.WriteString("\n")
	}
	return text.String(), nil
}

// control takes orders to move the clock until the context ends.
func control(ctx context.Context, port int, m mover) error {
	m.mutex = &sync.Mutex{}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return fmt.Errorf("cannot listen for the clock: %w", err)
	}
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/pending" {
			text, err := m.pending(r.Context())
			_, _ = fmt.Fprintln(w, text, err)
			return
		}
		to, err := time.Parse(time.RFC3339Nano, r.FormValue("to"))
		if err == nil {
			err = m.advance(r.Context(), to)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	})}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
