package engine_test

import (
	"errors"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// A message that could not be said is counted as tried, one that was not reached
// because nobody heard is not.
func TestAttemptsAreCounted(t *testing.T) {
	r, s, o := relay()
	o.put(
		rapporteur.Message{Kind: rapporteur.MessageStartCycle, Cycle: someCycle},
		rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: someCycle, Contributor: "state-ken", Number: 1},
		rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: someCycle, Contributor: "state-fra", Number: 1},
		rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: someCycle, Contributor: "state-fra", Number: 1},
	)
	s.refuses[rapporteur.CycleWorkflowID(someCycle)] = errors.New("no")
	s.refuses[rapporteur.FollowUpWorkflowID(rapporteur.RequestKey{Cycle: someCycle, Contributor: "state-fra"}, 1)] = errors.New("no")
	attempts := func() (all []int) {
		for _, m := range o.messages {
			all = append(all, m.Attempts)
		}
		return all
	}
	for n := 1; n <= 2; n++ {
		if _, err := r.Deliver(t.Context()); err == nil {
			t.Fatal("nothing failed")
		}
		if got := attempts(); len(got) != 3 || got[0] != n || got[1] != n || got[2] != n {
			t.Errorf("after %d rounds messages were tried %v", n, got)
		}
	}
	s.away = errAway
	if _, err := r.Deliver(t.Context()); err == nil {
		t.Fatal("nothing failed")
	}
	if got := attempts(); got[0] != 3 || got[1] != 2 || got[2] != 2 {
		t.Errorf("while nobody hears messages were tried %v", got)
	}
}
