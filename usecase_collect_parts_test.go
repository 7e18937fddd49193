package rapporteur_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// wornOut is a store whose writes fail after some.
type wornOut struct {
	rapporteur.Store
	left int
}

func (f *wornOut) Write(ctx context.Context, fn func(context.Context, rapporteur.Tx) error) error {
	f.left--
	if f.left < 0 {
		return errCut
	}
	return f.Store.Write(ctx, fn)
}

// A collection that is cut short has settled what it has told of, and the next
// attempt goes on there: everything is counted once.
func TestACollectionGoesOnWhereItWasCutShort(t *testing.T) {
	h := newHouse(t)
	var states []rapporteur.ContributorID
	for _, c := range h.catalogue.Contributors(opens, rapporteur.KindMemberState)[:150] {
		states = append(states, c.ID)
		h.reachable(c.ID)
	}
	cycle := h.collecting(states...)
	for _, id := range states {
		h.answer(cycle, id, "nothing came to notice")
	}
	m := h.moment()
	cut := h.conduct
	cut.Store = &wornOut{Store: h.store, left: 1}
	var seen []int
	_, err := cut.Collect(t.Context(), cycle.ID, m, func(done int) { seen = append(seen, done) })
	if !errors.Is(err, errCut) || len(seen) != 1 {
		t.Fatalf("cut short it says %v after %v", err, seen)
	}
	first := seen[0]
	if settled := h.counts(cycle).Settled; settled != first || first == len(states) {
		t.Fatalf("of %d, %d are settled, and %d were told of", len(states), settled, first)
	}
	counts, err := h.conduct.Collect(t.Context(), cycle.ID, m, noProgress)
	must(t, err)
	if counts.Settled != len(states) || counts.Received != 0 {
		t.Errorf("in the end the counts are %+v", counts)
	}
	told := 0
	for _, record := range h.audited(cycle, rapporteur.ActionCollected) {
		n, err := strconv.Atoi(record.Details["collected"])
		must(t, err)
		told += n
	}
	if told != len(states) {
		t.Errorf("the record tells of %d collected answers, want %d", told, len(states))
	}
}
