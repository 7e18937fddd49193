package rapporteur

import (
	"context"
	"crypto/rand"
	"strings"
	"time"
)

// Delegations is what a contributor's lead does to let colleagues work on its
// answers.
type Delegations struct {
	SignIn // by which a colleague is told
}

// maxColleagues is how many delegations of a contributor can be in force at
// once.
const maxColleagues = 20

// List gives the delegations of a contributor, oldest first, those that are over
// too. A colleague sees that they exist and not whom they name.
func (d Delegations) List(ctx context.Context, p Principal, id ContributorID) ([]Colleague, error) {
	if err := onlyOwn(p, id); err != nil {
		return nil, err
	}
	var found []Colleague
	err := d.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		found, err = r.Colleagues(ctx, id)
		return err
	})
	if p.Standing != StandingColleague {
		return found, err
	}
	for n := range found {
		if found[n].ID != p.Delegation {
			found[n].Name, found[n].Address = "", ""
		}
	}
	return found, err
}

// Give delegates to the colleague that c names, from c.From until c.Until, and
// writes to them where mail is on. The colleague can do what a lead can, but
// withdraw answers and delegate. The same idempotencyKey again gives the
// delegation as it was given.
func (d Delegations) Give(ctx context.Context, p Principal, c Colleague, idempotencyKey string) (Colleague, error) {
	if err := onlyLead(p, c.Contributor); err != nil {
		return Colleague{}, err
	}
	now := d.Clock().UTC()
	c.Name, c.Address = strings.TrimSpace(undirected(c.Name)), strings.TrimSpace(c.Address)
	if err := c.check(DateOf(now)); err != nil {
		return Colleague{}, err
	}
	c.ID, c.GivenBy, c.GivenAt, c.EndedBy, c.EndedAt = delegationID(c.Contributor, idempotencyKey), p.ID, now, "", time.Time{}
	isNew := false
	err := d.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		isNew = false
		before, err := tx.Colleague(ctx, c.ID)
		switch {
		case err == nil:
			c = before
			return nil
		case !IsProblem(err, ProblemNotFound):
			return err
		}
		if err := fewColleagues(ctx, tx, c.Contributor, DateOf(now)); err != nil {
			return err
		}
		if err := tx.InsertColleague(ctx, c, d.Links.Address(c.Address)); err != nil {
			return err
		}
		isNew = true
		_, err = tx.AppendAudit(ctx, delegationRecord(c, ActionDelegationGiven, p, now))
		return err
	})
	if err != nil || !isNew {
		return c, err
	}
	d.post(ctx, d.linkForColleague(c, now))
	return c, nil
}

// End ends a delegation before its last day. The colleague is out at once. One
// that is over stays as it is.
func (d Delegations) End(ctx context.Context, p Principal, contributor ContributorID, id string) error {
	if err := onlyLead(p, contributor); err != nil {
		return err
	}
	now := d.Clock().UTC()
	return d.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.Colleague(ctx, id)
		switch {
		case err != nil:
			return err
		case c.Contributor != contributor:
			return NotFound("delegation", id)
		case c.Over(DateOf(now)):
			return nil
		}
		return endDelegation(ctx, tx, c, p, now)
	})
}

// endDelegation ends a delegation and the sessions of its colleague.
func endDelegation(ctx context.Context, tx Tx, c Colleague, p Principal, now time.Time) error {
	if err := tx.EndColleague(ctx, c.ID, p.ID, now); err != nil {
		return err
	}
	if _, err := tx.EndSessions(ctx, c.Principal()); err != nil {
		return err
	}
	_, err := tx.AppendAudit(ctx, delegationRecord(c, ActionDelegationEnded, p, now))
	return err
}

// delegationID is the id of a delegation: random, or of the client's key, so
// that repeating the request delegates once.
func delegationID(contributor ContributorID, idempotencyKey string) string {
	if idempotencyKey == "" {
		return "d-" + strings.ToLower(rand.Text())
	}
	return "d-" + LinkSecret("delegation").fingerprint(map[string]any{"contributor": string(contributor), "key": idempotencyKey})
}

func fewColleagues(ctx context.Context, tx Tx, id ContributorID, on Date) error {
	found, err := tx.Colleagues(ctx, id)
	n := 0
	for _, c := range found {
		if !c.Over(on) {
			n++
		}
	}
	if err == nil && n >= maxColleagues {
		return Problemf(ProblemConflict, "Too many delegations", "%d delegations are in force or to come; end one first.", n)
	}
	return err
}

func delegationRecord(c Colleague, action Action, p Principal, now time.Time) AuditRecord {
	return AuditRecord{
		At: now, Actor: p.ID, Action: action, Contributor: c.Contributor,
		Details: map[string]string{"delegation": c.ID, "to": c.Principal(), "from-date": c.From.String(), "until": c.Until.String()},
	}
}

// onlyOwn lets a contributor's people see what is its own, and nobody else.
func onlyOwn(p Principal, id ContributorID) error {
	if p.Role != RoleContributor || id == "" || p.Contributor != id {
		return NotFound("contributor", string(id))
	}
	return nil
}

// onlyLead lets a contributor's people but colleagues change its delegations.
func onlyLead(p Principal, id ContributorID) error {
	if err := onlyOwn(p, id); err != nil {
		return err
	}
	if p.Standing == StandingColleague {
		return Problemf(ProblemForbidden, "Not delegated", "A colleague cannot delegate or change a delegation; ask who delegated to you.")
	}
	return nil
}
