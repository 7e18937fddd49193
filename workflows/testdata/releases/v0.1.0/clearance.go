package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows/testdata/releases/v0.1.0/activities"
)

// Clearance takes one draft through its clearance: it tells the offices of
// each step that the draft is theirs, takes their decisions and delegations,
// and ends when the draft is cleared or returned to drafting. What was decided
// the cycle learns from the record. It looks at the record when it is hinted
// to: a cycle that was cancelled needs no clearance. Cancelling it in Temporal
// does nothing, for that is not a decision; cancel the cycle.
func Clearance(ctx workflow.Context, in ClearanceInput) error {
	c := &clearance{in: in}
	if err := c.setup(ctx); err != nil {
		return err
	}
	return c.run()
}

type clearance struct {
	*desk
	ctx    workflow.Context
	in     ClearanceInput
	state  rapporteur.ClearanceState
	loaded bool
	reload bool
	shown  attributes
}

// Steps of a clearance, as they are told to a person.
const (
	stepAnnounce = "announce"
	stepReload   = "reload"
)

func (c *clearance) setup(ctx workflow.Context) error {
	c.desk, c.ctx = newDesk(ctx, fmt.Sprintf("Clearance of draft %d", c.in.Draft), c.in.Cycle, c.in.Clock)
	if err := c.listen(); err != nil {
		return err
	}
	state, err := load(c.ctx, activities.LoadClearance, c.step(c.ctx))
	if err != nil {
		return err
	}
	c.state, c.loaded = state, true
	return nil
}

func (c *clearance) run() error {
	for c.state.Outcome == rapporteur.ClearancePending {
		if err := c.letPeopleGoFirst(c.ctx); err != nil {
			return err
		}
		hinted, rang := c.hinted(), c.rang()
		c.reload = c.reload || hinted || rang
		c.newWish()
		if err := c.show(); err != nil {
			return err
		}
		var err error
		switch {
		case c.state.Outcome != rapporteur.ClearancePending:
		case c.reload && c.may(c.ctx, stepReload):
			err = c.read(stepReload, activities.LoadClearance)
		case !c.state.Announced && c.may(c.ctx, stepAnnounce):
			err = c.read(stepAnnounce, activities.Announce)
		case c.state.Announced && !c.reload && c.quiet(c.ctx):
			c.alarm.stop()
			return workflow.NewContinueAsNewError(c.ctx, NameClearance, c.in)
		default:
			err = c.wait(c.ctx, c.stepEnd(), true, c.state.Step().ID)
		}
		if err != nil {
			return err
		}
	}
	if err := c.show(); err != nil {
		return err
	}
	return c.leave(c.ctx)
}

func (c *clearance) step(ctx workflow.Context) activities.DraftStep {
	return activities.DraftStep{Cycle: c.in.Cycle, Draft: c.in.Draft, Now: c.now(ctx)}
}

// stepEnd is when the current step becomes overdue; zero when it is.
func (c *clearance) stepEnd() time.Time {
	if end := c.state.StepDue().End(); end.After(c.now(c.ctx)) {
		return end
	}
	return time.Time{}
}

// read carries out an activity that gives the state as the record has it.
func (c *clearance) read(name string, step activities.Step[activities.DraftStep, rapporteur.ClearanceState]) error {
	return c.attempt(c.ctx, name, func(ctx workflow.Context) error {
		state, err := do(ctx, quick, step, c.step(ctx), c.state.Step().ID)
		if err != nil {
			return err
		}
		c.state, c.reload = state, false
		return nil
	})
}

// listen takes decisions and delegations as Updates, and answers the query for
// the state.
func (c *clearance) listen() error {
	admitDecision := func(ctx workflow.Context, d rapporteur.Decision) error {
		if !c.loaded {
			return nil
		}
		if _, err := c.state.Decide(d, c.now(ctx)); err != nil {
			return refusal(err)
		}
		return nil
	}
	err := workflow.SetUpdateHandlerWithOptions(c.ctx, UpdateDecide, c.decide, workflow.UpdateHandlerOptions{Validator: admitDecision})
	if err != nil {
		return err
	}
	admitDelegation := func(ctx workflow.Context, g rapporteur.Delegation) error {
		if !c.loaded {
			return nil
		}
		if _, err := c.state.Delegate(g); err != nil {
			return refusal(err)
		}
		return nil
	}
	err = workflow.SetUpdateHandlerWithOptions(c.ctx, UpdateDelegate, c.delegate, workflow.UpdateHandlerOptions{Validator: admitDelegation})
	if err != nil {
		return err
	}
	return workflow.SetQueryHandler(c.ctx, QueryState, func() (rapporteur.ClearanceState, error) { return c.state, nil })
}

func (c *clearance) decide(ctx workflow.Context, d rapporteur.Decision) error {
	d.ID, d.Cycle, d.Draft = workflow.GetCurrentUpdateInfo(ctx).ID, c.in.Cycle, c.in.Draft
	return c.record(ctx, func(ctx workflow.Context) (rapporteur.ClearanceState, error) {
		if _, err := c.state.Decide(d, c.now(ctx)); err != nil {
			return c.state, err
		}
		return do(ctx, quick, activities.Decide, activities.DecisionStep{Decision: d, Now: c.now(ctx)}, d.Step+", "+d.Office)
	})
}

func (c *clearance) delegate(ctx workflow.Context, g rapporteur.Delegation) error {
	g.ID, g.Cycle, g.Draft = workflow.GetCurrentUpdateInfo(ctx).ID, c.in.Cycle, c.in.Draft
	return c.record(ctx, func(ctx workflow.Context) (rapporteur.ClearanceState, error) {
		if _, err := c.state.Delegate(g); err != nil {
			return c.state, err
		}
		return do(ctx, quick, activities.Delegate, activities.DelegationStep{Delegation: g, Now: c.now(ctx)}, g.Office)
	})
}

// record brings what an officer says into the record, and the state to what
// the record then has.
func (c *clearance) record(ctx workflow.Context, write func(workflow.Context) (rapporteur.ClearanceState, error)) error {
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	if err := workflow.Await(ctx, func() bool { return c.loaded }); err != nil {
		return err
	}
	return c.act(ctx, false, func(ctx workflow.Context) error {
		state, err := write(ctx)
		if err != nil {
			return err
		}
		c.state = state
		return nil
	})
}

// show brings the clearance's search attributes and details up to date.
func (c *clearance) show() error {
	step := c.state.Step()
	workflow.SetCurrentDetails(c.ctx, fmt.Sprintf("draft %d, step %s: %d of %d offices approved, due %s, %s",
		c.state.Draft, step.ID, len(c.state.Approved), len(step.Offices), c.state.StepDue(), c.state.Outcome))
	phase := step.ID
	if c.state.Outcome != rapporteur.ClearancePending {
		phase = string(c.state.Outcome)
	}
	now := attributes{phase: phase, due: c.state.StepDue(), overdue: c.stepEnd().IsZero()}
	return now.put(c.ctx, &c.shown)
}
