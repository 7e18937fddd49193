package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/activities"
)

// stepTell writes to those whom a command touches. It is not in the state
// machine: a command counts whether or not the mail server answers.
const stepTell = "tell"

func (r *conductor) load() (rapporteur.CycleState, error) {
	return load(r.ctx, activities.LoadCycle, activities.CycleStep{Cycle: r.cycle, Now: r.now(r.ctx)})
}

// carryOut does one step and gives the state what came of it.
func (r *conductor) carryOut(step rapporteur.CycleStep, rung rapporteur.PlannedRung) error {
	return r.attempt(r.ctx, string(step), func(ctx workflow.Context) error {
		events, err := r.do(ctx, step, rung)
		if err != nil {
			return err
		}
		next := r.state
		for _, event := range events {
			if next, err = next.Next(event, r.now(ctx)); err != nil {
				return err
			}
		}
		r.state = next
		return nil
	})
}

// do carries out the activity of a step and tells what happened, in order.
func (r *conductor) do(ctx workflow.Context, step rapporteur.CycleStep, rung rapporteur.PlannedRung) ([]rapporteur.CycleEvent, error) {
	in := activities.CycleStep{Cycle: r.cycle, Now: r.now(ctx), Onward: r.onward}
	switch step {
	case rapporteur.StepSendRung:
		what := fmt.Sprintf("%s, due %s", rung.Rung.ID, rung.Due)
		sent, err := do(ctx, mailing, activities.SendRung, activities.RungStep{Cycle: r.cycle, Rung: rung, Now: in.Now, Onward: in.Onward}, what)
		return append([]rapporteur.CycleEvent{{RungSent: &rung}}, collected(sent.Collected)...), err
	case rapporteur.StepCollect:
		found, err := do(ctx, bulk, activities.Collect, in, "")
		return collected(&found), err
	case rapporteur.StepTransmit:
		return r.transmit(ctx, in)
	}
	event, err := r.doOne(ctx, step, in)
	return []rapporteur.CycleEvent{event}, err
}

// collected is what a collection was, and that of nothing is nothing.
func collected(found *activities.Collected) []rapporteur.CycleEvent {
	switch {
	case found == nil:
		return nil
	case found.Closed:
		return []rapporteur.CycleEvent{{Collected: &found.Counts}, {Closed: &found.Counts}}
	}
	return []rapporteur.CycleEvent{{Collected: &found.Counts}}
}

// doOne carries out the activity of a step of which one thing comes.
func (r *conductor) doOne(ctx workflow.Context, step rapporteur.CycleStep, in activities.CycleStep) (rapporteur.CycleEvent, error) {
	switch step {
	case rapporteur.StepPreflight, rapporteur.StepOpen:
		return r.open(ctx, in)
	case rapporteur.StepCloseCollection:
		counts, err := do(ctx, bulk, activities.CloseCollection, in, "")
		return rapporteur.CycleEvent{Closed: &counts}, err
	case rapporteur.StepHandOver, rapporteur.StepChaseIssue, rapporteur.StepRecordIssue:
		return r.include(ctx, step, in)
	case rapporteur.StepCallOff, rapporteur.StepChaseOutcome:
		return r.occasion(ctx, step, in)
	case rapporteur.StepCancel:
		cancel := activities.CancelStep{Cycle: r.cycle, Reason: r.state.CancelReason, By: r.state.CancelledBy, Now: in.Now}
		_, err := do(ctx, mailing, activities.Cancel, cancel, "")
		return rapporteur.CycleEvent{Cancelled: true}, err
	}
	return r.report(ctx, step, in)
}

// open opens the cycle if everybody can be reached.
func (r *conductor) open(ctx workflow.Context, in activities.CycleStep) (rapporteur.CycleEvent, error) {
	reach, err := do(ctx, bulk, activities.Preflight, in, "")
	switch {
	case err != nil || reach.Unreachable > 0:
		return rapporteur.CycleEvent{Preflighted: true}, err
	case reach.Opened != nil:
		return rapporteur.CycleEvent{Opened: reach.Opened}, nil
	}
	counts, err := do(ctx, bulk, activities.Open, in, "")
	return rapporteur.CycleEvent{Opened: &counts}, err
}

// report carries out the steps after collection.
func (r *conductor) report(ctx workflow.Context, step rapporteur.CycleStep, in activities.CycleStep) (rapporteur.CycleEvent, error) {
	draft := activities.DraftStep{Cycle: r.cycle, Draft: r.state.Draft, Now: in.Now}
	what := fmt.Sprintf("draft %d", r.state.Draft)
	switch step {
	case rapporteur.StepCompile:
		compiled, err := do(ctx, bulk, activities.Compile, in, fmt.Sprintf("draft %d", r.state.Draft+1))
		return rapporteur.CycleEvent{Compiled: compiled.Draft, Submitted: compiled.Submitted}, err
	case rapporteur.StepSubmitDraft:
		_, err := do(ctx, quick, activities.SubmitDraft, draft, what)
		return rapporteur.CycleEvent{Submitted: true}, err
	case rapporteur.StepCheckClearance:
		outcome, err := do(ctx, quick, activities.CheckClearance, draft, what)
		return rapporteur.CycleEvent{Clearance: outcome}, err
	case rapporteur.StepClose:
		_, err := do(ctx, quick, activities.Close, in, "")
		return rapporteur.CycleEvent{Sealed: true}, err
	}
	return rapporteur.CycleEvent{}, fmt.Errorf("cannot carry out step: there is none called %q", step)
}

// transmit puts symbol and masthead date on the draft, and closes the cycle.
func (r *conductor) transmit(ctx workflow.Context, in activities.CycleStep) ([]rapporteur.CycleEvent, error) {
	transmit := activities.TransmitStep{Cycle: r.cycle, Draft: r.state.Draft, Transmittal: r.state.Transmittal, Now: in.Now, Onward: in.Onward}
	sent, err := do(ctx, quick, activities.Transmit, transmit, fmt.Sprintf("draft %d", r.state.Draft))
	events := []rapporteur.CycleEvent{{Transmitted: true}}
	if sent.Closed {
		events = append(events, rapporteur.CycleEvent{Sealed: true})
	}
	return events, err
}

// tell writes to those whom the oldest untold command touches.
func (r *conductor) tell() error {
	command := r.untold[0]
	return r.attempt(r.ctx, stepTell, func(ctx workflow.Context) error {
		in := activities.CommandStep{Cycle: r.cycle, Command: command, Now: r.now(ctx)}
		if _, err := do(ctx, mailing, activities.Tell, in, string(command.Kind)); err != nil {
			return err
		}
		r.untold = r.untold[1:]
		return nil
	})
}
