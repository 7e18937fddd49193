package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/rapporteur/rapporteur"
)

const selectChained = `SELECT c.position, c.hash, a.seq, COALESCE(a.key, ''), a.cycle, a.at, a.recorded, a.actor, a.action,
	a.contributor, a.reason, a.details, a.workflow, a.run, a.event FROM audit_chain c JOIN audit a ON a.seq = c.seq`

func scanChained(r row) (rapporteur.ChainedRecord, error) {
	var c rapporteur.ChainedRecord
	a := &c.AuditRecord
	err := r.Scan(&c.Position, &c.Hash, &a.Seq, &a.Key, &a.Cycle, timeColumn{&a.At}, timeColumn{&a.Recorded}, &a.Actor, &a.Action,
		&a.Contributor, &a.Reason, documentColumn{&a.Details}, &a.Workflow, &a.Run, &a.Event)
	return c, err
}

// AuditChain lists chained audit records by position.
func (r *reader) AuditChain(ctx context.Context, after int64, limit int) ([]rapporteur.ChainedRecord, error) {
	query, args := atMost(selectChained+" WHERE c.position > ? ORDER BY c.position", []any{after}, limit)
	found, err := list(ctx, r, scanChained, query, args...)
	return found, failure("list audit chain", err)
}

// CycleChain lists the chained audit records of a cycle by position.
func (r *reader) CycleChain(ctx context.Context, id rapporteur.CycleID) ([]rapporteur.ChainedRecord, error) {
	found, err := list(ctx, r, scanChained, selectChained+" WHERE a.cycle = ? ORDER BY c.position", id)
	return found, failure("list audit chain of cycle", err)
}

const selectLink = "SELECT position, seq, digest, hash FROM audit_chain"

func scanLink(r row) (rapporteur.ChainLink, error) {
	var l rapporteur.ChainLink
	err := r.Scan(&l.Position, &l.Seq, &l.Digest, &l.Hash)
	return l, err
}

// ChainLinks lists links by position.
func (r *reader) ChainLinks(ctx context.Context, after int64, limit int) ([]rapporteur.ChainLink, error) {
	query, args := atMost(selectLink+" WHERE position > ? ORDER BY position", []any{after}, limit)
	found, err := list(ctx, r, scanLink, query, args...)
	return found, failure("list links of audit chain", err)
}

// ChainHead is the newest link, or the chain's beginning.
func (r *reader) ChainHead(ctx context.Context) (rapporteur.ChainLink, error) {
	found, err := list(ctx, r, scanLink, selectLink+" ORDER BY position DESC LIMIT 1")
	if err != nil || len(found) == 0 {
		return rapporteur.ChainLink{Hash: rapporteur.ChainBeginning()}, failure("read head of audit chain", err)
	}
	return found[0], nil
}

const selectUnchained = selectAudit + ` WHERE seq > ? AND NOT EXISTS (SELECT 1 FROM audit_chain WHERE audit_chain.seq = audit.seq)
	ORDER BY seq LIMIT ?`

// Unchained lists audit records that are not in the chain.
func (r *reader) Unchained(ctx context.Context, above int64, limit int) ([]rapporteur.AuditRecord, error) {
	found, err := list(ctx, r, scanAudit, selectUnchained, above, limit)
	return found, failure("list unchained audit records", err)
}

// AppendChain adds links to the head. Two transactions that append at once meet
// in the positions, which are unique, and the second is refused.
func (t *tx) AppendChain(ctx context.Context, links []rapporteur.ChainLink) error {
	if len(links) == 0 {
		return nil
	}
	head, err := t.ChainHead(ctx)
	if err != nil {
		return err
	}
	args := make([]any, 0, 4*len(links))
	for n, l := range links {
		if l.Position != head.Position+int64(n)+1 {
			return chainMoved()
		}
		args = append(args, l.Position, l.Seq, l.Digest, l.Hash)
	}
	values := strings.TrimSuffix(strings.Repeat("("+marks(4)+"), ", len(links)), ", ")
	added, err := t.exec(ctx, "INSERT INTO audit_chain (position, seq, digest, hash) VALUES "+values+" ON CONFLICT DO NOTHING", args...)
	switch {
	case err != nil && t.dialect.orphan(err):
		return rapporteur.NotFound("audit record", fmt.Sprint(links[0].Seq))
	case err != nil:
		return failure("append to audit chain", err)
	case added != int64(len(links)):
		return chainMoved()
	}
	return nil
}

func chainMoved() error {
	return rapporteur.Problemf(rapporteur.ProblemConflict, "The chain has moved on", "Somebody else has sealed audit records; read the head again.")
}

const selectCheckpoint = "SELECT position, hash, at, record, key_id, signature FROM audit_checkpoints"

func scanCheckpoint(r row) (rapporteur.Checkpoint, error) {
	var c rapporteur.Checkpoint
	err := r.Scan(&c.Position, &c.Hash, timeColumn{&c.At}, &c.Record, &c.KeyID, &c.Signature)
	return c, err
}

// Checkpoints lists checkpoints by position.
func (r *reader) Checkpoints(ctx context.Context, after int64, limit int) ([]rapporteur.Checkpoint, error) {
	query, args := atMost(selectCheckpoint+" WHERE position > ? ORDER BY position", []any{after}, limit)
	found, err := list(ctx, r, scanCheckpoint, query, args...)
	return found, failure("list checkpoints", err)
}

// LastCheckpoint is the newest checkpoint up to a position.
func (r *reader) LastCheckpoint(ctx context.Context, position int64) (rapporteur.Checkpoint, error) {
	c, err := one(ctx, r, rapporteur.NotFound("checkpoint", fmt.Sprint(position)), scanCheckpoint,
		selectCheckpoint+" WHERE position <= ? ORDER BY position DESC LIMIT 1", position)
	return c, failure("read checkpoint", err)
}

// InsertCheckpoint adds a checkpoint unless its position has one. A position that
// the chain does not have is a ProblemNotFound.
func (t *tx) InsertCheckpoint(ctx context.Context, c rapporteur.Checkpoint) error {
	_, err := t.exec(ctx, `INSERT INTO audit_checkpoints (position, hash, at, record, key_id, signature)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, c.Position, c.Hash, c.At, c.Record, c.KeyID, c.Signature)
	if err != nil && t.dialect.orphan(err) {
		return rapporteur.NotFound("position of the audit chain", fmt.Sprint(c.Position))
	}
	return failure("insert checkpoint", err)
}
