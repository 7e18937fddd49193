package payload

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"
)

// Usage is how many workflows need a key: to go on, and to be read when they have
// ended.
type Usage struct {
	Open   int `json:"open"`
	Closed int `json:"closed"`
}

// lookingAtOnce bounds the histories that Survey reads beside each other.
const lookingAtOnce = 4

// Survey reads the histories of a namespace and counts the runs that need a key,
// by its id; under "" those with payloads that nobody sealed. It holds one page of
// a history at a time. Runs that have ended are left out unless asked for: there
// are many more of them. What starts meanwhile may be missed; it uses the newest
// key.
func Survey(ctx context.Context, c client.Client, namespace string, closed bool) (map[string]Usage, error) {
	s := surveyor{client: c, usage: map[string]Usage{}}
	request := &workflowservice.ListWorkflowExecutionsRequest{Namespace: namespace, PageSize: 500, Query: `ExecutionStatus = "Running"`}
	if closed {
		request.Query = ""
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(lookingAtOnce)
	var failed error
	for ctx.Err() == nil {
		page, err := c.ListWorkflow(ctx, request)
		if err != nil {
			failed = fmt.Errorf("cannot list workflows: %w", err)
			break
		}
		for _, run := range page.GetExecutions() {
			group.Go(func() error { return s.look(ctx, run) })
		}
		if request.NextPageToken = page.GetNextPageToken(); len(request.NextPageToken) == 0 {
			break
		}
	}
	if err := errors.Join(group.Wait(), failed); err != nil {
		return nil, err
	}
	return s.usage, nil
}

type surveyor struct {
	client client.Client
	mutex  sync.Mutex
	usage  map[string]Usage
}

// look counts one run; one that is gone by now needs nothing.
func (s *surveyor) look(ctx context.Context, run *workflow.WorkflowExecutionInfo) error {
	uses := map[string]int{}
	id := run.GetExecution().GetWorkflowId()
	events := s.client.GetWorkflowHistory(ctx, id, run.GetExecution().GetRunId(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		var gone *serviceerror.NotFound
		switch {
		case errors.As(err, &gone):
			return nil
		case err != nil:
			return fmt.Errorf("cannot read history of %s: %w", id, err)
		}
		if err := Use(ctx, event, uses); err != nil {
			return err
		}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for key := range uses {
		usage := s.usage[key]
		if run.GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
			usage.Open++
		} else {
			usage.Closed++
		}
		s.usage[key] = usage
	}
	return nil
}
