package storetest

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

func readGauges(t tb, s rapporteur.Store) rapporteur.Gauges {
	t.Helper()
	return get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Gauges, error) { return r.Gauges(ctx) })
}

var gaugeTests = []test{
	{"of an empty record nothing waits", func(t tb, s rapporteur.Store) {
		same(t, "gauges", readGauges(t, s), rapporteur.Gauges{Cycles: []rapporteur.CycleGauges{}})
	}},
	{"what is awaited of cycles that run is counted by state", func(t tb, s rapporteur.Store) {
		due := rapporteur.Date{Year: 2018, Month: 6, Day: 1}
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			for id, phase := range map[rapporteur.CycleID]rapporteur.Phase{
				"i/s/2018": rapporteur.PhaseCollecting, "i/s/2017": rapporteur.PhaseClosed, "i/s/2016": rapporteur.PhaseCancelled, "i/s/2019": rapporteur.PhasePlanned,
			} {
				c := rapporteur.Cycle{ID: id, Phase: phase, ClockOffset: 3}
				c.Plan.Dates = []rapporteur.PlannedDate{{Key: rapporteur.DateDue, Date: due}, {Key: rapporteur.DateCloses, Date: due.AddDays(9)}}
				if err := tx.InsertCycle(ctx, c); err != nil {
					return err
				}
				var requests []rapporteur.Request
				if phase != rapporteur.PhasePlanned {
					for whom, state := range map[rapporteur.ContributorID]rapporteur.RequestState{
						"a": rapporteur.RequestOpen, "b": rapporteur.RequestOpen, "c": rapporteur.RequestReceived, "d": rapporteur.RequestReturned,
						"e": rapporteur.RequestSettled, "f": rapporteur.RequestNoReply, "g": rapporteur.RequestWithdrawn,
					} {
						requests = append(requests, rapporteur.Request{RequestKey: rapporteur.RequestKey{Cycle: id, Contributor: whom}, State: state})
					}
				}
				if err := tx.InsertRequests(ctx, requests); err != nil {
					return err
				}
			}
			return nil
		})
		same(t, "cycles", readGauges(t, s).Cycles, []rapporteur.CycleGauges{
			{Cycle: "i/s/2018", Phase: rapporteur.PhaseCollecting, ClockOffset: 3, Deadline: due, Closes: due.AddDays(9), Open: 2, Received: 1, Returned: 1},
			{Cycle: "i/s/2019", Phase: rapporteur.PhasePlanned, ClockOffset: 3, Deadline: due, Closes: due.AddDays(9)},
		})
	}},
	{"messages wait until they are delivered, audit records until they are sealed", func(t tb, s rapporteur.Store) {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			for range 3 {
				if _, err := audited(ctx, t, tx, here); err != nil {
					return err
				}
				if err := tx.Enqueue(ctx, rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: here}); err != nil {
					return err
				}
			}
			return nil
		})
		g := readGauges(t, s)
		same(t, "outbox", g.Outbox, 3)
		same(t, "unsealed", g.Unsealed, 3)
		same(t, "it is known since when", !g.OutboxSince.IsZero() && !g.UnsealedSince.IsZero(), true)
		sealAll(t, s)
		all := listOutbox(t, s, 0)
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.Delivered(ctx, []int64{all[0].ID, all[1].ID, all[2].ID})
		})
		same(t, "gauges", readGauges(t, s), rapporteur.Gauges{Cycles: []rapporteur.CycleGauges{}})
	}},
	{"messages to endpoints are counted while they wait and when they are given up", func(t tb, s rapporteur.Store) {
		write(t, s, insertHook(hook("w", 0)))
		failed, delivered := message("m-failed", "w", 0), message("m-delivered", "w", 0)
		failed.State, delivered.State = rapporteur.HookFailed, rapporteur.HookDelivered
		queue(t, s, message("m-1", "w", 0), message("m-2", "w", 0), failed, delivered)
		g := readGauges(t, s)
		same(t, "pending", g.HooksPending, 2)
		same(t, "failed", g.HooksFailed, 1)
	}},
}
