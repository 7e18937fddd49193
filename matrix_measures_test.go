package rapporteur_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// The measures of each group in words: expected received on-time days-late
// rounds nil.
func TestMeasures(t *testing.T) {
	record := matrixRecord(day(time.July, 1).End(),
		accepted(day(time.May, 10), 1, rapporteur.ReturnAnswered, "late true"), happened(day(time.May, 12), rapporteur.ActionReturned, "due 2018-05-20"),
		accepted(day(time.May, 14), 2, rapporteur.ReturnNil, "late false"), happened(day(time.June, 1), rapporteur.ActionCollectionClosed))
	second := matrixRecord(day(time.March, 20).End(), accepted(day(time.March, 19), 1, rapporteur.ReturnDeclined, "late false")).Cycles[0]
	second.Cycle.ID = "i/one/2018"
	for n := range second.Requests {
		second.Requests[n].Cycle = second.Cycle.ID
	}
	record.Cycles = append(record.Cycles, second)
	var got []string
	for _, g := range rapporteur.NewMatrix(record).Measures {
		got = append(got, fmt.Sprintf("%s %s: %d %d %d %d %d %d", g.By, g.Group, g.Expected, g.Received, g.OnTime, g.DaysLate, g.Rounds, g.Nil))
	}
	same(t, "measures", got, []string{
		"all : 4 2 1 8 1 1",
		"stream report: 2 1 0 8 1 1", "stream one: 2 1 1 0 0 0",
		"cycle i/one/2018: 2 1 1 0 0 0", "cycle i/report/2018: 2 1 0 8 1 1",
		"kind member-state: 2 2 1 8 1 1", "kind entity: 2 0 0 0 0 0",
		"region Africa: 2 2 1 8 1 1",
		"provision OP2: 1 1 0 8 1 1", "provision OP28.a: 1 1 0 8 1 1", "provision OP28.b: 1 1 0 8 1 1",
		"provision OP31: 3 1 1 0 0 0", "provision OP34: 2 1 0 8 1 1",
	})
}

func TestRates(t *testing.T) {
	type rate struct {
		Value float64
		There bool
	}
	rates := func(m rapporteur.Measures) []rate {
		var all []rate
		for _, f := range []func() (float64, bool){m.Rate, m.OnTimeRate, m.NilRate, m.MeanDaysLate} {
			v, ok := f()
			all = append(all, rate{v, ok})
		}
		return all
	}
	same(t, "rates of nothing", rates(rapporteur.Measures{}), make([]rate, 4))
	same(t, "rates of silence", rates(rapporteur.Measures{Expected: 4}), []rate{{0, true}, {0, true}, {}, {}})
	same(t, "rates", rates(rapporteur.Measures{Expected: 8, Received: 4, OnTime: 2, DaysLate: 5, Nil: 1}),
		[]rate{{0.5, true}, {0.25, true}, {0.25, true}, {2.5, true}})
}

// Every state and every measure has its words, and no word is defined twice.
func TestTermsAreDefinedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, term := range append(append([]rapporteur.Term{}, rapporteur.CellStates...), rapporteur.MatrixMeasures...) {
		if seen[term.Word] && term.Word != "nil" || len(term.Means) < 20 {
			t.Errorf("%+v", term)
		}
		seen[term.Word] = true
	}
	for _, state := range []rapporteur.CellState{
		rapporteur.CellAwaited, rapporteur.CellAnswered, rapporteur.CellNil, rapporteur.CellNotApplicable,
		rapporteur.CellConsidered, rapporteur.CellOverdue, rapporteur.CellSilent,
	} {
		if !seen[string(state)] {
			t.Errorf("the state %s is not defined", state)
		}
	}
}
