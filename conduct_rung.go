package rapporteur

import (
	"context"
	"fmt"
	"slices"
)

// SendResult is what came of one attempt at sending a rung.
type SendResult struct {
	Sent      int
	Failed    int // refused for good; the ledger says why
	Skipped   int // answered meanwhile, or sent before
	Escalated int
}

// SendRung climbs one rung of the common ladder: it selects who is still open
// on the common path and meant by the rung, and sends each one message. Sent
// before, a message is not sent again; a message that a crash left between
// claiming and sending goes again with the same Message-ID, or is superseded
// where its contributor has answered meanwhile. Reminders that rest for somebody
// are neither sent nor made up for, and nobody whose reminders rest is escalated. progress is called after each
// contributor.
func (c Conduct) SendRung(ctx context.Context, id CycleID, rung PlannedRung, m Moment, progress func(done int)) (SendResult, error) {
	cycle, requests, err := c.asked(ctx, RequestFilter{
		Cycle: id, States: []RequestState{RequestOpen}, Kinds: rung.Rung.Kinds, OnPath: true,
	})
	if err != nil {
		return SendResult{}, err
	}
	if rung.Rung.Escalates {
		return c.escalate(ctx, cycle, requests, rung, m)
	}
	if err := c.SendAgain(ctx, id, m); err != nil {
		return SendResult{}, err
	}
	letters := make([]posting, len(requests))
	for n, request := range requests {
		letters[n] = rung.posting(request.RequestKey)
	}
	wanted := func(r Request) bool { return onPath(r) && (!rung.Rung.Notice.Chases() || !r.Snoozed(m.Now)) }
	result, err := c.sendAll(ctx, cycle, letters, m, wanted, progress)
	if err != nil {
		return result, err
	}
	total, err := c.closeRung(ctx, id, rung.Rung.ID, rung.Due)
	if err != nil {
		return result, err
	}
	return result, c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		return recordRung(ctx, tx, id, rung, total, m)
	})
}

// posting is the rung's letter to one contributor.
func (r PlannedRung) posting(key RequestKey) posting {
	return posting{key: key, letter: Letter{Notice: r.Rung.Notice, Rung: r.Rung.ID, Due: r.Due}}
}

// key is the audit key of the rung in a cycle.
func (r PlannedRung) key(id CycleID) string {
	return fmt.Sprintf("rung/%s/%s/%s", id, r.Rung.ID, r.Due)
}

// onPath says who is chased by the common ladder.
func onPath(r Request) bool { return r.State == RequestOpen && !r.OffPath }

// asked reads a cycle and those of its requests that a filter lets through.
func (c Conduct) asked(ctx context.Context, filter RequestFilter) (Cycle, []Request, error) {
	var cycle Cycle
	var requests []Request
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if cycle, err = r.Cycle(ctx, filter.Cycle); err != nil {
			return err
		}
		requests, err = r.Requests(ctx, filter)
		return err
	})
	return cycle, requests, err
}

// recordRung leaves the audit record of a rung, once.
func recordRung(ctx context.Context, tx Tx, id CycleID, rung PlannedRung, total SendResult, m Moment) error {
	record := m.record(id, ActionRungSent, rung.key(id))
	record.Details["rung"] = rung.Rung.ID
	record.Details["notice"] = string(rung.Rung.Notice)
	record.Details["sent"] = fmt.Sprint(total.Sent)
	record.Details["failed"] = fmt.Sprint(total.Failed)
	record.Details["escalated"] = fmt.Sprint(total.Escalated)
	_, err := tx.AppendAudit(ctx, record)
	return err
}

// closeRung looks at the ledger when every message of a rung has been tried:
// it counts what came of them over all attempts, and marks as superseded what
// an attempt that was cut short had claimed and nobody needs any more. The zero
// due means every deadline.
func (c Conduct) closeRung(ctx context.Context, id CycleID, rung string, due Date) (SendResult, error) {
	var total SendResult
	var left []LedgerEntry
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		counts, err := r.RungCounts(ctx, id, rung, due)
		if err != nil {
			return err
		}
		total.Sent, total.Failed = counts[LedgerSent], counts[LedgerFailed]
		if counts[LedgerClaimed] > 0 {
			left, err = r.Unsent(ctx, id, 0)
		}
		return err
	})
	left = slices.DeleteFunc(left, func(e LedgerEntry) bool {
		return e.State != LedgerClaimed || e.Rung != rung || !due.IsZero() && e.Due != due
	})
	if err != nil || len(left) == 0 {
		return total, err
	}
	return total, c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		for _, entry := range left {
			if err := supersedeKey(ctx, tx, entry.LedgerKey); err != nil {
				return err
			}
		}
		return nil
	})
}

// escalate takes the silent contributors off the common path; the follow-up of
// each writes to its lead.
func (c Conduct) escalate(ctx context.Context, cycle Cycle, requests []Request, rung PlannedRung, m Moment) (SendResult, error) {
	var result SendResult
	due := DateOf(m.Now).Add(cycle.Policy.FollowUp.EscalateWithin)
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		result = SendResult{}
		for _, listed := range requests {
			request, err := tx.LockRequest(ctx, listed.RequestKey)
			if err != nil {
				return err
			}
			next, effects, err := request.Next(RequestEvent{Escalate: true}, m.Now)
			if err != nil || request.Snoozed(m.Now) {
				result.Skipped++
				continue
			}
			record := m.record(cycle.ID, ActionEscalated, fmt.Sprintf("escalated/%s/%s/%d", cycle.ID, request.Contributor, next.FollowUp))
			record.Contributor = request.Contributor
			if _, err := tx.AppendAudit(ctx, record); err != nil {
				return err
			}
			followUp := FollowUp{RequestKey: next.RequestKey, Number: next.FollowUp, Kind: FollowUpEscalation, Due: due, OpenedAt: m.Now, OpenedBy: ActorEngine}
			if err := leaveCommonPath(ctx, tx, next, effects, followUp); err != nil {
				return err
			}
			result.Escalated++
		}
		return recordRung(ctx, tx, cycle.ID, rung, result, m)
	})
	return result, err
}

// leaveCommonPath writes a request that has left the common path, with its
// follow-up when a new one begins.
func leaveCommonPath(ctx context.Context, tx Tx, r Request, effects []RequestEffect, f FollowUp) error {
	if err := tx.UpdateRequest(ctx, r); err != nil {
		return err
	}
	for _, effect := range effects {
		if effect == EffectStartFollowUp {
			if err := tx.InsertFollowUp(ctx, f); err != nil {
				return err
			}
		}
	}
	return followUpEffects(ctx, tx, r, effects)
}
