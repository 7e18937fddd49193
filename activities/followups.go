package activities

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// FollowUps follows contributors off the common path.
type FollowUps struct{ Conduct rapporteur.Conduct }

// Load reads the state from which a follow-up starts.
func (a *FollowUps) Load(ctx context.Context, in FollowUpStep) (FollowUpLoaded, error) {
	state, ladder, err := a.Conduct.LoadFollowUp(ctx, in.RequestKey, in.Number)
	return FollowUpLoaded{State: state, Ladder: ladder}, Failure(err)
}

// Send sends one message, if the contributor still owes an answer.
func (a *FollowUps) Send(ctx context.Context, in FollowUpRungStep) (Done, error) {
	return Done{}, Failure(a.Conduct.SendFollowUp(ctx, in.RequestKey, in.Number, in.Rung, moment(ctx, in.Now)))
}

// Look reads how the followed request stands.
func (a *FollowUps) Look(ctx context.Context, in FollowUpStep) (rapporteur.Request, error) {
	request, err := a.Conduct.LookFollowUp(ctx, in.RequestKey)
	return request, Failure(err)
}

// DecideExtension records the decision on a wish for more time.
func (a *FollowUps) DecideExtension(ctx context.Context, in ExtensionStep) (Done, error) {
	return Done{}, Failure(a.Conduct.DecideExtension(ctx, in.RequestKey, in.Number, in.Decision, moment(ctx, in.Now)))
}

// Remind sends a reminder out of turn, if it is still wanted.
func (a *FollowUps) Remind(ctx context.Context, in FollowUpStep) (Done, error) {
	return Done{}, Failure(a.Conduct.SendReminder(ctx, in.RequestKey, in.Number, moment(ctx, in.Now)))
}

// End brings the contributor back to the common path.
func (a *FollowUps) End(ctx context.Context, in FollowUpEndStep) (Done, error) {
	return Done{}, Failure(a.Conduct.EndFollowUp(ctx, in.RequestKey, in.Number, in.Outcome, moment(ctx, in.Now)))
}
