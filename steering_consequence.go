package rapporteur

import (
	"context"
	"slices"
)

// shapeCommands says of which shapes of cycles a command makes sense; none means
// all that a person steers.
var shapeCommands = map[CommandKind][]Shape{
	CommandMoveDeadline:    {ShapeReport, ShapeInclusion},
	CommandCloseCollection: {ShapeReport, ShapeInclusion, ShapeOccasion},
	CommandRedraft:         {ShapeReport},
	CommandTransmit:        {ShapeReport},
	CommandRecordIssue:     {ShapeInclusion},
	CommandReschedule:      {ShapeOccasion},
	CommandRecordOutcome:   {ShapeOccasion},
}

// Concerns lists the commands that make sense for the cycle's shape, whether or
// not they are possible now, in the order in which a cycle meets them. An intake's
// windows take none.
func (c Cycle) Concerns() []CommandKind {
	if c.Shape == ShapeIntake {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(Commands), func(kind CommandKind) bool {
		shapes := shapeCommands[kind]
		return len(shapes) > 0 && !slices.Contains(shapes, c.Shape)
	})
}

// Takes reports whether a command is possible in the phase of the cycle. What the
// command says is only looked at when it is given.
func (c Cycle) Takes(kind CommandKind) bool {
	if !slices.Contains(c.Concerns(), kind) {
		return false
	}
	if kind == CommandRedraft && c.Draft == 0 {
		return false // the first draft is being compiled
	}
	return slices.Contains(commandPhases[kind], c.Phase)
}

// Wanted lists the phases in which a command is possible.
func (k CommandKind) Wanted() []Phase { return slices.Clone(commandPhases[k]) }

// Consequence is what a command would do if it were given now.
type Consequence struct {
	Notice      Notice          // of the mails that would go; empty where none would
	To          []ContributorID // to whom they would go
	Unreachable int             // of these, how many have no mailbox
	Offices     []string        // clearance offices that would be written to
	Unanswered  int             // who would be recorded as without a reply
}

// Consequence reckons who would be written to after a command, by what is true
// now. contributor is whom add-contributor and withdraw-contributor are about,
// outcome what record-outcome says. It reads and changes nothing.
func (s Steering) Consequence(ctx context.Context, id CycleID, kind CommandKind, contributor ContributorID, outcome OutcomeKind) (Consequence, error) {
	var told Consequence
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		cycle, err := r.Cycle(ctx, id)
		if err != nil {
			return err
		}
		requests, err := r.Requests(ctx, RequestFilter{Cycle: id})
		if err != nil {
			return err
		}
		told = consequence(cycle, requests, kind, contributor, outcome)
		missing, err := r.Unreachable(ctx, told.To)
		told.Unreachable = len(missing)
		return err
	})
	return told, err
}

func consequence(cycle Cycle, requests []Request, kind CommandKind, contributor ContributorID, outcome OutcomeKind) Consequence {
	var told Consequence
	those := func(match func(Request) bool) []ContributorID {
		var ids []ContributorID
		for _, r := range requests {
			if match(r) {
				ids = append(ids, r.Contributor)
			}
		}
		return ids
	}
	switch kind {
	case CommandOpen:
		told.Notice, told.To = cycle.Shape.RequestNotice(), slices.Clone(cycle.Contributors)
	case CommandMoveDeadline:
		told.Notice, told.To = NoticeMoved, those(func(r Request) bool { return r.State == RequestOpen && r.Extension != ExtensionGranted })
	case CommandAddContributor:
		if contributor != "" && cycle.Phase == PhaseCollecting {
			told.Notice, told.To = cycle.Shape.RequestNotice(), []ContributorID{contributor}
		}
	case CommandWithdrawContributor:
		told.Notice, told.To = NoticeWithdrawn, those(func(r Request) bool { return r.Contributor == contributor && r.State != RequestWithdrawn })
	case CommandCloseCollection:
		told.Unanswered = len(those(func(r Request) bool { return r.State == RequestOpen }))
	case CommandRedraft:
		if len(cycle.Policy.Clearance) > 0 {
			told.Notice, told.Offices = NoticeClearance, cycle.Policy.Clearance[0].Offices
		}
	case CommandReschedule:
		told.Notice, told.To = NoticeEventMoved, those(Request.stands)
	case CommandRecordOutcome:
		if outcome.Off() && cycle.Phase == PhaseCollecting {
			told.Notice, told.To = NoticeWithdrawn, those(Request.Chaseable)
		}
	case CommandCancel:
		told.Notice, told.To = NoticeWithdrawn, those(Request.stands)
	case CommandTransmit, CommandRecordIssue:
	}
	if len(told.To)+len(told.Offices) == 0 {
		told.Notice = ""
	}
	return told
}

// stands reports whether something is asked, or was answered and counts.
func (r Request) stands() bool { return slices.Contains(standing, r.State) }
