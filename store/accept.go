package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/rapporteur/rapporteur"
)

// acceptance is a decided acceptance as it is written: its body sealed, what
// endpoints may want to be told of it made.
type acceptance struct {
	rapporteur.Acceptance
	sealed    []byte
	announcer rapporteur.Announcer   // nil where endpoints are told of nothing
	trace     string                 // that the messages belong to; empty for none
	unwritten rapporteur.AuditRecord // the audit record without what the context knows, as endpoints are told of it
}

// event is what endpoints are told of it, if anything.
func (a *acceptance) event() (rapporteur.HookEvent, bool) {
	if a.announcer == nil {
		return rapporteur.HookEvent{}, false
	}
	return a.announcer(a.unwritten)
}

// Accept keeps a decided acceptance; see rapporteur.Acceptor. On SQLite it is
// committed with the writes that wait beside it, on PostgreSQL with the other
// acceptances.
func (s *Store) Accept(ctx context.Context, a rapporteur.Acceptance) (rapporteur.AcceptanceResult, error) {
	if ctx.Value(nested{s}) != nil {
		return rapporteur.AcceptanceResult{}, failure("accept", errNested)
	}
	if sum := sha256.Sum256(a.Body); hex.EncodeToString(sum[:]) != a.Submission.Hash || len(a.Body) != a.Submission.Size {
		return rapporteur.AcceptanceResult{}, failure("insert submission", errWrongHash)
	}
	sealed, err := s.vault.Seal(a.Body, aboutBody(a.Submission.Hash))
	if err != nil {
		return rapporteur.AcceptanceResult{}, failure("seal body", err)
	}
	prepared := &acceptance{Acceptance: a, sealed: sealed, announcer: s.announcer, unwritten: a.Audit}
	prepared.Audit.Details = withContext(ctx, a.Audit.Details)
	if s.trace != nil {
		prepared.trace = s.trace(ctx)
	}
	var result rapporteur.AcceptanceResult
	err = s.watched(ctx, "write", func(ctx context.Context) error {
		var err error
		result, err = s.on.accept(ctx, prepared)
		return err
	})
	return result, err
}

const acceptRequest = updateRequest + " AND EXISTS (SELECT 1 FROM cycles WHERE id = ? AND phase = ?)"

// markHint notes that the cycle is told of submissions, unless it was told
// meanwhile.
const markHint = "UPDATE cycles SET hinted_at = ?, revision = revision + 1 WHERE id = ? AND hinted_at = ?"

// accept keeps an acceptance in the transaction, unless something has changed.
func (t *tx) accept(ctx context.Context, a *acceptance) (rapporteur.AcceptanceResult, error) {
	var result rapporteur.AcceptanceResult
	n, err := t.exec(ctx, acceptRequest, append(requestChange(a.Request), a.Request.Cycle, rapporteur.PhaseCollecting)...)
	if err != nil || n == 0 {
		return result, failure("update request", err)
	}
	result.Kept = true
	if _, err := t.exec(ctx, insertBody, a.Submission.Hash, a.sealed); err != nil {
		return result, failure("insert body", err)
	}
	if err := t.insertSubmission(ctx, a.Submission); err != nil {
		return result, err
	}
	if _, err := t.InsertReceipt(ctx, a.Receipt); err != nil {
		return result, err
	}
	t.announcer, t.trace = a.announcer, func(context.Context) string { return a.trace }
	if _, err := t.AppendAudit(ctx, a.unwritten); err != nil {
		return result, err
	}
	if result.Last, err = t.hint(ctx, a); err != nil {
		return result, err
	}
	return result, t.finish(ctx)
}

// hint tells the cycle of an acceptance that is worth it. It reports whether that
// is because nobody else has nothing accepted.
func (t *tx) hint(ctx context.Context, a *acceptance) (last bool, err error) {
	told := int64(0)
	if !a.HintedAt.IsZero() {
		if told, err = t.exec(ctx, markHint, a.HintedAt, a.Request.Cycle, a.HintRead); err != nil {
			return false, failure("note hint", err)
		}
	}
	if told == 0 {
		others, err := t.OthersOpen(ctx, a.Request.RequestKey)
		if err != nil || others {
			return false, err
		}
	}
	return told == 0, t.Enqueue(ctx, rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: a.Request.Cycle})
}
