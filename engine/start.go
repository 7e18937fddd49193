package engine

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows"
)

// start starts the workflow of a message. One that was started before, running
// or ended, is as good.
func (r *Relay) start(ctx context.Context, m rapporteur.Message, cycle rapporteur.Cycle) error {
	name, input, summary := begin(m, cycle)
	reuse := enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE
	switch {
	case name == workflows.NameIntakeStream: // one that was stopped, or ended by mistake, may begin again
		reuse = enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE
	case m.Kind == rapporteur.MessageStartAgain:
		reuse = enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY
	}
	attributes, err := workflows.Attributes(m.Cycle, m.Contributor)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err = r.Client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: m.WorkflowID(), TaskQueue: workflows.TaskQueue,
		WorkflowIDReusePolicy:                    reuse,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		EnableEagerStart:                         true, // where the worker is in this process, as in standalone
		TypedSearchAttributes:                    attributes,
		Memo:                                     memo(m),
		StaticSummary:                            summary,
	}, name, input)
	var already *serviceerror.WorkflowExecutionAlreadyStarted
	if err != nil && !errors.As(err, &already) && !temporal.IsWorkflowExecutionAlreadyStartedError(err) {
		return fmt.Errorf("cannot start workflow %s: %w", m.WorkflowID(), err)
	}
	return nil
}

// begin is how a message's workflow starts: its registered name, its input and
// what operators read about it.
func begin(m rapporteur.Message, cycle rapporteur.Cycle) (name string, input any, summary string) {
	clock := cycle.ClockOffset
	switch m.Starts() {
	case rapporteur.MessageStartFollowUp:
		key := rapporteur.RequestKey{Cycle: m.Cycle, Contributor: m.Contributor}
		return workflows.NameFollowUp, workflows.FollowUpInput{RequestKey: key, Number: m.Number, Clock: clock},
			fmt.Sprintf("Follow-up %d of %s in %s", m.Number, m.Contributor, m.Cycle)
	case rapporteur.MessageStartReminder:
		key := rapporteur.RequestKey{Cycle: m.Cycle, Contributor: m.Contributor}
		return workflows.NameReminder, workflows.ReminderInput{RequestKey: key, Number: m.Number, Clock: clock},
			fmt.Sprintf("Reminder %d to %s in %s", m.Number, m.Contributor, m.Cycle)
	case rapporteur.MessageStartClearance:
		return workflows.NameClearance, workflows.ClearanceInput{Cycle: m.Cycle, Draft: m.Number, Clock: clock},
			fmt.Sprintf("Clearance of draft %d of %s", m.Number, m.Cycle)
	case rapporteur.MessageStartCalendar:
		key := streamOf(m.Cycle)
		return workflows.NameStreamCalendar, workflows.CalendarInput{StreamKey: key, Clock: clock}, "Calendar of " + key.String()
	}
	// The record was just read: the workflow need not load what it begins with.
	state := rapporteur.NewCycleState(cycle)
	input = workflows.CycleInput{Cycle: m.Cycle, Clock: clock, State: &state, Onward: true}
	switch cycle.Shape {
	case rapporteur.ShapeInclusion:
		return workflows.NameInclusionCycle, input, fmt.Sprintf("Inclusion %s: %s", m.Cycle, cycle.Title)
	case rapporteur.ShapeOccasion:
		return workflows.NameOccasion, input, "Occasion " + string(m.Cycle)
	case rapporteur.ShapeIntake:
		return workflows.NameIntakeStream, workflows.IntakeInput{Window: m.Cycle, Clock: clock}, "Intake of " + string(m.Cycle)
	}
	return workflows.NameReportCycle, input, "Report cycle " + string(m.Cycle)
}

// streamOf is the stream whose calendar a message is about.
func streamOf(id rapporteur.CycleID) rapporteur.StreamKey {
	instrument, stream, _, _ := id.Parts() // a stored id has its parts
	return rapporteur.StreamKey{Instrument: instrument, Stream: stream}
}

// memo links the workflows of a cycle: ids only, for operators read it.
func memo(m rapporteur.Message) map[string]any {
	memo := map[string]any{"cycle": string(m.Cycle)}
	if m.Contributor != "" {
		memo["contributor"] = string(m.Contributor)
	}
	if m.Number > 0 {
		memo["number"] = m.Number
	}
	return memo
}

// hint tells a workflow that the record has changed. One that is not there, or
// has ended, has nothing to learn.
func (r *Relay) hint(ctx context.Context, workflowID string, auditSeq int64) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := r.Client.SignalWorkflow(ctx, workflowID, "", workflows.SignalHint, workflows.Hint{AuditSeq: auditSeq})
	var notFound *serviceerror.NotFound
	if err != nil && !errors.As(err, &notFound) {
		return fmt.Errorf("cannot hint to workflow %s: %w", workflowID, err)
	}
	return nil
}

// gone reports whether the server as a whole does not answer, so that it is no
// use to try the next message.
func gone(err error) bool { return silent(context.Background(), err) }
