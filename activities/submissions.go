package activities

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// Submissions takes in what contributors have submitted.
type Submissions struct{ Conduct rapporteur.Conduct }

// Collect settles the requests whose submissions are new.
func (a *Submissions) Collect(ctx context.Context, in CycleStep) (rapporteur.Counts, error) {
	counts, err := a.Conduct.Collect(ctx, in.Cycle, moment(ctx, in.Now))
	return counts, Failure(err)
}

// CloseCollection closes every request with whatever came.
func (a *Submissions) CloseCollection(ctx context.Context, in CycleStep) (rapporteur.Counts, error) {
	counts, err := a.Conduct.CloseCollection(ctx, in.Cycle, moment(ctx, in.Now))
	return counts, Failure(err)
}
