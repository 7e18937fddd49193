package rapporteur

import (
	"context"
	"strconv"
)

// Steering is what people tell workflows that run: commands to a cycle, decisions
// on time, decisions on drafts. Each call looks at the record first, asks the
// caller's precondition about what it finds, and then waits until the workflow
// has committed what was told. The workflow decides later, on what is then true;
// the precondition only compares with what is true now, and nil asks nothing.
// The same id again acts once.
type Steering struct {
	Store     Store
	Catalogue Catalogue
	Engine    Engine
	Clock     Clock
}

// Command tells a running cycle something. The windows of an intake take none,
// and whom a cycle is to ask must be known today: both are problems, like what
// the cycle itself refuses.
func (s Steering) Command(ctx context.Context, id CycleID, c Command, holds func(Cycle) error) error {
	var cycle Cycle
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		cycle, err = r.Cycle(ctx, id)
		return err
	})
	if err != nil {
		return err
	}
	if holds != nil {
		if err := holds(cycle); err != nil {
			return err
		}
	}
	if cycle.Shape == ShapeIntake {
		return Problemf(ProblemConflict, "Not possible here", "The windows of an intake follow each other; stop the intake itself to end them.")
	}
	if c.Kind == CommandAddContributor && c.Contributor != "" {
		if _, err := s.Catalogue.Contributor(c.Contributor, DateOf(s.Clock())); err != nil {
			return err
		}
	}
	return s.Engine.Command(ctx, id, c)
}

// DecideExtension grants or refuses more time in the numbered follow-up of a
// request. A grant without a date gives the time that was asked for.
func (s Steering) DecideExtension(ctx context.Context, key RequestKey, number int, d ExtensionDecision, holds func(Request) error) error {
	var request Request
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		request, err = r.Request(ctx, key)
		return err
	})
	if err != nil {
		return err
	}
	if holds != nil {
		if err := holds(request); err != nil {
			return err
		}
	}
	if number > request.FollowUp {
		return NotFound("follow-up of this request", strconv.Itoa(number))
	}
	if d.Granted && d.Until.IsZero() {
		d.Until = request.AskedUntil
	}
	return s.Engine.DecideExtension(ctx, key, number, d)
}

// Clearing is the clearance of a draft with what was decided in it.
type Clearing struct {
	ClearanceState
	Decisions []Decision
}

// Revision grows with everything that is decided or delegated.
func (c Clearing) Revision() int { return len(c.Decisions) + len(c.Delegations) }

// Clearing reads how the clearance of a draft stands.
func (s Steering) Clearing(ctx context.Context, id CycleID, draft int) (Clearing, error) {
	var c Clearing
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if c.ClearanceState, err = r.Clearance(ctx, id, draft); err != nil {
			return err
		}
		c.Decisions, err = r.Decisions(ctx, id, draft)
		return err
	})
	return c, err
}

// Decide tells a clearance what an office says about the draft.
func (s Steering) Decide(ctx context.Context, d Decision, holds func(Clearing) error) error {
	if err := s.clearingHolds(ctx, d.Cycle, d.Draft, holds); err != nil {
		return err
	}
	return s.Engine.Decide(ctx, d)
}

// Delegate tells a clearance who decides for an office meanwhile.
func (s Steering) Delegate(ctx context.Context, g Delegation, holds func(Clearing) error) error {
	if err := s.clearingHolds(ctx, g.Cycle, g.Draft, holds); err != nil {
		return err
	}
	return s.Engine.Delegate(ctx, g)
}

func (s Steering) clearingHolds(ctx context.Context, id CycleID, draft int, holds func(Clearing) error) error {
	present, err := s.Clearing(ctx, id, draft)
	if err != nil || holds == nil {
		return err
	}
	return holds(present)
}
