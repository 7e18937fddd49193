package rapporteur

import (
	"slices"
	"time"
)

// CycleEvent is something that happened to a cycle: the result of a step, a
// hint, or a person's command. Exactly one field is set, but for a draft that went
// to clearance as soon as it was compiled.
type CycleEvent struct {
	Hinted        bool
	Unreachable   []ContributorID // of a preflight; empty and Preflighted when all are reachable
	Preflighted   bool
	Opened        *Counts
	RungSent      *PlannedRung
	Collected     *Counts
	Closed        *Counts // collection closed
	Compiled      int     // number of the draft
	Submitted     bool    // the draft went to clearance
	Clearance     ClearanceOutcome
	HandedOver    bool // inclusions: the section is with the host report's drafter
	IssueChased   bool // inclusions: the Secretariat was asked what became of the host report
	CalledOff     bool // occasions: those asked know that the event did not take place
	OutcomeChased bool // occasions: the Secretariat was asked for the outcome
	Transmitted   bool
	Sealed        bool
	Cancelled     bool
	Command       *Command
}

// Next is the state after an event at a business time, or a problem that says
// why the event cannot happen now.
func (s CycleState) Next(e CycleEvent, now time.Time) (CycleState, error) {
	s.RungsDone = slices.Clone(s.RungsDone)
	switch {
	case e.Command != nil:
		return s.command(*e.Command, now)
	case s.Phase.Final():
		return s, invalidStep("The cycle has ended.")
	case e.Hinted:
		s.Collect = s.Collect || s.Phase == PhaseCollecting
		s.Check = s.Check || s.Phase == PhaseClearing
		return s, nil
	case e.Cancelled:
		s.Phase = PhaseCancelled
		return s, nil
	}
	switch s.Phase {
	case PhasePlanned:
		return s.nextPlanned(e, now)
	case PhaseCollecting:
		return s.nextCollecting(e, now)
	case PhaseHandingOver, PhaseAwaiting:
		return s.nextInclusion(e)
	case PhaseRecording:
		return s.nextRecording(e)
	}
	return s.nextReporting(e)
}

func (s CycleState) nextPlanned(e CycleEvent, now time.Time) (CycleState, error) {
	switch {
	case e.Opened != nil:
		s.Phase, s.Counts = PhaseCollecting, *e.Opened
		return s, nil
	case e.Transmitted && s.Shape == ShapeInclusion:
		s.Phase = PhaseTransmitted
		return s, nil
	case e.Preflighted:
		s.OpenAsked = false
		s.PreflightAt = now
		return s, nil
	}
	return s, invalidStep("The cycle is %s.", s.Phase)
}

func (s CycleState) nextCollecting(e CycleEvent, now time.Time) (CycleState, error) {
	switch {
	case e.RungSent != nil:
		s.markDone(*e.RungSent)
		s.supersede(*e.RungSent)
		s.Collect = s.Collect || e.RungSent.Rung.ID != RungRequest
		return s, nil
	case e.Collected != nil:
		s.Counts, s.Collect, s.CollectedAt = *e.Collected, false, now
		if !now.Before(s.Plan.Date(DateDue).End()) {
			s.DueCollected = s.Plan.Date(DateDue)
		}
		return s, nil
	case e.Closed != nil:
		s.Phase, s.Counts, s.Collect = s.afterCollection(), *e.Closed, false
		return s, nil
	case e.CalledOff && s.Outcome.Off():
		s.CalledOff, s.CloseAsked, s.Collect = true, true, true
		return s, nil
	}
	return s, invalidStep("The cycle is %s.", s.Phase)
}

// supersede marks the rungs that the one that was sent stands for: those
// before it that are meant for nobody else.
func (s *CycleState) supersede(sent PlannedRung) {
	for _, r := range s.Plan.Rungs {
		if !r.At.After(sent.At) && sent.Rung.covers(r.Rung) {
			s.markDone(r)
		}
	}
}

func (s *CycleState) markDone(r PlannedRung) {
	if !s.rungDone(r) {
		s.RungsDone = append(s.RungsDone, RungMark{Rung: r.Rung.ID, Due: r.Due})
	}
}

func (s CycleState) nextReporting(e CycleEvent) (CycleState, error) {
	switch {
	case e.Compiled > 0 && s.Phase == PhaseCompiling:
		s.Phase, s.Draft, s.Submitted, s.Check = PhaseClearing, e.Compiled, e.Submitted, false
		return s, nil
	case e.Submitted && s.Phase == PhaseClearing:
		s.Submitted, s.Check = true, true
		return s, nil
	case e.Clearance != "" && s.Phase == PhaseClearing:
		s.Check = false
		switch e.Clearance {
		case ClearanceCleared:
			s.Phase = PhaseCleared
		case ClearanceReturned:
			s.Phase, s.Redraft = PhaseCompiling, true
		}
		return s, nil
	case e.Transmitted && s.Phase == PhaseCleared:
		s.Phase = PhaseTransmitted
		return s, nil
	case e.Sealed && s.Phase == PhaseTransmitted:
		s.Phase = PhaseClosed
		return s, nil
	}
	return s, invalidStep("The cycle is %s.", s.Phase)
}
