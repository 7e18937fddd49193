package storetest

import (
	"context"
	"time"

	"github.com/rapporteur/rapporteur"
)

func suspension(cycle rapporteur.CycleID, number int) rapporteur.RuleSuspension {
	s := Filled[rapporteur.RuleSuspension]()
	s.Cycle, s.Number = cycle, number
	return s
}

func insertSuspension(s rapporteur.RuleSuspension) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertRuleSuspension(ctx, s) }
}

func suspensionsOf(cycle rapporteur.CycleID) func(context.Context, rapporteur.Reader) ([]rapporteur.RuleSuspension, error) {
	return func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.RuleSuspension, error) {
		return r.RuleSuspensions(ctx, cycle)
	}
}

var ruleTests = []test{
	{"suspensions are listed by number, each cycle's own", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		put(t, s, there)
		want := []rapporteur.RuleSuspension{}
		for number := 1; number <= 11; number++ { // as numbers, not as text
			want = append(want, suspension(here, number))
		}
		for n := range want {
			write(t, s, insertSuspension(want[len(want)-1-n]))
		}
		write(t, s, insertSuspension(suspension(there, 1)))
		same(t, "suspensions", get(t, s, suspensionsOf(here)), want)
		if got := get(t, s, suspensionsOf("no/such/cycle")); got == nil || len(got) > 0 {
			t.Errorf("suspensions of no cycle are %v, want an empty list", got)
		}
	}},
	{"a number is given once, in a cycle that is there", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		write(t, s, insertSuspension(suspension(here, 1)))
		refused(t, s, rapporteur.ProblemConflict, insertSuspension(suspension(here, 1)))
		refused(t, s, rapporteur.ProblemNotFound, insertSuspension(suspension("no/such/cycle", 1)))
	}},
	{"what was suspended and why stays; how it was lifted is added", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		first := suspension(here, 1)
		first.LiftedAt, first.LiftedBy, first.LiftReason, first.Revalidated, first.CheckedTo = time.Time{}, "", "", false, peru
		write(t, s, insertSuspension(first))
		want := first
		want.LiftedAt, want.LiftedBy, want.LiftReason, want.Revalidated, want.CheckedTo = instant, "key-2", "It was mended.", true, kenya
		changed := want
		changed.Rule, changed.Reason, changed.SuspendedBy, changed.SuspendedAt = "another", "forged", "key-3", instant
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.UpdateRuleSuspension(ctx, changed) })
		same(t, "suspension", get(t, s, suspensionsOf(here)), []rapporteur.RuleSuspension{want})
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.UpdateRuleSuspension(ctx, suspension(here, 2))
		})
	}},
	{"revalidations are in the order of their making, of a version any number", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(peru))
		peruHere := rapporteur.RequestKey{Cycle: here, Contributor: peru}
		write(t, s, insertSuspension(suspension(here, 1)))
		for _, key := range []rapporteur.RequestKey{kenyaHere, peruHere} {
			write(t, s, insertSubmission(submission(key, 1, "body")))
		}
		want := []rapporteur.Revalidation{}
		for n := range 4 {
			v := Filled[rapporteur.Revalidation]()
			v.RequestKey, v.Version, v.Suspension, v.Lifted = kenyaHere, 1, 1, n%2 == 1
			if n == 2 {
				v.RequestKey, v.Findings = peruHere, nil
			}
			want = append(want, v)
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertRevalidation(ctx, v) })
		}
		listed := func(key rapporteur.RequestKey) []rapporteur.Revalidation {
			return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Revalidation, error) {
				return r.Revalidations(ctx, key)
			})
		}
		same(t, "revalidations of the cycle", listed(rapporteur.RequestKey{Cycle: here}), want)
		same(t, "revalidations of one contributor", listed(peruHere), want[2:3])
		if got := listed(rapporteur.RequestKey{Cycle: there}); got == nil || len(got) > 0 {
			t.Errorf("revalidations of no cycle are %v, want an empty list", got)
		}
	}},
	{"nothing is revalidated that is not there", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		write(t, s, insertSubmission(submission(kenyaHere, 1, "body")))
		v := Filled[rapporteur.Revalidation]()
		v.RequestKey, v.Version, v.Suspension = kenyaHere, 1, 1
		insert := func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertRevalidation(ctx, v) }
		refused(t, s, rapporteur.ProblemNotFound, insert)
		write(t, s, insertSuspension(suspension(here, 1)))
		write(t, s, insert)
		v.Version = 2
		refused(t, s, rapporteur.ProblemNotFound, insert)
	}},
}
