package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/rapporteur/rapporteur"
)

// WithdrawnSubmissions lists the withdrawn versions of a cycle by contributor
// and version.
func (r *reader) WithdrawnSubmissions(ctx context.Context, id rapporteur.CycleID) ([]rapporteur.Submission, error) {
	found, err := list(ctx, r, scanSubmission,
		selectSubmission+" WHERE cycle = ? AND withdrawn_at IS NOT NULL ORDER BY contributor, version", id)
	return found, failure("list withdrawn submissions", err)
}

// InsertWithdrawal notes that a version was withdrawn. One that is noted already
// is a ProblemConflict, a version that is not there a ProblemNotFound.
func (t *tx) InsertWithdrawal(ctx context.Context, key rapporteur.RequestKey, version int, w rapporteur.Withdrawal) error {
	name := submissionName(key, version)
	return t.insert(ctx, "withdrawal", name, rapporteur.NotFound("submission", name),
		`INSERT INTO withdrawals (cycle, contributor, version, withdrawn_at, withdrawn_by, reason)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		key.Cycle, key.Contributor, version, w.At, w.By, w.Reason)
}

const selectMigration = `SELECT cycle, contributor, number, questionnaire, from_version, to_version, outcome, source, version,
	COALESCE(kept, ''), follow_up, migrated_at, migrated_by FROM questionnaire_migrations`

func scanMigration(r row) (rapporteur.Migration, error) {
	var m rapporteur.Migration
	err := r.Scan(&m.Cycle, &m.Contributor, &m.Number, &m.Questionnaire, &m.From, &m.To, &m.Outcome, &m.Source, &m.Version,
		&m.Kept, &m.FollowUp, timeColumn{&m.At}, &m.By)
	return m, err
}

// Migrations lists the questionnaire migrations of a request by number.
func (r *reader) Migrations(ctx context.Context, key rapporteur.RequestKey) ([]rapporteur.Migration, error) {
	found, err := list(ctx, r, scanMigration, selectMigration+" WHERE cycle = ? AND contributor = ? ORDER BY number", key.Cycle, key.Contributor)
	return found, failure("list migrations", err)
}

// InsertMigration adds a migration, and what it keeps as a body. One that exists
// is a ProblemConflict, a request that does not a ProblemNotFound; a hash that
// is not that of what is kept is refused.
func (t *tx) InsertMigration(ctx context.Context, m rapporteur.Migration, kept []byte) error {
	var hash any // NULL where everything has a place
	if kept != nil {
		sum := sha256.Sum256(kept)
		hash = hex.EncodeToString(sum[:])
	}
	if (kept == nil) != (m.Kept == "") || kept != nil && hash != m.Kept {
		return failure("insert migration", errWrongHash)
	}
	if kept != nil {
		if err := t.putBody(ctx, m.Kept, kept); err != nil {
			return err
		}
	}
	return t.insert(ctx, "migration", submissionName(m.RequestKey, m.Number), noRequest(m.RequestKey),
		`INSERT INTO questionnaire_migrations (cycle, contributor, number, questionnaire, from_version, to_version, outcome, source,
		version, kept, follow_up, migrated_at, migrated_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		m.Cycle, m.Contributor, m.Number, m.Questionnaire, m.From, m.To, m.Outcome, m.Source,
		m.Version, hash, m.FollowUp, m.At, m.By)
}
