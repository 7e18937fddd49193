package rapporteur

import (
	"fmt"
	"strings"
	"time"
)

// RequestState is where a request stands with its contributor.
type RequestState string

// The states of a request.
const (
	RequestOpen      RequestState = "open"      // asked, nothing accepted
	RequestReceived  RequestState = "received"  // a submission is accepted and waits to be collected
	RequestReturned  RequestState = "returned"  // back with the contributor for correction
	RequestSettled   RequestState = "settled"   // collected; Outcome says how it was answered
	RequestNoReply   RequestState = "no-reply"  // collection closed without an answer
	RequestWithdrawn RequestState = "withdrawn" // the contributor is no longer asked
)

// ExtensionState is where a contributor's wish for more time stands.
type ExtensionState string

// The states of an extension; empty when none was asked for.
const (
	ExtensionNone    ExtensionState = ""
	ExtensionAsked   ExtensionState = "asked"
	ExtensionGranted ExtensionState = "granted"
	ExtensionRefused ExtensionState = "refused"
)

// Request is what one contributor is asked in one cycle.
type Request struct {
	RequestKey
	Kind             ContributorKind
	Questionnaire    QuestionnaireRef
	State            RequestState
	Outcome          ReturnType // once settled or closed
	Due              Date       // the deadline that applies to this contributor
	FollowUp         int        // number of the newest follow-up, 0 for none
	OffPath          bool       // that follow-up is running; the common ladder leaves the contributor alone
	Extension        ExtensionState
	AskedUntil       Date // the extension asked for
	Version          int  // newest accepted submission, 0 for none
	WithdrawnVersion int  // its contributor has withdrawn the versions up to this one; 0 for none
	Late             bool // what stands was first answered after its deadline
	Rounds           int  // how often it was returned for correction
	Reopened         int  // how often it was opened anew after a withdrawal
	Reminders        int  // how many reminders a person had sent out of turn
	SnoozedUntil     Date // reminders rest before this day; zero for none
	OpenedAt         time.Time
	AnsweredAt       time.Time // business time of the first accepted submission of those that were not withdrawn
	SettledAt        time.Time
	Revision         int // grows with every change; the ETag
}

// RequestEvent is what happens to a request. Exactly one field is set.
type RequestEvent struct {
	Submit          *SubmitEvent
	Collect         bool // by the cycle
	Return          *ReturnEvent
	AskExtension    *AskEvent
	DecideExtension *DecideEvent
	Escalate        bool
	FollowUpEnded   bool // comes back to the common path
	MoveDue         Date // the common deadline moved
	Close           bool // collection closes
	Withdraw        bool
	Reopen          Date // asked again after a withdrawal, with this deadline
	Receipt         bool // a receipt stands for the answer, where of that nothing may be kept
	WithdrawAnswer  *WithdrawAnswerEvent
	Migrate         *MigrateEvent
	Remind          bool // a reminder out of turn
	Snooze          *SnoozeEvent
}

// SubmitEvent is an accepted submission.
type SubmitEvent struct{ ReturnType ReturnType }

// ReturnEvent sends a submission back with a date by which to correct it.
type ReturnEvent struct{ Due Date }

// AskEvent asks for time until a date, with a reason.
type AskEvent struct {
	Until   Date
	Reason  string
	Longest Date // no extension may go past it
}

// DecideEvent grants an extension until a date, or refuses it.
type DecideEvent struct {
	Granted bool
	Until   Date
	Longest Date
}

// RequestEffect is what must be done when a request has changed.
type RequestEffect string

// The effects: begin a follow-up for the contributor, or wake the one that
// runs.
const (
	EffectStartFollowUp RequestEffect = "start-follow-up"
	EffectWakeFollowUp  RequestEffect = "wake-follow-up"
)

// Accepting reports whether a submission can be accepted.
func (r Request) Accepting() bool {
	switch r.State {
	case RequestOpen, RequestReceived, RequestReturned, RequestSettled:
		return true
	}
	return false
}

// Chaseable reports whether a reminder may go out: nothing answered, or an
// answer returned for correction.
func (r Request) Chaseable() bool { return r.State == RequestOpen || r.State == RequestReturned }

// Next is the request after an event at a business time, what else must be
// done, or a problem that says why it cannot happen.
func (r Request) Next(e RequestEvent, now time.Time) (Request, []RequestEffect, error) {
	switch {
	case e.Submit != nil:
		return r.submit(*e.Submit, now)
	case e.Collect:
		return r.collect(now)
	case e.Return != nil:
		return r.returned(*e.Return, now)
	case e.AskExtension != nil:
		return r.askExtension(*e.AskExtension, now)
	case e.DecideExtension != nil:
		return r.decideExtension(*e.DecideExtension, now)
	case e.Escalate:
		return r.escalate()
	case e.FollowUpEnded:
		return r.comeBack(now)
	case !e.MoveDue.IsZero():
		if r.State == RequestOpen && r.Extension != ExtensionGranted {
			r.Due = e.MoveDue
		}
		return r, nil, nil
	case e.Close:
		return r.close(now)
	case e.Withdraw:
		return r.withdraw()
	case !e.Reopen.IsZero():
		return r.reopen(e.Reopen)
	case e.Receipt:
		return r.receipted(now)
	case e.WithdrawAnswer != nil:
		return r.withdrawAnswer(*e.WithdrawAnswer, now)
	case e.Migrate != nil:
		return r.migrate(*e.Migrate, now)
	case e.Remind:
		return r.remind(now)
	case e.Snooze != nil:
		return r.snooze(*e.Snooze, now)
	}
	return r, nil, invalidStep("Nothing was asked of the request.")
}

func (r Request) submit(e SubmitEvent, now time.Time) (Request, []RequestEffect, error) {
	if !r.Accepting() {
		return r, nil, r.closedProblem()
	}
	r.State, r.Outcome, r.SettledAt = RequestReceived, e.ReturnType, time.Time{}
	r.Version++
	r.SnoozedUntil = Date{}
	r = r.withoutWish()
	if r.AnsweredAt.IsZero() {
		r.AnsweredAt = now
		r.Late = now.After(r.Due.End())
	}
	return r, r.wake(), nil
}

// receipted settles the request without a version: what was answered went to
// its addressee, and only that it did is on the record.
func (r Request) receipted(now time.Time) (Request, []RequestEffect, error) {
	if !r.Accepting() {
		return r, nil, r.closedProblem()
	}
	r.State, r.Outcome, r.SettledAt = RequestSettled, ReturnAnswered, now
	r = r.withoutWish()
	if r.AnsweredAt.IsZero() {
		r.AnsweredAt = now
		r.Late = now.After(r.Due.End())
	}
	return r, r.wake(), nil
}

// withoutWish forgets a wish for more time that needs no decision any more.
func (r Request) withoutWish() Request {
	if r.Extension == ExtensionAsked {
		r.Extension, r.AskedUntil = ExtensionNone, Date{}
	}
	return r
}

// comeBack is the request on the common path again. A wish for more time that
// nobody decided has lapsed; what was not corrected in time stands as accepted.
func (r Request) comeBack(now time.Time) (Request, []RequestEffect, error) {
	r = r.withoutWish()
	r.OffPath = false
	if r.State == RequestReturned {
		r.State, r.SettledAt = RequestSettled, now
	}
	return r, nil, nil
}

func (r Request) closedProblem() error {
	if r.State == RequestWithdrawn {
		return Problemf(ProblemClosed, "The request was withdrawn", "Nothing is asked any more in this cycle.")
	}
	return Problemf(ProblemClosed, "The request is closed", "Collection has closed; write to the Secretariat if the answer should still be seen.")
}

func (r Request) wake() []RequestEffect {
	if r.OffPath {
		return []RequestEffect{EffectWakeFollowUp}
	}
	return nil
}

func (r Request) collect(now time.Time) (Request, []RequestEffect, error) {
	if r.State != RequestReceived {
		return r, nil, invalidStep("There is nothing to collect: the request is %s.", r.State)
	}
	r.State, r.SettledAt = RequestSettled, now
	return r, nil, nil
}

func (r Request) returned(e ReturnEvent, now time.Time) (Request, []RequestEffect, error) {
	if r.State != RequestReceived && r.State != RequestSettled || r.Standing() == 0 {
		return r, nil, invalidStep("Only an accepted submission can be returned; the request is %s.", r.State)
	}
	if !e.Due.End().After(now) {
		return r, nil, Problemf(ProblemInvalid, "The date is over", "Give a date after %s by which to correct the answer.", DateOf(now))
	}
	r.State, r.Due, r.SettledAt = RequestReturned, e.Due, time.Time{}
	r.Rounds++
	// Always a follow-up of its own, which tells the contributor. One that
	// still runs was woken by the answer and ends when it sees the new number.
	r.OffPath = true
	r.FollowUp++
	return r, []RequestEffect{EffectStartFollowUp}, nil
}

func (r Request) leavePath() (Request, []RequestEffect, error) {
	if r.OffPath {
		return r, []RequestEffect{EffectWakeFollowUp}, nil
	}
	r.OffPath = true
	r.FollowUp++
	return r, []RequestEffect{EffectStartFollowUp}, nil
}

func (r Request) askExtension(e AskEvent, now time.Time) (Request, []RequestEffect, error) {
	switch {
	case r.State != RequestOpen && r.State != RequestReturned:
		return r, nil, invalidStep("There is nothing to extend: the request is %s.", r.State)
	case r.Extension == ExtensionAsked:
		return r, nil, invalidStep("An extension is already being decided.")
	case strings.TrimSpace(e.Reason) == "":
		return r, nil, Problemf(ProblemInvalid, "A reason is needed", "Say why more time is needed.")
	case !e.Until.After(r.Due) || !e.Until.End().After(now):
		return r, nil, Problemf(ProblemInvalid, "Not an extension", "Ask for a date after %s.", maxDate(r.Due, DateOf(now)))
	case e.Until.After(e.Longest):
		return r, nil, Problemf(ProblemInvalid, "Too long", "Time can be given until %s at the latest.", e.Longest)
	}
	r.Extension, r.AskedUntil = ExtensionAsked, e.Until
	return r.leavePath()
}

func (r Request) decideExtension(e DecideEvent, now time.Time) (Request, []RequestEffect, error) {
	if r.Extension != ExtensionAsked || !r.Chaseable() {
		return r, nil, invalidStep("No extension waits for a decision.")
	}
	if !e.Granted {
		r.Extension = ExtensionRefused
		return r, r.wake(), nil
	}
	switch {
	case !e.Until.After(r.Due) || !e.Until.End().After(now):
		return r, nil, Problemf(ProblemInvalid, "Not an extension", "Grant a date after %s.", maxDate(r.Due, DateOf(now)))
	case e.Until.After(e.Longest):
		return r, nil, Problemf(ProblemInvalid, "Too long", "Time can be given until %s at the latest.", e.Longest)
	}
	r.Extension, r.Due = ExtensionGranted, e.Until
	return r, r.wake(), nil
}

func (r Request) escalate() (Request, []RequestEffect, error) {
	if r.State != RequestOpen || r.OffPath {
		return r, nil, invalidStep("Only a silent contributor on the common path is escalated.")
	}
	return r.leavePath()
}

func (r Request) close(now time.Time) (Request, []RequestEffect, error) {
	switch r.State {
	case RequestOpen:
		r.State, r.Outcome, r.SettledAt = RequestNoReply, ReturnNoReply, now
	case RequestReceived, RequestReturned:
		r.State, r.SettledAt = RequestSettled, now
	}
	effects := r.wake()
	r = r.withoutWish()
	r.OffPath = false
	return r, effects, nil
}

func (r Request) withdraw() (Request, []RequestEffect, error) {
	if r.State == RequestWithdrawn {
		return r, nil, invalidStep("The request was withdrawn before.")
	}
	effects := r.wake()
	r = r.withoutWish()
	r.State, r.OffPath, r.SnoozedUntil = RequestWithdrawn, false, Date{}
	return r, effects, nil
}

// reopen asks a withdrawn contributor again. What it had answered before waits
// to be collected.
func (r Request) reopen(due Date) (Request, []RequestEffect, error) {
	if r.State != RequestWithdrawn {
		return r, nil, invalidStep("Only a withdrawn request is opened again; this one is %s.", r.State)
	}
	r.State, r.Due, r.Extension, r.AskedUntil = RequestOpen, due, ExtensionNone, Date{}
	r.Reopened++
	if r.Standing() > 0 {
		r.State = RequestReceived
	}
	return r, nil, nil
}

// rungID keeps apart in the ledger what is told of a request each time that it
// is opened or withdrawn.
func (r Request) rungID(name string) string {
	if r.Reopened == 0 {
		return name
	}
	return fmt.Sprintf("%s-%d", name, r.Reopened)
}

func maxDate(a, b Date) Date {
	if a.After(b) {
		return a
	}
	return b
}
