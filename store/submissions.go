package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"

	"github.com/rapporteur/rapporteur"
)

const selectSubmission = `SELECT cycle, contributor, version, questionnaire, questionnaire_version, return_type,
	language, hash, size, submitted_at, submitted_by, late, findings,
	COALESCE(withdrawn_at, ''), COALESCE(withdrawn_by, ''), COALESCE(reason, '')
	FROM submissions LEFT JOIN withdrawals USING (cycle, contributor, version)`

func scanSubmission(r row) (rapporteur.Submission, error) {
	var s rapporteur.Submission
	err := r.Scan(&s.Cycle, &s.Contributor, &s.Version, &s.Questionnaire.ID, &s.Questionnaire.Version, &s.ReturnType,
		&s.Language, &s.Hash, &s.Size, timeColumn{&s.SubmittedAt}, &s.SubmittedBy, &s.Late, documentColumn{&s.Findings},
		timeColumn{&s.Withdrawal.At}, &s.Withdrawal.By, &s.Withdrawal.Reason)
	return s, err
}

func submissionName(key rapporteur.RequestKey, version int) string {
	return requestName(key) + "/" + strconv.Itoa(version)
}

// Submission reads one version of an answer.
func (r *reader) Submission(ctx context.Context, key rapporteur.RequestKey, version int) (rapporteur.Submission, error) {
	s, err := one(ctx, r, rapporteur.NotFound("submission", submissionName(key, version)), scanSubmission,
		selectSubmission+" WHERE cycle = ? AND contributor = ? AND version = ?", key.Cycle, key.Contributor, version)
	return s, failure("read submission", err)
}

// Submissions lists the versions of one request or of the whole cycle.
func (r *reader) Submissions(ctx context.Context, key rapporteur.RequestKey) ([]rapporteur.Submission, error) {
	c := inCycle(key)
	found, err := list(ctx, r, scanSubmission, selectSubmission+c.where()+" ORDER BY contributor, version", c.args...)
	return found, failure("list submissions", err)
}

// SubmissionsOf lists the versions of some contributors.
func (r *reader) SubmissionsOf(ctx context.Context, id rapporteur.CycleID, contributors []rapporteur.ContributorID) ([]rapporteur.Submission, error) {
	found := make([]rapporteur.Submission, 0, len(contributors))
	for part := range slices.Chunk(slices.Sorted(slices.Values(contributors)), chunk) {
		var c conditions
		c.add("cycle = ?", id)
		oneOf(&c, "contributor", part)
		some, err := list(ctx, r, scanSubmission, selectSubmission+c.where()+" ORDER BY contributor, version", c.args...)
		if err != nil {
			return nil, failure("list submissions", err)
		}
		found = append(found, some...)
	}
	return found, nil
}

// inCycle narrows to a cycle and, where the key names one, a contributor.
func inCycle(key rapporteur.RequestKey) *conditions {
	var c conditions
	c.add("cycle = ?", key.Cycle)
	if key.Contributor != "" {
		c.add("contributor = ?", key.Contributor)
	}
	return &c
}

// Body reads a stored body.
func (r *reader) Body(ctx context.Context, hash string) ([]byte, error) {
	sealed, err := one(ctx, r, rapporteur.NotFound("body", hash), scanValue[[]byte],
		"SELECT content FROM bodies WHERE hash = ?", hash)
	if err != nil {
		return nil, failure("read body", err)
	}
	content, err := r.openBody(hash, sealed)
	return content, failure("read body", err)
}

// Bodies reads stored bodies, some at a time.
func (r *reader) Bodies(ctx context.Context, hashes []string) (map[string][]byte, error) {
	bodies := make(map[string][]byte, len(hashes))
	for part := range slices.Chunk(hashes, chunk) {
		var c conditions
		oneOf(&c, "hash", part)
		err := each(ctx, r, "SELECT hash, content FROM bodies"+c.where(), c.args, func(row row) error {
			b, err := scanBody(row)
			if err != nil {
				return err
			}
			bodies[b.hash], err = r.openBody(b.hash, b.content)
			return err
		})
		if err != nil {
			return nil, failure("read bodies", err)
		}
	}
	return bodies, nil
}

// errWrongHash says that a body is not the one its submission describes: it
// could never be proved afterwards what was submitted.
var errWrongHash = errors.New("hash or size are not the body's")

// InsertSubmission adds a version and its body; a withdrawal of it is noted by
// InsertWithdrawal. A version that exists is a
// ProblemConflict, a request that does not a ProblemNotFound; a hash or size
// that is not the body's is refused.
func (t *tx) InsertSubmission(ctx context.Context, s rapporteur.Submission, body []byte) error {
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != s.Hash || len(body) != s.Size {
		return failure("insert submission", errWrongHash)
	}
	if err := t.putBody(ctx, s.Hash, body); err != nil {
		return err
	}
	return t.insertSubmission(ctx, s)
}

// insertSubmission adds the row of a version whose body is there.
func (t *tx) insertSubmission(ctx context.Context, s rapporteur.Submission) error {
	return t.insert(ctx, "submission", submissionName(s.RequestKey, s.Version), noRequest(s.RequestKey),
		`INSERT INTO submissions (cycle, contributor, version, questionnaire, questionnaire_version, return_type,
		language, hash, size, submitted_at, submitted_by, late, findings)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		s.Cycle, s.Contributor, s.Version, s.Questionnaire.ID, s.Questionnaire.Version, s.ReturnType,
		s.Language, s.Hash, s.Size, s.SubmittedAt, s.SubmittedBy, s.Late, document{s.Findings})
}
