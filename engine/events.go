package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/converter"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows"
)

// Events reads the history of a workflow with all its runs, oldest first,
// without payloads: of these only the audit sequence in a hint is read. A
// workflow that the server does not know, or no longer, is a ProblemNotFound.
func (e *Engine) Events(ctx context.Context, workflowID string) ([]rapporteur.EngineEvent, error) {
	var runs [][]rapporteur.EngineEvent
	for run := ""; ; {
		reader := eventReader{engine: e, workflow: workflowID, scheduled: map[int64]*history.ActivityTaskScheduledEventAttributes{}}
		events, err := reader.run(ctx, run)
		if err != nil {
			return nil, err
		}
		runs = append(runs, events)
		if run = reader.before; run == "" {
			break
		}
	}
	slices.Reverse(runs)
	return slices.Concat(runs...), nil
}

// eventReader reads one run.
type eventReader struct {
	engine    *Engine
	workflow  string
	id        string // of the run
	before    string // the run that this one continues
	scheduled map[int64]*history.ActivityTaskScheduledEventAttributes
}

func (r *eventReader) run(ctx context.Context, run string) ([]rapporteur.EngineEvent, error) {
	var events []rapporteur.EngineEvent
	err := r.each(ctx, run, func(event *history.HistoryEvent) { events = append(events, r.read(event)) })
	return events, err
}

func (r *eventReader) failure(ctx context.Context, err error) error {
	var notFound *serviceerror.NotFound
	switch {
	case errors.As(err, &notFound):
		return rapporteur.NotFound("workflow", r.workflow)
	case silent(ctx, err):
		return unavailable(err)
	}
	return fmt.Errorf("cannot read history: %w", err)
}

// read takes from an event what a reader of the record may need: its type, and
// the names and ids by which it is matched with audit records.
func (r *eventReader) read(event *history.HistoryEvent) rapporteur.EngineEvent {
	e := rapporteur.EngineEvent{
		Workflow: r.workflow, Run: r.id, ID: event.GetEventId(), Type: event.GetEventType().String(),
		At: event.GetEventTime().AsTime(),
	}
	if a := event.GetWorkflowExecutionStartedEventAttributes(); a != nil {
		e.Name = a.GetWorkflowType().GetName()
	}
	if a := event.GetActivityTaskScheduledEventAttributes(); a != nil {
		r.scheduled[event.GetEventId()] = a
	}
	if a := r.scheduled[scheduledID(event)]; a != nil {
		e.Name, e.Ref = a.GetActivityType().GetName(), a.GetActivityId()
	}
	if a := event.GetWorkflowExecutionSignaledEventAttributes(); a != nil {
		e.Name, e.AuditSeq = a.GetSignalName(), r.auditSeq(a.GetInput())
	}
	if a := event.GetWorkflowExecutionUpdateAcceptedEventAttributes(); a != nil {
		e.Name, e.Ref = a.GetAcceptedRequest().GetInput().GetName(), a.GetAcceptedRequest().GetMeta().GetUpdateId()
	}
	if a := event.GetWorkflowExecutionUpdateCompletedEventAttributes(); a != nil {
		e.Ref = a.GetMeta().GetUpdateId()
	}
	if a := event.GetTimerStartedEventAttributes(); a != nil {
		e.Ref = a.GetTimerId()
	}
	if a := event.GetTimerFiredEventAttributes(); a != nil {
		e.Ref = a.GetTimerId()
	}
	if a := event.GetTimerCanceledEventAttributes(); a != nil {
		e.Ref = a.GetTimerId()
	}
	return e
}

// scheduledID is the event that scheduled the activity that an event is about,
// the event itself included; zero where it is about none.
func scheduledID(event *history.HistoryEvent) int64 {
	if event.GetActivityTaskScheduledEventAttributes() != nil {
		return event.GetEventId()
	}
	if a := event.GetActivityTaskStartedEventAttributes(); a != nil {
		return a.GetScheduledEventId()
	}
	if a := event.GetActivityTaskCompletedEventAttributes(); a != nil {
		return a.GetScheduledEventId()
	}
	if a := event.GetActivityTaskFailedEventAttributes(); a != nil {
		return a.GetScheduledEventId()
	}
	if a := event.GetActivityTaskTimedOutEventAttributes(); a != nil {
		return a.GetScheduledEventId()
	}
	if a := event.GetActivityTaskCancelRequestedEventAttributes(); a != nil {
		return a.GetScheduledEventId()
	}
	if a := event.GetActivityTaskCanceledEventAttributes(); a != nil {
		return a.GetScheduledEventId()
	}
	return 0
}

// auditSeq is the audit record that a hint tells of, zero where it tells of
// none or cannot be read.
func (r *eventReader) auditSeq(input *common.Payloads) int64 {
	reader := converter.GetDefaultDataConverter()
	if r.engine.Payloads != nil {
		reader = r.engine.Payloads.DataConverter()
	}
	var hint workflows.Hint
	if err := reader.FromPayloads(input, &hint); err != nil {
		return 0
	}
	return hint.AuditSeq
}
