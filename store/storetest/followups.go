package storetest

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

func followUp(number int) rapporteur.FollowUp {
	return rapporteur.FollowUp{RequestKey: kenyaHere, Number: number, Kind: rapporteur.FollowUpExtension, OpenedAt: instant}
}

var followUpTests = []test{
	{"a number is there once", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		insert := func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertFollowUp(ctx, followUp(1)) }
		write(t, s, insert)
		refused(t, s, rapporteur.ProblemConflict, insert)
	}},
	{"it needs a request", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertFollowUp(ctx, followUp(1)) })
	}},
	{"lists are by number", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		for _, n := range []int{2, 10, 1} {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertFollowUp(ctx, followUp(n)) })
		}
		want := []rapporteur.FollowUp{followUp(1), followUp(2), followUp(10)}
		for _, key := range []rapporteur.RequestKey{kenyaHere, {Cycle: here}} {
			same(t, "follow-ups", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.FollowUp, error) {
				return r.FollowUps(ctx, key)
			}), want)
		}
	}},
	{"what is not there cannot be read or changed", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		missing(t, s, "follow-up", func(ctx context.Context, r rapporteur.Reader) (rapporteur.FollowUp, error) {
			return r.FollowUp(ctx, kenyaHere, 1)
		})
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error { return tx.UpdateFollowUp(ctx, followUp(1)) })
	}},
}
