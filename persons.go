package rapporteur

import (
	"context"
	"strings"
	"unicode/utf8"
)

// Persons is what administrators do about whoever has signed in.
type Persons struct {
	Store Store
	Clock Clock
}

// List gives everybody who has ever signed in, by id.
func (p Persons) List(ctx context.Context) ([]Person, error) {
	var found []Person
	err := p.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		found, err = r.Persons(ctx)
		return err
	})
	return found, err
}

// Block keeps somebody out from now on: their sessions end, what they have
// delegated ends, and no link or provider lets them in until they are let in
// again. Blocking again changes nothing.
func (p Persons) Block(ctx context.Context, actor Principal, id, reason string) error {
	if strings.TrimSpace(reason) == "" || utf8.RuneCountInString(reason) > 2000 {
		return Problemf(ProblemInvalid, "A reason is needed", "Say why, in at most 2000 characters.")
	}
	if actor.ID == id {
		return Problemf(ProblemConflict, "Not yourself", "Ask another administrator to block you.")
	}
	now := p.Clock().UTC()
	return p.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		who, err := tx.Person(ctx, id)
		if err != nil || !who.BlockedAt.IsZero() {
			return err
		}
		if err := tx.BlockPerson(ctx, id, actor.ID, now); err != nil {
			return err
		}
		if _, err := tx.EndSessions(ctx, id); err != nil {
			return err
		}
		if err := endDelegationsOf(ctx, tx, who, actor, p.Clock); err != nil {
			return err
		}
		return p.note(ctx, tx, actor, who, ActionPersonBlocked, reason)
	})
}

// Unblock lets somebody sign in again. Sessions that were ended stay so.
func (p Persons) Unblock(ctx context.Context, actor Principal, id, reason string) error {
	if strings.TrimSpace(reason) == "" || utf8.RuneCountInString(reason) > 2000 {
		return Problemf(ProblemInvalid, "A reason is needed", "Say why, in at most 2000 characters.")
	}
	return p.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		who, err := tx.Person(ctx, id)
		if err != nil || who.BlockedAt.IsZero() {
			return err
		}
		if err := tx.UnblockPerson(ctx, id); err != nil {
			return err
		}
		return p.note(ctx, tx, actor, who, ActionPersonUnblocked, reason)
	})
}

func (p Persons) note(ctx context.Context, tx Tx, actor Principal, who Person, action Action, reason string) error {
	_, err := tx.AppendAudit(ctx, AuditRecord{
		At: p.Clock().UTC(), Actor: actor.ID, Action: action, Contributor: who.Contributor, Reason: reason,
		Details: map[string]string{"person": who.ID, "role": string(who.Role)},
	})
	return err
}

// endDelegationsOf ends what somebody has delegated.
func endDelegationsOf(ctx context.Context, tx Tx, who Person, actor Principal, clock Clock) error {
	if who.Contributor == "" {
		return nil
	}
	now := clock().UTC()
	given, err := tx.Colleagues(ctx, who.Contributor)
	if err != nil {
		return err
	}
	for _, c := range given {
		if c.GivenBy != who.ID || c.Over(DateOf(now)) {
			continue
		}
		if err := endDelegation(ctx, tx, c, actor, now); err != nil {
			return err
		}
	}
	return nil
}
