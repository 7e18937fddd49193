package rapporteur_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

func (h *house) board(cycle rapporteur.Cycle) rapporteur.Board {
	h.t.Helper()
	board, err := h.secretariat.Board(h.t.Context(), cycle.ID)
	must(h.t, err)
	return board
}

// risky is who is at risk and why, as a table.
func risky(b rapporteur.Board) []string {
	lines := []string{}
	for _, r := range b.AtRisk {
		lines = append(lines, fmt.Sprintf("%s %v", r.Contributor.ID, r.Risks))
	}
	return lines
}

func TestBoard(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.send(cycle, requestRung(cycle))
	h.answer(cycle, kenya, "nothing")
	h.set(due.AddDays(-6).At(14))
	board := h.board(cycle)
	if diff := cmp.Diff(rapporteur.Progress{Asked: 6, Answered: 1, Open: 5}, board.Progress); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
	same(t, "kinds", len(board.Kinds), 3)
	same(t, "first kind", board.Kinds[0], rapporteur.GroupProgress{Name: "member-state", Progress: rapporteur.Progress{Asked: 2, Answered: 1, Open: 1}})
	same(t, "regions", board.Regions, []rapporteur.GroupProgress{
		{Name: "Africa", Progress: rapporteur.Progress{Asked: 1, Answered: 1}}, {Name: "Europe", Progress: rapporteur.Progress{Asked: 1, Open: 1}},
	})
	same(t, "who is at risk", risky(board), []string{
		"entity-iom [due-soon]", "entity-unodc [due-soon]", "mission-unami [due-soon]", "mission-unmiss [due-soon]", "state-fra [due-soon]",
	})
	same(t, "how many", board.Risks, []rapporteur.RiskCount{{Risk: rapporteur.RiskDueSoon, Count: 5}})
	if len(board.Changes) > 0 {
		t.Errorf("the last day brought %v", board.Changes)
	}
	if board.Rungs[0].Rung.ID != rapporteur.RungRequest || board.Rungs[0].Sent != 6 || !board.Rungs[len(board.Rungs)-1].SentAt.IsZero() {
		t.Errorf("rungs are %+v", board.Rungs)
	}
	if len(board.Path) != 5 || board.Path[0].Key != rapporteur.DateDue {
		t.Errorf("the path is %+v", board.Path)
	}
}

func TestBoardTellsTheLastDay(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.set(day(time.June, 1).At(10))
	h.answer(cycle, kenya, "nothing")
	h.set(day(time.June, 2).At(9))
	told := h.board(cycle).Changes
	if len(told) != 1 || !strings.Contains(told[0].Text, "Kenya") {
		t.Errorf("a day later: %v", told)
	}
	h.set(day(time.June, 2).At(11))
	if told := h.board(cycle).Changes; len(told) > 0 {
		t.Errorf("more than a day later: %v", told)
	}
}

// A deadline that was moved keeps what was sent for it before.
func TestBoardKeepsRungsOfTheDeadlineBefore(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.send(cycle, requestRung(cycle))
	must(t, h.apply(cycle, moved("m")))
	to := due.AddDays(10)
	board := h.board(cycle)
	requests := slices.DeleteFunc(slices.Clone(board.Rungs), func(r rapporteur.RungStanding) bool { return r.Rung.ID != rapporteur.RungRequest })
	if len(requests) != 1 || requests[0].Due != due || requests[0].Sent != 6 {
		t.Errorf("the request is %+v", requests)
	}
	for _, r := range board.Rungs {
		if r.Rung.ID != rapporteur.RungRequest && r.Due != to {
			t.Errorf("%s is for %s", r.Rung.ID, r.Due)
		}
	}
}

func TestStandings(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.send(cycle, requestRung(cycle))
	h.answer(cycle, kenya, "nothing")
	for name, c := range map[string]struct {
		query rapporteur.StandingQuery
		want  []rapporteur.ContributorID
		more  bool
	}{
		"everybody":       {rapporteur.StandingQuery{}, everybody, false},
		"by kind":         {rapporteur.StandingQuery{Kinds: []rapporteur.ContributorKind{rapporteur.KindMission}}, []rapporteur.ContributorID{unami, unmiss}, false},
		"by state":        {rapporteur.StandingQuery{States: []rapporteur.RequestState{rapporteur.RequestReceived}}, []rapporteur.ContributorID{kenya}, false},
		"by region":       {rapporteur.StandingQuery{Region: "Europe"}, []rapporteur.ContributorID{france}, false},
		"by name":         {rapporteur.StandingQuery{Name: "organization for mig"}, []rapporteur.ContributorID{iom}, false},
		"without accent":  {rapporteur.StandingQuery{Name: " RÉPUBLIQUE"}, nil, false},
		"in French":       {rapporteur.StandingQuery{Name: "organisation internationale pour les migrations"}, []rapporteur.ContributorID{iom}, false},
		"by id":           {rapporteur.StandingQuery{Name: "state-"}, []rapporteur.ContributorID{france, kenya}, false},
		"a page":          {rapporteur.StandingQuery{Limit: 2}, []rapporteur.ContributorID{iom, unodc}, true},
		"the next":        {rapporteur.StandingQuery{Limit: 4, After: unodc}, []rapporteur.ContributorID{unami, unmiss, france, kenya}, false},
		"a page of found": {rapporteur.StandingQuery{Name: "united nations", Limit: 1}, []rapporteur.ContributorID{unodc}, true},
		"nobody":          {rapporteur.StandingQuery{Name: "atlantis"}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			found, more, err := h.secretariat.Standings(t.Context(), h.board(cycle), c.query)
			must(t, err)
			var ids []rapporteur.ContributorID
			for _, f := range found {
				ids = append(ids, f.Contributor.ID)
			}
			if !slices.Equal(ids, c.want) || more != c.more {
				t.Errorf("%v and more %t, want %v and %t", ids, more, c.want, c.more)
			}
		})
	}
}

func TestStreams(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.send(cycle, requestRung(cycle))
	h.answer(cycle, kenya, "nothing")
	standings, err := h.secretariat.Streams(t.Context())
	must(t, err)
	if len(standings) < 10 || standings[0].Stream.ID != stream || len(standings[0].Cycles) != 1 {
		t.Fatalf("the first of %d is %+v", len(standings), standings[0].Stream.ID)
	}
	running := standings[0].Cycles[0]
	if running.Cycle.ID != cycle.ID || running.Counts.Received != 1 || running.Next.Key != rapporteur.DateDue || running.Next.Date != due || running.Attention != "" {
		t.Errorf("what runs is %+v", running)
	}
	one, err := h.secretariat.Stream(t.Context(), rapporteur.StreamKey{Instrument: instrument, Stream: stream})
	must(t, err)
	same(t, "one stream", one.Cycles, standings[0].Cycles)
	_, err = h.secretariat.Stream(t.Context(), rapporteur.StreamKey{Instrument: instrument, Stream: "op99"})
	refused(t, err, rapporteur.ProblemNotFound, "op99")
	h.set(closes.AddDays(3).At(10))
	standings, err = h.secretariat.Streams(t.Context())
	must(t, err)
	if text := standings[0].Cycles[0].Attention; text != "Collection closes was planned for 5 October 2018 and has not happened." {
		t.Errorf("attention is %q", text)
	}
}

func TestNextDate(t *testing.T) {
	c, _ := pathCycle(t)
	for _, row := range []struct {
		phase    rapporteur.Phase
		on, want string
	}{
		{rapporteur.PhasePlanned, "2018-03-01", "opens 2018-05-21"},
		{rapporteur.PhaseCollecting, "2018-06-01", "due 2018-09-14"},
		{rapporteur.PhaseCollecting, "2018-09-14", "due 2018-09-14"},
		{rapporteur.PhaseCollecting, "2018-09-15", "closes 2018-10-05"},
		{rapporteur.PhaseCollecting, "2018-12-15", "closes 2018-10-05"},
		{rapporteur.PhaseCompiling, "2018-10-06", "draft 2018-10-12"},
		{rapporteur.PhaseClearing, "2018-10-20", "cleared 2018-11-16"},
		{rapporteur.PhaseClearing, "2018-11-17", "transmits 2018-11-21"},
		{rapporteur.PhaseCleared, "2018-11-17", "transmits 2018-11-21"},
		{rapporteur.PhaseClosed, "2018-11-17", ""},
	} {
		c.Phase = row.phase
		next, ok := c.NextDate(dated(row.on))
		got := ""
		if ok {
			got = next.Key + " " + next.Date.String()
		}
		if got != row.want {
			t.Errorf("%s on %s: %q, want %q", row.phase, row.on, got, row.want)
		}
	}
}
