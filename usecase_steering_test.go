package rapporteur_test

import (
	"context"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// listening is an engine that notes what it is told.
type listening struct{ told []any }

func (l *listening) Command(_ context.Context, _ rapporteur.CycleID, c rapporteur.Command) error {
	l.told = append(l.told, c)
	return nil
}

func (l *listening) DecideExtension(_ context.Context, _ rapporteur.RequestKey, _ int, d rapporteur.ExtensionDecision) error {
	l.told = append(l.told, d)
	return nil
}

func (l *listening) Decide(_ context.Context, d rapporteur.Decision) error {
	l.told = append(l.told, d)
	return nil
}

func (l *listening) Delegate(_ context.Context, g rapporteur.Delegation) error {
	l.told = append(l.told, g)
	return nil
}

func (*listening) Events(context.Context, string) ([]rapporteur.EngineEvent, error) { return nil, nil }

// changed is the precondition of somebody who has read something else.
func changed[T any](T) error {
	return rapporteur.Problemf(rapporteur.ProblemPrecondition, "It has changed", "Read it again.")
}

func (h *house) steering() (rapporteur.Steering, *listening) {
	engine := &listening{}
	return rapporteur.Steering{Store: h.store, Catalogue: h.catalogue, Engine: engine, Clock: h.clock}, engine
}

// Nothing is told to the engine of what is not there, has changed since it was
// read, or can never be; everything else is, for the workflow decides.
func TestSteeringLooksFirst(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	steering, engine := h.steering()
	ctx := t.Context()
	window := h.running("op9")
	clearance := rapporteur.NewClearanceState(cycle.ID, 1, "hash", cycle.Policy.Clearance, h.clock())
	must(t, h.store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.InsertDraft(ctx, rapporteur.Draft{Cycle: cycle.ID, Number: 1, CompiledAt: h.clock(), Outcome: rapporteur.ClearancePending}); err != nil {
			return err
		}
		return tx.PutClearance(ctx, clearance)
	}))
	add := rapporteur.Command{ID: "c", Kind: rapporteur.CommandAddContributor, Contributor: "state-nowhere"}
	who := key(cycle, kenya)
	for name, c := range map[string]struct {
		err  error
		kind rapporteur.ProblemKind
	}{
		"a cycle that is not there":        {steering.Command(ctx, "s-res-2388-2017/op34/1999", rapporteur.Command{}, nil), rapporteur.ProblemNotFound},
		"a cycle that has changed":         {steering.Command(ctx, cycle.ID, rapporteur.Command{}, changed), rapporteur.ProblemPrecondition},
		"the window of an intake":          {steering.Command(ctx, window.ID, rapporteur.Command{}, nil), rapporteur.ProblemConflict},
		"a contributor who is nobody":      {steering.Command(ctx, cycle.ID, add, nil), rapporteur.ProblemNotFound},
		"a request that is not there":      {steering.DecideExtension(ctx, key(cycle, "state-ago"), 1, rapporteur.ExtensionDecision{}, nil), rapporteur.ProblemNotFound},
		"a request that has changed":       {steering.DecideExtension(ctx, who, 0, rapporteur.ExtensionDecision{}, changed), rapporteur.ProblemPrecondition},
		"a follow-up that is not there":    {steering.DecideExtension(ctx, who, 1, rapporteur.ExtensionDecision{}, nil), rapporteur.ProblemNotFound},
		"a clearance that is not there":    {steering.Decide(ctx, rapporteur.Decision{Cycle: cycle.ID, Draft: 2}, nil), rapporteur.ProblemNotFound},
		"a clearance that has changed":     {steering.Decide(ctx, rapporteur.Decision{Cycle: cycle.ID, Draft: 1}, changed), rapporteur.ProblemPrecondition},
		"a delegation of what is not":      {steering.Delegate(ctx, rapporteur.Delegation{Cycle: cycle.ID, Draft: 2}, nil), rapporteur.ProblemNotFound},
		"a delegation that comes too late": {steering.Delegate(ctx, rapporteur.Delegation{Cycle: cycle.ID, Draft: 1}, changed), rapporteur.ProblemPrecondition},
	} {
		if !rapporteur.IsProblem(c.err, c.kind) {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	if len(engine.told) != 0 {
		t.Fatalf("the engine heard of %+v", engine.told)
	}
	must(t, steering.Command(ctx, cycle.ID, rapporteur.Command{ID: "c1", Kind: rapporteur.CommandCloseCollection}, nil))
	must(t, steering.Decide(ctx, rapporteur.Decision{ID: "d1", Cycle: cycle.ID, Draft: 1}, nil))
	must(t, steering.Delegate(ctx, rapporteur.Delegation{ID: "g1", Cycle: cycle.ID, Draft: 1}, nil))
	same(t, "what was told", len(engine.told), 3)
}

// Time that is granted without a date is the time that was asked for.
func TestGrantedAsAsked(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	steering, engine := h.steering()
	asked := due.AddDays(7)
	_, err := h.correspondence.AskExtension(t.Context(), by(kenya), key(cycle, kenya), asked, "The ministry is moving.", "a")
	must(t, err)
	for _, d := range []rapporteur.ExtensionDecision{{ID: "1", Granted: true}, {ID: "2", Granted: true, Until: due.AddDays(3)}, {ID: "3"}} {
		must(t, steering.DecideExtension(t.Context(), key(cycle, kenya), 1, d, nil))
	}
	same(t, "what was told", engine.told, []any{
		rapporteur.ExtensionDecision{ID: "1", Granted: true, Until: asked},
		rapporteur.ExtensionDecision{ID: "2", Granted: true, Until: due.AddDays(3)}, rapporteur.ExtensionDecision{ID: "3"},
	})
}
