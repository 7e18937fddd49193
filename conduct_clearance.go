package rapporteur

import (
	"context"
	"fmt"
	"strings"
)

// LoadClearance is the present state of a draft's clearance.
func (c Conduct) LoadClearance(ctx context.Context, id CycleID, draft int) (ClearanceState, error) {
	var state ClearanceState
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		cycle, err := r.Cycle(ctx, id)
		if err != nil {
			return err
		}
		if state, err = r.Clearance(ctx, id, draft); err != nil {
			return err
		}
		if cycle.Phase.Final() && state.Outcome == ClearancePending {
			state.Outcome = ClearanceReturned // the cycle was cancelled: nobody waits for a decision
		}
		return nil
	})
	return state, err
}

// OfficeContributor is the key under which the contacts of a clearance office
// are kept: office-ola.
func OfficeContributor(office string) ContributorID {
	return ContributorID("office-" + strings.ToLower(office))
}

// AnnounceStep writes to the offices that decide the current step, once each.
// An office without contacts finds the draft in its list all the same.
func (c Conduct) AnnounceStep(ctx context.Context, state ClearanceState, m Moment) error {
	var cycle Cycle
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		cycle, err = r.Cycle(ctx, state.Cycle)
		return err
	})
	if err != nil {
		return err
	}
	for _, office := range state.Step().Offices {
		if _, err := c.toOffice(ctx, cycle, announcement(state, office), m); err != nil {
			return err
		}
	}
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		stored, err := tx.Clearance(ctx, state.Cycle, state.Draft)
		if err != nil {
			return err
		}
		stored.Announced = stored.Current == state.Current
		return tx.PutClearance(ctx, stored)
	})
}

// announcement is the letter to one office.
func announcement(s ClearanceState, office string) Letter {
	return Letter{
		Notice: NoticeClearance, Contributor: Contributor{ID: OfficeContributor(office), Names: map[string]string{"en": office}},
		Due: s.StepDue(), Rung: fmt.Sprintf("clearance-%d-%d-%s", s.Draft, s.Round, s.Step().ID), Step: s.Step().Name, Draft: s.Draft,
	}
}

// Decide records a clearance decision and the state it leads to, and tells the
// cycle when the clearance has ended. The same decision again changes nothing.
func (c Conduct) Decide(ctx context.Context, d Decision, m Moment) (ClearanceState, error) {
	d.At = m.Now
	var state ClearanceState
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if state, err = tx.Clearance(ctx, d.Cycle, d.Draft); err != nil {
			return err
		}
		record := m.record(d.Cycle, ActionDecided, fmt.Sprintf("decision/%s/%d/%s", d.Cycle, d.Draft, d.ID))
		record.Actor, record.Reason = d.Actor, d.Comments
		record.Details = map[string]string{
			"step": d.Step, "office": d.Office, "draft": fmt.Sprint(d.Draft), "for": d.For,
			"decision": decisionWord(d), "hash": d.DraftHash,
		}
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return err
		}
		if state, err = state.Decide(d, m.Now); err != nil {
			return err
		}
		if err := tx.InsertDecision(ctx, d); err != nil {
			return err
		}
		if err := tx.PutClearance(ctx, state); err != nil {
			return err
		}
		return c.endClearance(ctx, tx, state, d)
	})
	return state, err
}

func decisionWord(d Decision) string {
	if d.Approve {
		return "approved"
	}
	if d.ReturnTo == "" {
		return "returned to " + ToDrafting
	}
	return "returned to " + d.ReturnTo
}

func (c Conduct) endClearance(ctx context.Context, tx Tx, state ClearanceState, d Decision) error {
	if state.Outcome == ClearancePending {
		return nil
	}
	draft, err := tx.Draft(ctx, d.Cycle, d.Draft)
	if err != nil {
		return err
	}
	draft.Outcome, draft.Comments = state.Outcome, d.Comments
	if err := tx.UpdateDraft(ctx, draft); err != nil {
		return err
	}
	return tx.Enqueue(ctx, Message{Kind: MessageHint, Cycle: d.Cycle})
}

// Delegate records a delegation. The same delegation again changes nothing.
func (c Conduct) Delegate(ctx context.Context, g Delegation, m Moment) (ClearanceState, error) {
	g.Recorded = m.Now
	var state ClearanceState
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if state, err = tx.Clearance(ctx, g.Cycle, g.Draft); err != nil {
			return err
		}
		record := m.record(g.Cycle, ActionDelegated, fmt.Sprintf("delegation/%s/%d/%s", g.Cycle, g.Draft, g.ID))
		record.Actor = g.From
		record.Details = map[string]string{
			"office": g.Office, "to": g.To, "from-date": g.Starts.String(), "until": g.Ends.String(), "draft": fmt.Sprint(g.Draft),
		}
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return err
		}
		if state, err = state.Delegate(g); err != nil {
			return err
		}
		if err := tx.InsertDelegation(ctx, g); err != nil {
			return err
		}
		return tx.PutClearance(ctx, state)
	})
	return state, err
}
