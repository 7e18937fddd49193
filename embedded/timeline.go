package embedded

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
)

// timeline is how far business time is ahead of the wall clock. Temporal has no clock of its own for a namespace: every
// execution carries its own offset. The timeline is the offset they are all meant to have, and remembers the executions
// that clients of this process started, because the server's list of executions lags behind by a moment.
type timeline struct {
	mu      sync.Mutex
	offset  time.Duration
	started map[string]bool
	follows func() time.Duration // another process's offset; nil for one of its own
}

func newTimeline() *timeline { return &timeline{started: map[string]bool{}} }

func (t *timeline) now() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Now().UTC().Add(t.offset)
}

// reach moves the timeline to a moment; it never goes back.
func (t *timeline) reach(moment time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.offset = max(t.offset, time.Until(moment))
}

func (t *timeline) ahead() time.Duration {
	if t.follows != nil {
		return t.follows()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.offset
}

func (t *timeline) remember(workflowID string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.started[workflowID] = true
}

func (t *timeline) forget(workflowID string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.started, workflowID)
}

func (t *timeline) remembered() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Collect(maps.Keys(t.started))
}

// intercept watches a client start executions, and makes them begin at business time: an execution is started with a
// delay of the timeline's offset, and skips just that delay, so its first task already reads the business day. Its
// StartTime remains the wall clock's.
func (t *timeline) intercept(
	ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, next grpc.UnaryInvoker, opts ...grpc.CallOption,
) error {
	id, starts := startedBy(req)
	if ahead := t.ahead(); ahead > 0 {
		req = delayed(req, ahead)
	}
	err := next(ctx, method, req, reply, conn, opts...)
	// Of two who start the same, the one who comes second may be answered first.
	if starts && t.follows == nil && (err == nil || exists(err)) {
		t.remember(id)
	}
	return err
}

// exists tells that the execution is there already, in the server's words or the
// client's.
func exists(err error) bool {
	var started *serviceerror.WorkflowExecutionAlreadyStarted
	return status.Code(err) == codes.AlreadyExists || errors.As(err, &started)
}

func startedBy(req any) (workflowID string, ok bool) {
	switch r := req.(type) {
	case *workflowservice.StartWorkflowExecutionRequest:
		return r.GetWorkflowId(), true
	case *workflowservice.SignalWithStartWorkflowExecutionRequest:
		return r.GetWorkflowId(), true
	case *workflowservice.ExecuteMultiOperationRequest:
		for _, op := range r.GetOperations() {
			if s := op.GetStartWorkflow(); s != nil {
				return s.GetWorkflowId(), true
			}
		}
	}
	return "", false
}

// delayed returns a changed copy: the caller may send the same request again after a failure.
func delayed(req any, by time.Duration) any {
	switch r := req.(type) {
	case *workflowservice.StartWorkflowExecutionRequest:
		r = proto.CloneOf(r)
		r.WorkflowStartDelay = durationpb.New(r.WorkflowStartDelay.AsDuration() + by)
		r.TimeSkippingConfig = jump(uuid.NewString(), by)
		return r
	case *workflowservice.SignalWithStartWorkflowExecutionRequest:
		r = proto.CloneOf(r)
		r.WorkflowStartDelay = durationpb.New(r.WorkflowStartDelay.AsDuration() + by)
		r.TimeSkippingConfig = jump(uuid.NewString(), by)
		return r
	default:
		return req
	}
}

// jump asks for one fast-forward, at whose end time stands still again.
func jump(id string, by time.Duration) *common.TimeSkippingConfig {
	return &common.TimeSkippingConfig{
		Enabled:             true,
		MaxSessionSkipCount: maxSkips,
		FastForwardConfig:   &common.FastForwardConfig{Id: id, Duration: durationpb.New(by)},
	}
}

// maxSkips bounds the timers and retries passed in one jump. It guards against an activity that fails for ever while its
// back-off is skipped; no jump of honest work comes near it.
const maxSkips = 100_000
