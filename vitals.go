package rapporteur

import "time"

// Vitals are how a record stands at a glance: how much there is of everything,
// and what waits. They hold no secret and nothing personal.
type Vitals struct {
	Database    string // SQLite 3.51.0, PostgreSQL 17.2
	Schema      int    // version that the database has
	Cycles      int
	Running     int // of the cycles, those that have not ended
	Requests    int
	Submissions int
	Audit       int       // audit records
	Messages    int       // lines of the chasing ledger
	Unsent      int       // of those, neither sent nor superseded
	Outbox      int       // messages that the engine has not got yet
	OutboxSince time.Time // wall time of the oldest of them, zero for none
	Keys        int       // API keys that are not revoked
}
