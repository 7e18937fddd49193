package rapporteur

import (
	"context"
	"fmt"
)

// doneDates tells when dates of a cycle's plan came to be in fact, by their keys,
// from the audit records that each leaves once; what has not happened is left out. A draft that was returned to drafting is not with clearance any more.
func doneDates(ctx context.Context, r Reader, c Cycle) (map[string]Date, error) {
	once := func(a Action) string { return string(a) + "/" + string(c.ID) }
	keys := map[string]string{
		once(ActionCycleOpened): DateOpens, once(ActionCollectionClosed): DateCloses,
		once(ActionHandedOver): DateDraft, once(ActionHostIssued): DateIssued, once(ActionTransmitted): DateTransmits,
	}
	if c.Phase.Rank() >= PhaseClearing.Rank() && c.Draft > 0 {
		keys[fmt.Sprintf("%s/%s/%d", ActionClearanceStarted, c.ID, c.Draft)] = DateDraft
	}
	var names []string
	for key := range keys {
		names = append(names, key)
	}
	records, err := r.AuditKeyed(ctx, names)
	if err != nil {
		return nil, err
	}
	done := map[string]Date{}
	for _, record := range records {
		done[keys[record.Key]] = DateOf(record.At)
	}
	if c.Shape != ShapeReport || c.Phase.Rank() < PhaseCleared.Rank() || c.Phase == PhaseCancelled {
		return done, nil
	}
	decisions, err := r.Decisions(ctx, c.ID, c.Draft)
	if n := len(decisions); n > 0 {
		done[DateCleared] = DateOf(decisions[n-1].At)
	}
	return done, err
}
