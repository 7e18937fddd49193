package store

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

const selectFollowUp = `SELECT cycle, contributor, number, kind, due, reason, opened_at, opened_by,
	closed_at, outcome FROM follow_ups`

func scanFollowUp(r row) (rapporteur.FollowUp, error) {
	var f rapporteur.FollowUp
	err := r.Scan(&f.Cycle, &f.Contributor, &f.Number, &f.Kind, dateColumn{&f.Due}, &f.Reason, timeColumn{&f.OpenedAt}, &f.OpenedBy,
		timeColumn{&f.ClosedAt}, &f.Outcome)
	return f, err
}

func noFollowUp(key rapporteur.RequestKey, number int) *rapporteur.Problem {
	return rapporteur.NotFound("follow-up", submissionName(key, number))
}

// FollowUp reads one follow-up of a request.
func (r *reader) FollowUp(ctx context.Context, key rapporteur.RequestKey, number int) (rapporteur.FollowUp, error) {
	f, err := one(ctx, r, noFollowUp(key, number), scanFollowUp,
		selectFollowUp+" WHERE cycle = ? AND contributor = ? AND number = ?", key.Cycle, key.Contributor, number)
	return f, failure("read follow-up", err)
}

// FollowUps lists the follow-ups of a request, or of the cycle where the key
// names no contributor, by contributor and number.
func (r *reader) FollowUps(ctx context.Context, key rapporteur.RequestKey) ([]rapporteur.FollowUp, error) {
	c := inCycle(key)
	found, err := list(ctx, r, scanFollowUp, selectFollowUp+c.where()+" ORDER BY contributor, number", c.args...)
	return found, failure("list follow-ups", err)
}

const overdueFollowUps = selectFollowUp + " WHERE closed_at = '' AND due < ? ORDER BY due, cycle, contributor, number"

// OverdueFollowUps lists what of all cycles should have ended before a date.
func (r *reader) OverdueFollowUps(ctx context.Context, before rapporteur.Date, limit int) ([]rapporteur.FollowUp, error) {
	query, args := atMost(overdueFollowUps, []any{before}, limit)
	found, err := list(ctx, r, scanFollowUp, query, args...)
	return found, failure("list overdue follow-ups", err)
}

// InsertFollowUp adds a follow-up; one that exists is a ProblemConflict.
func (t *tx) InsertFollowUp(ctx context.Context, f rapporteur.FollowUp) error {
	return t.insert(ctx, "follow-up", submissionName(f.RequestKey, f.Number), noRequest(f.RequestKey),
		`INSERT INTO follow_ups (cycle, contributor, number, kind, due, reason, opened_at, opened_by, closed_at, outcome)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		f.Cycle, f.Contributor, f.Number, f.Kind, f.Due, f.Reason, f.OpenedAt, f.OpenedBy, f.ClosedAt, f.Outcome)
}

// UpdateFollowUp stores a follow-up as it stands.
func (t *tx) UpdateFollowUp(ctx context.Context, f rapporteur.FollowUp) error {
	return t.update(ctx, "follow-up", noFollowUp(f.RequestKey, f.Number),
		`UPDATE follow_ups SET kind = ?, due = ?, reason = ?, opened_at = ?, opened_by = ?, closed_at = ?, outcome = ?
		WHERE cycle = ? AND contributor = ? AND number = ?`,
		f.Kind, f.Due, f.Reason, f.OpenedAt, f.OpenedBy, f.ClosedAt, f.Outcome, f.Cycle, f.Contributor, f.Number)
}
