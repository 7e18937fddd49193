package main

import (
	"sync"
	"time"

	"github.com/rapporteur/rapporteur"
)

// acknowledged is one answer that a client was told is accepted.
type acknowledged struct {
	rapporteur.RequestKey
	Version    int
	Hash       string
	ReturnType string
	At         time.Time // wall time at which the client was told
	Receipt    []byte    // signed; fetched when all is over
}

// letter is one mail that the mail server took.
type letter struct {
	Cycle       rapporteur.CycleID
	Contributor rapporteur.ContributorID
	Notice      rapporteur.Notice
	Rung        string
	MessageID   string
	At          time.Time // wall time at which it came
}

// calm is a time in which a contributor owes nothing: its answer was accepted and neither withdrawn nor returned.
type calm struct {
	rapporteur.RequestKey
	From, To time.Time // wall time; a zero To is not over
}

// evidence is what clients were told, what the mail server got and what the record says, after a run.
type evidence struct {
	// What was seen outside.
	Acknowledged []acknowledged
	Delivered    []acknowledged // to intakes; the version is the delivery's number
	Sent         map[string]rapporteur.RequestKey
	Letters      []letter
	Calm         []calm
	Silent       []silence
	Refused      int      // recipients that the mail server refused for good
	Troubles     []string // what went wrong outside: a process that ended by itself, a call that was refused

	// What the record says.
	Cycles      []rapporteur.Cycle
	Submissions []rapporteur.Submission
	Withdrawn   map[string]bool // hashes of answers that were taken back
	Deliveries  []rapporteur.Delivery
	Ledger      []rapporteur.LedgerEntry
	Outbox      int
	Coverage    map[rapporteur.CycleID]rapporteur.Coverage
	Asked       map[rapporteur.CycleID]int
	Audit       []byte // the whole record as it is exported
	Accepted    map[string]int
	Keys        []rapporteur.SigningKey
}

// silence is a contributor that never does anything, with the rungs that it should have been reminded by.
type silence struct {
	rapporteur.RequestKey
	Rungs []string
}

// journal collects what is seen outside while a run goes on.
type journal struct {
	mutex sync.Mutex
	evidence
}

func newJournal() *journal {
	return &journal{evidence: evidence{Sent: map[string]rapporteur.RequestKey{}, Withdrawn: map[string]bool{}}}
}

func (j *journal) note(change func(e *evidence)) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	change(&j.evidence)
}

// rest begins a calm of a contributor, unless one is.
func (j *journal) rest(key rapporteur.RequestKey, at time.Time) {
	j.note(func(e *evidence) {
		for _, c := range e.Calm {
			if c.RequestKey == key && c.To.IsZero() {
				return
			}
		}
		e.Calm = append(e.Calm, calm{RequestKey: key, From: at})
	})
}

// stir ends the calm of a contributor: something is asked of it again, or may be.
func (j *journal) stir(key rapporteur.RequestKey, at time.Time) {
	j.note(func(e *evidence) {
		for n := range e.Calm {
			if e.Calm[n].RequestKey == key && e.Calm[n].To.IsZero() {
				e.Calm[n].To = at
			}
		}
	})
}

func (j *journal) trouble(text string) {
	j.note(func(e *evidence) { e.Troubles = append(e.Troubles, text) })
}
