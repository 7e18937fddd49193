package rapporteur

import (
	"context"
	"slices"
)

// Apply carries out a person's command that the cycle's workflow has accepted:
// the record changes and exactly one audit record is left, in one transaction.
// The same command again changes nothing. It reports whether somebody has to
// hear of the command, by Tell: a command counts whether or not the mail server
// answers.
func (c Conduct) Apply(ctx context.Context, id CycleID, cmd Command, m Moment) (bool, error) {
	var cycle Cycle
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if cycle, err = tx.LockCycle(ctx, id); err != nil {
			return err
		}
		record := m.record(id, commandActions[cmd.Kind], "command/"+string(id)+"/"+cmd.ID)
		record.Actor, record.Reason, record.Contributor = cmd.Actor, cmd.Reason, cmd.Contributor
		for name, value := range map[string]string{
			"date": cmd.Date.String(), "authority": cmd.Authority, "symbol": cmd.Symbol, "paragraphs": cmd.Paragraphs,
			"outcome": string(cmd.Outcome), "participants": cmd.participants(), "due": cmd.dueIn(cycle, m.Now).String(),
		} {
			if value != "" {
				record.Details[name] = value
			}
		}
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return err
		}
		return c.apply(ctx, tx, &cycle, cmd, m)
	})
	return slices.Contains(heard, cmd.Kind) && cycle.Phase != PhasePlanned, err
}

// heard are the commands of which somebody has to hear.
var heard = []CommandKind{CommandAddContributor, CommandWithdrawContributor, CommandMoveDeadline, CommandReschedule}

var commandActions = map[CommandKind]Action{
	CommandOpen:                ActionOpenAsked,
	CommandMoveDeadline:        ActionDeadlineMoved,
	CommandAddContributor:      ActionContributorAdded,
	CommandWithdrawContributor: ActionContributorWithdrew,
	CommandCloseCollection:     ActionCloseAsked,
	CommandRedraft:             ActionRedraftAsked,
	CommandTransmit:            ActionTransmitAsked,
	CommandRecordIssue:         ActionIssueNoted,
	CommandReschedule:          ActionRescheduled,
	CommandRecordOutcome:       ActionOutcomeRecorded,
	CommandCancel:              ActionCancelAsked,
}

func (c Conduct) apply(ctx context.Context, tx Tx, cycle *Cycle, cmd Command, m Moment) error {
	switch cmd.Kind {
	case CommandMoveDeadline:
		return c.moveDeadline(ctx, tx, cycle, cmd, m)
	case CommandAddContributor:
		return c.addContributor(ctx, tx, cycle, cmd.Contributor, m)
	case CommandWithdrawContributor:
		return c.withdrawContributor(ctx, tx, cycle, cmd.Contributor, m)
	case CommandReschedule:
		return c.reschedule(ctx, tx, cycle, cmd, m)
	case CommandRecordOutcome:
		return c.recordOutcome(ctx, tx, cycle, cmd, m)
	case CommandRedraft:
		cycle.Attention = ""
		return tx.UpdateCycle(ctx, *cycle)
	}
	return nil
}

func (c Conduct) moveDeadline(ctx context.Context, tx Tx, cycle *Cycle, cmd Command, m Moment) error {
	plan, err := MovedDeadline(cycle.Plan, cycle.Policy.Ladder, cmd, m.Now)
	if err != nil {
		return err
	}
	cycle.Plan = plan
	if err := tx.UpdateCycle(ctx, *cycle); err != nil {
		return err
	}
	return c.moveDue(ctx, tx, cycle.ID, cmd.Date, m)
}

// moveDue gives those who have not answered another deadline. Whoever was given
// more time keeps it.
func (c Conduct) moveDue(ctx context.Context, tx Tx, id CycleID, due Date, m Moment) error {
	return changeRequests(ctx, tx, RequestFilter{Cycle: id, States: []RequestState{RequestOpen}}, func(request Request) (Request, []RequestEffect, error) {
		return request.Next(RequestEvent{MoveDue: due}, m.Now)
	})
}

func (c Conduct) addContributor(ctx context.Context, tx Tx, cycle *Cycle, id ContributorID, m Moment) error {
	if slices.Contains(cycle.Contributors, id) {
		return Problemf(ProblemConflict, "Already asked", "%s is asked in this cycle.", id)
	}
	missing, err := tx.Unreachable(ctx, []ContributorID{id})
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return Problemf(ProblemUnreachable, "Cannot be reached", "%s has no focal point; give it one first.", id)
	}
	request, err := c.newRequest(*cycle, id, m.Now)
	if err != nil {
		return err
	}
	cycle.Contributors = append(cycle.Contributors, id)
	if err := tx.UpdateCycle(ctx, *cycle); err != nil {
		return err
	}
	if cycle.Phase == PhasePlanned {
		return nil
	}
	return c.ask(ctx, tx, request, m)
}

// ask opens the request of a contributor who was added, or opens the one anew
// that was withdrawn from it before.
func (c Conduct) ask(ctx context.Context, tx Tx, request Request, m Moment) error {
	before, err := tx.LockRequest(ctx, request.RequestKey)
	if IsProblem(err, ProblemNotFound) {
		return tx.InsertRequests(ctx, []Request{request})
	}
	if err != nil {
		return err
	}
	next, _, err := before.Next(RequestEvent{Reopen: request.Due}, m.Now)
	if err != nil {
		return err
	}
	return tx.UpdateRequest(ctx, next)
}

func (c Conduct) withdrawContributor(ctx context.Context, tx Tx, cycle *Cycle, id ContributorID, m Moment) error {
	n := slices.Index(cycle.Contributors, id)
	if n < 0 {
		return NotFound("contributor in this cycle", string(id))
	}
	cycle.Contributors = slices.Delete(slices.Clone(cycle.Contributors), n, n+1)
	if err := tx.UpdateCycle(ctx, *cycle); err != nil || cycle.Phase == PhasePlanned {
		return err
	}
	request, err := tx.LockRequest(ctx, RequestKey{Cycle: cycle.ID, Contributor: id})
	if err != nil {
		return err
	}
	next, effects, err := request.Next(RequestEvent{Withdraw: true}, m.Now)
	if err != nil {
		return err
	}
	if err := tx.UpdateRequest(ctx, next); err != nil {
		return err
	}
	return followUpEffects(ctx, tx, next, effects)
}

// Tell writes to those whom an applied command touches. The ledger keeps it
// from happening twice. Nobody is told of what is over by the time of telling,
// but that nothing is asked any more is told however late.
func (c Conduct) Tell(ctx context.Context, id CycleID, cmd Command, m Moment) error {
	switch cmd.Kind {
	case CommandAddContributor:
		return c.tellAdded(ctx, id, cmd, m)
	case CommandWithdrawContributor:
		filter := RequestFilter{Cycle: id, Contributor: cmd.Contributor, States: []RequestState{RequestWithdrawn}}
		return c.tellWithdrawn(ctx, filter, cmd.Reason, m, func(int) {})
	case CommandMoveDeadline:
		return c.tellMoved(ctx, id, cmd, m)
	case CommandReschedule:
		return c.tellRescheduled(ctx, id, cmd, m)
	}
	return nil
}

// tellAdded sends the request to somebody who was added, unless they answered
// before they were withdrawn. One added to a cycle that is not open is asked
// with all others.
func (c Conduct) tellAdded(ctx context.Context, id CycleID, cmd Command, m Moment) error {
	filter := RequestFilter{Cycle: id, Contributor: cmd.Contributor, States: []RequestState{RequestOpen}}
	cycle, requests, err := c.asked(ctx, filter)
	if err != nil {
		return err
	}
	for _, request := range requests {
		rung := PlannedRung{Rung: Rung{ID: request.rungID(RungRequest), Notice: cycle.Shape.RequestNotice()}, Due: cycle.Plan.Date(DateDue)}
		if _, err := c.send(ctx, cycle, rung.posting(request.RequestKey), m, onPath); err != nil {
			return err
		}
	}
	return nil
}

// tellMoved writes to everybody whose deadline is the new one, also off the
// common path. Whoever was given more time keeps it and is not written to; nor
// is anybody whose deadline has moved on since.
func (c Conduct) tellMoved(ctx context.Context, id CycleID, cmd Command, m Moment) error {
	moved := func(r Request) bool { return r.State == RequestOpen && r.Due == cmd.Date }
	cycle, requests, err := c.asked(ctx, RequestFilter{Cycle: id, States: []RequestState{RequestOpen}})
	if err != nil {
		return err
	}
	letter := Letter{Notice: NoticeMoved, Rung: "moved-" + cmd.ID, Due: cmd.Date, Reason: cmd.Reason}
	var letters []posting
	for _, request := range requests {
		if moved(request) {
			letters = append(letters, posting{key: request.RequestKey, letter: letter})
		}
	}
	if _, err := c.sendAll(ctx, cycle, letters, m, moved, func(int) {}); err != nil {
		return err
	}
	_, err = c.closeRung(ctx, id, letter.Rung, letter.Due)
	return err
}

// RungWithdrawn is the ledger's rung of the message that nothing is asked any
// more.
const RungWithdrawn = "withdrawn"

// tellWithdrawn writes to those of whom nothing is asked any more, once each.
func (c Conduct) tellWithdrawn(ctx context.Context, filter RequestFilter, reason string, m Moment, progress func(done int)) error {
	cycle, requests, err := c.asked(ctx, filter)
	if err != nil {
		return err
	}
	letters := make([]posting, len(requests))
	for n, request := range requests {
		letter := Letter{Notice: NoticeWithdrawn, Rung: request.rungID(RungWithdrawn), Due: request.Due, Reason: reason}
		letters[n] = posting{key: request.RequestKey, letter: letter}
	}
	withdrawn := func(r Request) bool { return r.State == RequestWithdrawn }
	_, err = c.sendAll(ctx, cycle, letters, m, withdrawn, progress)
	return err
}
