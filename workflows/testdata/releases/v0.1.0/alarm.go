package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// alarm is the one timer of a workflow. Setting it anew takes the old one
// back, so that no timer is left behind; setting it to the same moment again
// costs nothing.
type alarm struct {
	at    time.Time
	timer workflow.Future
	off   workflow.CancelFunc
}

// set lets the alarm ring at a moment; the zero moment turns it off. summary
// is what operators read beside the timer.
func (a *alarm) set(ctx workflow.Context, now, at time.Time, summary string) {
	if a.timer != nil && !a.timer.IsReady() && at.Equal(a.at) {
		return
	}
	a.stop()
	if at.IsZero() {
		return
	}
	ctx, a.off = workflow.WithCancel(ctx)
	a.at, a.timer = at, workflow.NewTimerWithOptions(ctx, at.Sub(now), workflow.TimerOptions{Summary: summary})
}

// stop takes the alarm back.
func (a *alarm) stop() {
	if a.off != nil {
		a.off()
	}
	*a = alarm{}
}

// rings reports whether the moment has come.
func (a *alarm) rings() bool { return a.timer != nil && a.timer.IsReady() }
