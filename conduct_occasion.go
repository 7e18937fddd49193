package rapporteur

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// reschedule gives the event of an occasion another date, and those who have
// not replied another deadline.
func (c Conduct) reschedule(ctx context.Context, tx Tx, cycle *Cycle, cmd Command, m Moment) error {
	plan, err := cmd.rescheduled(*cycle, m.Now)
	if err != nil {
		return err
	}
	cycle.Plan, cycle.Event.Date = plan, cmd.Date
	if err := tx.UpdateCycle(ctx, *cycle); err != nil {
		return err
	}
	return c.moveDue(ctx, tx, cycle.ID, plan.Date(DateDue), m)
}

// rescheduled is the plan of a cycle after the command. The step may be carried
// out on another day than the cycle took the command: both must reckon the same
// calendar.
func (c Command) rescheduled(cycle Cycle, now time.Time) (Plan, error) {
	if !c.At.IsZero() {
		now = c.At
	}
	return Rescheduled(cycle.Plan, cycle.Policy.Dates, cycle.Policy.Ladder, cycle.Phase == PhaseCollecting, c, now)
}

// dueIn is when answers are due after a command that reckons that anew; no date
// after any other.
func (c Command) dueIn(cycle Cycle, now time.Time) Date {
	if c.Kind != CommandReschedule {
		return Date{}
	}
	plan, err := c.rescheduled(cycle, now)
	if err != nil {
		return Date{} // which is a problem of carrying it out
	}
	return plan.Date(DateDue)
}

// recordOutcome writes down what came of the event. A cycle that waited for it
// goes on to its end.
func (c Conduct) recordOutcome(ctx context.Context, tx Tx, cycle *Cycle, cmd Command, m Moment) error {
	for _, id := range cmd.Participants {
		if _, err := c.Catalogue.Contributor(id, cmd.Date); err != nil {
			return err
		}
	}
	outcome := outcomeOf(cmd, m.Now)
	if err := checkOutcome(outcome, cycle.Event.ReceiptOnly); err != nil {
		return err
	}
	cycle.Outcome = outcome
	if outcome.Kind == OutcomeHeld {
		cycle.Plan = cycle.Plan.Held(cmd)
	}
	if cycle.Phase == PhaseRecording {
		cycle.Phase, cycle.Attention = PhaseTransmitted, ""
	}
	return tx.UpdateCycle(ctx, *cycle)
}

// CallOff tells those who still owe something that the event did not take
// place: nothing is asked of them any more. What others have sent stays. Done
// before, it only finishes telling. progress is called after each contributor.
func (c Conduct) CallOff(ctx context.Context, id CycleID, m Moment, progress func(done int)) error {
	var reason string
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil || !cycle.Outcome.Kind.Off() {
			return err
		}
		reason = cycle.Outcome.Reason
		if cycle.Phase != PhaseCollecting {
			return nil
		}
		before, err := tx.Counts(ctx, id)
		if err != nil {
			return err
		}
		if err := c.closeRequests(ctx, tx, cycle, m, RequestEvent{Withdraw: true}, RequestOpen, RequestReturned); err != nil {
			return err
		}
		record := m.record(id, ActionCalledOff, string(ActionCalledOff)+"/"+string(id))
		record.Details["told"] = fmt.Sprint(before.Open + before.Returned)
		_, err = tx.AppendAudit(ctx, record)
		return err
	})
	if err != nil {
		return err
	}
	filter := RequestFilter{Cycle: id, States: []RequestState{RequestWithdrawn}}
	return c.tellWithdrawn(ctx, filter, reason, m, progress)
}

// ChaseOutcome asks the Secretariat what came of an event.
func (c Conduct) ChaseOutcome(ctx context.Context, id CycleID, m Moment) error {
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil || cycle.Phase != PhaseRecording || cycle.Attention != "" {
			return err
		}
		cycle.Attention = fmt.Sprintf("The event of %s has no outcome on the record. Record when it was held, or that it was postponed or did not take place.",
			cycle.Plan.Date(DateMandated).Words())
		return tx.UpdateCycle(ctx, cycle)
	})
}

// tellRescheduled writes to everybody who is asked, also those who have
// replied, that the event has another date. Of two moves in a row only the one
// that holds is told.
func (c Conduct) tellRescheduled(ctx context.Context, id CycleID, cmd Command, m Moment) error {
	asked := func(r Request) bool { return slices.Contains(standing, r.State) }
	cycle, requests, err := c.asked(ctx, RequestFilter{Cycle: id, States: standing})
	if err != nil {
		return err
	}
	rung := "event-moved-" + cmd.ID
	if cycle.Event.Date == cmd.Date {
		letters := make([]posting, len(requests))
		for n, r := range requests {
			letter := Letter{Notice: NoticeEventMoved, Rung: rung, Due: cycle.Plan.Date(DateDue), Reason: cmd.Reason}
			if r.Chaseable() {
				letter.Due = r.Due
			}
			letters[n] = posting{key: r.RequestKey, letter: letter}
		}
		if _, err := c.sendAll(ctx, cycle, letters, m, asked, func(int) {}); err != nil {
			return err
		}
	}
	_, err = c.closeRung(ctx, id, rung, Date{})
	return err
}
