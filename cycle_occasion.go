package rapporteur

import (
	"slices"
	"strings"
	"time"
)

// An occasion collects until its closing date, also when everybody has replied:
// until the event a reply may change, and after it may become a report. Then it
// waits for the outcome. Where the event did not take place, those who still
// owe something are told that nothing is asked any more, and collection ends.

// afterCollection is the phase that follows when collection closes: an outcome
// that is recorded by then is not waited for.
func (s CycleState) afterCollection() Phase { return s.Shape.afterCollection(s.Outcome) }

func (s CycleState) dueRecording(now time.Time) CycleStep {
	if !s.OutcomeChased && !now.Before(s.nextOutcomeWake()) {
		return StepChaseOutcome
	}
	return StepNone
}

// nextOutcomeWake is when the Secretariat is to be asked for the outcome; the
// zero time when it was.
func (s CycleState) nextOutcomeWake() time.Time {
	if s.OutcomeChased {
		return time.Time{}
	}
	return s.Plan.Date(DateDraft).At(SendHour)
}

func (s CycleState) nextRecording(e CycleEvent) (CycleState, error) {
	if e.OutcomeChased {
		s.OutcomeChased = true
		return s, nil
	}
	return s, invalidStep("The cycle is %s.", s.Phase)
}

// reschedule gives the event another date and reckons the calendar anew.
func (s CycleState) reschedule(c Command, now time.Time) (CycleState, error) {
	switch {
	case s.Shape != ShapeOccasion:
		return s, invalidStep("Only an occasion has an event with a date of its own.")
	case s.Outcome != "":
		return s, invalidStep("The outcome of the event is recorded.")
	}
	open := s.Phase == PhaseCollecting
	plan, err := Rescheduled(s.Plan, s.Dates, s.Ladder, open, c, now)
	if err != nil {
		return s, err
	}
	s.Plan = plan
	s.passOver(now)
	return s, nil
}

// recordOutcome takes note of what came of the event.
func (s CycleState) recordOutcome(c Command, now time.Time) (CycleState, error) {
	switch {
	case s.Shape != ShapeOccasion:
		return s, invalidStep("Only the cycle of an occasion waits for an outcome.")
	case s.Outcome.Off():
		return s, invalidStep("The event is recorded as one that did not take place.")
	case now.Before(s.Plan.Date(DateMandated).Start()):
		return s, invalidStep("The event is on %s; its outcome is recorded from that day on. Reschedule it, or cancel the cycle.", s.Plan.Date(DateMandated))
	}
	if err := checkOutcome(outcomeOf(c, now), s.ReceiptOnly); err != nil {
		return s, err
	}
	s.Outcome = c.Outcome
	if c.Outcome == OutcomeHeld {
		s.Plan = s.Plan.Held(c)
	}
	if s.Phase == PhaseRecording {
		s.Phase = PhaseTransmitted
	}
	return s, nil
}

const maxReference = 60

// checkOutcome refuses what cannot be recorded of an event.
func checkOutcome(o Outcome, receiptOnly bool) error {
	if !slices.Contains(outcomeKinds, o.Kind) {
		return invalidOutcome("Say whether the event was held, was postponed without a date, or was not held.")
	}
	if o.Kind.Off() {
		switch {
		case !o.HeldOn.IsZero() || o.Record != "" || o.Summary != "" || len(o.Participants) > 0 || o.Present > 0:
			return invalidOutcome("An event that was not held has neither date, record, summary nor participants.")
		case strings.TrimSpace(o.Reason) == "":
			return Problemf(ProblemInvalid, "A reason is needed", "Say why the event did not take place; contributors will read it.")
		}
		return nil
	}
	today := DateOf(o.At)
	switch {
	case o.HeldOn.IsZero() || o.HeldOn.After(today):
		return invalidOutcome("Give the day on which the event was held, not after %s.", today)
	case receiptOnly && (o.Record != "" || o.Summary != "" || len(o.Participants) > 0):
		return invalidOutcome("Of this event only a receipt is kept: when it was held and how many took part.")
	case !receiptOnly && o.Present != 0 || o.Present < 0:
		return invalidOutcome("Name the participants; their number alone is for events of which only a receipt is kept.")
	case len(o.Record) > maxReference || strings.ContainsFunc(o.Record, isControl) || strings.TrimSpace(o.Record) != o.Record:
		return invalidOutcome("A reference has at most %d characters in one line, such as S/PV.8111.", maxReference)
	case countWords(o.Summary) > SummaryWords:
		return invalidOutcome("The summary has %d words; it may have %d.", countWords(o.Summary), SummaryWords)
	}
	return uniqueParticipants(o.Participants)
}

func uniqueParticipants(ids []ContributorID) error {
	seen := map[ContributorID]bool{}
	for _, id := range ids {
		if seen[id] {
			return invalidOutcome("%s is named twice.", id)
		}
		seen[id] = true
	}
	return nil
}

func invalidOutcome(detail string, args ...any) error {
	return Problemf(ProblemInvalid, "Invalid outcome", detail, args...)
}

func isControl(r rune) bool { return r < ' ' || r == '\u007f' || r == '\u2028' || r == '\u2029' }
