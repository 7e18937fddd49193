package rapporteur

import "time"

// ReturnType is how a contributor answers. A considered "not applicable" is
// compliance, not silence.
type ReturnType string

// The return types. No reply is never submitted: it is what collection records
// when it closes.
const (
	ReturnAnswered      ReturnType = "answered"
	ReturnPartial       ReturnType = "partial"
	ReturnNil           ReturnType = "nil"
	ReturnNotApplicable ReturnType = "not-applicable"
	ReturnCovered       ReturnType = "covered"
	ReturnDeclined      ReturnType = "declined"
	ReturnNoReply       ReturnType = "no-reply"
)

// RequestKey names what one contributor is asked in one cycle.
type RequestKey struct {
	Cycle       CycleID
	Contributor ContributorID
}

// Submission is one immutable version of an answer. The body is kept apart
// under its SHA-256.
type Submission struct {
	RequestKey
	Version       int // 1, 2, …
	Questionnaire QuestionnaireRef
	ReturnType    ReturnType
	Language      string
	Hash          string    // lower-case hexadecimal SHA-256 of the body
	Size          int       // bytes
	SubmittedAt   time.Time // business time
	SubmittedBy   string    // principal id
	Late          bool      // after the deadline that applied to it
	Findings      []Finding // warnings with justification, and advice
	Withdrawal    Withdrawal
}

// Withdrawal says that a contributor has withdrawn a version of its answer: it
// stays in the record and counts no more. The zero value is that it has not.
type Withdrawal struct {
	At     time.Time // business time
	By     string    // principal id
	Reason string
}

// Withdrawn reports whether the version was withdrawn.
func (s Submission) Withdrawn() bool { return !s.Withdrawal.At.IsZero() }
