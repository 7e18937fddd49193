package rapporteur

import (
	"context"
	"fmt"
)

// ChaseIssue asks the Secretariat what became of a host report that should have
// issued by now.
func (c Conduct) ChaseIssue(ctx context.Context, id CycleID, m Moment) error {
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil || cycle.Phase != PhaseAwaiting || cycle.Attention != "" {
			return err
		}
		cycle.Attention = fmt.Sprintf("The host report was due on %s. Record its symbol, masthead date and the paragraphs of the section, or that it issued without.",
			cycle.Plan.Date(DateMandated).Words())
		return tx.UpdateCycle(ctx, cycle)
	})
}

// RecordIssue writes down that the host report has issued: symbol, masthead
// date and where the section stands in it, or that it has none. Done before, it
// changes nothing.
func (c Conduct) RecordIssue(ctx context.Context, id CycleID, t Transmittal, m Moment) error {
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		record := m.record(id, ActionHostIssued, string(ActionHostIssued)+"/"+string(id))
		record.Details["symbol"] = t.Symbol
		record.Details["masthead"] = t.Masthead.String()
		record.Details["mandated"] = cycle.Plan.Date(DateMandated).String()
		if t.Paragraphs != "" {
			record.Details["paragraphs"] = t.Paragraphs
		}
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return err
		}
		cycle.Phase, cycle.Attention = PhaseTransmitted, ""
		cycle.Symbol, cycle.Masthead, cycle.Paragraphs = t.Symbol, t.Masthead, t.Paragraphs
		return tx.UpdateCycle(ctx, cycle)
	})
}
