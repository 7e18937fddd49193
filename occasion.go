package rapporteur

import (
	"slices"
	"strconv"
	"time"
)

// An occasion is an event that a provision welcomes or asks for: a briefing to
// the Council (OP23.a), a training (OP26), a meeting of a coordination group
// (OP32). Its cycle invites contributors or asks them to report, follows up, and
// ends when what came of the event is on the record.

// EventKind is what sort of event an occasion is.
type EventKind string

// The kinds of events.
const (
	EventBriefing      EventKind = "briefing"
	EventDissemination EventKind = "dissemination"
	EventTraining      EventKind = "training"
	EventConsultation  EventKind = "consultation"
	EventMeeting       EventKind = "meeting"
)

// OccasionPolicy is what only streams of occasions have beside their Policy.
type OccasionPolicy struct {
	Kind  EventKind
	Title string // of an event that is given none
	// Titles are the same title by language, where it is translated.
	Titles map[string]string
	// Whom of the audience an event asks where nobody is named: these, and
	// everybody of these kinds. Both empty for the whole audience.
	Invites    []ContributorID
	InvitesAll []ContributorKind
}

// Event is what an occasion is about. Everything but its date is for reading:
// short texts without names of persons.
type Event struct {
	Kind  EventKind
	Date  Date   // as agreed; the calendar keeps how it was before, and when it was in fact
	Time  string // 10 a.m.
	Place string // Security Council Chamber
	Body  string // who holds it: Security Council, 8111th meeting
	// ReceiptOnly: nothing of substance may be kept of the event (OP27.b), not
	// by an answer and not in its outcome.
	ReceiptOnly bool
}

// OutcomeKind is what came of an event.
type OutcomeKind string

// The kinds of outcomes; empty where none is recorded.
const (
	OutcomeHeld      OutcomeKind = "held"
	OutcomePostponed OutcomeKind = "postponed" // without a new date
	OutcomeNotHeld   OutcomeKind = "not-held"
)

// Off reports whether the event did not take place: nobody is to be asked for
// anything more.
func (k OutcomeKind) Off() bool { return k == OutcomePostponed || k == OutcomeNotHeld }

// Outcome is what is recorded of an event. Its zero value is none.
type Outcome struct {
	Kind         OutcomeKind
	HeldOn       Date            // where it was held
	Record       string          // symbol or other reference of its record, S/PV.8111
	Summary      string          // at most SummaryWords words
	Participants []ContributorID // entities, missions and States, never persons
	Present      int             // how many took part, where of the event only a receipt is kept
	Reason       string          // why it was not held; contributors read it
	By           string          // principal id
	At           time.Time       // business time of recording
}

// SummaryWords is how many words the summary of an outcome may have.
const SummaryWords = 150

// kinds of outcomes in the order of their telling.
var outcomeKinds = []OutcomeKind{OutcomeHeld, OutcomePostponed, OutcomeNotHeld}

// outcomeOf is what a record-outcome command says of an event.
func outcomeOf(c Command, now time.Time) Outcome {
	return Outcome{
		Kind: c.Outcome, HeldOn: c.Date, Record: c.Symbol, Summary: c.Summary, Participants: slices.Clone(c.Participants),
		Present: c.Present, Reason: c.Reason, By: c.Actor, At: now,
	}
}

// participants counts those that a record-outcome command names, or the number
// it gives; empty where there are none.
func (c Command) participants() string {
	if n := max(len(c.Participants), c.Present); n > 0 {
		return strconv.Itoa(n)
	}
	return ""
}

// What an occasion asks of those whom it writes to.
const (
	asksReply   = "reply"   // to the invitation, before the event
	asksReport  = "report"  // on the event, after it
	asksReceipt = "receipt" // of what was handed over there, of which nothing else is kept
)

// asks is what the cycle of an occasion asks for.
func (c Cycle) asks() string {
	switch {
	case c.Event.ReceiptOnly:
		return asksReceipt
	case c.Plan.Date(DateDue).After(c.Event.Date):
		return asksReport
	}
	return asksReply
}
