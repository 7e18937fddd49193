package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// notEnded are the phases of cycles that have not ended, for the index by phase.
var notEnded = []rapporteur.Phase{
	rapporteur.PhasePlanned, rapporteur.PhaseCollecting, rapporteur.PhaseCompiling, rapporteur.PhaseClearing, rapporteur.PhaseCleared,
	rapporteur.PhaseHandingOver, rapporteur.PhaseAwaiting, rapporteur.PhaseRecording, rapporteur.PhaseTransmitted,
}

// awaitedStates are the states of requests that somebody still has to move.
var awaitedStates = []rapporteur.RequestState{rapporteur.RequestOpen, rapporteur.RequestReceived, rapporteur.RequestReturned}

var selectWaiting = fmt.Sprintf(`SELECT
	(SELECT COUNT(*) FROM outbox),
	(SELECT COALESCE(MIN(NULLIF(queued_at, '')), '') FROM outbox),
	(SELECT COUNT(*) FROM (SELECT seq FROM audit WHERE seq > (SELECT COALESCE(MAX(seq), 0) FROM audit_chain) ORDER BY seq LIMIT %d) AS unsealed),
	COALESCE((SELECT recorded FROM audit WHERE seq > (SELECT COALESCE(MAX(seq), 0) FROM audit_chain) ORDER BY seq LIMIT 1), ''),
	(SELECT COUNT(*) FROM webhook_messages WHERE state = 'pending'),
	(SELECT COUNT(*) FROM webhook_messages WHERE state = 'failed')`, rapporteur.MostUnsealed)

// Gauges counts what waits, by indexes that hold little else.
func (r *reader) Gauges(ctx context.Context) (rapporteur.Gauges, error) {
	scan := func(r row) (rapporteur.Gauges, error) {
		var g rapporteur.Gauges
		err := r.Scan(&g.Outbox, timeColumn{&g.OutboxSince}, &g.Unsealed, timeColumn{&g.UnsealedSince}, &g.HooksPending, &g.HooksFailed)
		return g, err
	}
	g, err := one(ctx, r, nil, scan, selectWaiting)
	if err != nil {
		return g, failure("count what waits", err)
	}
	g.Cycles, err = r.cycleGauges(ctx)
	if err != nil {
		return g, err
	}
	return g, r.countAwaited(ctx, g.Cycles)
}

func (r *reader) cycleGauges(ctx context.Context) ([]rapporteur.CycleGauges, error) {
	scan := func(r row) (rapporteur.CycleGauges, error) {
		var c rapporteur.CycleGauges
		var plan rapporteur.Plan
		err := r.Scan(&c.Cycle, &c.Phase, &c.ClockOffset, documentColumn{&plan})
		c.Deadline, c.Closes = plan.Date(rapporteur.DateDue), plan.Date(rapporteur.DateCloses)
		return c, err
	}
	query, args := runningCycles()
	found, err := list(ctx, r, scan, query, args...)
	return found, failure("list running cycles", err)
}

func runningCycles() (query string, args []any) {
	var c conditions
	oneOf(&c, "phase", notEnded)
	return "SELECT id, phase, clock_offset, plan FROM cycles" + c.where() + " ORDER BY id", c.args
}

func awaitedRequests() (query string, args []any) {
	var c, phases conditions
	oneOf(&phases, "phase", notEnded)
	c.add("cycle IN (SELECT id FROM cycles"+phases.where()+")", phases.args...)
	oneOf(&c, "state", awaitedStates)
	return "SELECT cycle, state, COUNT(*) FROM requests" + c.where() + " GROUP BY cycle, state", c.args
}

// countAwaited counts the requests of running cycles that somebody still has to
// move.
func (r *reader) countAwaited(ctx context.Context, cycles []rapporteur.CycleGauges) error {
	type count struct {
		cycle rapporteur.CycleID
		state rapporteur.RequestState
		n     int
	}
	scan := func(r row) (count, error) {
		var c count
		err := r.Scan(&c.cycle, &c.state, &c.n)
		return c, err
	}
	query, args := awaitedRequests()
	counts, err := list(ctx, r, scan, query, args...)
	if err != nil {
		return failure("count awaited requests", err)
	}
	for _, found := range counts {
		n := slices.IndexFunc(cycles, func(c rapporteur.CycleGauges) bool { return c.Cycle == found.cycle })
		if n < 0 {
			continue
		}
		switch found.state {
		case rapporteur.RequestOpen:
			cycles[n].Open = found.n
		case rapporteur.RequestReceived:
			cycles[n].Received = found.n
		case rapporteur.RequestReturned:
			cycles[n].Returned = found.n
		}
	}
	return nil
}
