package rapporteur

import (
	"fmt"
	"slices"
	"time"
)

// FollowUpKind is why a contributor left the common path.
type FollowUpKind string

// The kinds of follow-ups.
const (
	FollowUpExtension  FollowUpKind = "extension"
	FollowUpCorrection FollowUpKind = "correction"
	FollowUpEscalation FollowUpKind = "escalation"
)

// FollowUp is one contributor's own story off the common path of a cycle.
type FollowUp struct {
	RequestKey
	Number   int
	Kind     FollowUpKind
	Due      Date // by which the extension is decided, the correction or the answer is due
	Reason   string
	OpenedAt time.Time
	OpenedBy string
	ClosedAt time.Time
	Outcome  string // how it ended, in a word: answered, refused, unanswered, closed
}

// FollowUpState is what the conducting workflow of a follow-up remembers.
type FollowUpState struct {
	RequestKey
	Number   int
	Kind     FollowUpKind
	Rungs    []PlannedRung
	Done     []RungMark
	Due      Date   // when the follow-up ends by itself
	Look     bool   // a hint came: ask the store how the request stands
	Granted  bool   // an extension was granted
	Announce []Rung // to be sent at once, in this order
	Decided  int    // how many wishes for time were decided
	Outcome  string
	Finished bool
}

// FollowUpStep is the next thing to do for a follow-up.
type FollowUpStep string

// The steps of a follow-up.
const (
	FollowUpNone FollowUpStep = ""
	FollowUpSend FollowUpStep = "send-rung"
	FollowUpLook FollowUpStep = "look"
	FollowUpEnd  FollowUpStep = "end"
)

// FollowUpGrace is how long after its due date a follow-up still waits before
// the contributor comes back to the common path.
const FollowUpGrace = 3 * 24 * time.Hour

// NewFollowUpState plans a follow-up by its policy.
func NewFollowUpState(f FollowUp, policy FollowUpPolicy) FollowUpState {
	s := FollowUpState{RequestKey: f.RequestKey, Number: f.Number, Kind: f.Kind}
	switch f.Kind {
	case FollowUpCorrection:
		s = s.announce(NoticeReturned)
	case FollowUpEscalation:
		s = s.announce(NoticeEscalation)
	}
	return s.reckon(f.Due, policy.Ladder)
}

// reckon sets the due date and the rungs that lead to it. An undecided
// extension has no rungs: it waits for the Secretariat.
func (s FollowUpState) reckon(due Date, ladder []Rung) FollowUpState {
	s.Due = due
	s.Rungs = nil
	if s.Kind != FollowUpExtension || s.Granted {
		s.Rungs = PlanRungs(ladder, due)
	}
	for n, r := range s.Rungs {
		s.Rungs[n].Rung.ID = s.rungID(r.Rung.ID)
	}
	return s
}

// announce adds a message to those to be sent at once. Each decision has its
// own place in the ledger.
func (s FollowUpState) announce(notice Notice) FollowUpState {
	id := s.rungID(string(notice))
	if s.Decided > 1 {
		id = fmt.Sprintf("%s-%d", id, s.Decided)
	}
	s.Announce = append(slices.Clone(s.Announce), Rung{ID: id, Notice: notice})
	return s
}

// rungID keeps the rungs of different follow-ups apart in the ledger.
func (s FollowUpState) rungID(name string) string {
	return fmt.Sprintf("follow-up-%d-%s", s.Number, name)
}

// Step says what should be done now.
func (s FollowUpState) Step(now time.Time) (FollowUpStep, PlannedRung) {
	switch {
	case s.Finished:
		return FollowUpNone, PlannedRung{}
	case len(s.Announce) > 0:
		return FollowUpSend, PlannedRung{Rung: s.Announce[0], At: now, Due: s.Due}
	case s.Look:
		return FollowUpLook, PlannedRung{}
	case s.Outcome != "" || !now.Before(s.Due.End().Add(FollowUpGrace)):
		return FollowUpEnd, PlannedRung{}
	}
	for _, r := range slices.Backward(s.Rungs) {
		if now.Before(r.At) {
			continue
		}
		if slices.Contains(s.Done, RungMark{Rung: r.Rung.ID, Due: r.Due}) {
			return FollowUpNone, PlannedRung{}
		}
		return FollowUpSend, r
	}
	return FollowUpNone, PlannedRung{}
}

// NextWake is when to look again if nothing happens before.
func (s FollowUpState) NextWake(now time.Time) time.Time {
	next := s.Due.End().Add(FollowUpGrace)
	for _, r := range s.Rungs {
		if r.At.After(now) && r.At.Before(next) {
			next = r.At
		}
	}
	return next
}

// Sent marks a message as sent and the rungs up to it as climbed: an
// announcement, too, stands for a reminder whose time is over.
func (s FollowUpState) Sent(rung PlannedRung) FollowUpState {
	if len(s.Announce) > 0 && rung.Rung.ID == s.Announce[0].ID {
		s.Announce = s.Announce[1:]
	}
	s.Done = slices.Clone(s.Done)
	for _, r := range s.Rungs {
		if !r.At.After(rung.At) {
			s.Done = append(s.Done, RungMark{Rung: r.Rung.ID, Due: r.Due})
		}
	}
	return s
}

// Looked takes in how the request stands in the store.
func (s FollowUpState) Looked(r Request) FollowUpState {
	s.Look = false
	switch {
	case r.FollowUp != s.Number || !r.OffPath:
		s.Outcome = "closed"
	case r.State == RequestReceived || r.State == RequestSettled:
		s.Outcome = "answered"
	case r.State == RequestNoReply || r.State == RequestWithdrawn:
		s.Outcome = "closed"
	}
	return s
}

// Decide takes in the decision on an extension: a grant gives the follow-up a
// new due date and its ladder. A refusal ends a follow-up that was opened for
// the extension; a correction or escalation goes on as before.
func (s FollowUpState) Decide(granted bool, until Date, ladder []Rung) (FollowUpState, error) {
	if s.Outcome != "" || s.Finished {
		return s, invalidStep("The follow-up has ended: %s.", s.Outcome)
	}
	s.Decided++
	if !granted {
		s = s.announce(NoticeRefusal)
		if s.Kind == FollowUpExtension {
			s.Outcome = "refused"
		}
		return s, nil
	}
	s.Granted = true
	return s.announce(NoticeExtension).reckon(until, ladder), nil
}
