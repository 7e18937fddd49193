package rapporteur

import (
	"fmt"
	"strings"
	"time"
)

// CommandStopIntake ends an intake: what is open is closed, and nothing more is
// taken. It is also the name of the workflow Update that carries it.
const CommandStopIntake CommandKind = "stop-intake"

const (
	// windowGrace is how long after its last day a window still takes what
	// clocks that are behind say belongs into it.
	windowGrace = time.Hour
	// intakeLook is how often an intake looks by itself for what is to be
	// routed: the most that a lost hint can cost.
	intakeLook = 24 * time.Hour
)

// IntakeState is what the conducting workflow of an intake remembers of the
// window that it conducts: enough to decide the next step, no bodies and no
// names.
type IntakeState struct {
	Window    CycleID
	Phase     Phase // planned, collecting, closed or cancelled
	First     Date
	Last      Date
	Look      bool // deliveries may wait to be routed
	LookedAt  time.Time
	Waiting   int         // of those looked at, wait because a destination has no focal point
	Digest    int         // number of the window's digest, 0 before it is made
	Following *NextWindow `json:",omitempty"` // the window that follows, once it is open
	Stop      IntakeStop
	Stopped   bool // the record has it
}

// NextWindow is the window that follows the one that is conducted.
type NextWindow struct {
	Window CycleID
	First  Date
	Last   Date
}

// IntakeStop is the wish to stop an intake: who, why, and under which command.
type IntakeStop struct {
	ID     string
	Actor  string
	Reason string
}

// RouteResult is what came of looking for deliveries to be routed.
type RouteResult struct {
	Routed  int // acknowledged, and gone to every destination
	Waiting int // a destination has no focal point
}

// IntakeStep is the next thing that the conducting workflow should do for an
// intake. Each is one activity; its result comes back as an event.
type IntakeStep string

// The steps of an intake.
const (
	IntakeOpen     IntakeStep = "open-window"
	IntakeOpenNext IntakeStep = "open-next-window"
	IntakeRoute    IntakeStep = "route"
	IntakeClose    IntakeStep = "close-window"
	IntakeDigest   IntakeStep = "digest"
	IntakeEnd      IntakeStep = "stop"
)

// IntakeEvent is something that happened to an intake: the result of a step, a
// hint, or the wish to stop. Exactly one field is set.
type IntakeEvent struct {
	Hinted   bool
	Opened   bool
	NextOpen *NextWindow
	Routed   *RouteResult
	Closed   bool
	Digested int // number of the digest
	Stop     *Command
	Stopped  bool
}

// NewIntakeState is the state of an intake that takes up a window; next is the
// one that follows, if it is open.
func NewIntakeState(window Cycle, next *Cycle) IntakeState {
	w := window.Window()
	s := IntakeState{Window: window.ID, Phase: window.Phase, First: w.First, Last: w.Last, Look: true, Digest: window.Draft}
	if next != nil {
		s.Following = nextWindow(*next)
	}
	return s
}

func nextWindow(c Cycle) *NextWindow {
	return &NextWindow{Window: c.ID, First: c.Window().First, Last: c.Window().Last}
}

// ends is when the next window begins.
func (s IntakeState) ends() time.Time { return s.Last.AddDays(1).Start() }

// Due lists what should be done now, the most urgent first. What cannot be done
// for a while does not hold up what comes after it. It is a pure function of
// the state and the time.
func (s IntakeState) Due(now time.Time) []IntakeStep {
	var due []IntakeStep
	add := func(step IntakeStep, when bool) {
		if when {
			due = append(due, step)
		}
	}
	open := s.Phase == PhaseCollecting
	over := !now.Before(s.ends())
	add(IntakeEnd, s.Stop != IntakeStop{} && !s.Stopped)
	add(IntakeOpen, s.Phase == PhasePlanned && !s.Stopped && !now.Before(s.First.Start()))
	add(IntakeOpenNext, open && over && s.Following == nil)
	add(IntakeClose, open && s.Following != nil && !now.Before(s.ends().Add(windowGrace)))
	add(IntakeRoute, s.Phase != PhasePlanned && (s.Look || !now.Before(s.LookedAt.Add(intakeLook))))
	add(IntakeDigest, s.Phase == PhaseClosed && s.Digest == 0)
	return due
}

// Rolls reports whether the window is done with and the next one is to be
// conducted.
func (s IntakeState) Rolls() bool { return s.done() && s.Following != nil }

// Finished reports whether nothing is left to do: the intake was stopped, and
// everything that came has gone on.
func (s IntakeState) Finished() bool {
	return s.done() && s.Following == nil && !s.Look && s.Waiting == 0
}

func (s IntakeState) done() bool {
	return s.Phase == PhaseCancelled || s.Phase == PhaseClosed && s.Digest > 0
}

// Rolled is the state in which the next window is taken up.
func (s IntakeState) Rolled() IntakeState {
	next := IntakeState{
		Window: s.Following.Window, Phase: PhaseCollecting, First: s.Following.First, Last: s.Following.Last,
		Look: true, Stop: s.Stop, Stopped: s.Stopped,
	}
	if s.Stopped { // which closed every window that was open
		next.Phase = PhaseClosed
	}
	return next
}

// NextWake is when the state should be looked at again if nothing happens
// before.
func (s IntakeState) NextWake(now time.Time) time.Time {
	if s.Phase == PhasePlanned {
		return s.First.Start()
	}
	next := s.LookedAt.Add(intakeLook)
	for _, at := range []time.Time{s.ends(), s.ends().Add(windowGrace)} {
		if s.Phase == PhaseCollecting && at.After(now) && at.Before(next) {
			next = at
		}
	}
	return next
}

// Next is the state after an event at a business time, or a problem that says
// why the event cannot happen now.
func (s IntakeState) Next(e IntakeEvent, now time.Time) (IntakeState, error) {
	switch {
	case e.Stop != nil:
		return s.stop(*e.Stop)
	case e.Hinted:
		s.Look = true
	case e.Routed != nil:
		s.Look, s.LookedAt, s.Waiting = false, now, e.Routed.Waiting
	case e.Opened && s.Phase == PhasePlanned:
		s.Phase = PhaseCollecting
	case e.NextOpen != nil && s.Phase == PhaseCollecting:
		s.Following = e.NextOpen
	case e.Closed && s.Phase == PhaseCollecting:
		s.Phase, s.Look = PhaseClosed, true // once more for what came last
	case e.Digested > 0 && s.Phase == PhaseClosed:
		s.Digest = e.Digested
	case e.Stopped && s.Phase == PhasePlanned:
		s.Phase, s.Stopped = PhaseCancelled, true
	case e.Stopped && s.Phase == PhaseCollecting:
		s.Phase, s.Stopped, s.Look = PhaseClosed, true, true
	case e.Stopped:
		s.Stopped = true
	default:
		return s, invalidStep("The window is %s.", s.Phase)
	}
	return s, nil
}

func (s IntakeState) stop(c Command) (IntakeState, error) {
	switch {
	case s.Stop.ID != "" && s.Stop.ID == c.ID:
		return s, nil // the same again
	case s.Stopped || s.Stop != IntakeStop{}:
		return s, invalidStep("The intake was stopped before.")
	case strings.TrimSpace(c.Reason) == "":
		return s, Problemf(ProblemInvalid, "A reason is needed", "Say why the intake is stopped.")
	}
	s.Stop = IntakeStop{ID: c.ID, Actor: c.Actor, Reason: c.Reason}
	return s, nil
}

// String names the state for a workflow's current details.
func (s IntakeState) String() string {
	return fmt.Sprintf("%s, %s to %s: %s, %d waiting, digest %d", s.Window, s.First, s.Last, s.Phase, s.Waiting, s.Digest)
}
