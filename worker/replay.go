package worker

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	sdk "go.temporal.io/sdk/worker"
	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur/workflows"
)

// Replay holds this build against the histories of workflows that run.
type Replay struct {
	Client    client.Client
	Namespace string
	// Options are those of Client: its converters and propagators read the
	// histories.
	Options client.Options
	// Workflows registers what is held against the histories; RegisterWorkflows
	// where nil.
	Workflows func(sdk.WorkflowRegistry)
	// AtOnce is how many histories are in memory at a time; 4 when zero. A
	// cycle's history has at most some thousand events.
	AtOnce int
}

// Unreplayable is a workflow with which this build cannot go on.
type Unreplayable struct {
	WorkflowID string `json:"workflow_id"`
	RunID      string `json:"run_id"`
	Type       string `json:"type"`
	Why        string `json:"why"`
}

// Replayed is what became of it.
type Replayed struct {
	Open     int            `json:"open"`     // workflows that run
	Replayed int            `json:"replayed"` // of them; the others had not begun, or ended meanwhile
	Failed   int            `json:"failed"`
	Examples []Unreplayable `json:"examples"` // of those that failed, at most maxExamples
	// Workflows are the ids of those that run, sorted.
	Workflows []string `json:"-"`
}

const (
	maxExamples = 50
	maxWhy      = 400 // characters
	pageSize    = 200
	// oneHistory is how long reading one history may take.
	oneHistory = time.Minute
)

// OpenHistories replays the history of every workflow that runs on the task
// queue, and says with which of them this build cannot go on: their next task
// would fail, over and over, until a build comes that can. Nothing is written and
// no step is carried out. The list is Temporal's, which may be seconds behind.
// An error says that not everything could be looked at.
func (r Replay) OpenHistories(ctx context.Context) (Replayed, error) {
	if r.AtOnce <= 0 {
		r.AtOnce = 4
	}
	all := &tally{done: Replayed{Examples: []Unreplayable{}}}
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(r.AtOnce)
	request := &workflowservice.ListWorkflowExecutionsRequest{
		Namespace: r.Namespace, PageSize: pageSize,
		Query: fmt.Sprintf("ExecutionStatus = 'Running' AND TaskQueue = '%s'", workflows.TaskQueue),
	}
	var ids []string
	for {
		page, err := r.Client.ListWorkflow(within, request)
		if err != nil {
			_ = group.Wait()
			return all.done, fmt.Errorf("cannot list workflows that run: %w", err)
		}
		for _, execution := range page.GetExecutions() {
			ids = append(ids, execution.GetExecution().GetWorkflowId())
			group.Go(func() error { return r.one(within, execution, all) })
		}
		if request.NextPageToken = page.GetNextPageToken(); len(request.NextPageToken) == 0 {
			break
		}
	}
	err := group.Wait()
	slices.Sort(ids)
	all.done.Workflows = ids
	return all.done, err
}

// tally counts what several goroutines find.
type tally struct {
	mu   sync.Mutex
	done Replayed
}

func (t *tally) add(replayed bool, failure *Unreplayable) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done.Open++
	if replayed {
		t.done.Replayed++
	}
	if failure != nil {
		t.done.Failed++
		if len(t.done.Examples) < maxExamples {
			t.done.Examples = append(t.done.Examples, *failure)
		}
	}
}

func (r Replay) one(ctx context.Context, e *workflow.WorkflowExecutionInfo, all *tally) error {
	id, run := e.GetExecution().GetWorkflowId(), e.GetExecution().GetRunId()
	whole, err := r.history(ctx, id, run)
	if err != nil {
		return fmt.Errorf("cannot read history of %s: %w", id, err)
	}
	if !begun(whole) {
		all.add(false, nil)
		return nil
	}
	// Twice, for the replayer takes a busy machine for a workflow that hangs.
	for range 2 {
		if err = r.replay(whole); err == nil {
			all.add(true, nil)
			return nil
		}
	}
	all.add(true, &Unreplayable{WorkflowID: id, RunID: run, Type: e.GetType().GetName(), Why: short(err)})
	return nil
}

// history reads one run's history, which only grows.
func (r Replay) history(ctx context.Context, id, run string) (*history.History, error) {
	ctx, cancel := context.WithTimeout(ctx, oneHistory)
	defer cancel()
	pages := r.Client.GetWorkflowHistory(ctx, id, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	whole := &history.History{}
	for pages.HasNext() {
		event, err := pages.Next()
		if err != nil {
			return nil, err
		}
		whole.Events = append(whole.Events, event)
	}
	return whole, nil
}

// begun reports whether a build has decided anything in the history.
func begun(whole *history.History) bool {
	for _, event := range whole.GetEvents() {
		if event.GetEventType() == enums.EVENT_TYPE_WORKFLOW_TASK_COMPLETED {
			return true
		}
	}
	return false
}

func (r Replay) replay(whole *history.History) error {
	replayer, err := sdk.NewWorkflowReplayerWithOptions(sdk.WorkflowReplayerOptions{
		DataConverter: r.Options.DataConverter, FailureConverter: r.Options.FailureConverter,
		ContextPropagators: r.Options.ContextPropagators, DisableRegistrationAliasing: true,
	})
	if err != nil {
		return fmt.Errorf("cannot make replayer: %w", err)
	}
	if r.Workflows != nil {
		r.Workflows(replayer)
	} else {
		RegisterWorkflows(replayer)
	}
	// What it logs holds the inputs of steps; what it returns says enough.
	return replayer.ReplayWorkflowHistory(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), whole)
}

// named finds what an event in an error is about.
var named = regexp.MustCompile(`Name:([\w./-]+)`)

// short is an error in one line. Of the events in it only the kind and a name are
// left, for they hold what goes into steps.
func short(err error) string {
	var text strings.Builder
	depth, inner := 0, strings.Builder{}
	for _, r := range strings.Join(strings.Fields(err.Error()), " ") {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			depth--
			if depth == 0 {
				if found := named.FindStringSubmatch(inner.String()); found != nil {
					text.WriteString("(" + found[1] + ")")
				}
				inner.Reset()
			}
			continue
		}
		if depth > 0 {
			inner.WriteRune(r)
		} else {
			text.WriteRune(r)
		}
	}
	if runes := []rune(text.String()); len(runes) > maxWhy {
		return string(runes[:maxWhy]) + "…"
	}
	return text.String()
}
