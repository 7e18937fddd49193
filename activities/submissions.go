package activities

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// Submissions takes in what contributors have submitted.
type Submissions struct{ Conduct rapporteur.Conduct }

// Collect settles the requests whose submissions are new, and onward closes collection
// where nobody is awaited any more.
func (a *Submissions) Collect(ctx context.Context, in CycleStep) (Collected, error) {
	var found Collected
	at := moment(ctx, in.Now)
	err := mailing(ctx, a.Conduct, func(ctx context.Context, conduct rapporteur.Conduct, progress func(int)) (err error) {
		found, err = collect(ctx, conduct, in.Cycle, at, in.Onward, progress)
		return err
	})
	return found, err
}

func collect(ctx context.Context, conduct rapporteur.Conduct, id rapporteur.CycleID, at rapporteur.Moment, onward bool, progress func(int)) (Collected, error) {
	counts, err := conduct.Collect(ctx, id, at, progress)
	if err != nil || counts.Pending() || !onward {
		return Collected{Counts: counts}, err
	}
	counts, closed, err := conduct.CloseEarly(ctx, id, at)
	return Collected{Counts: counts, Closed: closed}, err
}

// CloseCollection closes every request with whatever came.
func (a *Submissions) CloseCollection(ctx context.Context, in CycleStep) (rapporteur.Counts, error) {
	counts, err := a.Conduct.CloseCollection(ctx, in.Cycle, moment(ctx, in.Now))
	return counts, Failure(err)
}
