package store

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

const selectLedger = `SELECT cycle, contributor, rung, due, notice, state, message_id, recipients,
	claimed_at, sent_at, failure FROM ledger`

const thisEntry = " WHERE cycle = ? AND contributor = ? AND rung = ? AND due = ?"

func scanLedger(r row) (rapporteur.LedgerEntry, error) {
	var e rapporteur.LedgerEntry
	err := r.Scan(&e.Cycle, &e.Contributor, &e.Rung, dateColumn{&e.Due}, &e.Notice, &e.State, &e.MessageID, documentColumn{&e.To},
		timeColumn{&e.ClaimedAt}, timeColumn{&e.SentAt}, &e.Failure)
	return e, err
}

func noEntry(k rapporteur.LedgerKey) *rapporteur.Problem {
	key := rapporteur.RequestKey{Cycle: k.Cycle, Contributor: k.Contributor}
	return rapporteur.NotFound("ledger entry", requestName(key)+"/"+k.Rung+"/"+k.Due.String())
}

// LedgerEntry reads one line of the chasing ledger.
func (r *reader) LedgerEntry(ctx context.Context, k rapporteur.LedgerKey) (rapporteur.LedgerEntry, error) {
	e, err := one(ctx, r, noEntry(k), scanLedger, selectLedger+thisEntry, k.Cycle, k.Contributor, k.Rung, k.Due)
	return e, failure("read ledger entry", err)
}

// Ledger lists the chasing ledger of a cycle, or of one contributor in it.
func (r *reader) Ledger(ctx context.Context, key rapporteur.RequestKey) ([]rapporteur.LedgerEntry, error) {
	c := inCycle(key)
	found, err := list(ctx, r, scanLedger, selectLedger+c.where()+" ORDER BY claimed_at, contributor, rung, due", c.args...)
	return found, failure("list ledger", err)
}

// RungCounts counts the messages of a rung.
func (r *reader) RungCounts(ctx context.Context, id rapporteur.CycleID, rung string, due rapporteur.Date) (map[rapporteur.LedgerState]int, error) {
	var c conditions
	c.add("cycle = ?", id)
	c.add("rung = ?", rung)
	if !due.IsZero() {
		c.add("due = ?", due)
	}
	counts := map[rapporteur.LedgerState]int{}
	err := each(ctx, r, "SELECT state, COUNT(*) FROM ledger"+c.where()+" GROUP BY state", c.args, func(row row) error {
		var state rapporteur.LedgerState
		var n int
		err := row.Scan(&state, &n)
		counts[state] = n
		return err
	})
	return counts, failure("count messages", err)
}

// Supersede notes what is not wanted any more of a cycle that ends. What is sent
// is named twice, so that the index of what is not sent is known to be enough.
func (t *tx) Supersede(ctx context.Context, id rapporteur.CycleID, but ...rapporteur.Notice) error {
	var c conditions
	c.add(notSent)
	c.add("state IN (?, ?)", rapporteur.LedgerClaimed, rapporteur.LedgerAgain)
	c.add("cycle = ?", id)
	for _, notice := range but {
		c.add("notice <> ?", notice)
	}
	args := append([]any{rapporteur.LedgerSuperseded}, c.args...)
	_, err := t.exec(ctx, "UPDATE ledger SET state = ?"+c.where(), args...)
	return failure("supersede messages", err)
}

// notSent is what the index of what is not sent has.
const notSent = "state NOT IN ('sent', 'superseded')"

// unsent asks for what the index of what is not sent has.
func unsent(id rapporteur.CycleID) (query string, args []any) {
	var c conditions
	c.add(notSent)
	if id != "" {
		c.add("cycle = ?", id)
	}
	return selectLedger + c.where() + " ORDER BY cycle, contributor, rung, due", c.args
}

// Unsent lists what of a cycle, or of all, is not sent and not superseded.
func (r *reader) Unsent(ctx context.Context, id rapporteur.CycleID, limit int) ([]rapporteur.LedgerEntry, error) {
	query, args := unsent(id)
	query, args = atMost(query, args, limit)
	found, err := list(ctx, r, scanLedger, query, args...)
	return found, failure("list unsent messages", err)
}

// ClaimMessage inserts a ledger entry unless its key is there. Of several
// that claim the same message at once exactly one is told that it is new.
func (t *tx) ClaimMessage(ctx context.Context, e rapporteur.LedgerEntry) (rapporteur.LedgerEntry, bool, error) {
	n, err := t.exec(ctx, `INSERT INTO ledger (cycle, contributor, rung, due, notice, state, message_id, recipients,
		claimed_at, sent_at, failure) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		e.Cycle, e.Contributor, e.Rung, e.Due, e.Notice, e.State, e.MessageID, document{e.To},
		e.ClaimedAt, e.SentAt, e.Failure)
	switch {
	case err != nil && t.dialect.orphan(err):
		return rapporteur.LedgerEntry{}, false, noCycle(e.Cycle)
	case err != nil:
		return rapporteur.LedgerEntry{}, false, failure("claim message", err)
	}
	stored, err := t.LedgerEntry(ctx, e.LedgerKey)
	return stored, err == nil && n > 0, err
}

// UpdateLedgerEntry stores what has come of a message.
func (t *tx) UpdateLedgerEntry(ctx context.Context, e rapporteur.LedgerEntry) error {
	return t.update(ctx, "ledger entry", noEntry(e.LedgerKey),
		"UPDATE ledger SET notice = ?, state = ?, message_id = ?, recipients = ?, claimed_at = ?, sent_at = ?, failure = ?"+thisEntry,
		e.Notice, e.State, e.MessageID, document{e.To}, e.ClaimedAt, e.SentAt, e.Failure,
		e.Cycle, e.Contributor, e.Rung, e.Due)
}
