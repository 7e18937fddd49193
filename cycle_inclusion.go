package rapporteur

import (
	"regexp"
	"time"
)

// An inclusion is a section in somebody else's report (OP33: a regular report
// on a mission). Its cycle asks for the section ahead of the host report, hands
// it to that report's drafter, and ends when the host report has issued, with
// the section or without.

// issueGrace is how long after its mandated date a host report may be silent
// before the Secretariat is asked what became of it: papers reach documents
// management days after the end of their period and issue days later.
const issueGrace = 14

// afterCollection is the phase that follows when collection closes. outcome is
// what is recorded of an occasion's event by then.
func (s Shape) afterCollection(outcome OutcomeKind) Phase {
	switch {
	case s == ShapeInclusion:
		return PhaseHandingOver
	case s == ShapeOccasion && outcome == "":
		return PhaseRecording
	case s == ShapeOccasion:
		return PhaseTransmitted
	}
	return PhaseCompiling
}

func (s CycleState) dueInclusion(now time.Time) CycleStep {
	switch {
	case s.Phase == PhaseHandingOver:
		return StepHandOver
	case s.Transmittal.Symbol != "":
		return StepRecordIssue
	case !s.IssueChased && !now.Before(s.nextIssueWake()):
		return StepChaseIssue
	}
	return StepNone
}

// nextIssueWake is when the Secretariat is to be asked what became of the host
// report; the zero time when it was.
func (s CycleState) nextIssueWake() time.Time {
	if s.IssueChased {
		return time.Time{}
	}
	return s.Plan.Date(DateMandated).AddDays(issueGrace).At(SendHour)
}

func (s CycleState) nextInclusion(e CycleEvent) (CycleState, error) {
	switch {
	case e.HandedOver && s.Phase == PhaseHandingOver:
		s.Phase = PhaseAwaiting
		return s, nil
	case e.IssueChased && s.Phase == PhaseAwaiting:
		s.IssueChased = true
		return s, nil
	case e.Transmitted && s.Phase == PhaseAwaiting:
		s.Phase = PhaseTransmitted
		return s, nil
	}
	return s, invalidStep("The cycle is %s.", s.Phase)
}

var paragraphsForm = regexp.MustCompile(`^[1-9]\d{0,3}([-–][1-9]\d{0,3})?(, ?[1-9]\d{0,3}([-–][1-9]\d{0,3})?)*$`)

// recordIssue takes note that the host report has issued. What is still being
// collected is closed then: the section comes too late for it.
func (s CycleState) recordIssue(c Command) (CycleState, error) {
	if s.Shape != ShapeInclusion {
		return s, invalidStep("Only the cycle of an inclusion waits for a host report.")
	}
	if err := s.leaves(c); err != nil {
		return s, err
	}
	if c.Paragraphs != "" && (len(c.Paragraphs) > 100 || !paragraphsForm.MatchString(c.Paragraphs)) {
		return s, Problemf(ProblemInvalid, "Invalid paragraphs", "Give paragraph numbers such as 45, 45–47 or 12, 15–16; leave them out where the report has no such section.")
	}
	s.Transmittal = Transmittal{Symbol: c.Symbol, Masthead: c.Date, Paragraphs: c.Paragraphs, By: c.Actor}
	s.Collect = s.Phase == PhaseCollecting
	return s, nil
}

// IssuedBy is a problem where the command says that a report issued on a day
// that has not come by then: a masthead bears the day on which the paper
// reached documents management.
func (c Command) IssuedBy(now time.Time) error {
	if today := DateOf(now); c.Date.After(today) {
		return Problemf(ProblemInvalid, "The masthead date is to come", "Give the day on which the paper reached documents management, not after %s.", today)
	}
	return nil
}
