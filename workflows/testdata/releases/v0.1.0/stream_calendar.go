package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows/testdata/releases/v0.1.0/activities"
)

// stepPlan starts the cycles whose time has come.
const stepPlan = "plan"

// StreamCalendar starts the cycles of an inclusion stream by the due dates of
// the host reports, each some weeks before its requests go out. Which dates
// these are is reckoned from the texts and from what people have told since,
// never from the run of an interval: a mission closes, a rhythm changes, an
// event is dated late. Between two cycles it waits for the next one's time or
// for a hint, and in any case looks once a week. It runs until it is cancelled.
func StreamCalendar(ctx workflow.Context, in CalendarInput) error {
	c := &streamCalendar{key: in.StreamKey, next: in.Next}
	c.desk, c.ctx = newDesk(ctx, "The calendar", in.Calendar(), in.Clock)
	return c.run()
}

type streamCalendar struct {
	*desk
	ctx    workflow.Context
	key    rapporteur.StreamKey
	next   time.Time
	looked bool // since something has happened
}

func (c *streamCalendar) run() error {
	c.looked = !c.next.IsZero()
	for !c.newWish() {
		if hinted, rang := c.hinted(), c.rang(); hinted || rang {
			c.looked = false
		}
		due := !c.looked || (!c.next.IsZero() && !c.now(c.ctx).Before(c.next))
		var err error
		switch {
		case due && c.may(c.ctx, stepPlan):
			err = c.plan()
		case !due && c.quiet(c.ctx):
			c.alarm.stop()
			next := CalendarInput{StreamKey: c.key, Clock: c.clock, Next: c.next}
			return workflow.NewContinueAsNewError(c.ctx, NameStreamCalendar, next)
		default:
			err = c.wait(c.ctx, c.wake(), true, "next cycle")
		}
		if err != nil {
			return err
		}
	}
	if err := c.leave(c.ctx); err != nil {
		return err
	}
	return temporal.NewCanceledError()
}

// wake is when to look again: at the next cycle's time, and once a week where
// that is far, for what is told might not have arrived.
func (c *streamCalendar) wake() time.Time {
	if week := c.now(c.ctx).Add(lookEvery); c.next.After(week) {
		return time.Time{}
	}
	return c.next
}

func (c *streamCalendar) plan() error {
	return c.attempt(c.ctx, stepPlan, func(ctx workflow.Context) error {
		in := activities.CalendarStep{StreamKey: c.key, Now: c.now(ctx)}
		planned, err := do(ctx, bulk, activities.PlanCycles, in, "")
		if err != nil {
			return err
		}
		c.next, c.looked = planned.Next, true
		workflow.SetCurrentDetails(c.ctx, "Next cycle to be planned on "+rapporteur.DateOf(c.next).String())
		return nil
	})
}
