package activities

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// Submissions takes in what contributors have submitted.
type Submissions struct{ Conduct rapporteur.Conduct }

// Collect settles the requests whose submissions are new.
func (a *Submissions) Collect(ctx context.Context, in CycleStep) (rapporteur.Counts, error) {
	var counts rapporteur.Counts
	at := moment(ctx, in.Now)
	err := mailing(ctx, a.Conduct, func(ctx context.Context, conduct rapporteur.Conduct, progress func(int)) (err error) {
		counts, err = conduct.Collect(ctx, in.Cycle, at, progress)
		return err
	})
	return counts, err
}

// CloseCollection closes every request with whatever came.
func (a *Submissions) CloseCollection(ctx context.Context, in CycleStep) (rapporteur.Counts, error) {
	var counts rapporteur.Counts
	at := moment(ctx, in.Now)
	err := alive(ctx, func(ctx context.Context, _ func(int)) (err error) {
		counts, err = a.Conduct.CloseCollection(ctx, in.Cycle, at)
		return err
	})
	return counts, Failure(err)
}
