package activities

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// Occasions bring events to their outcome.
type Occasions struct{ Conduct rapporteur.Conduct }

// CallOff tells those who still owe something that the event did not take place.
func (a *Occasions) CallOff(ctx context.Context, in CycleStep) (Done, error) {
	at := moment(ctx, in.Now)
	return Done{}, mailing(ctx, a.Conduct, func(ctx context.Context, conduct rapporteur.Conduct, progress func(int)) error {
		return conduct.CallOff(ctx, in.Cycle, at, progress)
	})
}

// ChaseOutcome asks the Secretariat what came of an event.
func (a *Occasions) ChaseOutcome(ctx context.Context, in CycleStep) (Done, error) {
	return Done{}, Failure(a.Conduct.ChaseOutcome(ctx, in.Cycle, moment(ctx, in.Now)))
}
