package rapporteur

import (
	"context"
	"fmt"
)

// LoadFollowUp is the state from which a follow-up's workflow starts, with the
// ladder that a granted extension gets.
func (c Conduct) LoadFollowUp(ctx context.Context, key RequestKey, number int) (FollowUpState, []Rung, error) {
	var state FollowUpState
	var ladder []Rung
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		cycle, err := r.Cycle(ctx, key.Cycle)
		if err != nil {
			return err
		}
		followUp, err := r.FollowUp(ctx, key, number)
		if err != nil {
			return err
		}
		ladder = cycle.Policy.FollowUp.Ladder
		state = NewFollowUpState(followUp, cycle.Policy.FollowUp)
		return nil
	})
	return state, ladder, err
}

// SendFollowUp sends one message of a follow-up, if its contributor still owes
// an answer or must hear a decision.
func (c Conduct) SendFollowUp(ctx context.Context, key RequestKey, number int, rung PlannedRung, m Moment) error {
	var cycle Cycle
	var request Request
	var followUp FollowUp
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if cycle, err = r.Cycle(ctx, key.Cycle); err != nil {
			return err
		}
		if request, err = r.Request(ctx, key); err != nil {
			return err
		}
		followUp, err = r.FollowUp(ctx, key, number)
		return err
	})
	if err != nil {
		return err
	}
	letter := Letter{Notice: rung.Rung.Notice, Rung: rung.Rung.ID, Due: rung.Due, Reason: followUp.Reason}
	if letter.Notice == NoticeRefusal { // the follow-up had time for the decision; the answer has not
		letter.Due = request.Due
	}
	owes := func(r Request) bool {
		current := r.OffPath && r.FollowUp == number
		return current && (r.State == RequestOpen || r.State == RequestReturned) && (!letter.Notice.Chases() || !r.Snoozed(m.Now))
	}
	_, err = c.send(ctx, cycle, posting{key: key, letter: letter}, m, owes)
	return err
}

// LookFollowUp reads how a followed request stands.
func (c Conduct) LookFollowUp(ctx context.Context, key RequestKey) (Request, error) {
	var request Request
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		request, err = r.Request(ctx, key)
		return err
	})
	return request, err
}

// DecideExtension records the Secretariat's decision on a wish for more time.
// The same decision again changes nothing.
func (c Conduct) DecideExtension(ctx context.Context, key RequestKey, number int, d ExtensionDecision, m Moment) error {
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.Cycle(ctx, key.Cycle)
		if err != nil {
			return err
		}
		action := ActionExtensionRefused
		if d.Granted {
			action = ActionExtensionGranted
		}
		record := m.record(key.Cycle, action, keyed("extension", key, d.ID))
		record.Actor, record.Contributor, record.Reason = d.Actor, key.Contributor, d.Reason
		record.Details["until"] = d.Until.String()
		record.Details["follow-up"] = fmt.Sprint(number)
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return err
		}
		request, err := tx.LockRequest(ctx, key)
		if err != nil {
			return err
		}
		event := DecideEvent{Granted: d.Granted, Until: d.Until, Longest: cycle.LongestExtension()}
		next, _, err := request.Next(RequestEvent{DecideExtension: &event}, m.Now)
		if err != nil {
			return err
		}
		return c.decided(ctx, tx, next, number, d)
	})
}

func (c Conduct) decided(ctx context.Context, tx Tx, next Request, number int, d ExtensionDecision) error {
	followUp, err := tx.FollowUp(ctx, next.RequestKey, number)
	if err != nil {
		return err
	}
	followUp.Reason = d.Reason
	if d.Granted {
		followUp.Due = d.Until
	}
	if err := tx.UpdateFollowUp(ctx, followUp); err != nil {
		return err
	}
	return tx.UpdateRequest(ctx, next)
}

// LongestExtension is the last date to which any contributor's time can be
// extended: by policy after the common deadline, and never past the end of
// collection.
func (c Cycle) LongestExtension() Date {
	longest := c.Plan.Date(DateDue).Add(c.Policy.FollowUp.LongestExtended)
	if closes := c.Plan.Date(DateCloses); longest.After(closes) {
		return closes
	}
	return longest
}

// EndFollowUp brings a contributor back to the common path.
func (c Conduct) EndFollowUp(ctx context.Context, key RequestKey, number int, outcome string, m Moment) error {
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if outcome == "" {
			outcome = "unanswered"
		}
		record := m.record(key.Cycle, ActionFollowUpEnded, fmt.Sprintf("follow-up-ended/%s/%s/%d", key.Cycle, key.Contributor, number))
		record.Contributor = key.Contributor
		record.Details["outcome"] = outcome
		record.Details["follow-up"] = fmt.Sprint(number)
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return err
		}
		followUp, err := tx.FollowUp(ctx, key, number)
		if err != nil {
			return err
		}
		followUp.Outcome, followUp.ClosedAt = outcome, m.Now
		if err := tx.UpdateFollowUp(ctx, followUp); err != nil {
			return err
		}
		request, err := tx.LockRequest(ctx, key)
		if err != nil || !request.OffPath || request.FollowUp != number {
			return err
		}
		next, _, err := request.Next(RequestEvent{FollowUpEnded: true}, m.Now)
		if err != nil {
			return err
		}
		if next.State != request.State { // the accepted version stands: perhaps nobody is awaited any more
			if err := tx.Enqueue(ctx, Message{Kind: MessageHint, Cycle: key.Cycle}); err != nil {
				return err
			}
		}
		return tx.UpdateRequest(ctx, next)
	})
}
