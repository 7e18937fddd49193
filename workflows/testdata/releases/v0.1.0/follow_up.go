package workflows

import (
	"fmt"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows/testdata/releases/v0.1.0/activities"
)

// FollowUp follows one contributor off the common path of a cycle: an
// extension that the Secretariat decides, a correction, an escalation to the
// contributor's lead. It has its own dates and ladder, looks at the record
// whenever it wakes, and brings the contributor back to the common path when
// the matter is settled or its time is over. Cancelled in Temporal, it does so
// at once.
func FollowUp(ctx workflow.Context, in FollowUpInput) error {
	f := &followUp{key: in.RequestKey, number: in.Number}
	if err := f.setup(ctx, in); err != nil {
		return err
	}
	return f.run()
}

type followUp struct {
	*desk
	ctx    workflow.Context
	key    rapporteur.RequestKey
	number int
	state  rapporteur.FollowUpState
	ladder []rapporteur.Rung // for a granted extension
	loaded bool
	shown  attributes
}

func (f *followUp) setup(ctx workflow.Context, in FollowUpInput) error {
	f.desk, f.ctx = newDesk(ctx, fmt.Sprintf("Follow-up %d of %s", in.Number, in.Contributor), in.Cycle, in.Clock)
	if err := f.listen(); err != nil {
		return err
	}
	if in.State != nil {
		f.state, f.ladder = *in.State, in.Ladder
	} else {
		found, err := load(f.ctx, activities.LoadFollowUp, f.step(f.ctx))
		if err != nil {
			return err
		}
		f.state, f.ladder = found.State, found.Ladder
	}
	f.state.Look = true
	f.loaded = true
	return nil
}

func (f *followUp) run() error {
	for !f.state.Finished {
		if err := f.letPeopleGoFirst(f.ctx); err != nil {
			return err
		}
		f.takeIn()
		if err := f.show(); err != nil {
			return err
		}
		now := f.now(f.ctx)
		step, rung := f.state.Step(now)
		var err error
		switch {
		case step != rapporteur.FollowUpNone && f.may(f.ctx, string(step)):
			err = f.carryOut(step, rung)
		case step == rapporteur.FollowUpNone && f.quiet(f.ctx):
			f.alarm.stop()
			in := FollowUpInput{RequestKey: f.key, Number: f.number, Clock: f.clock, State: &f.state, Ladder: f.ladder}
			return workflow.NewContinueAsNewError(f.ctx, NameFollowUp, in)
		default:
			err = f.wait(f.ctx, f.state.NextWake(now), false, string(f.state.Kind))
		}
		if err != nil {
			return err
		}
	}
	if err := f.leave(f.ctx); err != nil {
		return err
	}
	if f.wished {
		return temporal.NewCanceledError()
	}
	return nil
}

// takeIn has the follow-up look at the record when anything has come, and end
// when it is to be cancelled.
func (f *followUp) takeIn() {
	hinted, rang := f.hinted(), f.rang()
	f.state.Look = f.state.Look || hinted || rang
	if f.newWish() {
		f.state.Announce, f.state.Look, f.state.Outcome = nil, false, "closed"
	}
}

func (f *followUp) step(ctx workflow.Context) activities.FollowUpStep {
	return activities.FollowUpStep{RequestKey: f.key, Number: f.number, Now: f.now(ctx)}
}

// carryOut does one step and gives the state what came of it.
func (f *followUp) carryOut(step rapporteur.FollowUpStep, rung rapporteur.PlannedRung) error {
	return f.attempt(f.ctx, string(step), func(ctx workflow.Context) error {
		in := f.step(ctx)
		switch step {
		case rapporteur.FollowUpSend:
			send := activities.FollowUpRungStep{RequestKey: f.key, Number: f.number, Rung: rung, Now: in.Now}
			if _, err := do(ctx, quick, activities.SendFollowUp, send, fmt.Sprintf("%s, due %s", rung.Rung.ID, rung.Due)); err != nil {
				return err
			}
			f.state = f.state.Sent(rung)
		case rapporteur.FollowUpLook:
			request, err := do(ctx, quick, activities.LookFollowUp, in, "")
			if err != nil {
				return err
			}
			f.state = f.state.Looked(request)
		case rapporteur.FollowUpEnd:
			end := activities.FollowUpEndStep{RequestKey: f.key, Number: f.number, Outcome: f.state.Outcome, Now: in.Now}
			if _, err := do(ctx, quick, activities.EndFollowUp, end, f.state.Outcome); err != nil {
				return err
			}
			f.state.Finished = true
		}
		return nil
	})
}

// listen takes the Secretariat's decision on an extension as an Update, and
// answers the query for the state.
func (f *followUp) listen() error {
	admit := func(ctx workflow.Context, d rapporteur.ExtensionDecision) error {
		if !f.loaded {
			return nil
		}
		if _, err := f.state.Decide(d.Granted, d.Until, f.ladder); err != nil {
			return refusal(err)
		}
		return nil
	}
	err := workflow.SetUpdateHandlerWithOptions(f.ctx, UpdateDecideExtension, f.decide, workflow.UpdateHandlerOptions{Validator: admit})
	if err != nil {
		return err
	}
	return workflow.SetQueryHandler(f.ctx, QueryState, func() (rapporteur.FollowUpState, error) { return f.state, nil })
}

// decide brings a decision into the record and, when it is there, into the
// state.
func (f *followUp) decide(ctx workflow.Context, d rapporteur.ExtensionDecision) error {
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	if err := workflow.Await(ctx, func() bool { return f.loaded }); err != nil {
		return err
	}
	d.ID = workflow.GetCurrentUpdateInfo(ctx).ID
	return f.act(ctx, false, func(ctx workflow.Context) error {
		next, err := f.state.Decide(d.Granted, d.Until, f.ladder)
		if err != nil {
			return err
		}
		in := activities.ExtensionStep{RequestKey: f.key, Number: f.number, Decision: d, Now: f.now(ctx)}
		word := "refused"
		if d.Granted {
			word = "until " + d.Until.String()
		}
		if _, err := do(ctx, quick, activities.DecideExtension, in, word); err != nil {
			return err
		}
		f.state = next
		return nil
	})
}

// show brings the follow-up's search attributes and details up to date.
func (f *followUp) show() error {
	phase := string(f.state.Kind)
	workflow.SetCurrentDetails(f.ctx, fmt.Sprintf("%s, due %s %s", phase, f.state.Due, f.state.Outcome))
	now := attributes{phase: phase, due: f.state.Due, overdue: !f.now(f.ctx).Before(f.state.Due.End())}
	return now.put(f.ctx, &f.shown)
}
