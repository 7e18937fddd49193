package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows/testdata/releases/v0.1.0/activities"
)

// lookEvery is how long a workflow that only a hint could wake waits before it
// asks the record by itself: the most that a hint lost for good can cost.
const lookEvery = 7 * 24 * time.Hour

// desk is what the three workflows have in common: the business clock, the
// alarm, the hints that come in, and the rule of turns. People go first: an
// Update that comes while a step is under way asks the step to stop (it is
// idempotent and will be taken up again), acts, and only then the workflow
// goes on from the state that this has led to.
type desk struct {
	about  string // what the workflow is about, for a person
	cycle  rapporteur.CycleID
	clock  time.Duration
	hints  workflow.ReceiveChannel
	alarm  alarm
	turn   workflow.Mutex
	people int                 // Updates that act or wait for their turn
	stop   workflow.CancelFunc // of the step under way
	cut    bool                // that step was asked to stop
	yield  workflow.CancelFunc // of the Update that acts

	wished  bool // somebody asked Temporal to cancel the workflow
	granted bool // and the workflow has taken note

	failed    string // the step that could not be done
	tryAt     time.Time
	attention string // what the cycle's record says about it
	lookAt    time.Time
}

// newDesk sets up a desk and gives the context in which the workflow works:
// one that outlives a cancellation, which is a wish to be fulfilled in order.
func newDesk(ctx workflow.Context, about string, cycle rapporteur.CycleID, clock time.Duration) (*desk, workflow.Context) {
	own, _ := workflow.NewDisconnectedContext(ctx)
	d := &desk{
		about: about, cycle: cycle, clock: clock, turn: workflow.NewMutex(own),
		hints: workflow.GetSignalChannel(own, SignalHint),
	}
	workflow.GoNamed(own, "cancellation", func(own workflow.Context) {
		ctx.Done().Receive(own, nil)
		d.wished = true
		d.interrupt()
	})
	return d, own
}

// now is business time.
func (d *desk) now(ctx workflow.Context) time.Time { return workflow.Now(ctx).Add(d.clock).UTC() }

// hinted takes in every hint that has come and reports whether there was one.
func (d *desk) hinted() bool {
	got := false
	for d.hints.ReceiveAsync(nil) {
		got = true
	}
	return got
}

// rang reports, once, that the alarm has rung.
func (d *desk) rang() bool {
	if !d.alarm.rings() {
		return false
	}
	d.alarm.stop()
	return true
}

// newWish reports, once, that the workflow is to be cancelled.
func (d *desk) newWish() bool {
	if !d.wished || d.granted {
		return false
	}
	d.granted = true
	return true
}

// interrupt asks the step under way to stop.
func (d *desk) interrupt() {
	if d.stop != nil {
		d.cut = true
		d.stop()
	}
}

// act gives an Update its turn, after those that came before it. An urgent one
// lets the others give up what they cannot get done.
func (d *desk) act(ctx workflow.Context, urgent bool, update func(workflow.Context) error) error {
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	d.people++
	defer func() { d.people-- }()
	d.interrupt()
	if urgent && d.yield != nil {
		d.yield()
	}
	if err := d.turn.Lock(ctx); err != nil {
		return err
	}
	defer d.turn.Unlock()
	within, yield := workflow.WithCancel(ctx)
	d.yield = yield
	err := update(within)
	d.yield = nil
	yield()
	if err != nil {
		return refusal(err)
	}
	d.failed, d.tryAt = "", time.Time{} // what failed may go well now
	return nil
}

// letPeopleGoFirst waits until no Update acts or waits. Until the workflow
// waits for something else, nothing changes the state.
func (d *desk) letPeopleGoFirst(ctx workflow.Context) error {
	return workflow.Await(ctx, func() bool { return d.people == 0 })
}

// may reports whether a step is to be tried now; one that failed has to wait.
func (d *desk) may(ctx workflow.Context, step string) bool {
	return d.failed != step || !d.now(ctx).Before(d.tryAt)
}

// attempt carries out a step in the workflow's turn. One that was interrupted
// is simply due again. One that cannot be done is put before a person and tried
// again later; it never ends the workflow.
func (d *desk) attempt(ctx workflow.Context, name string, step func(workflow.Context) error) error {
	if err := d.turn.Lock(ctx); err != nil {
		return err
	}
	defer d.turn.Unlock()
	within, stop := workflow.WithCancel(ctx)
	d.stop, d.cut = stop, false
	err := step(within)
	d.stop = nil
	stop()
	switch {
	case err == nil:
		d.failed = ""
		d.attentionOver(ctx)
		return nil
	case d.cut:
		return nil
	}
	workflow.GetLogger(ctx).Warn("Step cannot be done", "Cycle", d.cycle, "Step", name)
	d.failed, d.tryAt = name, d.now(ctx).Add(tryAgain)
	d.callAttention(ctx, name, err)
	return nil
}

// callAttention tells a person what cannot be done. Where even that fails, the
// next attempt comes in an hour all the same.
func (d *desk) callAttention(ctx workflow.Context, name string, cause error) {
	why := "The worker's log says more."
	if p := problemIn(cause); p != nil {
		why = p.Error()
	}
	text := fmt.Sprintf("%s: step %s cannot be done; it is tried again every hour. %s", d.about, name, why)
	if text == d.attention {
		return
	}
	o := quick
	o.ScheduleToCloseTimeout = tryAgain
	in := activities.AttentionStep{Cycle: d.cycle, Text: text, Now: d.now(ctx)}
	if _, err := do(ctx, o, activities.Attention, in, name); err == nil {
		d.attention = text
	}
}

func (d *desk) attentionOver(ctx workflow.Context) {
	if d.attention == "" {
		return
	}
	in := activities.AttentionStep{Cycle: d.cycle, Text: d.attention, Now: d.now(ctx)}
	o := quick
	o.ScheduleToCloseTimeout = tryAgain
	if _, err := do(ctx, o, activities.AttentionOver, in, ""); err == nil {
		d.attention = ""
	}
}

// wait lets time pass until a moment, until a step that failed is to be tried
// again, a hint, a person or a wish to cancel. The zero moment waits for those
// alone; look has it ask the record now and then all the same.
func (d *desk) wait(ctx workflow.Context, until time.Time, look bool, summary string) error {
	now := d.now(ctx)
	switch {
	case until.IsZero() && look:
		if !d.lookAt.After(now) {
			d.lookAt = now.Add(lookEvery)
		}
		until = d.lookAt
	case !until.IsZero() && !until.After(now):
		until = now.Add(tryAgain) // nothing is due, so nothing can be missed
	}
	if d.failed != "" && d.tryAt.After(now) && (until.IsZero() || d.tryAt.Before(until)) {
		until = d.tryAt
	}
	d.alarm.set(ctx, now, until, summary)
	return workflow.Await(ctx, func() bool {
		return d.alarm.rings() || d.hints.Len() > 0 || d.people > 0 || (d.wished && !d.granted)
	})
}

// quiet reports whether this is a good moment to continue as new: the server
// suggests it, and nobody and nothing waits.
func (d *desk) quiet(ctx workflow.Context) bool {
	return workflow.GetInfo(ctx).GetContinueAsNewSuggested() &&
		workflow.AllHandlersFinished(ctx) && d.hints.Len() == 0 && d.people == 0 && d.failed == "" && !d.wished
}

// load reads the state from which a workflow starts. It goes on trying, unless
// there is no such thing.
func load[In, State any](ctx workflow.Context, step activities.Step[In, State], in In) (State, error) {
	for {
		state, err := do(ctx, quick, step, in, "")
		if err == nil || problemIn(err) != nil {
			return state, err
		}
		if err := workflow.Sleep(ctx, tryAgain); err != nil {
			return state, err
		}
	}
}

// leave lets the Updates that came last get their answers.
func (d *desk) leave(ctx workflow.Context) error {
	d.alarm.stop()
	return workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
}
