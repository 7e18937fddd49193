package rapporteur

import (
	"context"
	"strings"
)

// Appoint makes somebody of the Secretariat the lead drafter of a cycle, who
// reads answers unmasked from then on; whoever was it before no longer does.
// may says whether the actor is allowed to. A reason is needed. Appointing the
// lead drafter again changes nothing.
func (s Secretariat) Appoint(ctx context.Context, actor Principal, id CycleID, drafter, reason string, may func(Cycle) error) error {
	return s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		if err := may(cycle); err != nil {
			return err
		}
		if err := s.canDraft(ctx, tx, drafter); err != nil || cycle.LeadDrafter == drafter {
			return err
		}
		if strings.TrimSpace(reason) == "" {
			return Problemf(ProblemInvalid, "A reason is needed", "Say why somebody else leads the drafting.")
		}
		record := AuditRecord{
			Cycle: id, At: cycle.Now(s.Clock()), Actor: actor.ID, Action: ActionDrafterAppointed, Reason: reason,
			Details: map[string]string{"drafter": drafter, "before": cycle.LeadDrafter},
		}
		cycle.LeadDrafter = drafter
		if err := tx.UpdateCycle(ctx, cycle); err != nil {
			return err
		}
		_, err = tx.AppendAudit(ctx, record)
		return err
	})
}

// canDraft is a problem where a principal is not one of the Secretariat's who may
// act: a person who has signed in and is not blocked, or a key that is in force.
func (s Secretariat) canDraft(ctx context.Context, r Reader, drafter string) error {
	var can bool
	var err error
	if strings.HasPrefix(drafter, personPrefix) {
		var person Person
		person, err = r.Person(ctx, drafter)
		can = person.Role == RoleSecretariat && person.mayAct()
	} else {
		var key APIKey
		key, err = r.Key(ctx, strings.TrimPrefix(drafter, "key-"))
		can = key.Principal().ID == drafter && key.Role == RoleSecretariat && key.inForce(s.Clock())
	}
	switch {
	case err != nil && !IsProblem(err, ProblemNotFound):
		return err
	case err != nil || !can:
		return Problemf(ProblemInvalid, "Nobody who can draft",
			"Name somebody of the Secretariat who has signed in and is not blocked, such as person-9c1e…, or a key of the Secretariat that is in force, such as key-4f2a….")
	}
	return nil
}
