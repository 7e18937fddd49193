package storetest

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

func release(cycle rapporteur.CycleID, number, sequence int) rapporteur.Release {
	r := Filled[rapporteur.Release]()
	r.Cycle, r.Number, r.Sequence = cycle, number, sequence
	return r
}

func insertRelease(r rapporteur.Release) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertRelease(ctx, r) }
}

func releasesOf(instrument, stream string) func(context.Context, rapporteur.Reader) ([]rapporteur.Release, error) {
	return func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Release, error) {
		return r.Releases(ctx, instrument, stream)
	}
}

func latestOf(cycle rapporteur.CycleID) func(context.Context, rapporteur.Reader) (rapporteur.Release, error) {
	return func(ctx context.Context, r rapporteur.Reader) (rapporteur.Release, error) {
		return r.LatestRelease(ctx, cycle)
	}
}

var statisticsTests = []test{
	{"releases are listed in their order, across the cycles of a stream", func(t tb, s rapporteur.Store) {
		instrument, stream, _, err := here.Parts()
		if err != nil {
			t.Fatal(err)
		}
		later := rapporteur.NewCycleID(instrument, stream, "another period")
		other := rapporteur.NewCycleID(instrument, stream+"x", "2018")
		for _, id := range []rapporteur.CycleID{here, later, other} {
			put(t, s, id)
		}
		want := []rapporteur.Release{release(later, 1, 1), release(here, 1, 2)}
		for sequence := 3; sequence <= 12; sequence++ { // as numbers, not as text
			want = append(want, release(here, sequence-1, sequence))
		}
		for n := range want {
			write(t, s, insertRelease(want[len(want)-1-n]))
		}
		write(t, s, insertRelease(release(other, 1, 1)))
		same(t, "releases", get(t, s, releasesOf(instrument, stream)), want)
		same(t, "newest", get(t, s, latestOf(here)), want[len(want)-1])
		same(t, "newest of the other cycle", get(t, s, latestOf(later)), want[0])
		if got := get(t, s, releasesOf(instrument, "no stream")); got == nil || len(got) > 0 {
			t.Errorf("releases of no stream are %v, want an empty list", got)
		}
	}},
	{"a number and a place in the stream are given once, in a cycle that is there", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		write(t, s, insertRelease(release(here, 1, 1)))
		refused(t, s, rapporteur.ProblemConflict, insertRelease(release(here, 1, 2)))
		refused(t, s, rapporteur.ProblemConflict, insertRelease(release(here, 2, 1)))
		refused(t, s, rapporteur.ProblemNotFound, insertRelease(release("no/such/cycle", 1, 1)))
		err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
			_, err := r.LatestRelease(ctx, "no/such/cycle")
			return err
		})
		if !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
			t.Errorf("the newest of no cycle: %v", err)
		}
	}},
}
