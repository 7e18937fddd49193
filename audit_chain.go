package rapporteur

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// The audit record is chained after the fact: a record is written without
// waiting for any other, and a sealer gives it a position in the chain a moment
// later. The hash of a position is the SHA-256 of 64 bytes, the hash of the
// position before and the digest of the record, which is the SHA-256 of its
// canonical JSON. So a chain can be followed by whoever knows the digests
// alone, and no record be changed, left out or moved without its hash and every
// later one becoming another.

// ChainLink is one position of the chain. Position 0 is its beginning, which
// has no record.
type ChainLink struct {
	Position int64
	Seq      int64  // of the audit record
	Digest   string // lower-case hexadecimal SHA-256 of the record's canonical JSON
	Hash     string // lower-case hexadecimal SHA-256 of the hash before and Digest, 32 bytes each
}

// ChainedRecord is an audit record at its position in the chain.
type ChainedRecord struct {
	Position int64
	Hash     string // as it was sealed
	AuditRecord
}

// ChainReader reads the chain of audit records.
type ChainReader interface {
	// AuditChain lists audit records by position, after one, at most limit (0 for
	// all). Positions have no gaps and a record keeps its own, so whoever
	// remembers the last one follows the record without missing any.
	AuditChain(ctx context.Context, after int64, limit int) ([]ChainedRecord, error)
	// CycleChain lists the chained audit records of one cycle by position.
	CycleChain(ctx context.Context, id CycleID) ([]ChainedRecord, error)
	// ChainLinks lists links by position, after one, at most limit (0 for all).
	ChainLinks(ctx context.Context, after int64, limit int) ([]ChainLink, error)
	// ChainHead is the newest link; of an empty chain its beginning.
	ChainHead(ctx context.Context) (ChainLink, error)
	// Unchained lists audit records with a higher sequence that are not in the
	// chain, by sequence, at most limit.
	Unchained(ctx context.Context, above int64, limit int) ([]AuditRecord, error)
	// Checkpoints lists checkpoints by position, after one, at most limit (0 for
	// all).
	Checkpoints(ctx context.Context, after int64, limit int) ([]Checkpoint, error)
	// LastCheckpoint is the newest checkpoint at a position or before it.
	LastCheckpoint(ctx context.Context, position int64) (Checkpoint, error)
}

// ChainTx writes the chain of audit records.
type ChainTx interface {
	// AppendChain adds links that follow each other and the chain's head: a
	// ProblemConflict where somebody else has added some.
	AppendChain(ctx context.Context, links []ChainLink) error
	// InsertCheckpoint adds a checkpoint unless its position has one.
	InsertCheckpoint(ctx context.Context, c Checkpoint) error
}

// The formats of what is hashed and signed, so that neither stands for anything
// else.
const (
	chainFormat      = "rapporteur-audit-chain/1"
	auditFormat      = "rapporteur-audit-record/1"
	checkpointFormat = "rapporteur-audit-checkpoint/1"
)

// ChainBeginning is the hash at position 0.
func ChainBeginning() string { return hashed([]byte(chainFormat)) }

// hashed is the lower-case hexadecimal SHA-256 of bytes.
func hashed(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// members is what the digest of an audit record is of, and what is exported of
// it: every field.
func (a AuditRecord) members() map[string]any {
	details := make(map[string]any, len(a.Details))
	for name, value := range a.Details {
		details[name] = value
	}
	return map[string]any{
		"format": auditFormat, "seq": a.Seq, "key": a.Key, "cycle": string(a.Cycle), "at": chainTime(a.At), "recorded": chainTime(a.Recorded),
		"actor": a.Actor, "action": string(a.Action), "contributor": string(a.Contributor), "reason": a.Reason, "details": details,
		"workflow": a.Workflow, "run": a.Run, "event": a.Event,
	}
}

// chainTime writes an instant with all that the record keeps of it.
func chainTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// Digest is the lower-case hexadecimal SHA-256 of the record's canonical JSON
// (RFC 8785).
func (a AuditRecord) Digest() string { return hashed(canonical(a.members())) }

// follows is the hash of the position after one, with a record's digest.
func follows(before, digest string) (string, error) {
	hash, err := hex.DecodeString(before)
	if err != nil || len(hash) != sha256.Size {
		return "", fmt.Errorf("cannot chain record: %q is not a SHA-256", before)
	}
	own, err := hex.DecodeString(digest)
	if err != nil || len(own) != sha256.Size {
		return "", fmt.Errorf("cannot chain record: %q is not a SHA-256", digest)
	}
	return hashed(append(hash, own...)), nil
}

// chain gives records the positions after a head, in their order.
func chain(head ChainLink, records []AuditRecord) ([]ChainLink, error) {
	links := make([]ChainLink, 0, len(records))
	for _, record := range records {
		digest := record.Digest()
		hash, err := follows(head.Hash, digest)
		if err != nil {
			return nil, err
		}
		head = ChainLink{Position: head.Position + 1, Seq: record.Seq, Digest: digest, Hash: hash}
		links = append(links, head)
	}
	return links, nil
}

// Checkpoint is the house's signature under the chain up to a position: who has
// it can tell later whether anything up to there was changed.
type Checkpoint struct {
	Position int64
	Hash     string    // of that position
	At       time.Time // wall time of signing
	Signed
}

// checkpointOf is the canonical JSON of a checkpoint.
func checkpointOf(c Checkpoint, keyID string) []byte {
	return canonical(map[string]any{
		"format": checkpointFormat, "position": c.Position, "hash": c.Hash, "at": chainTime(c.At), "key": keyID,
	})
}
