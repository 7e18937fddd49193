package rapporteur

import (
	"context"
	"errors"
	"time"
)

// errUnchanged ends a change of a calendar that was made before.
var errUnchanged = errors.New("nothing to change")

// onCalendar changes a calendar in one transaction with its audit record, and
// has its workflow look. A change that was made before changes nothing.
func (s Secretariat) onCalendar(ctx context.Context, key StreamKey, change func(*StreamCalendar, time.Time) (AuditRecord, error)) (StreamCalendar, error) {
	var calendar StreamCalendar
	err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if calendar, err = tx.LockStreamCalendar(ctx, key); IsProblem(err, ProblemNotFound) {
			return Problemf(ProblemNotFound, "The calendar was not started", "Start the calendar of %s first; then it can be told of.", key)
		}
		if err != nil {
			return err
		}
		next := calendar
		record, err := change(&next, calendar.Now(s.Clock()))
		if errors.Is(err, errUnchanged) {
			return nil
		}
		if err != nil {
			return err
		}
		calendar = next
		return s.changed(ctx, tx, &calendar, record)
	})
	return calendar, err
}

// changed stores a calendar that was changed.
func (s Secretariat) changed(ctx context.Context, tx Tx, c *StreamCalendar, record AuditRecord) error {
	if err := tx.UpdateStreamCalendar(ctx, *c); err != nil {
		return err
	}
	c.Revision++
	return s.heard(ctx, tx, *c, MessageHint, record)
}

// heard leaves the audit record and tells the engine.
func (s Secretariat) heard(ctx context.Context, tx Tx, c StreamCalendar, kind MessageKind, record AuditRecord) error {
	if _, err := tx.AppendAudit(ctx, record); err != nil {
		return err
	}
	return tx.Enqueue(ctx, Message{Kind: kind, Cycle: c.Calendar()})
}

func calendarRecord(c StreamCalendar, actor Principal, action Action, at time.Time) AuditRecord {
	return AuditRecord{
		Cycle: c.Calendar(), At: at, Actor: actor.ID, Action: action,
		Details: map[string]string{"from": c.From.String()},
	}
}
