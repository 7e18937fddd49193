package rapporteur

import (
	"bytes"
	"context"
	"errors"
	"slices"
)

// The kinds of lines of a proof, beside checkpoints.
const (
	lineBeginning = "beginning"
	lineDigest    = "digest"
)

// audit writes the audit records of the cycle with their places in the chain,
// and the proof that these are their places: the signed checkpoint before the
// first of them, the digest of every record from there, and the first
// checkpoint that has all of them under it. A digest tells nothing of a record
// of another cycle.
func (w *archiveWriter) audit(ctx context.Context, r Reader, id CycleID) error {
	var err error
	if w.records, err = r.CycleChain(ctx, id); err != nil {
		return err
	}
	// What others add meanwhile is under no checkpoint yet.
	w.records = slices.DeleteFunc(w.records, func(r ChainedRecord) bool { return r.Position > w.head.Position })
	if len(w.records) == 0 {
		return errors.New("cannot archive cycle: it has no audit record")
	}
	var audit, proof bytes.Buffer
	for _, record := range w.records {
		audit.Write(append(canonical(record.line()), '\n'))
	}
	first, last := w.records[0].Position, w.records[len(w.records)-1].Position
	write := func(members map[string]any) { proof.Write(append(canonical(members), '\n')) }
	from, err := r.LastCheckpoint(ctx, first-1)
	switch {
	case IsProblem(err, ProblemNotFound):
		write(map[string]any{"line": lineBeginning, "hash": ChainBeginning()})
	case err != nil:
		return err
	default:
		if err := writeCheckpoint(write, from); err != nil {
			return err
		}
	}
	until, err := r.Checkpoints(ctx, last-1, 1)
	if err != nil {
		return err
	}
	if len(until) == 0 {
		return errOthersSeal
	}
	links, err := r.ChainLinks(ctx, from.Position, int(until[0].Position-from.Position))
	if err != nil {
		return err
	}
	for _, link := range links {
		write(map[string]any{"line": lineDigest, "position": link.Position, "digest": link.Digest})
	}
	if err := writeCheckpoint(write, until[0]); err != nil {
		return err
	}
	w.files[archiveAudit], w.files[archiveProof] = audit.Bytes(), proof.Bytes()
	return nil
}

func writeCheckpoint(write func(map[string]any), c Checkpoint) error {
	signed, err := c.object()
	if err != nil {
		return err
	}
	write(map[string]any{"line": lineCheckpoint, "signed": signed})
	return nil
}

// verifyProof checks the audit records of an archive against its proof.
func (v *archiveVerifier) verifyProof() {
	records, ok := v.auditRecords()
	if !ok {
		return
	}
	proof := bytes.Split(bytes.TrimSuffix(v.files[archiveProof], []byte("\n")), []byte("\n"))
	hash, position := "", int64(0)
	for n, line := range proof {
		members, err := readExact(line)
		if err != nil {
			v.fault(archiveProof, "line %d: %v", n+1, err)
			return
		}
		switch kind := members["line"]; {
		case n == 0 && kind == lineBeginning:
			hash = ChainBeginning()
			if members["hash"] != hash {
				v.fault(archiveProof, "the chain begins elsewhere")
			}
		case kind == lineCheckpoint && (n == 0 || n == len(proof)-1):
			stated, at, held := v.checkpoint(members)
			if !held {
				return
			}
			if n > 0 && (stated != hash || at != position) {
				v.fault(archiveProof, "the checkpoint was signed under another chain")
			}
			hash, position = stated, at
		case n > 0 && n < len(proof)-1 && kind == lineDigest:
			position++
			if hash, ok = v.digest(members, hash, position, records); !ok {
				return
			}
		default:
			v.fault(archiveProof, "line %d is not what a proof has there", n+1)
			return
		}
	}
	for at := range records {
		v.fault(archiveAudit, "the record at position %d is not in the proof", at)
	}
}

// digest goes one position on. A record that the archive has is taken off the
// list once it is found in its place.
func (v *archiveVerifier) digest(members map[string]any, before string, position int64, records map[int64]archivedRecord) (string, bool) {
	stated, isNumber := memberNumber(members, "position")
	digest, _ := members["digest"].(string)
	hash, err := follows(before, digest)
	if !isNumber || stated != position || err != nil {
		v.fault(archiveProof, "at position %d the proof does not go on", position)
		return "", false
	}
	if record, is := records[position]; is {
		if record.digest != digest || record.hash != hash {
			v.fault(archiveAudit, "the record at position %d, its hash or its place was changed", position)
		}
		delete(records, position)
	}
	return hash, true
}

func (v *archiveVerifier) checkpoint(members map[string]any) (hash string, position int64, held bool) {
	document, _ := members["signed"].(map[string]any)
	record, err := verifySigned(canonical(document), v.keys, checkpointFormat, errNoCheckpoint)
	if err != nil {
		v.fault(archiveProof, "a checkpoint does not hold: %v", err)
		return "", 0, false
	}
	position, _ = memberNumber(record, "position")
	hash, _ = record["hash"].(string)
	return hash, position, true
}

// archivedRecord is an audit record as an archive has it.
type archivedRecord struct{ digest, hash string }

func (v *archiveVerifier) auditRecords() (map[int64]archivedRecord, bool) {
	found := map[int64]archivedRecord{}
	last := int64(0)
	for n, line := range bytes.Split(bytes.TrimSuffix(v.files[archiveAudit], []byte("\n")), []byte("\n")) {
		members, err := readExact(line)
		position, _ := memberNumber(members, "position")
		record, _ := members["record"].(map[string]any)
		hash, _ := members["hash"].(string)
		if err != nil || position <= last || record["format"] != auditFormat || len(members) != 4 {
			v.fault(archiveAudit, "line %d is not the next audit record", n+1)
			return nil, false
		}
		if record["cycle"] != v.Cycle {
			v.fault(archiveAudit, "the record at position %d is of another cycle", position)
		}
		last = position
		v.Records++
		found[position] = archivedRecord{digest: hashed(canonical(record)), hash: hash}
	}
	return found, true
}
