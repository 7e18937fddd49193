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

// unsent asks for what the index of what is not sent has.
func unsent(id rapporteur.CycleID) (query string, args []any) {
	var c conditions
	c.add("state NOT IN ('sent', 'superseded')")
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
