package activities

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// Reports takes a cycle from its collection to its report.
type Reports struct{ Conduct rapporteur.Conduct }

// Load reads the state from which a cycle starts.
func (a *Reports) Load(ctx context.Context, in CycleStep) (rapporteur.CycleState, error) {
	state, err := a.Conduct.LoadCycle(ctx, in.Cycle)
	return state, Failure(err)
}

// Compile makes the next draft and onward hands it to clearance. One that cannot be
// handed over now is compiled all the same, and handing it over a step of its own.
func (a *Reports) Compile(ctx context.Context, in CycleStep) (Compiled, error) {
	at := moment(ctx, in.Now)
	draft, err := a.Conduct.Compile(ctx, in.Cycle, at)
	if err != nil || !in.Onward {
		return Compiled{Draft: draft}, Failure(err)
	}
	err = a.Conduct.SubmitDraft(ctx, in.Cycle, draft, at)
	return Compiled{Draft: draft, Submitted: err == nil}, nil
}

// SubmitDraft hands a draft to clearance.
func (a *Reports) SubmitDraft(ctx context.Context, in DraftStep) (Done, error) {
	return Done{}, Failure(a.Conduct.SubmitDraft(ctx, in.Cycle, in.Draft, moment(ctx, in.Now)))
}

// CheckClearance reads how the clearance of a draft stands.
func (a *Reports) CheckClearance(ctx context.Context, in DraftStep) (rapporteur.ClearanceOutcome, error) {
	outcome, err := a.Conduct.CheckClearance(ctx, in.Cycle, in.Draft, moment(ctx, in.Now))
	return outcome, Failure(err)
}

// Transmit puts symbol and masthead date on the cleared draft, and onward closes the
// cycle, which is a step of its own where it cannot be done now.
func (a *Reports) Transmit(ctx context.Context, in TransmitStep) (Transmitted, error) {
	at := moment(ctx, in.Now)
	if err := a.Conduct.Transmit(ctx, in.Cycle, in.Draft, in.Transmittal, at); err != nil || !in.Onward {
		return Transmitted{}, Failure(err)
	}
	err := a.Conduct.Close(ctx, in.Cycle, at)
	return Transmitted{Closed: err == nil}, nil
}

// Close ends a cycle whose report was transmitted.
func (a *Reports) Close(ctx context.Context, in CycleStep) (Done, error) {
	return Done{}, Failure(a.Conduct.Close(ctx, in.Cycle, moment(ctx, in.Now)))
}

// Attention puts before the Secretariat what the engine cannot do by itself.
func (a *Reports) Attention(ctx context.Context, in AttentionStep) (Done, error) {
	return Done{}, Failure(a.Conduct.Attention(ctx, in.Cycle, in.Text, moment(ctx, in.Now)))
}

// AttentionOver takes back what Attention put, when it is over.
func (a *Reports) AttentionOver(ctx context.Context, in AttentionStep) (Done, error) {
	return Done{}, Failure(a.Conduct.AttentionOver(ctx, in.Cycle, in.Text, moment(ctx, in.Now)))
}
