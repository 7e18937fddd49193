package store

import (
	"context"
	"strconv"

	"github.com/rapporteur/rapporteur"
)

// RuleSuspensions lists the suspensions of a cycle by number.
func (r *reader) RuleSuspensions(ctx context.Context, id rapporteur.CycleID) ([]rapporteur.RuleSuspension, error) {
	scan := func(r row) (rapporteur.RuleSuspension, error) {
		var s rapporteur.RuleSuspension
		err := r.Scan(&s.Cycle, &s.Number, &s.Rule, &s.Questionnaire, &s.Reason, &s.SuspendedBy, timeColumn{&s.SuspendedAt},
			&s.LiftReason, &s.LiftedBy, timeColumn{&s.LiftedAt}, &s.Revalidated, &s.CheckedTo)
		return s, err
	}
	found, err := list(ctx, r, scan, `SELECT cycle, number, rule, questionnaire, reason, suspended_by, suspended_at,
		lift_reason, lifted_by, lifted_at, revalidated, checked_to FROM rule_suspensions WHERE cycle = ? ORDER BY number`, id)
	return found, failure("list suspensions of rules", err)
}

func suspensionName(s rapporteur.RuleSuspension) string {
	return string(s.Cycle) + "/" + strconv.Itoa(s.Number)
}

// InsertRuleSuspension adds a suspension; a number that is taken is a
// ProblemConflict.
func (t *tx) InsertRuleSuspension(ctx context.Context, s rapporteur.RuleSuspension) error {
	return t.insert(ctx, "suspension of a rule", suspensionName(s), noCycle(s.Cycle),
		`INSERT INTO rule_suspensions (cycle, number, rule, questionnaire, reason, suspended_by, suspended_at,
		lift_reason, lifted_by, lifted_at, revalidated, checked_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		s.Cycle, s.Number, s.Rule, s.Questionnaire, s.Reason, s.SuspendedBy, s.SuspendedAt, s.LiftReason, s.LiftedBy, s.LiftedAt, s.Revalidated, s.CheckedTo)
}

// UpdateRuleSuspension stores how a suspension was lifted and how far
// everything was checked again; what was suspended, by whom and why stays.
func (t *tx) UpdateRuleSuspension(ctx context.Context, s rapporteur.RuleSuspension) error {
	return t.update(ctx, "suspension of a rule", rapporteur.NotFound("suspension of a rule", suspensionName(s)),
		"UPDATE rule_suspensions SET lift_reason = ?, lifted_by = ?, lifted_at = ?, revalidated = ?, checked_to = ? WHERE cycle = ? AND number = ?",
		s.LiftReason, s.LiftedBy, s.LiftedAt, s.Revalidated, s.CheckedTo, s.Cycle, s.Number)
}

// Revalidations lists those of a cycle or of one contributor in the order in
// which they were written.
func (r *reader) Revalidations(ctx context.Context, key rapporteur.RequestKey) ([]rapporteur.Revalidation, error) {
	scan := func(r row) (rapporteur.Revalidation, error) {
		var v rapporteur.Revalidation
		err := r.Scan(&v.Cycle, &v.Contributor, &v.Version, &v.Suspension, &v.Lifted, timeColumn{&v.At},
			documentColumn{&v.Earlier}, documentColumn{&v.Findings})
		return v, err
	}
	c := inCycle(key)
	found, err := list(ctx, r, scan, "SELECT cycle, contributor, version, suspension, lifted, at, earlier, findings FROM revalidations"+
		c.where()+" ORDER BY seq", c.args...)
	return found, failure("list revalidations", err)
}

// InsertRevalidation adds what checking a version again came to.
func (t *tx) InsertRevalidation(ctx context.Context, v rapporteur.Revalidation) error {
	missing := rapporteur.NotFound("submission or suspension", submissionName(v.RequestKey, v.Version)+", "+strconv.Itoa(v.Suspension))
	return t.insert(ctx, "revalidation", submissionName(v.RequestKey, v.Version), missing,
		`INSERT INTO revalidations (cycle, contributor, version, suspension, lifted, at, earlier, findings) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		v.Cycle, v.Contributor, v.Version, v.Suspension, v.Lifted, v.At, document{v.Earlier}, document{v.Findings})
}
