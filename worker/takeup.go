package worker

import (
	"context"
	"time"
)

// MakeCurrent says whether a worker makes its own build current.
type MakeCurrent string

// A first install has nobody to promote its build: its worker does, unless
// another build is current or workers without a version still work. MakeAlways
// suits one worker that is replaced as a whole; with several, the one that
// starts last decides. With MakeNever somebody promotes.
const (
	MakeFirst  MakeCurrent = "first"
	MakeAlways MakeCurrent = "always"
	MakeNever  MakeCurrent = "never"
)

// How long TakeUp waits before it looks again: shortly until Temporal has seen
// the worker, and then as long as workers without a version go on.
const (
	lookSoon  = 500 * time.Millisecond
	lookLater = 15 * time.Second
)

// TakeUp makes a build current where mode says so, and returns when some build
// is: it waits for Temporal to see a worker of the build and, with MakeFirst, for
// the workers without a version to go, which Temporal remembers for some minutes.
// told is called when what it waits for changes, in words for an operator; it
// must be quick. What goes wrong is told, and tried again. It ends with the
// context.
func (d Deployment) TakeUp(ctx context.Context, build string, mode MakeCurrent, told func(what string, err error)) {
	last := ""
	tell := func(what string, err error) {
		if what != last {
			told(what, err)
		}
		last = what
	}
	for {
		pause := lookSoon
		s, err := d.Standing(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			tell("cannot read which build is current; trying again", err)
			pause = lookLater
		case s.Current == build:
			tell("this build is current: it gets the tasks", nil)
			return
		case s.Current != "" && mode != MakeAlways, mode == MakeNever:
			tell("this build is not current and gets no tasks until it is promoted: rapporteur deployment promote", nil)
			return
		case !s.Has(build):
			tell("waiting for Temporal to see this build", nil)
		case s.Unversioned > 0 && mode == MakeFirst:
			tell("workers without a version get the tasks; promote this build, or stop them and wait some minutes", nil)
			pause = lookLater
		default:
			if err := d.promote(ctx, s, build); err != nil {
				tell("cannot make this build current; trying again", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}
