package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows/testdata/releases/v0.1.0/activities"
)

// IntakeStream conducts an intake, which is always open: it has deliveries
// acknowledged and routed when it is hinted to, and looks for them once a day by
// itself; at the end of a window it opens the next, closes the old one, has its
// digest made and continues as new with the next window.
// rapporteur.IntakeState says what is due when. Deliveries are taken whether or
// not it runs. It ends when the Secretariat stops the intake, or when it is
// cancelled in Temporal; both close what is open, in order.
func IntakeStream(ctx workflow.Context, in IntakeInput) error {
	i := &intake{window: in.Window, waits: map[rapporteur.IntakeStep]time.Time{}}
	if err := i.setup(ctx, in); err != nil {
		return err
	}
	return i.run()
}

type intake struct {
	*desk
	ctx    workflow.Context
	window rapporteur.CycleID
	state  rapporteur.IntakeState
	loaded bool
	waits  map[rapporteur.IntakeStep]time.Time // when what failed may be tried again
	shown  attributes
}

func (i *intake) setup(ctx workflow.Context, in IntakeInput) error {
	i.desk, i.ctx = newDesk(ctx, "The intake", in.Window, in.Clock)
	if err := i.listen(); err != nil {
		return err
	}
	if in.State != nil {
		i.state = *in.State
	} else {
		state, err := load(i.ctx, activities.LoadIntake, activities.IntakeStep{Window: in.Window, Now: i.now(i.ctx)})
		if err != nil {
			return err
		}
		i.state = state
	}
	i.cycle, i.loaded = i.state.Window, true
	_, _, period, err := i.state.Window.Parts()
	if err != nil {
		return err
	}
	return workflow.UpsertTypedSearchAttributes(i.ctx, keyPeriod.ValueSet(period))
}

func (i *intake) run() error {
	for !i.state.Finished() {
		if err := i.letPeopleGoFirst(i.ctx); err != nil {
			return err
		}
		i.takeIn()
		if err := i.show(); err != nil {
			return err
		}
		step, again := i.next()
		var err error
		switch {
		case step != "":
			err = i.carryOut(step)
		case i.state.Rolls() && workflow.AllHandlersFinished(i.ctx):
			return i.goOn(i.state.Rolled())
		case i.state.Rolls():
			err = workflow.Await(i.ctx, func() bool { return workflow.AllHandlersFinished(i.ctx) })
		case again.IsZero() && i.quiet(i.ctx):
			return i.goOn(i.state)
		default:
			err = i.wait(i.ctx, earlier(i.state.NextWake(i.now(i.ctx)), again), false, string(i.state.Phase))
		}
		if err != nil {
			return err
		}
	}
	if err := i.show(); err != nil {
		return err
	}
	if err := i.leave(i.ctx); err != nil {
		return err
	}
	if i.wished {
		return temporal.NewCanceledError()
	}
	return nil
}

// next is the first due step that may be tried now, or when the first of those
// that failed may be tried again.
func (i *intake) next() (step rapporteur.IntakeStep, again time.Time) {
	now := i.now(i.ctx)
	for _, due := range i.state.Due(now) {
		at := i.waits[due]
		if !at.After(now) {
			return due, time.Time{}
		}
		again = earlier(again, at)
	}
	return "", again
}

// earlier is the earlier of two moments; the zero time is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// takeIn gives the state what has come from outside.
func (i *intake) takeIn() {
	i.rang()
	if i.hinted() {
		i.happen(rapporteur.IntakeEvent{Hinted: true})
	}
	if i.newWish() {
		i.happen(rapporteur.IntakeEvent{Stop: &rapporteur.Command{
			ID: "cancelled", Kind: rapporteur.CommandStopIntake, Actor: rapporteur.ActorEngine, Reason: "The intake was ended.",
		}})
	}
}

// happen moves the state on; an event that cannot happen now changes nothing.
func (i *intake) happen(e rapporteur.IntakeEvent) {
	next, err := i.state.Next(e, i.now(i.ctx))
	if err != nil {
		workflow.GetLogger(i.ctx).Warn("Event refused", "Window", i.state.Window, "Reason", err.Error())
		return
	}
	i.state = next
}

// goOn continues in a new run. What came last is looked for there.
func (i *intake) goOn(state rapporteur.IntakeState) error {
	i.alarm.stop()
	state.Look = state.Look || i.hinted()
	return workflow.NewContinueAsNewError(i.ctx, NameIntakeStream, IntakeInput{Window: state.Window, Clock: i.clock, State: &state})
}

// routing is how long one attempt at routing may take before the windows are
// looked after again.
var routing = func() workflow.ActivityOptions {
	o := mailing
	o.ScheduleToCloseTimeout = tryAgain
	return o
}()

// carryOut does one step and gives the state what came of it. One that fails
// has to wait, and does not hold up the others.
func (i *intake) carryOut(step rapporteur.IntakeStep) error {
	delete(i.waits, step)
	err := i.attempt(i.ctx, string(step), func(ctx workflow.Context) error {
		event, err := i.do(ctx, step)
		if err != nil {
			return err
		}
		next, err := i.state.Next(event, i.now(ctx))
		if err != nil {
			return err
		}
		i.state = next
		return nil
	})
	if i.failed == string(step) {
		i.waits[step] = i.tryAt
	}
	return err
}

// do carries out the activity of a step and tells what happened.
func (i *intake) do(ctx workflow.Context, step rapporteur.IntakeStep) (rapporteur.IntakeEvent, error) {
	in := activities.IntakeStep{Window: i.state.Window, Now: i.now(ctx)}
	what := string(i.state.Window)
	switch step {
	case rapporteur.IntakeOpen:
		_, err := do(ctx, quick, activities.OpenWindow, in, what)
		return rapporteur.IntakeEvent{Opened: true}, err
	case rapporteur.IntakeOpenNext:
		next, err := do(ctx, quick, activities.OpenNextWindow, in, "after "+what)
		return rapporteur.IntakeEvent{NextOpen: &next}, err
	case rapporteur.IntakeRoute:
		result, err := do(ctx, routing, activities.Route, in, "")
		return rapporteur.IntakeEvent{Routed: &result}, err
	case rapporteur.IntakeClose:
		_, err := do(ctx, quick, activities.CloseWindow, in, what)
		return rapporteur.IntakeEvent{Closed: true}, err
	case rapporteur.IntakeDigest:
		digest, err := do(ctx, bulk, activities.Digest, in, what)
		return rapporteur.IntakeEvent{Digested: digest.Draft}, err
	default: // rapporteur.IntakeEnd
		return rapporteur.IntakeEvent{Stopped: true}, i.end(ctx, i.state.Stop)
	}
}

func (i *intake) end(ctx workflow.Context, stop rapporteur.IntakeStop) error {
	in := activities.IntakeStopStep{Window: i.state.Window, Stop: stop, Now: i.now(ctx)}
	_, err := do(ctx, quick, activities.StopIntake, in, stop.ID)
	return err
}

// listen takes the wish to stop as an Update, and answers the query for the
// state.
func (i *intake) listen() error {
	admit := func(ctx workflow.Context, c rapporteur.Command) error {
		if !i.loaded {
			return nil
		}
		c.ID = workflow.GetCurrentUpdateInfo(ctx).ID
		if _, err := i.state.Next(rapporteur.IntakeEvent{Stop: &c}, i.now(ctx)); err != nil {
			return refusal(err)
		}
		return nil
	}
	err := workflow.SetUpdateHandlerWithOptions(i.ctx, string(rapporteur.CommandStopIntake), i.stop, workflow.UpdateHandlerOptions{Validator: admit})
	if err != nil {
		return err
	}
	return workflow.SetQueryHandler(i.ctx, QueryState, func() (rapporteur.IntakeState, error) { return i.state, nil })
}

// stop brings the wish to stop into the record and, when it is there, into the
// state.
func (i *intake) stop(ctx workflow.Context, c rapporteur.Command) error {
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	if err := workflow.Await(ctx, func() bool { return i.loaded }); err != nil {
		return err
	}
	c.ID = workflow.GetCurrentUpdateInfo(ctx).ID
	return i.act(ctx, true, func(ctx workflow.Context) error {
		asked, err := i.state.Next(rapporteur.IntakeEvent{Stop: &c}, i.now(ctx))
		if err != nil || i.state.Stopped {
			return err
		}
		if err := i.end(ctx, asked.Stop); err != nil {
			return err
		}
		i.state, err = asked.Next(rapporteur.IntakeEvent{Stopped: true}, i.now(ctx))
		clear(i.waits)
		return err
	})
}

// show brings the intake's search attributes and details up to date.
func (i *intake) show() error {
	workflow.SetCurrentDetails(i.ctx, i.state.String())
	return attributes{phase: string(i.state.Phase), due: i.state.Last}.put(i.ctx, &i.shown)
}
