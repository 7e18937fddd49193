package rapporteur

import (
	"strconv"
	"strings"
	"time"
)

// MessageKind is what the relay should do with an outbox message.
type MessageKind string

// The kinds of outbox messages: start one of the workflows, or hint to one
// that something in the store has changed.
const (
	MessageStartCycle     MessageKind = "start-cycle"
	MessageStartCalendar  MessageKind = "start-calendar"
	MessageStartFollowUp  MessageKind = "start-follow-up"
	MessageStartClearance MessageKind = "start-clearance"
	MessageStartReminder  MessageKind = "start-reminder"
	MessageHint           MessageKind = "hint"
	// MessageStartAgain starts what the message's fields name although it was
	// stopped: a follow-up where there is a contributor, a clearance where there is
	// a number, else a cycle or calendar. What has ended by itself does not start.
	MessageStartAgain MessageKind = "start-again"
)

// Message is one row of the outbox: written in the transaction whose change it
// tells of, delivered at least once, harmless when doubled.
type Message struct {
	ID          int64 // given by the store
	Kind        MessageKind
	Cycle       CycleID
	Contributor ContributorID // follow-ups
	Number      int           // of the follow-up, reminder or draft
	AuditSeq    int64         // newest audit record of the transaction, given by the store
	QueuedAt    time.Time     // wall time, given by the store; zero for a message of an older release
	Attempts    int           // how often it could not be delivered
	Trace       string        // W3C traceparent of what caused it, given by the store; empty for none
}

// Starts is which workflow the message starts; MessageHint for none.
func (m Message) Starts() MessageKind {
	switch {
	case m.Kind != MessageStartAgain:
		return m.Kind
	case m.Contributor != "":
		return MessageStartFollowUp
	case m.Number > 0:
		return MessageStartClearance
	case strings.HasSuffix(string(m.Cycle), "/"+CalendarPeriod):
		return MessageStartCalendar
	}
	return MessageStartCycle
}

// CycleWorkflowID is the id of the workflow that conducts a cycle:
// cycle/{instrument}/{stream}/{period}, occasion/{instrument}/{stream}/{n}, for
// every window of an intake intake/{instrument}/{stream}, and of a calendar
// calendar/{instrument}/{stream}.
func CycleWorkflowID(id CycleID) string {
	stream, period := "", string(id)
	if n := strings.LastIndexByte(period, '/'); n >= 0 {
		stream, period = period[:n], period[n+1:]
	}
	if number, ok := strings.CutPrefix(period, OccasionPrefix); ok {
		return "occasion/" + stream + "/" + number
	}
	switch {
	case strings.HasPrefix(period, WindowPrefix):
		return "intake/" + stream
	case period == CalendarPeriod:
		return "calendar/" + stream
	}
	return "cycle/" + string(id)
}

// FollowUpWorkflowID is the id of the workflow of a contributor's n-th
// follow-up in a cycle.
func FollowUpWorkflowID(k RequestKey, n int) string {
	return "follow-up/" + string(k.Cycle) + "/" + string(k.Contributor) + "/" + strconv.Itoa(n)
}

// ReminderWorkflowID is the id of the workflow that sends a contributor's n-th
// reminder out of turn.
func ReminderWorkflowID(k RequestKey, n int) string {
	return "reminder/" + string(k.Cycle) + "/" + string(k.Contributor) + "/" + strconv.Itoa(n)
}

// ClearanceWorkflowID is the id of the workflow that clears a draft.
func ClearanceWorkflowID(id CycleID, draft int) string {
	return "clearance/" + string(id) + "/" + strconv.Itoa(draft)
}

// WorkflowID is the id of the workflow that the message starts or wakes.
func (m Message) WorkflowID() string {
	switch {
	case m.Kind == MessageStartReminder:
		return ReminderWorkflowID(RequestKey{Cycle: m.Cycle, Contributor: m.Contributor}, m.Number)
	case m.Contributor != "":
		return FollowUpWorkflowID(RequestKey{Cycle: m.Cycle, Contributor: m.Contributor}, m.Number)
	case m.Number > 0:
		return ClearanceWorkflowID(m.Cycle, m.Number)
	}
	return CycleWorkflowID(m.Cycle)
}
