package rapporteur

import (
	"slices"
	"strings"
	"time"
)

// ClearanceStep is one step of a clearance chain. Several offices in one step
// concur in parallel.
type ClearanceStep struct {
	ID      string
	Name    string
	Offices []string // who must decide: OLA, DPPA, …
	Quorum  int      // how many approvals are enough; 0 means all
	Within  Period   // time the step has
}

// need is how many approvals complete the step.
func (s ClearanceStep) need() int {
	if s.Quorum > 0 && s.Quorum < len(s.Offices) {
		return s.Quorum
	}
	return len(s.Offices)
}

// ClearanceOutcome is how the clearance of a draft ended.
type ClearanceOutcome string

// Pending means it has not ended; returned means back to drafting. A digest of
// an intake's window goes to nobody for clearance.
const (
	ClearancePending   ClearanceOutcome = "pending"
	ClearanceCleared   ClearanceOutcome = "cleared"
	ClearanceReturned  ClearanceOutcome = "returned"
	ClearanceNotNeeded ClearanceOutcome = "not-needed"
)

// ToDrafting is where a draft is returned to when no step of the chain will do.
const ToDrafting = "drafting"

// Decision is what a clearance officer says about a draft. It names the
// draft's hash, so that an approval never covers a later change.
type Decision struct {
	ID        string // idempotency key and UpdateID
	Cycle     CycleID
	Draft     int
	DraftHash string
	Step      string
	Office    string
	Actor     string // principal id
	For       string // the principal on whose behalf a delegate decides
	Approve   bool
	ReturnTo  string // an earlier step, or ToDrafting, when not approved
	Comments  string
	At        time.Time // business time
}

// Delegation lets somebody decide for an office while its officer is away.
type Delegation struct {
	ID       string
	Cycle    CycleID
	Draft    int
	Office   string
	From     string // principal id
	To       string // principal id
	Starts   Date
	Ends     Date
	Recorded time.Time
}

// ClearanceState is the pure state of one draft's clearance.
type ClearanceState struct {
	Cycle       CycleID
	Draft       int
	DraftHash   string
	Steps       []ClearanceStep
	Current     int // index of the step that decides now
	StepStarted time.Time
	Round       int      // how often a step was entered; keeps its messages apart
	Approved    []string // offices that approved in the current step
	Announced   bool     // the current step's officers were told
	Delegations []Delegation
	Outcome     ClearanceOutcome
}

// NewClearanceState starts the chain at its first step.
func NewClearanceState(cycle CycleID, draft int, hash string, steps []ClearanceStep, now time.Time) ClearanceState {
	return ClearanceState{
		Cycle: cycle, Draft: draft, DraftHash: hash, Steps: steps,
		StepStarted: now, Outcome: ClearancePending,
	}
}

// Step is the step that decides now.
func (s ClearanceState) Step() ClearanceStep { return s.Steps[s.Current] }

// StepDue is when the current step's time is over.
func (s ClearanceState) StepDue() Date { return DateOf(s.StepStarted).Add(s.Step().Within) }

// Decide is the state after a decision, or a problem that says why it cannot
// be taken.
func (s ClearanceState) Decide(d Decision, now time.Time) (ClearanceState, error) {
	if err := s.check(d, now); err != nil {
		return s, err
	}
	if !d.Approve {
		return s.sendBack(d, now)
	}
	s.Approved = append(slices.Clone(s.Approved), d.Office)
	if len(s.Approved) < s.Step().need() {
		return s, nil
	}
	if s.Current == len(s.Steps)-1 {
		s.Outcome = ClearanceCleared
		return s, nil
	}
	return s.enter(s.Current+1, now), nil
}

func (s ClearanceState) check(d Decision, now time.Time) error {
	switch {
	case s.Outcome != ClearancePending:
		return invalidStep("The clearance of draft %d has ended: %s.", s.Draft, s.Outcome)
	case d.DraftHash != s.DraftHash:
		return Problemf(ProblemStale, "Another draft", "The decision is about a text that is not draft %d; read the present one and decide again.", s.Draft)
	case d.Step != s.Step().ID:
		return invalidStep("The draft is at step %s, not %s.", s.Step().ID, d.Step)
	case !slices.Contains(s.Step().Offices, d.Office):
		return Problemf(ProblemForbidden, "Not your step", "Step %s is decided by %s.", d.Step, strings.Join(s.Step().Offices, ", "))
	case slices.Contains(s.Approved, d.Office):
		return invalidStep("%s has approved this step before.", d.Office)
	case d.For != "" && !s.delegated(d, now):
		return Problemf(ProblemForbidden, "No delegation", "No delegation for %s is in force.", d.Office)
	case !d.Approve && strings.TrimSpace(d.Comments) == "":
		return Problemf(ProblemInvalid, "Comments are needed", "Say what should change when you return a draft.")
	}
	return nil
}

func (s ClearanceState) delegated(d Decision, now time.Time) bool {
	today := DateOf(now)
	return slices.ContainsFunc(s.Delegations, func(g Delegation) bool {
		return g.Office == d.Office && g.From == d.For && g.To == d.Actor &&
			!today.Before(g.Starts) && !today.After(g.Ends)
	})
}

func (s ClearanceState) sendBack(d Decision, now time.Time) (ClearanceState, error) {
	if d.ReturnTo == ToDrafting || d.ReturnTo == "" {
		s.Outcome = ClearanceReturned
		return s, nil
	}
	n := slices.IndexFunc(s.Steps, func(step ClearanceStep) bool { return step.ID == d.ReturnTo })
	if n < 0 || n >= s.Current {
		return s, Problemf(ProblemInvalid, "Not an earlier step", "%q is not a step before %s.", d.ReturnTo, s.Step().ID)
	}
	return s.enter(n, now), nil
}

func (s ClearanceState) enter(step int, now time.Time) ClearanceState {
	s.Current, s.StepStarted, s.Approved, s.Announced = step, now, nil, false
	s.Round++
	return s
}

// Delegate records that an officer lets somebody decide for the office.
func (s ClearanceState) Delegate(g Delegation) (ClearanceState, error) {
	known := slices.ContainsFunc(s.Steps, func(step ClearanceStep) bool { return slices.Contains(step.Offices, g.Office) })
	switch {
	case s.Outcome != ClearancePending:
		return s, invalidStep("The clearance of draft %d has ended.", s.Draft)
	case !known:
		return s, Problemf(ProblemInvalid, "Unknown office", "%q clears no step of this draft.", g.Office)
	case g.To == "" || g.To == g.From:
		return s, Problemf(ProblemInvalid, "A delegate is needed", "Name somebody else to decide.")
	case g.Starts.IsZero() || g.Ends.Before(g.Starts):
		return s, Problemf(ProblemInvalid, "Dates are needed", "Give the first and last day of the delegation, in order.")
	}
	s.Delegations = append(slices.Clone(s.Delegations), g)
	return s, nil
}
