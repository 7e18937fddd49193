package store

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

const selectReceipt = `SELECT cycle, contributor, version, record, key_id, signature FROM submission_receipts
	WHERE cycle = ? AND contributor = ? AND version = ?`

func scanReceipt(r row) (rapporteur.SubmissionReceipt, error) {
	var s rapporteur.SubmissionReceipt
	err := r.Scan(&s.Cycle, &s.Contributor, &s.Version, &s.Record, &s.KeyID, &s.Signature)
	return s, err
}

// Receipt reads the signed receipt of a version.
func (r *reader) Receipt(ctx context.Context, key rapporteur.RequestKey, version int) (rapporteur.SubmissionReceipt, error) {
	s, err := one(ctx, r, rapporteur.NotFound("receipt", submissionName(key, version)), scanReceipt,
		selectReceipt, key.Cycle, key.Contributor, version)
	return s, failure("read receipt", err)
}

// InsertReceipt adds the receipt of a version unless it has one: what was signed
// first stays, also when the house has another key since. A version that is not
// there is a ProblemNotFound.
func (t *tx) InsertReceipt(ctx context.Context, s rapporteur.SubmissionReceipt) (rapporteur.SubmissionReceipt, error) {
	n, err := t.exec(ctx, `INSERT INTO submission_receipts (cycle, contributor, version, record, key_id, signature)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, s.Cycle, s.Contributor, s.Version, s.Record, s.KeyID, s.Signature)
	switch {
	case err != nil && t.dialect.orphan(err):
		return s, rapporteur.NotFound("submission", submissionName(s.RequestKey, s.Version))
	case err != nil:
		return s, failure("insert receipt", err)
	case n == 1:
		return s, nil
	}
	return t.Receipt(ctx, s.RequestKey, s.Version)
}
