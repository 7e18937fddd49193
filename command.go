package rapporteur

import (
	"slices"
	"strings"
	"time"
)

// CommandKind is what a member of the Secretariat can tell a running cycle; it
// is also the name of the workflow Update that carries it.
type CommandKind string

// The commands. Each leaves exactly one audit record.
const (
	CommandOpen                CommandKind = "open"
	CommandMoveDeadline        CommandKind = "move-deadline"
	CommandAddContributor      CommandKind = "add-contributor"
	CommandWithdrawContributor CommandKind = "withdraw-contributor"
	CommandCloseCollection     CommandKind = "close-collection"
	CommandRedraft             CommandKind = "redraft"
	CommandTransmit            CommandKind = "transmit"
	CommandRecordIssue         CommandKind = "record-issue"
	CommandReschedule          CommandKind = "reschedule"
	CommandRecordOutcome       CommandKind = "record-outcome"
	CommandCancel              CommandKind = "cancel"
)

// Commands lists every kind, for registering and documenting them.
var Commands = []CommandKind{
	CommandOpen, CommandMoveDeadline, CommandAddContributor, CommandWithdrawContributor,
	CommandCloseCollection, CommandRedraft, CommandTransmit, CommandRecordIssue, CommandReschedule, CommandRecordOutcome, CommandCancel,
}

// Command is one instruction to a running cycle. ID is the client's
// idempotency key and the UpdateID: the same command twice acts once.
type Command struct {
	ID          string
	Kind        CommandKind
	Actor       string // principal id
	Reason      string
	Date        Date          // move-deadline: the new deadline; transmit, record-issue: the masthead date; reschedule: the event's new date; record-outcome: when it was held
	Closes      Date          // move-deadline: the new end of collection; zero keeps it, or moves it by as much where it would come before the deadline
	Authority   string        // move-deadline, reschedule: the document or person that allows it
	Contributor ContributorID // add-contributor, withdraw-contributor
	Symbol      string        // transmit, record-issue: document symbol of the report; record-outcome: reference of the event's record
	Paragraphs  string        `json:",omitempty"` // record-issue: where the section stands, 45–47 or 12, 15; empty where it was left out

	// At is when, in business time, the cycle took the command; zero before.
	At time.Time `json:",omitzero"`

	// What record-outcome says, beside Date, Symbol and Reason.
	Outcome      OutcomeKind     `json:",omitempty"`
	Summary      string          `json:",omitempty"` // at most SummaryWords words
	Participants []ContributorID `json:",omitempty"`
	Present      int             `json:",omitempty"` // how many took part, where only a receipt is kept
}

func (s CycleState) command(c Command, now time.Time) (CycleState, error) {
	if s.Phase.Final() || s.CancelReason != "" {
		return s, invalidStep("The cycle has ended.")
	}
	phases, ok := commandPhases[c.Kind]
	if !ok {
		return s, Problemf(ProblemInvalid, "Unknown command", "There is no command %q.", c.Kind)
	}
	if len(phases) > 0 && !slices.Contains(phases, s.Phase) {
		return s, invalidStep("%s is not possible while the cycle is %s, only while it is %s.", c.Kind, s.Phase, either(phases))
	}
	switch c.Kind {
	case CommandOpen:
		s.OpenAsked = true
	case CommandMoveDeadline:
		return s.moveDeadline(c, now)
	case CommandAddContributor, CommandWithdrawContributor:
		return s.changeAudience(c)
	case CommandCloseCollection:
		s.CloseAsked, s.Collect = true, true
	case CommandRedraft:
		if !s.Redraft {
			return s, invalidStep("No draft was returned to drafting.")
		}
		s.Redraft = false
	case CommandTransmit:
		return s.transmit(c)
	case CommandRecordIssue:
		return s.recordIssue(c)
	case CommandReschedule:
		return s.reschedule(c, now)
	case CommandRecordOutcome:
		return s.recordOutcome(c, now)
	case CommandCancel:
		if strings.TrimSpace(c.Reason) == "" {
			return s, Problemf(ProblemInvalid, "A reason is needed", "Say why the cycle is cancelled; contributors will read it.")
		}
		s.CancelReason, s.CancelledBy = c.Reason, c.Actor
	}
	return s, nil
}

// either names phases of which one is meant: planned, collecting or recording.
func either(phases []Phase) string {
	words := make([]string, len(phases))
	for n, p := range phases {
		words[n] = string(p)
	}
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// commandPhases says in which phases a command makes sense; none means all.
var commandPhases = map[CommandKind][]Phase{
	CommandOpen:                {PhasePlanned},
	CommandMoveDeadline:        {PhasePlanned, PhaseCollecting},
	CommandAddContributor:      {PhasePlanned, PhaseCollecting},
	CommandWithdrawContributor: {PhasePlanned, PhaseCollecting},
	CommandCloseCollection:     {PhaseCollecting},
	CommandRedraft:             {PhaseCompiling},
	CommandTransmit:            {PhaseCleared},
	CommandRecordIssue:         {PhasePlanned, PhaseCollecting, PhaseHandingOver, PhaseAwaiting},
	CommandReschedule:          {PhasePlanned, PhaseCollecting},
	CommandRecordOutcome:       {PhaseCollecting, PhaseRecording},
	CommandCancel: {
		PhasePlanned, PhaseCollecting, PhaseCompiling, PhaseClearing, PhaseCleared, PhaseHandingOver, PhaseAwaiting, PhaseRecording,
	},
}

func (s CycleState) moveDeadline(c Command, now time.Time) (CycleState, error) {
	plan, err := MovedDeadline(s.Plan, s.Ladder, c, now)
	if err != nil {
		return s, err
	}
	s.Plan = plan
	s.passOver(now)
	return s, nil
}

// passOver marks the rungs whose time is over by a new calendar: where requests
// are out, the message that a date has moved stands for them.
func (s *CycleState) passOver(now time.Time) {
	for _, r := range s.Plan.Rungs {
		if s.Phase == PhaseCollecting && !r.At.After(now) {
			s.markDone(r)
		}
	}
}

// MovedDeadline is the plan after a move-deadline command. The end of
// collection moves along where it would otherwise come before the deadline.
func MovedDeadline(p Plan, ladder []Rung, c Command, now time.Time) (Plan, error) {
	if strings.TrimSpace(c.Authority) == "" {
		return p, Problemf(ProblemInvalid, "An authority is needed", "Name the document or person that allows the deadline to move.")
	}
	if c.Date.IsZero() || !c.Date.End().After(now) {
		return p, Problemf(ProblemInvalid, "The deadline is over", "The new deadline must lie after %s.", DateOf(now))
	}
	closes := c.Closes
	if closes.IsZero() && p.Date(DateCloses).Before(c.Date) {
		closes = p.Date(DateCloses).AddDays(c.Date.DaysSince(p.Date(DateDue)))
	}
	basis := "moved by " + c.Actor
	steps := []struct {
		key string
		to  Date
	}{{DateCloses, closes}, {DateDue, c.Date}}
	if !closes.IsZero() && closes.Before(p.Date(DateDue)) {
		slices.Reverse(steps)
	}
	for _, step := range steps {
		if step.to.IsZero() {
			continue
		}
		next, err := p.Amend(step.key, step.to, c.Authority, basis, ladder)
		if err != nil {
			return p, &Problem{Kind: ProblemInvalid, Title: "The dates would be out of order", Detail: err.Error()}
		}
		p = next
	}
	return p, nil
}

func (s CycleState) changeAudience(c Command) (CycleState, error) {
	if c.Contributor == "" {
		return s, Problemf(ProblemInvalid, "A contributor is needed", "Name the contributor.")
	}
	// Somebody added while requests are open has to be asked: the activity
	// sends the request. The counts are taken again at the next collection.
	s.Collect = s.Collect || s.Phase == PhaseCollecting
	return s, nil
}

func (s CycleState) transmit(c Command) (CycleState, error) {
	if err := s.leaves(c); err != nil {
		return s, err
	}
	s.Transmittal = Transmittal{Symbol: c.Symbol, Masthead: c.Date, By: c.Actor}
	return s, nil
}

// leaves checks what is said of a report that leaves: its symbol and masthead
// date, once.
func (s CycleState) leaves(c Command) error {
	switch {
	case s.Transmittal.Symbol != "":
		return invalidStep("The report was already transmitted as %s.", s.Transmittal.Symbol)
	case !ValidSymbol(c.Symbol):
		return Problemf(ProblemInvalid, "Invalid symbol", "%q is not a document symbol such as S/2018/1042.", c.Symbol)
	case c.Date.IsZero():
		return Problemf(ProblemInvalid, "A masthead date is needed", "Give the day on which the paper reached documents management.")
	}
	return nil
}
