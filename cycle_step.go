package rapporteur

import (
	"slices"
	"time"
)

// CycleStep is the next thing the conducting workflow should do for a cycle.
type CycleStep string

// The steps of a cycle. Each is one activity; its result comes back as an
// event.
const (
	StepNone            CycleStep = ""
	StepPreflight       CycleStep = "preflight"
	StepOpen            CycleStep = "open"
	StepSendRung        CycleStep = "send-rung"
	StepCollect         CycleStep = "collect"
	StepCloseCollection CycleStep = "close-collection"
	StepCompile         CycleStep = "compile"
	StepSubmitDraft     CycleStep = "submit-draft" // start clearance
	StepCheckClearance  CycleStep = "check-clearance"
	StepHandOver        CycleStep = "hand-over"   // inclusions: the section goes to the host report's drafter
	StepChaseIssue      CycleStep = "chase-issue" // inclusions: ask the Secretariat what became of the host report
	StepRecordIssue     CycleStep = "record-issue"
	StepCallOff         CycleStep = "call-off"      // occasions: tell those asked that the event did not take place
	StepChaseOutcome    CycleStep = "chase-outcome" // occasions: ask the Secretariat for the outcome
	StepTransmit        CycleStep = "transmit"
	StepClose           CycleStep = "close"
	StepCancel          CycleStep = "cancel"
)

// preflightEvery is how often an unreachable contributor is looked up again
// when nobody asks for it.
const preflightEvery = 24 * time.Hour

// Due is what should be done now: a step, and the rung for StepSendRung. It is
// a pure function of the state and the time, so it can be asked again after a
// crash.
func (s CycleState) Due(now time.Time) (CycleStep, PlannedRung) {
	if s.CancelReason != "" && !s.Phase.Final() {
		return StepCancel, PlannedRung{}
	}
	switch s.Phase {
	case PhasePlanned:
		if s.Transmittal.Symbol != "" {
			return StepRecordIssue, PlannedRung{}
		}
		return s.duePlanned(now), PlannedRung{}
	case PhaseCollecting:
		return s.dueCollecting(now)
	case PhaseCompiling:
		if !s.Redraft {
			return StepCompile, PlannedRung{}
		}
	case PhaseClearing:
		switch {
		case !s.Submitted:
			return StepSubmitDraft, PlannedRung{}
		case s.Check:
			return StepCheckClearance, PlannedRung{}
		}
	case PhaseCleared:
		if s.Transmittal.Symbol != "" {
			return StepTransmit, PlannedRung{}
		}
	case PhaseHandingOver, PhaseAwaiting:
		return s.dueInclusion(now), PlannedRung{}
	case PhaseRecording:
		return s.dueRecording(now), PlannedRung{}
	case PhaseTransmitted:
		return StepClose, PlannedRung{}
	}
	return StepNone, PlannedRung{}
}

func (s CycleState) duePlanned(now time.Time) CycleStep {
	opens := s.Plan.Date(DateOpens).At(SendHour)
	if !s.OpenAsked && now.Before(opens) {
		return StepNone
	}
	if s.OpenAsked || s.PreflightAt.IsZero() || !now.Before(s.PreflightAt.Add(preflightEvery)) {
		return StepPreflight
	}
	return StepNone
}

func (s CycleState) dueCollecting(now time.Time) (CycleStep, PlannedRung) {
	if s.Outcome.Off() && !s.CalledOff {
		return StepCallOff, PlannedRung{}
	}
	closing := s.CloseAsked || s.Transmittal.Symbol != "" || !now.Before(s.Plan.Date(DateCloses).End())
	if !closing {
		if rung, ok := s.dueRung(now); ok {
			return StepSendRung, rung
		}
	}
	atDue := !now.Before(s.Plan.Date(DateDue).End()) && s.DueCollected != s.Plan.Date(DateDue)
	if s.Collect || atDue {
		return StepCollect, PlannedRung{}
	}
	if closing || s.Shape.endsEarly(s.Counts) {
		return StepCloseCollection, PlannedRung{}
	}
	return StepNone, PlannedRung{}
}

// endsEarly reports whether collection is over because everybody has answered.
// Replies to an invitation may change until it closes.
func (s Shape) endsEarly(c Counts) bool {
	return s != ShapeOccasion && c.Asked > 0 && !c.Pending()
}

// dueRung is the newest rung whose time has come and that was not climbed.
// Older ones for the same contributors that were missed because the engine was
// down are superseded by it: nobody gets two reminders at once.
func (s CycleState) dueRung(now time.Time) (PlannedRung, bool) {
	request := PlannedRung{
		Rung: Rung{ID: RungRequest, Notice: s.Shape.RequestNotice()},
		At:   s.Plan.Date(DateOpens).At(SendHour), Due: s.Plan.Date(DateDue),
	}
	if !s.climbed(RungRequest) {
		return request, true
	}
	for _, rung := range slices.Backward(s.Plan.Rungs) {
		if !now.Before(rung.At) && !s.rungDone(rung) {
			return rung, true
		}
	}
	return PlannedRung{}, false
}

func (s CycleState) climbed(rung string) bool {
	for _, m := range s.RungsDone {
		if m.Rung == rung {
			return true
		}
	}
	return false
}

// NextWake is when the state should be looked at again if nothing happens
// before; the zero time where only a person or a hint can move it.
func (s CycleState) NextWake(now time.Time) time.Time {
	switch s.Phase {
	case PhasePlanned:
		opens := s.Plan.Date(DateOpens).At(SendHour)
		// Opening by hand may have been tried long before.
		if again := s.PreflightAt.Add(preflightEvery); again.After(opens) {
			return again
		}
		return opens
	case PhaseCollecting:
		next := s.Plan.Date(DateCloses).End()
		for _, at := range s.wakes() {
			if at.After(now) && at.Before(next) {
				next = at
			}
		}
		return next
	case PhaseAwaiting:
		return s.nextIssueWake()
	case PhaseRecording:
		return s.nextOutcomeWake()
	}
	return time.Time{}
}

func (s CycleState) wakes() []time.Time {
	wakes := []time.Time{s.Plan.Date(DateDue).End()}
	for _, r := range s.Plan.Rungs {
		if !s.rungDone(r) {
			wakes = append(wakes, r.At)
		}
	}
	return wakes
}
