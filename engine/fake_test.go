package engine_test

import (
	"context"
	"slices"
	"strings"
	"sync"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows"
)

// server stands in for Temporal's client: it remembers what is asked of it and
// answers with the errors it is told to. What is real is tested end to end in
// workflows/endtoend; here are the answers that a real server gives on bad
// days only.
type server struct {
	client.Client
	mu      sync.Mutex
	starts  []client.StartWorkflowOptions
	inputs  []any
	names   []any
	hints   []said
	away    error            // to everything
	refuses map[string]error // by workflow id
	update  error
}

// said is one signal.
type said struct {
	workflow string
	hint     workflows.Hint
}

func (s *server) answer(workflowID string) error {
	if s.away != nil {
		return s.away
	}
	return s.refuses[workflowID]
}

func (s *server) ExecuteWorkflow(_ context.Context, o client.StartWorkflowOptions, name any, args ...any) (client.WorkflowRun, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.answer(o.ID); err != nil {
		return nil, err
	}
	s.starts, s.inputs, s.names = append(s.starts, o), append(s.inputs, args[0]), append(s.names, name)
	return nil, nil //nolint:nilnil // the relay has no use for the run
}

func (s *server) SignalWorkflow(_ context.Context, workflowID, _, _ string, arg any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.answer(workflowID); err != nil {
		return err
	}
	hint, _ := arg.(workflows.Hint)
	s.hints = append(s.hints, said{workflow: workflowID, hint: hint})
	return nil
}

func (s *server) UpdateWorkflow(context.Context, client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	return nil, s.update
}

func (s *server) set(change func(s *server)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// outbox is a store that has only an outbox.
type outbox struct {
	rapporteur.Store
	mu       sync.Mutex
	messages []rapporteur.Message
	away     error
	waiting  []rapporteur.CycleID // uncollected
}

type outboxTx struct {
	rapporteur.Tx
	o *outbox
}

func (o *outbox) Read(ctx context.Context, fn func(context.Context, rapporteur.Reader) error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.away != nil {
		return o.away
	}
	return fn(ctx, outboxTx{o: o})
}

func (o *outbox) Write(ctx context.Context, fn func(context.Context, rapporteur.Tx) error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.away != nil {
		return o.away
	}
	return fn(ctx, outboxTx{o: o})
}

func (t outboxTx) Tried(_ context.Context, ids []int64) error {
	for n, m := range t.o.messages {
		if slices.Contains(ids, m.ID) {
			t.o.messages[n].Attempts++
		}
	}
	return nil
}

func (t outboxTx) Outbox(_ context.Context, limit int) ([]rapporteur.Message, error) {
	return t.o.messages[:min(limit, len(t.o.messages))], nil
}

func (t outboxTx) Cycle(_ context.Context, id rapporteur.CycleID) (rapporteur.Cycle, error) {
	c := rapporteur.Cycle{ID: id, Shape: rapporteur.ShapeReport, ClockOffset: -someOffset}
	switch {
	case strings.Contains(string(id), "/"+rapporteur.OccasionPrefix):
		c.Shape, c.Title = rapporteur.ShapeOccasion, "A title that operators need not read"
	case id.IsWindow():
		c.Shape = rapporteur.ShapeIntake
	}
	return c, nil
}

func (t outboxTx) Uncollected(context.Context) ([]rapporteur.CycleID, error) { return t.o.waiting, nil }

func (t outboxTx) Delivered(_ context.Context, ids []int64) error {
	var left []rapporteur.Message
	for _, m := range t.o.messages {
		delivered := false
		for _, id := range ids {
			delivered = delivered || id == m.ID
		}
		if !delivered {
			left = append(left, m)
		}
	}
	t.o.messages = left
	return nil
}

func (o *outbox) left() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.messages)
}

func (o *outbox) put(messages ...rapporteur.Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range messages {
		m.ID = int64(len(o.messages)) + 1
		o.messages = append(o.messages, m)
	}
}

var errAway = serviceerror.NewUnavailable("no connection")
