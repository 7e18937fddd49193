package rapporteur

import (
	"context"
	"fmt"
)

// The actions of the engine's own troubles: a step that cannot be done, and
// that it could be done after all.
const (
	ActionAttention     Action = "cycle.attention"
	ActionAttentionOver Action = "cycle.attention-over"
)

// Attention puts before a person what the engine cannot do by itself: a step
// that has failed for so long that it is only tried now and then. The text is
// for the Secretariat and holds ids only. Said again, it changes nothing; a
// cycle that has ended needs no attention. The id may be that of a stream's
// calendar.
func (c Conduct) Attention(ctx context.Context, id CycleID, text string, m Moment) error {
	err := c.attend(ctx, id, func(present string, over bool) (string, AuditRecord, bool) {
		record := m.record(id, ActionAttention, "")
		record.Reason = text
		return text, record, !over && present != text
	})
	if err != nil {
		return fmt.Errorf("cannot record attention: %w", err)
	}
	return nil
}

// AttentionOver takes a text back that Attention put, when the step has been
// done. What somebody else has put there since stays.
func (c Conduct) AttentionOver(ctx context.Context, id CycleID, text string, m Moment) error {
	err := c.attend(ctx, id, func(present string, _ bool) (string, AuditRecord, bool) {
		return "", m.record(id, ActionAttentionOver, ""), text != "" && present == text
	})
	if err != nil {
		return fmt.Errorf("cannot take attention back: %w", err)
	}
	return nil
}

// attend changes what a cycle or a calendar says a person should do. next is
// told what it says now, and whether everything is over.
func (c Conduct) attend(ctx context.Context, id CycleID, next func(present string, over bool) (string, AuditRecord, bool)) error {
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if instrument, stream, period, err := id.Parts(); err == nil && period == CalendarPeriod {
			calendar, err := tx.LockStreamCalendar(ctx, StreamKey{Instrument: instrument, Stream: stream})
			if err != nil {
				return err
			}
			text, record, changes := next(calendar.Attention, false)
			if !changes {
				return nil
			}
			if _, err := tx.AppendAudit(ctx, record); err != nil {
				return err
			}
			calendar.Attention = text
			return tx.UpdateStreamCalendar(ctx, calendar)
		}
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		text, record, changes := next(cycle.Attention, cycle.Phase == PhaseClosed)
		if !changes {
			return nil
		}
		if _, err := tx.AppendAudit(ctx, record); err != nil {
			return err
		}
		cycle.Attention = text
		return tx.UpdateCycle(ctx, cycle)
	})
}
