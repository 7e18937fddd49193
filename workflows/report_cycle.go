package workflows

import (
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
)

// ReportCycle conducts one run of a report stream from its plan to its closed
// record: requests go out, reminders follow, answers are collected, the report
// is compiled, cleared and transmitted. rapporteur.CycleState says what is due
// when; this workflow does it, one step at a time, and between steps waits for
// the next date, for a hint that answers have come, and for the Secretariat's
// commands. Cancelling works in every phase, by command or in Temporal.
func ReportCycle(ctx workflow.Context, in CycleInput) error { return conduct(ctx, NameReportCycle, in) }

// conduct is a run of any workflow whose steps a rapporteur.CycleState names.
func conduct(ctx workflow.Context, name string, in CycleInput) error {
	r := &conductor{name: name, cycle: in.Cycle, applied: in.Applied, onward: in.Onward}
	if err := r.setup(ctx, in); err != nil {
		return err
	}
	return r.run()
}

type conductor struct {
	*desk
	ctx     workflow.Context
	name    string // of the registered workflow
	cycle   rapporteur.CycleID
	state   rapporteur.CycleState
	loaded  bool
	untold  []rapporteur.Command // in the record, but not everybody was told
	applied []string             // ids of the latest commands
	shown   attributes
	onward  bool // steps may do at once what would follow
}

func (r *conductor) setup(ctx workflow.Context, in CycleInput) error {
	r.desk, r.ctx = newDesk(ctx, "The cycle", in.Cycle, in.Clock)
	if err := r.listen(); err != nil {
		return err
	}
	if in.State != nil {
		r.state = *in.State
	} else {
		state, err := r.load()
		if err != nil {
			return err
		}
		r.state = state
	}
	r.loaded = true
	return nil
}

func (r *conductor) run() error {
	for !r.state.Finished() {
		if err := r.letPeopleGoFirst(r.ctx); err != nil {
			return err
		}
		r.takeIn()
		if err := r.show(); err != nil {
			return err
		}
		now := r.now(r.ctx)
		step, rung := r.state.Due(now)
		var err error
		switch {
		case step != rapporteur.StepNone && r.may(r.ctx, string(step)):
			err = r.carryOut(step, rung)
		case len(r.untold) > 0 && r.may(r.ctx, stepTell):
			err = r.tell()
		case step == rapporteur.StepNone && len(r.untold) == 0 && r.quiet(r.ctx):
			return r.goOn()
		default:
			lookWhenClearing := r.state.Phase == rapporteur.PhaseClearing
			err = r.wait(r.ctx, r.state.NextWake(now), lookWhenClearing, string(r.state.Phase))
		}
		if err != nil {
			return err
		}
	}
	return r.end()
}

// takeIn gives the state what has come from outside: hints, and a wish to
// cancel, which is refused where the report has already left.
func (r *conductor) takeIn() {
	hinted := r.hinted()
	if r.rang() && r.state.Phase == rapporteur.PhaseClearing {
		hinted = true
	}
	if hinted {
		r.happen(rapporteur.CycleEvent{Hinted: true})
	}
	if r.newWish() {
		r.happen(rapporteur.CycleEvent{Command: &rapporteur.Command{
			Kind: rapporteur.CommandCancel, Actor: rapporteur.ActorEngine, Reason: "The reporting cycle was ended.",
		}})
	}
}

// happen moves the state on; an event that cannot happen now changes nothing.
func (r *conductor) happen(e rapporteur.CycleEvent) {
	next, err := r.state.Next(e, r.now(r.ctx))
	if err != nil {
		workflow.GetLogger(r.ctx).Warn("Event refused", "Cycle", r.cycle, "Reason", err.Error())
		return
	}
	r.state = next
}

// goOn continues in a new run, so that a history stays short however long the
// cycle runs.
func (r *conductor) goOn() error {
	r.alarm.stop()
	in := CycleInput{Cycle: r.cycle, Clock: r.clock, State: &r.state, Applied: r.applied, Onward: r.onward}
	return workflow.NewContinueAsNewError(r.ctx, r.name, in)
}

func (r *conductor) end() error {
	if err := r.show(); err != nil {
		return err
	}
	if err := r.leave(r.ctx); err != nil {
		return err
	}
	if r.wished && r.state.Phase == rapporteur.PhaseCancelled {
		return temporal.NewCanceledError()
	}
	return nil
}
