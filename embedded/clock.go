package embedded

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

const (
	// atOnce bounds the executions that jump at the same time; more only queue for the database's one connection.
	atOnce = 16

	// justAfter is how far behind the wanted moment a jump ends, so that timers due at that very moment have fired.
	justAfter = time.Second

	// retries bounds how often a jump is asked for again after continue-as-new or somebody else's jump got in its way.
	retries = 5
)

// Clock moves the executions of a server's namespace through time, all to the same moment. Nothing else does: between
// two calls time passes at its usual pace. One jump at a time; a Clock is not for concurrent use.
type Clock struct {
	timeline *timeline
	service  workflowservice.WorkflowServiceClient
	space    string
	client   client.Client
}

// Clock returns the clock of the server's namespace, which c must be connected to. The server must have been started
// with Options.TimeSkipping, or Advance fails.
func (s *Server) Clock(c client.Client) *Clock {
	return &Clock{timeline: s.time, service: c.WorkflowService(), space: s.options.Namespace, client: c}
}

// Now is the business time that executions read (within the seconds a jump takes). An execution started from now on
// through Server.Dial begins at this time. A server started on a file takes it up from the executions that are running.
func (k *Clock) Now() time.Time { return k.timeline.now() }

// Advance is AdvanceTo for a moment that lies `by` ahead of Now.
func (k *Clock) Advance(ctx context.Context, by time.Duration, workflowIDs ...string) error {
	return k.AdvanceTo(ctx, k.Now().Add(by), workflowIDs...)
}

// AdvanceTo moves the named executions, or with no names every running execution of the namespace, including those that
// start meanwhile, to one second past the moment. Timers due until then fire in order, each at its own time, with the
// activities, updates and timers that follow from them; the call returns when all of that has been done and nothing is
// left to do before the moment. It waits as long as a workflow task, activity or child is pending, so workers must be
// running (an activity that waits out the back-off of a retry past the moment is not waited for), and a parent whose
// child outlives the moment is waited for until ctx ends.
//
// An execution that closes meanwhile, or is already past the moment, is left alone. An unknown name is an error; the
// others may have moved then. Not for workflows with a cron schedule or a retry policy of their own: server 1.32 counts
// skipped time twice in the delay of their next run.
func (k *Clock) AdvanceTo(ctx context.Context, moment time.Time, workflowIDs ...string) error {
	target := moment.Add(justAfter)
	moved := map[string]bool{}
	for ids := workflowIDs; ; {
		if len(workflowIDs) == 0 {
			var err error
			if ids, err = k.running(ctx, moved); err != nil {
				return fmt.Errorf("cannot list executions: %w", err)
			}
		}
		err := each(ctx, ids, func(ctx context.Context, id string) error {
			err := k.move(ctx, id, target)
			if len(workflowIDs) == 0 && gone(err) { // deleted since it was listed
				k.timeline.forget(id)
				return nil
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("cannot move to %s: %w", moment.Format(time.RFC3339), err)
		}
		if len(workflowIDs) > 0 || len(ids) == 0 {
			k.timeline.reach(target)
			return nil
		}
		for _, id := range ids {
			moved[id] = true
		}
	}
}

// resume takes the time from the execution that is furthest ahead.
func (k *Clock) resume(ctx context.Context) error {
	ids, err := k.running(ctx, nil)
	if err != nil {
		return err
	}
	return each(ctx, ids, func(ctx context.Context, id string) error {
		s, err := k.await(ctx, id, func(standing) bool { return true })
		if gone(err) {
			return nil
		}
		if err == nil && !s.closed {
			k.timeline.reach(s.now)
		}
		return err
	})
}

// running lists the open executions that are not among the known ones: those of the server's list, which holds the ones
// from before a restart, and those started since, which the list may not show yet.
func (k *Clock) running(ctx context.Context, known map[string]bool) ([]string, error) {
	found := map[string]bool{}
	for _, id := range k.timeline.remembered() {
		found[id] = !known[id]
	}
	req := &workflowservice.ListWorkflowExecutionsRequest{Namespace: k.space, PageSize: 1000, Query: `ExecutionStatus = "Running"`}
	for {
		resp, err := k.service.ListWorkflowExecutions(ctx, req)
		if err != nil {
			return nil, err
		}
		for _, e := range resp.GetExecutions() {
			id := e.GetExecution().GetWorkflowId()
			found[id] = !known[id]
		}
		if req.NextPageToken = resp.GetNextPageToken(); len(req.NextPageToken) == 0 {
			break
		}
	}
	maps.DeleteFunc(found, func(_ string, isNew bool) bool { return !isNew })
	return slices.Sorted(maps.Keys(found)), nil
}

// each does the same to many executions, several at once, until the first error.
func each(ctx context.Context, ids []string, do func(context.Context, string) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, id := range ids {
		group.Go(func() error {
			if err := do(ctx, id); err != nil {
				return fmt.Errorf("execution %s: %w", id, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// move takes one execution, with all its continued runs, to the target.
func (k *Clock) move(ctx context.Context, id string, target time.Time) error {
	for try := 0; ; try++ {
		state, err := k.await(ctx, id, standing.begun)
		if err != nil {
			return err
		}
		if state.closed {
			k.timeline.forget(id)
			return nil
		}
		if by := target.Sub(state.now); by > 0 {
			done, err := k.jump(ctx, id, by)
			if err != nil {
				return err
			}
			if !done && try < retries {
				continue
			}
			if !done {
				return errors.New("its time keeps being set by somebody else")
			}
		}
		_, err = k.await(ctx, id, standing.idle)
		return err
	}
}

// jump fast-forwards an execution and waits for the end of it. It reports false when the jump has to be asked for again.
func (k *Clock) jump(ctx context.Context, id string, by time.Duration) (bool, error) {
	jumpID := uuid.NewString()
	execution := &common.WorkflowExecution{WorkflowId: id}
	_, err := k.service.UpdateWorkflowExecutionOptions(ctx, &workflowservice.UpdateWorkflowExecutionOptionsRequest{
		Namespace:                k.space,
		WorkflowExecution:        execution,
		WorkflowExecutionOptions: &workflow.WorkflowExecutionOptions{TimeSkippingConfig: jump(jumpID, by)},
		UpdateMask:               &fieldmaskpb.FieldMask{Paths: []string{"time_skipping_config"}},
	})
	if gone(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	for {
		resp, err := k.service.PollWorkflowExecutionTimeSkipping(ctx, &workflowservice.PollWorkflowExecutionTimeSkippingRequest{
			Namespace: k.space, WorkflowExecution: execution, FastForwardId: jumpID,
		})
		if gone(err) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		switch resp.GetFastForwardPollingResult() {
		case enums.FAST_FORWARD_POLLING_RESULT_POLL_TIMEOUT:
		case enums.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED:
			return true, nil
		default:
			return false, nil
		}
	}
}

// gone tells an execution that closed or was deleted, between our look at it and our request, from a failure.
func gone(err error) bool {
	var notFound *serviceerror.NotFound
	return errors.As(err, &notFound)
}
