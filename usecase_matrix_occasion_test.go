package rapporteur_test

import (
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// The matrix follows an event that moves: as of a past date the deadline is the
// one that applied then.
func TestTheMatrixFollowsAnEvent(t *testing.T) {
	h := newHouse(t)
	cycle := h.inviting(briefing)
	h.set(day(time.May, 10).At(9))
	must(t, h.reply(cycle, unodc, "yes"))
	h.set(day(time.May, 12).At(9))
	must(t, h.apply(cycle, rapporteur.Command{ID: "move", Kind: rapporteur.CommandReschedule, Date: day(time.June, 19), Authority: "S/2018/500"}))
	h.set(day(time.May, 20).At(9))
	for _, c := range []struct {
		asOf rapporteur.Date
		who  rapporteur.ContributorID
		want string
	}{
		{rapporteur.Date{}, iom, "awaited due 2018-06-12"},
		{day(time.May, 10), iom, "awaited due 2018-05-15"},
		{rapporteur.Date{}, unodc, "answered due 2018-05-15 version 1 answered at 2018-05-10"},
	} {
		if got := rowOf(h.matrix(rapporteur.MatrixQuery{AsOf: c.asOf}), c.who); got != c.want {
			t.Errorf("as of %s %s is %q, want %q", c.asOf, c.who, got, c.want)
		}
	}
	same(t, "the request of IOM", h.request(cycle, iom).Due, day(time.June, 12))
}

// Where an event did not take place nothing is expected any more of those who
// had not replied; those who had stay.
func TestTheMatrixOfAnEventThatWasCalledOff(t *testing.T) {
	h := newHouse(t)
	cycle := h.inviting(briefing)
	h.set(day(time.May, 10).At(9))
	must(t, h.reply(cycle, unodc, "yes"))
	h.set(day(time.May, 22).At(20))
	must(t, h.apply(cycle, rapporteur.Command{ID: "off", Kind: rapporteur.CommandRecordOutcome, Outcome: rapporteur.OutcomeNotHeld, Reason: "Nobody came."}))
	must(t, h.conduct.CallOff(t.Context(), cycle.ID, h.moment(), ignored))
	h.set(day(time.May, 30).At(9))
	same(t, "rows", people(h.matrix(rapporteur.MatrixQuery{})), "entity-unodc occasion-1")
	same(t, "rows before", people(h.matrix(rapporteur.MatrixQuery{AsOf: day(time.May, 20)})),
		"entity-iom occasion-1, entity-unodc occasion-1, mission-unmiss occasion-1")
}

// A receipt stands for the answer of which nothing is kept: it settles the
// request, and the matrix counts it.
func TestAReceiptCountsAsTheAnswer(t *testing.T) {
	h := newHouse(t)
	svc := rapporteur.ContributorID("entity-osrsg-svc")
	h.reachable(caac)
	h.reachable(svc)
	cycle := h.inviting(rapporteur.Start{
		Instrument: instrument, Stream: "op27b", Only: []rapporteur.ContributorID{caac, svc},
		Event: rapporteur.Event{Date: day(time.May, 22), Body: "Committee pursuant to resolution 1970 (2011)"},
	})
	h.set(day(time.May, 23).At(9))
	for range 2 {
		_, err := h.correspondence.LeaveReceipt(t.Context(), by(caac), note(func(n *rapporteur.ReceiptNote) {
			n.Stream, n.To, n.Period, n.HandedOver = "op27b", "committee-1970", "occasion-1", day(time.May, 22)
		}))
		must(t, err)
	}
	if got := h.request(cycle, caac); got.State != rapporteur.RequestSettled || got.Version != 0 || got.Late {
		t.Errorf("the request is %+v", got)
	}
	h.set(day(time.June, 7).At(9))
	m := h.matrix(rapporteur.MatrixQuery{})
	if got := rowOf(m, caac); got != "answered due 2018-06-05" || cellsOf(m, caac) != "OP27.b answered" {
		t.Errorf("who left a receipt is %q with %s", got, cellsOf(m, caac))
	}
	if got := rowOf(m, svc); got != "overdue due 2018-06-05 late 1" || cellsOf(m, svc) != "OP27.b overdue" {
		t.Errorf("who left none is %q with %s", got, cellsOf(m, svc))
	}
	same(t, "measures", m.Measures[0].Measures, rapporteur.Measures{Expected: 2, Received: 1, OnTime: 1, DaysLate: m.Measures[0].DaysLate})
	_, err := h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
	must(t, err)
	h.set(day(time.June, 20).At(9))
	_, err = h.correspondence.LeaveReceipt(t.Context(), by(svc), note(func(n *rapporteur.ReceiptNote) {
		n.Stream, n.To, n.Period, n.HandedOver = "op27b", "committee-1970", "occasion-1", day(time.June, 7)
	}))
	must(t, err)
	if got := rowOf(h.matrix(rapporteur.MatrixQuery{}), svc); got != "silent due 2018-06-05 late 1" {
		t.Errorf("a receipt after the end makes the silent one %q", got)
	}
}
