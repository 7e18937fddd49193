package rapporteur

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strconv"
	"time"
)

// AuditExport gives the whole audit record out, so that it can be kept and
// verified elsewhere. A chain is whole: nothing of it is left out.
type AuditExport struct {
	Store  Store
	Signer Signer
	Clock  Clock // wall time
}

const (
	exportFormat = "rapporteur-audit-export/1"
	exportPage   = 500
)

// The kinds of lines of an export, by their member "line".
const (
	lineHeader     = "header"
	lineRecord     = "record"
	lineCheckpoint = "checkpoint"
	lineHead       = "head"
)

// Begin notes that somebody takes the record out, seals everything up to there,
// and gives the head up to which Write writes. The note is in the export.
func (e AuditExport) Begin(ctx context.Context, actor Principal) (ChainLink, error) {
	if e.Signer == nil || e.Signer.KeyID() == "" {
		return ChainLink{}, errNoSealKey
	}
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		head, err := tx.ChainHead(ctx)
		if err != nil {
			return err
		}
		_, err = tx.AppendAudit(ctx, AuditRecord{
			At: e.Clock(), Actor: actor.ID, Action: ActionAuditExported, Details: map[string]string{"sealed": strconv.FormatInt(head.Position, 10)},
		})
		return err
	})
	if err != nil {
		return ChainLink{}, err
	}
	return Sealer{Store: e.Store, Signer: e.Signer, Clock: e.Clock}.Seal(ctx)
}

var errNoSealKey = Problemf(ProblemUnavailable, "No signing key",
	"The audit record is given out under a signature, and this process has no key to sign with; tell the administrator.")

// Write writes the record up to a head that Begin gave: JSON Lines, each in its
// canonical form (RFC 8785). First a header, then every record with its
// position and hash, each checkpoint behind the record at its position, and last
// a signed line with the head and the SHA-256 of all lines before it. What it
// reads does not change while it writes, and no transaction lasts longer than a
// page.
func (e AuditExport) Write(ctx context.Context, head ChainLink, to io.Writer) error {
	w := exportWriter{to: to, sum: sha256.New()}
	if err := w.line(map[string]any{"line": lineHeader, "format": exportFormat, "chain": chainFormat, "beginning": ChainBeginning()}); err != nil {
		return err
	}
	for after := int64(0); after < head.Position; {
		var records []ChainedRecord
		var checkpoints []Checkpoint
		err := e.Store.Read(ctx, func(ctx context.Context, r Reader) error {
			var err error
			if records, err = r.AuditChain(ctx, after, exportPage); err != nil {
				return err
			}
			// No more than one a position, so these reach as far as the records.
			checkpoints, err = r.Checkpoints(ctx, after, exportPage)
			return err
		})
		if err != nil {
			return fmt.Errorf("cannot export audit record: %w", err)
		}
		if len(records) == 0 {
			return fmt.Errorf("cannot export audit record: there is nothing after position %d", after)
		}
		if err := w.page(records, checkpoints, head.Position); err != nil {
			return err
		}
		after = records[len(records)-1].Position
	}
	return w.head(e.Signer, head, e.Clock())
}

// exportWriter writes lines and remembers what they were.
type exportWriter struct {
	to          io.Writer
	sum         hash.Hash
	checkpoints int
}

func (w *exportWriter) line(members map[string]any) error {
	line := append(canonical(members), '\n')
	_, _ = w.sum.Write(line) // never fails
	if _, err := w.to.Write(line); err != nil {
		return fmt.Errorf("cannot write export: %w", err)
	}
	return nil
}

func (w *exportWriter) page(records []ChainedRecord, checkpoints []Checkpoint, last int64) error {
	for _, r := range records {
		if r.Position > last {
			return nil
		}
		if err := w.line(r.line()); err != nil {
			return err
		}
		if len(checkpoints) == 0 || checkpoints[0].Position != r.Position {
			continue
		}
		signed, err := checkpoints[0].object()
		if err != nil {
			return err
		}
		checkpoints = checkpoints[1:]
		w.checkpoints++
		if err := w.line(map[string]any{"line": lineCheckpoint, "signed": signed}); err != nil {
			return err
		}
	}
	return nil
}

// line is a record with its place in the chain.
func (r ChainedRecord) line() map[string]any {
	return map[string]any{"line": lineRecord, "position": r.Position, "hash": r.Hash, "record": r.members()}
}

// object is the signed record with its signature, to be part of a line.
func (s Signed) object() (map[string]any, error) {
	document, err := s.Document()
	if err != nil {
		return nil, err
	}
	return readCanonical(document)
}

func (w *exportWriter) head(s Signer, head ChainLink, now time.Time) error {
	signed, err := sign(s, canonical(map[string]any{
		"format": exportFormat, "position": head.Position, "hash": head.Hash, "checkpoints": w.checkpoints,
		"sha256": hex.EncodeToString(w.sum.Sum(nil)), "at": chainTime(now), "key": s.KeyID(),
	})).object()
	if err != nil {
		return err
	}
	return w.line(map[string]any{"line": lineHead, "signed": signed})
}

// memberNumber is a member that is a whole number.
func memberNumber(members map[string]any, name string) (int64, bool) {
	number, isNumber := members[name].(json.Number)
	if !isNumber {
		return 0, false
	}
	n, err := number.Int64()
	return n, err == nil
}
