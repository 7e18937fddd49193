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
// cycle that has ended needs no attention.
func (c Conduct) Attention(ctx context.Context, id CycleID, text string, m Moment) error {
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil || cycle.Phase == PhaseClosed || cycle.Attention == text {
			return err
		}
		record := m.record(id, ActionAttention, "")
		record.Reason = text
		if _, err := tx.AppendAudit(ctx, record); err != nil {
			return err
		}
		cycle.Attention = text
		return tx.UpdateCycle(ctx, cycle)
	})
	if err != nil {
		return fmt.Errorf("cannot record attention: %w", err)
	}
	return nil
}

// AttentionOver takes a text back that Attention put, when the step has been
// done. What somebody else has put there since stays.
func (c Conduct) AttentionOver(ctx context.Context, id CycleID, text string, m Moment) error {
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil || text == "" || cycle.Attention != text {
			return err
		}
		if _, err := tx.AppendAudit(ctx, m.record(id, ActionAttentionOver, "")); err != nil {
			return err
		}
		cycle.Attention = ""
		return tx.UpdateCycle(ctx, cycle)
	})
	if err != nil {
		return fmt.Errorf("cannot take attention back: %w", err)
	}
	return nil
}
