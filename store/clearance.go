package store

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

const selectClearance = "SELECT state FROM clearances WHERE cycle = ? AND draft = ?"

func scanClearance(r row) (rapporteur.ClearanceState, error) {
	var s rapporteur.ClearanceState
	err := r.Scan(documentColumn{&s})
	return s, err
}

func noClearance(id rapporteur.CycleID, draft int) *rapporteur.Problem {
	return rapporteur.NotFound("clearance", draftName(id, draft))
}

// Clearance reads the present state of a draft's clearance.
func (r *reader) Clearance(ctx context.Context, id rapporteur.CycleID, draft int) (rapporteur.ClearanceState, error) {
	s, err := one(ctx, r, noClearance(id, draft), scanClearance, selectClearance, id, draft)
	return s, failure("read clearance", err)
}

// Clearance reads the state in a transaction that may store the next one: it
// keeps others from deciding on the same state until the transaction ends.
func (t *tx) Clearance(ctx context.Context, id rapporteur.CycleID, draft int) (rapporteur.ClearanceState, error) {
	s, err := one(ctx, t.reader, noClearance(id, draft), scanClearance, selectClearance+t.dialect.lock, id, draft)
	return s, failure("lock clearance", err)
}

// PutClearance stores the present state of a draft's clearance.
func (t *tx) PutClearance(ctx context.Context, s rapporteur.ClearanceState) error {
	return t.insert(ctx, "clearance", draftName(s.Cycle, s.Draft), noDraft(s.Cycle, s.Draft),
		`INSERT INTO clearances (cycle, draft, state) VALUES (?, ?, ?)
		ON CONFLICT (cycle, draft) DO UPDATE SET state = excluded.state`, s.Cycle, s.Draft, document{s})
}

// Decisions lists the decisions on a draft in the order they were taken.
func (r *reader) Decisions(ctx context.Context, id rapporteur.CycleID, draft int) ([]rapporteur.Decision, error) {
	scan := func(r row) (rapporteur.Decision, error) {
		var d rapporteur.Decision
		err := r.Scan(&d.ID, &d.Cycle, &d.Draft, &d.DraftHash, &d.Step, &d.Office, &d.Actor, &d.For, &d.Approve,
			&d.ReturnTo, &d.Comments, timeColumn{&d.At})
		return d, err
	}
	found, err := list(ctx, r, scan, `SELECT id, cycle, draft, draft_hash, step, office, actor, on_behalf, approve,
		return_to, comments, at FROM decisions WHERE cycle = ? AND draft = ? ORDER BY seq`, id, draft)
	return found, failure("list decisions", err)
}

// InsertDecision adds a decision; an id that exists is a ProblemConflict.
func (t *tx) InsertDecision(ctx context.Context, d rapporteur.Decision) error {
	return t.insert(ctx, "decision", d.ID, noDraft(d.Cycle, d.Draft), `INSERT INTO decisions (id, cycle, draft, draft_hash,
		step, office, actor, on_behalf, approve, return_to, comments, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		d.ID, d.Cycle, d.Draft, d.DraftHash, d.Step, d.Office, d.Actor, d.For, d.Approve, d.ReturnTo, d.Comments, d.At)
}

// Delegations lists the delegations for a draft in the order they were given.
func (r *reader) Delegations(ctx context.Context, id rapporteur.CycleID, draft int) ([]rapporteur.Delegation, error) {
	scan := func(r row) (rapporteur.Delegation, error) {
		var g rapporteur.Delegation
		err := r.Scan(&g.ID, &g.Cycle, &g.Draft, &g.Office, &g.From, &g.To, dateColumn{&g.Starts}, dateColumn{&g.Ends},
			timeColumn{&g.Recorded})
		return g, err
	}
	found, err := list(ctx, r, scan, `SELECT id, cycle, draft, office, delegator, delegate, starts, ends, recorded
		FROM delegations WHERE cycle = ? AND draft = ? ORDER BY seq`, id, draft)
	return found, failure("list delegations", err)
}

// InsertDelegation adds a delegation; an id that exists is a ProblemConflict.
func (t *tx) InsertDelegation(ctx context.Context, g rapporteur.Delegation) error {
	return t.insert(ctx, "delegation", g.ID, noDraft(g.Cycle, g.Draft), `INSERT INTO delegations (id, cycle, draft, office,
		delegator, delegate, starts, ends, recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		g.ID, g.Cycle, g.Draft, g.Office, g.From, g.To, g.Starts, g.Ends, g.Recorded)
}
