package activities

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// Clearances takes drafts through their clearance.
type Clearances struct{ Conduct rapporteur.Conduct }

// Load reads how the clearance of a draft stands.
func (a *Clearances) Load(ctx context.Context, in DraftStep) (rapporteur.ClearanceState, error) {
	state, err := a.Conduct.LoadClearance(ctx, in.Cycle, in.Draft)
	return state, Failure(err)
}

// Announce writes to the offices that decide the present step, unless they
// were told, and reads how the clearance stands then.
func (a *Clearances) Announce(ctx context.Context, in DraftStep) (rapporteur.ClearanceState, error) {
	state, err := a.Conduct.LoadClearance(ctx, in.Cycle, in.Draft)
	if err != nil || state.Announced || state.Outcome != rapporteur.ClearancePending {
		return state, Failure(err)
	}
	if err := a.Conduct.AnnounceStep(ctx, state, moment(ctx, in.Now)); err != nil {
		return state, Failure(err)
	}
	state, err = a.Conduct.LoadClearance(ctx, in.Cycle, in.Draft)
	return state, Failure(err)
}

// Decide records an officer's decision and gives the state it leads to.
func (a *Clearances) Decide(ctx context.Context, in DecisionStep) (rapporteur.ClearanceState, error) {
	state, err := a.Conduct.Decide(ctx, in.Decision, moment(ctx, in.Now))
	return state, Failure(err)
}

// Delegate records a delegation and gives the state with it.
func (a *Clearances) Delegate(ctx context.Context, in DelegationStep) (rapporteur.ClearanceState, error) {
	state, err := a.Conduct.Delegate(ctx, in.Delegation, moment(ctx, in.Now))
	return state, Failure(err)
}
