package store

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

const selectCycle = `SELECT id, shape, series, title, phase, plan, policy, contributors, clock_offset, attention, draft,
	symbol, masthead, paragraphs, started_at, started_by, lead_drafter, hinted_at, event, outcome, revision FROM cycles`

func scanCycle(r row) (rapporteur.Cycle, error) {
	var c rapporteur.Cycle
	err := r.Scan(&c.ID, &c.Shape, &c.Series, &c.Title, &c.Phase, documentColumn{&c.Plan}, documentColumn{&c.Policy},
		documentColumn{&c.Contributors}, &c.ClockOffset, &c.Attention, &c.Draft,
		&c.Symbol, dateColumn{&c.Masthead}, &c.Paragraphs, timeColumn{&c.StartedAt}, &c.StartedBy, &c.LeadDrafter, timeColumn{&c.HintedAt},
		documentColumn{&c.Event}, documentColumn{&c.Outcome}, &c.Revision)
	return c, err
}

func noCycle(id rapporteur.CycleID) *rapporteur.Problem {
	return rapporteur.NotFound("cycle", string(id))
}

// Cycle reads a cycle.
func (r *reader) Cycle(ctx context.Context, id rapporteur.CycleID) (rapporteur.Cycle, error) {
	c, err := one(ctx, r, noCycle(id), scanCycle, selectCycle+" WHERE id = ?", id)
	return c, failure("read cycle", err)
}

// Cycles lists cycles by id; a limit of 0 is none.
func (r *reader) Cycles(ctx context.Context, after rapporteur.CycleID, limit int) ([]rapporteur.Cycle, error) {
	query, args := atMost(selectCycle+" WHERE id > ? ORDER BY id", []any{after}, limit)
	found, err := list(ctx, r, scanCycle, query, args...)
	return found, failure("list cycles", err)
}

const uncollected = `SELECT c.id FROM cycles c WHERE c.phase = ? AND c.shape <> 'occasion'
	AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.cycle = c.id AND r.state = ?)
	AND EXISTS (SELECT 1 FROM requests r WHERE r.cycle = c.id AND r.state = ?)
	ORDER BY c.id`

// Uncollected lists the cycles whose last hint may have been lost. Two
// contributors who answer at the same instant can each still see the other
// open; whoever relays the outbox therefore asks here from time to time. Replies
// to an occasion do not end its collection, so nobody waits for them.
func (r *reader) Uncollected(ctx context.Context) ([]rapporteur.CycleID, error) {
	found, err := list(ctx, r, scanValue[rapporteur.CycleID], uncollected,
		rapporteur.PhaseCollecting, rapporteur.RequestOpen, rapporteur.RequestReceived)
	return found, failure("list uncollected cycles", err)
}

// InsertCycle adds a cycle; one that exists is a ProblemConflict.
func (t *tx) InsertCycle(ctx context.Context, c rapporteur.Cycle) error {
	return t.insert(ctx, "cycle", string(c.ID), nil, `INSERT INTO cycles (id, shape, series, title, phase, plan, policy, contributors,
		clock_offset, attention, draft, symbol, masthead, paragraphs, started_at, started_by, lead_drafter, hinted_at, event, outcome, revision)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		c.ID, c.Shape, c.Series, c.Title, c.Phase, document{c.Plan}, document{c.Policy}, document{c.Contributors},
		c.ClockOffset, c.Attention, c.Draft, c.Symbol, c.Masthead, c.Paragraphs, c.StartedAt, c.StartedBy, c.LeadDrafter, c.HintedAt, document{c.Event}, document{c.Outcome}, c.Revision)
}

// LockCycle reads a cycle that the transaction means to change.
func (t *tx) LockCycle(ctx context.Context, id rapporteur.CycleID) (rapporteur.Cycle, error) {
	c, err := one(ctx, t.reader, noCycle(id), scanCycle, selectCycle+" WHERE id = ?"+t.dialect.lock, id)
	return c, failure("lock cycle", err)
}

// UpdateCycle stores a cycle as it was read and changed, one revision on. A
// cycle that was changed since is a ProblemConflict.
func (t *tx) UpdateCycle(ctx context.Context, c rapporteur.Cycle) error {
	n, err := t.exec(ctx, `UPDATE cycles SET shape = ?, series = ?, title = ?, phase = ?, plan = ?, policy = ?, contributors = ?, clock_offset = ?, attention = ?,
		draft = ?, symbol = ?, masthead = ?, paragraphs = ?, started_at = ?, started_by = ?, lead_drafter = ?, hinted_at = ?, event = ?, outcome = ?, revision = revision + 1
		WHERE id = ? AND revision = ?`,
		c.Shape, c.Series, c.Title, c.Phase, document{c.Plan}, document{c.Policy}, document{c.Contributors}, c.ClockOffset, c.Attention,
		c.Draft, c.Symbol, c.Masthead, c.Paragraphs, c.StartedAt, c.StartedBy, c.LeadDrafter, c.HintedAt, document{c.Event}, document{c.Outcome}, c.ID, c.Revision)
	if err != nil || n > 0 {
		return failure("update cycle", err)
	}
	if _, err := t.Cycle(ctx, c.ID); err != nil {
		return err
	}
	return changed("cycle")
}

// changed is the problem that somebody else was faster.
func changed(what string) *rapporteur.Problem {
	return rapporteur.Problemf(rapporteur.ProblemConflict, "Changed meanwhile",
		"The %s was changed after it was read; read it again and decide again.", what)
}
