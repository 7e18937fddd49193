package rapporteur

import (
	"context"
	"fmt"
	"time"
)

// Collect validates newly arrived submissions against their pinned schema and
// settles their requests. What an administrator has marked to be sent again
// leaves on the way.
func (c Conduct) Collect(ctx context.Context, id CycleID, m Moment) (Counts, error) {
	if err := c.SendAgain(ctx, id, m); err != nil {
		return Counts{}, err
	}
	var received []Request
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		received, err = r.Requests(ctx, RequestFilter{Cycle: id, States: []RequestState{RequestReceived}})
		if err != nil {
			return err
		}
		for _, request := range received {
			if _, err := c.accepted(ctx, r, request); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Counts{}, err
	}
	var counts Counts
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		collected := 0
		for _, request := range received {
			settled, err := settle(ctx, tx, request, m.Now)
			if err != nil {
				return err
			}
			if settled {
				collected++
			}
		}
		if counts, err = tx.Counts(ctx, id); err != nil || collected == 0 {
			return err
		}
		// Without a key: what is settled once is not settled again, and an
		// attempt that is repeated may well find more.
		record := m.record(id, ActionCollected, "")
		record.Details["collected"] = fmt.Sprint(collected)
		record.Details["open"] = fmt.Sprint(counts.Open)
		_, err = tx.AppendAudit(ctx, record)
		return err
	})
	return counts, err
}

// accepted reads the newest accepted submission of a request by the schema it
// was accepted under.
func (c Conduct) accepted(ctx context.Context, r Reader, request Request) (Accepted, error) {
	submission, err := r.Submission(ctx, request.RequestKey, request.Version)
	if err != nil {
		return Accepted{}, err
	}
	body, err := r.Body(ctx, submission.Hash)
	if err != nil {
		return Accepted{}, err
	}
	document, _, err := c.Catalogue.Check(ctx, submission.Questionnaire, body)
	if err != nil {
		return Accepted{}, fmt.Errorf("cannot read submission %d of %s: %w", request.Version, request.Contributor, err)
	}
	return Accepted{Submission: submission, Document: document}, nil
}

// settle settles a request whose checked version is still its newest; a newer
// one waits for the next collection.
func settle(ctx context.Context, tx Tx, checked Request, now time.Time) (settled bool, err error) {
	request, err := tx.LockRequest(ctx, checked.RequestKey)
	if err != nil || request.State != RequestReceived || request.Version != checked.Version {
		return false, err
	}
	next, _, err := request.Next(RequestEvent{Collect: true}, now)
	if err != nil {
		return false, err
	}
	return true, tx.UpdateRequest(ctx, next)
}

// CloseCollection closes every request with whatever came. Done before, it
// only counts them.
func (c Conduct) CloseCollection(ctx context.Context, id CycleID, m Moment) (Counts, error) {
	var counts Counts
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		closing := cycle.Phase == PhaseCollecting
		if closing {
			if err := c.closeRequests(ctx, tx, cycle, m, RequestEvent{Close: true}, standing...); err != nil {
				return err
			}
			cycle.Phase = cycle.Shape.afterCollection(cycle.Outcome.Kind)
			if err := tx.UpdateCycle(ctx, cycle); err != nil {
				return err
			}
		}
		if counts, err = tx.Counts(ctx, id); err != nil || !closing {
			return err
		}
		record := m.record(id, ActionCollectionClosed, string(ActionCollectionClosed)+"/"+string(id))
		record.Details["settled"] = fmt.Sprint(counts.Settled)
		record.Details["no-reply"] = fmt.Sprint(counts.NoReply)
		_, err = tx.AppendAudit(ctx, record)
		return err
	})
	return counts, err
}

// standing are the states of requests that are not at their end.
var standing = []RequestState{RequestOpen, RequestReceived, RequestReturned, RequestSettled}

// closeRequests applies one ending event to the requests of the cycle in some
// states. What was to be sent to anybody is superseded.
func (c Conduct) closeRequests(ctx context.Context, tx Tx, cycle Cycle, m Moment, e RequestEvent, states ...RequestState) error {
	filter := RequestFilter{Cycle: cycle.ID, States: states}
	requests, err := tx.Requests(ctx, filter)
	if err != nil {
		return err
	}
	for _, listed := range requests {
		request, err := tx.LockRequest(ctx, listed.RequestKey)
		if err != nil {
			return err
		}
		next, effects, err := request.Next(e, m.Now)
		if err != nil {
			return err
		}
		if err := tx.UpdateRequest(ctx, next); err != nil {
			return err
		}
		if err := followUpEffects(ctx, tx, next, effects); err != nil {
			return err
		}
	}
	entries, err := tx.Ledger(ctx, RequestKey{Cycle: cycle.ID})
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Rung == RungWithdrawn || entry.Notice == NoticeClearance {
			continue
		}
		if err := supersede(ctx, tx, entry); err != nil {
			return err
		}
	}
	return nil
}

// followUpEffects tells the relay to start or wake the follow-up of a request.
func followUpEffects(ctx context.Context, tx Tx, r Request, effects []RequestEffect) error {
	for _, effect := range effects {
		kind := MessageHint
		if effect == EffectStartFollowUp {
			kind = MessageStartFollowUp
		}
		m := Message{Kind: kind, Cycle: r.Cycle, Contributor: r.Contributor, Number: r.FollowUp}
		if err := tx.Enqueue(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
