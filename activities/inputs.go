package activities

import (
	"time"

	"github.com/rapporteur/rapporteur"
)

// CycleStep is what a step needs that is about a whole cycle. Now is business
// time at which the workflow asked for the step, here and in every other input.
type CycleStep struct {
	Cycle  rapporteur.CycleID
	Now    time.Time
	Onward bool `json:",omitempty"` // do at once what would follow
}

// RungStep asks for one rung of the common ladder.
type RungStep struct {
	Cycle  rapporteur.CycleID
	Rung   rapporteur.PlannedRung
	Now    time.Time
	Onward bool `json:",omitempty"`
}

// CommandStep carries a person's command that the cycle has accepted.
type CommandStep struct {
	Cycle   rapporteur.CycleID
	Command rapporteur.Command
	Now     time.Time
}

// CancelStep ends a cycle, with the reason that contributors will read.
type CancelStep struct {
	Cycle  rapporteur.CycleID
	Reason string
	By     string // principal id
	Now    time.Time
}

// DraftStep is about one draft of a cycle's report.
type DraftStep struct {
	Cycle rapporteur.CycleID
	Draft int
	Now   time.Time
}

// TransmitStep puts symbol and masthead date on a cleared draft, or records
// those of a host report.
type TransmitStep struct {
	Cycle       rapporteur.CycleID
	Draft       int
	Transmittal rapporteur.Transmittal
	Now         time.Time
	Onward      bool `json:",omitempty"`
}

// AttentionStep puts a text before the Secretariat, or takes it back.
type AttentionStep struct {
	Cycle rapporteur.CycleID
	Text  string
	Now   time.Time
}

// FollowUpStep is about one follow-up of one contributor.
type FollowUpStep struct {
	rapporteur.RequestKey
	Number int
	Now    time.Time
}

// FollowUpRungStep asks for one message of a follow-up.
type FollowUpRungStep struct {
	rapporteur.RequestKey
	Number int
	Rung   rapporteur.PlannedRung
	Now    time.Time
}

// ExtensionStep carries the Secretariat's decision on a wish for more time.
type ExtensionStep struct {
	rapporteur.RequestKey
	Number   int
	Decision rapporteur.ExtensionDecision
	Now      time.Time
}

// FollowUpEndStep brings a contributor back to the common path.
type FollowUpEndStep struct {
	rapporteur.RequestKey
	Number  int
	Outcome string
	Now     time.Time
}

// DecisionStep carries a clearance officer's decision.
type DecisionStep struct {
	Decision rapporteur.Decision
	Now      time.Time
}

// DelegationStep carries a delegation between clearance officers.
type DelegationStep struct {
	Delegation rapporteur.Delegation
	Now        time.Time
}

// CalendarStep is about the calendar of a stream.
type CalendarStep struct {
	rapporteur.StreamKey
	Now time.Time
}

// IntakeStep is about one window of an intake.
type IntakeStep struct {
	Window rapporteur.CycleID
	Now    time.Time
}

// IntakeStopStep ends an intake for a reason.
type IntakeStopStep struct {
	Window rapporteur.CycleID
	Stop   rapporteur.IntakeStop
	Now    time.Time
}

// Done is the result of a step that has nothing to say but that it is done.
type Done struct{}

// Several steps do what would follow at once where they are asked to go onward, so
// that a history stays short, and say so in their result. An earlier release knows
// nothing of it: its workers do not say so, and what follows is then a step of its
// own; its workflows do not ask, for they would carry out what follows all the same,
// and a release that replays what they decided would not.

// Reach is the result of a preflight: how many contributors cannot be reached.
// The cycle's attention names them. Where all can, the cycle was opened.
type Reach struct {
	Unreachable int
	Opened      *rapporteur.Counts `json:",omitempty"`
}

// Collected is the result of a collection; it is closed where nobody is awaited
// any more.
type Collected struct {
	rapporteur.Counts
	Closed bool `json:",omitempty"`
}

// RungSent is the result of a rung. After a reminder is a time to collect.
type RungSent struct {
	rapporteur.SendResult
	Collected *Collected `json:",omitempty"`
}

// Transmitted is the result of a transmittal; the cycle is closed after it.
type Transmitted struct {
	Closed bool `json:",omitempty"`
}

// Applied is the result of a command: it is in the record, and either nobody
// has to be told of it or they still must be.
type Applied struct{ Told bool }

// Compiled is the number of the draft that was compiled, and whether it went to
// clearance.
type Compiled struct {
	Draft     int
	Submitted bool `json:",omitempty"`
}

// FollowUpLoaded is the state from which a follow-up starts, with the ladder
// that a granted extension gets.
type FollowUpLoaded struct {
	State  rapporteur.FollowUpState
	Ladder []rapporteur.Rung
}
