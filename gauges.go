package rapporteur

import "time"

// Gauges are how much waits in the record, for those who watch the house at
// work. Unlike Vitals they cost little however old the record is: they look at
// what runs and what waits, never at all there is. They name no contributor.
type Gauges struct {
	Cycles []CycleGauges // that have not ended, by id
	// Messages that the engine has not got yet, and the wall time of the oldest,
	// zero for none.
	Outbox      int
	OutboxSince time.Time
	// Audit records behind the head of the chain, counted up to MostUnsealed, and
	// the wall time of the oldest. Those that were committed late and lie before
	// the head are not among them.
	Unsealed      int
	UnsealedSince time.Time
	// Messages to endpoints that wait, and that were given up within the weeks for
	// which their log is kept.
	HooksPending int
	HooksFailed  int
}

// MostUnsealed is up to how many audit records that are not sealed are counted.
const MostUnsealed = 100_000

// CycleGauges are how a cycle stands that has not ended.
type CycleGauges struct {
	Cycle       CycleID
	Phase       Phase
	ClockOffset time.Duration
	Deadline    Date // the agreed one for contributors; zero where the plan has none
	Closes      Date // when collection closes; zero where the plan does not say
	Open        int  // requests without an accepted answer
	Received    int  // accepted, not yet collected
	Returned    int  // back with the contributor for correction
}

// Now is the cycle's business time at a wall time.
func (c CycleGauges) Now(wall time.Time) time.Time { return wall.Add(c.ClockOffset).UTC() }
