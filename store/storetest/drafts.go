package storetest

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

func draft(number int) rapporteur.Draft {
	return rapporteur.Draft{
		Cycle: here, Number: number, CompiledAt: instant, Outcome: rapporteur.ClearancePending,
		Report: rapporteur.Report{Cycle: here, Draft: number, Hash: "hash", Words: number},
	}
}

func insertDraft(number int) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertDraft(ctx, draft(number)) }
}

var draftTests = []test{
	{"a number is there once and needs a cycle", func(t tb, s rapporteur.Store) {
		refused(t, s, rapporteur.ProblemNotFound, insertDraft(1))
		put(t, s, here)
		write(t, s, insertDraft(1))
		refused(t, s, rapporteur.ProblemConflict, insertDraft(1))
	}},
	{"lists are by number, without reports", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		want := []rapporteur.Draft{}
		for _, n := range []int{2, 10, 1} {
			write(t, s, insertDraft(n))
		}
		for _, n := range []int{1, 2, 10} {
			d := draft(n)
			d.Report = rapporteur.Report{}
			want = append(want, d)
		}
		same(t, "drafts", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Draft, error) { return r.Drafts(ctx, here) }), want)
		same(t, "draft", get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Draft, error) {
			return r.Draft(ctx, here, 10)
		}), draft(10))
	}},
	{"what is not there cannot be read or changed", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		missing(t, s, "draft", func(ctx context.Context, r rapporteur.Reader) (rapporteur.Draft, error) { return r.Draft(ctx, here, 1) })
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error { return tx.UpdateDraft(ctx, draft(1)) })
	}},
	{"observations are replaced whole and keep their order", func(t tb, s rapporteur.Store) {
		read := func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Observation, error) {
			return r.Observations(ctx, here)
		}
		set := func(texts ...string) func(context.Context, rapporteur.Tx) error {
			observations := []rapporteur.Observation{}
			for _, text := range texts {
				observations = append(observations, rapporteur.Observation{Text: text, Author: "key-1"})
			}
			return func(ctx context.Context, tx rapporteur.Tx) error { return tx.PutObservations(ctx, here, observations) }
		}
		refused(t, s, rapporteur.ProblemNotFound, set("too early"))
		put(t, s, here)
		if got := get(t, s, read); got == nil || len(got) > 0 {
			t.Errorf("observations before the first are %v, want an empty list", got)
		}
		write(t, s, set("z", "a", "m"))
		write(t, s, set("second", "first"))
		same(t, "observations", get(t, s, read), []rapporteur.Observation{{Text: "second", Author: "key-1"}, {Text: "first", Author: "key-1"}})
		write(t, s, set())
		if got := get(t, s, read); got == nil || len(got) > 0 {
			t.Errorf("observations after the last are %v, want an empty list", got)
		}
	}},
}
