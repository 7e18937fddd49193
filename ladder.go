package rapporteur

import (
	"slices"
	"time"
)

// Notice is the kind of a message to a contributor or an officer; it names the
// mail template.
type Notice string

// The notices. Tone follows the contributor's kind: Member States are invited,
// entities and missions are asked.
const (
	NoticeRequest    Notice = "request"
	NoticeReminder   Notice = "reminder"
	NoticeOverdue    Notice = "overdue"
	NoticeFinal      Notice = "final"
	NoticeEscalation Notice = "escalation"
	NoticeReturned   Notice = "returned"
	NoticeExtension  Notice = "extension-granted"
	NoticeRefusal    Notice = "extension-refused"
	NoticeWithdrawn  Notice = "withdrawn"
	NoticeMoved      Notice = "deadline-moved"
	NoticeClearance  Notice = "clearance"
	NoticeHandedOver Notice = "handed-over" // a section goes to its host report's drafter
	NoticeInvitation Notice = "invitation"  // the request of an occasion
	NoticeEventMoved Notice = "event-moved" // an occasion's event has another date

	NoticeSignIn Notice = "sign-in" // a link to sign in by

	NoticeAcknowledged Notice = "delivery-acknowledged"
	NoticeRouted       Notice = "delivery-routed"
)

// RequestNotice is the notice by which contributors are first asked in a cycle.
func (s Shape) RequestNotice() Notice {
	if s == ShapeOccasion {
		return NoticeInvitation
	}
	return NoticeRequest
}

// Rung is one step of a reminder ladder, relative to the deadline.
type Rung struct {
	ID     string
	Offset Period // before the deadline where negative
	Notice Notice
	Kinds  []ContributorKind // whom it is for; empty for all
	// Escalates takes contributors who are still silent off the common path
	// and gives each a follow-up of its own.
	Escalates bool
}

// For reports whether the rung is meant for a kind of contributor.
func (r Rung) For(kind ContributorKind) bool {
	return len(r.Kinds) == 0 || slices.Contains(r.Kinds, kind)
}

// covers reports whether everybody for whom another rung is meant is meant by
// this one too.
func (r Rung) covers(other Rung) bool {
	if len(r.Kinds) == 0 {
		return true
	}
	return len(other.Kinds) > 0 && !slices.ContainsFunc(other.Kinds, func(k ContributorKind) bool { return !r.For(k) })
}

// PlanRungs reckons when each rung is due for a deadline, earliest first.
func PlanRungs(ladder []Rung, due Date) []PlannedRung {
	rungs := make([]PlannedRung, 0, len(ladder))
	for _, r := range ladder {
		rungs = append(rungs, PlannedRung{Rung: r, At: due.Add(r.Offset).At(SendHour), Due: due})
	}
	slices.SortStableFunc(rungs, func(a, b PlannedRung) int { return a.At.Compare(b.At) })
	return rungs
}

// RungRequest is the id of the rung that every cycle has: the request itself.
const RungRequest = "request"

// FollowUpPolicy is how somebody off the common path is followed.
type FollowUpPolicy struct {
	Ladder          []Rung // relative to the follow-up's own due date
	DecideWithin    Period // staff should decide an extension within this time
	LongestExtended Period // how far past the common deadline an extension may go
	CorrectWithin   Period // time to correct a returned submission
	EscalateWithin  Period // time an escalated contributor has to answer
}

// LedgerState is what has come of one message.
type LedgerState string

// A message is claimed before it is handed to the mail server, so that a crash
// between the two is seen; it then was sent, was refused for good, or was
// superseded: an attempt was cut short, and by the next one nobody needed the
// message any more. Whether the mail server had it is then not known.
const (
	LedgerClaimed    LedgerState = "claimed"
	LedgerSent       LedgerState = "sent"
	LedgerFailed     LedgerState = "failed"
	LedgerSuperseded LedgerState = "superseded"
	// LedgerAgain is to be sent again, because an administrator had it repaired:
	// the cycle's next look at its answers, or its next rung, sends it.
	LedgerAgain LedgerState = "again"
)

// LedgerKey is what may be sent only once: one rung, to one contributor, for
// one deadline.
type LedgerKey struct {
	Cycle       CycleID
	Contributor ContributorID
	Rung        string
	Due         Date
}

// LedgerEntry is one line of the chasing ledger: what was sent, when, to whom
// and what came of it.
type LedgerEntry struct {
	LedgerKey
	Notice    Notice
	State     LedgerState
	MessageID string // RFC 5322 Message-ID, the same on every attempt
	To        []string
	ClaimedAt time.Time // business time
	SentAt    time.Time // business time, zero until sent
	Failure   string    // why it was refused, without addresses
}
