package rapporteur

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
)

// AuditVerdict is what an export of the audit record was found to be.
type AuditVerdict struct {
	Records     int   // lines with a record
	Checkpoints int   // of those that hold
	Sealed      int64 // the last position under a checkpoint that holds
	SealedAt    string
	Unsealed    int64     // records after that
	Head        ChainLink // the last position and its hash, as reckoned
	Faults      []AuditFault
	Further     int // faults beyond those listed
}

// Holds reports whether nothing speaks against the export.
func (v AuditVerdict) Holds() bool { return len(v.Faults) == 0 }

// AuditFault is one thing that speaks against an export.
type AuditFault struct {
	Line     int   // of the file, from 1
	Position int64 // of the chain, or the one before; 0 for none
	What     string
}

// String says where and what.
func (f AuditFault) String() string {
	return fmt.Sprintf("position %d (line %d): %s", f.Position, f.Line, f.What)
}

const (
	// maxAuditLine is how long a line may be that is read.
	maxAuditLine = 4 << 20
	// shownFaults is how many faults are listed.
	shownFaults = 50
)

// VerifyAudit checks an export of the audit record with nothing but public
// keys: that every record hashes to its position, that positions follow each
// other, that every signature holds, and that the file is whole. earlier are
// heads of exports that were taken before and verified: the chain must still
// have them. The verdict lists what speaks against the export; an error means
// that it could not be read.
func VerifyAudit(export io.Reader, keys []SigningKey, earlier ...ChainLink) (AuditVerdict, error) {
	v := auditVerifier{keys: keys, reckoned: ChainBeginning(), sum: sha256.New(), known: map[int64]string{}}
	for _, head := range earlier {
		v.known[head.Position] = head.Hash
	}
	lines := bufio.NewReaderSize(export, 64<<10)
	for {
		line, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			v.end(len(line) > 0)
			return v.AuditVerdict, nil
		}
		if err != nil {
			return v.AuditVerdict, fmt.Errorf("cannot verify audit record: %w", err)
		}
		v.line(line)
	}
}

var errLongLine = fmt.Errorf("a line is longer than %d bytes", maxAuditLine)

// readLine reads a line without its end. What is left without one comes with
// io.EOF.
func readLine(from *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := from.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxAuditLine {
			return nil, errLongLine
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return bytes.TrimSuffix(line, []byte("\n")), err
	}
}

// auditVerifier goes through an export line by line.
type auditVerifier struct {
	AuditVerdict
	keys     []SigningKey
	number   int              // of the present line
	position int64            // of the last record
	reckoned string           // hash of that position, reckoned from what the file says of the one before
	sum      hash.Hash        // of all lines so far
	signed   int              // lines with a checkpoint
	done     bool             // the head has come
	known    map[int64]string // hashes that positions must have
}

func (v *auditVerifier) fault(format string, args ...any) {
	if len(v.Faults) == shownFaults {
		v.Further++
		return
	}
	v.Faults = append(v.Faults, AuditFault{Line: v.number, Position: v.position, What: fmt.Sprintf(format, args...)})
}

func (v *auditVerifier) line(line []byte) {
	v.number++
	if v.done {
		v.fault("there is something after the head")
		return
	}
	members, err := readExact(line)
	if err != nil {
		v.fault("the line was changed: %v", err)
	}
	kind, _ := members["line"].(string)
	switch {
	case v.number == 1 && (kind != lineHeader || members["format"] != exportFormat || members["chain"] != chainFormat || members["beginning"] != ChainBeginning() || len(members) != 4):
		v.fault("the first line is not the header of an export of the audit record")
	case kind == lineHeader && v.number > 1:
		v.fault("there is a second header")
	case kind == lineHead:
		v.head(members)
	case kind == lineCheckpoint:
		v.checkpoint(members)
	case kind == lineRecord:
		v.record(members)
	case kind != lineHeader && err == nil:
		v.fault("nobody knows lines of the kind %q", kind)
	}
	_, _ = v.sum.Write(append(line, '\n')) // never fails
}

func (v *auditVerifier) record(members map[string]any) {
	v.Records++
	position, isNumber := memberNumber(members, "position")
	record, isRecord := members["record"].(map[string]any)
	stated, _ := members["hash"].(string)
	if !isNumber || !isRecord || len(members) != 4 || record["format"] != auditFormat {
		v.fault("the next line is not a record with its position and hash")
		return
	}
	before := v.position
	switch {
	case position == before+1:
	case position > before+1:
		v.position = position
		v.fault("the records at positions %d to %d are missing", before+1, position-1)
	default:
		v.fault("the record at position %d comes a second time, or too late", position)
		return
	}
	v.position = position
	reckoned, err := follows(v.reckoned, hashed(canonical(record)))
	if (err != nil || reckoned != stated) && position == before+1 {
		v.fault("the record, its hash or its place was changed: its hash should be %s", reckoned)
	}
	if known, is := v.known[position]; is && known != stated {
		v.fault("an earlier export has another hash here: the chain was made anew")
	}
	// What follows is held against what the file says, so that one change is one
	// fault and not as many as there are records after it.
	v.reckoned = stated
	v.Head = ChainLink{Position: position, Hash: stated}
}

func (v *auditVerifier) checkpoint(members map[string]any) {
	v.signed++
	document, isObject := members["signed"].(map[string]any)
	if !isObject || len(members) != 2 {
		v.fault("the next line is not a checkpoint")
		return
	}
	record, err := verifySigned(canonical(document), v.keys, checkpointFormat, errNoCheckpoint)
	if err != nil {
		v.fault("the checkpoint does not hold: %v", err)
		return
	}
	position, _ := memberNumber(record, "position")
	switch {
	case position != v.position:
		v.fault("here is the checkpoint of position %d", position)
	case position <= v.Sealed:
		v.fault("the checkpoint comes a second time")
	case record["hash"] != v.reckoned:
		v.fault("the checkpoint was signed under another chain, up to the hash %s", record["hash"])
	default:
		v.Checkpoints++
		v.Sealed = position
		v.SealedAt, _ = record["at"].(string)
	}
}

var (
	errNoCheckpoint = errors.New("it is not a signed checkpoint")
	errNoHead       = errors.New("it is not a signed head")
	errNotExact     = errors.New("it is not as an export writes it")
)

func (v *auditVerifier) head(members map[string]any) {
	v.done = true
	document, isObject := members["signed"].(map[string]any)
	if !isObject || len(members) != 2 {
		v.fault("the last line is not a head")
		return
	}
	record, err := verifySigned(canonical(document), v.keys, exportFormat, errNoHead)
	if err != nil {
		v.fault("the head does not hold: %v", err)
		return
	}
	if position, _ := memberNumber(record, "position"); position != v.position || record["hash"] != v.reckoned {
		v.fault("the export was made up to position %d with the hash %s", position, record["hash"])
	}
	if n, _ := memberNumber(record, "checkpoints"); n != int64(v.signed) {
		v.fault("%d checkpoints were exported, %d are here", n, v.signed)
	}
	if record["sha256"] != hex.EncodeToString(v.sum.Sum(nil)) {
		v.fault("the lines are not those that were exported")
	}
}

// end is reached when nothing more comes; torn tells of a last line without an
// end.
func (v *auditVerifier) end(torn bool) {
	v.Unsealed = v.position - v.Sealed
	if torn {
		v.fault("the file ends within a line")
	}
	if !v.done {
		v.fault("the file was cut off: it ends without its head, with an unsealed tail of %d records", v.Unsealed)
	}
	for position := range v.known {
		if position > v.position {
			v.fault("an earlier export went up to position %d", position)
		}
	}
}

// readExact reads an object that is written in canonical form, byte for byte.
// Keys may be any text.
func readExact(line []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	var members map[string]any
	if err := decoder.Decode(&members); err != nil || !plainJSON(members) || !bytes.Equal(canonical(members), line) {
		return members, errNotExact
	}
	return members, nil
}

// plainJSON reports whether a value is made of objects, strings and whole numbers.
func plainJSON(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, value := range v {
			if !plainJSON(value) {
				return false
			}
		}
		return true
	case string:
		return true
	case json.Number:
		return canonicalNumber.MatchString(v.String())
	}
	return false
}

// Summary says what was verified, and what was found.
func (v AuditVerdict) Summary() string {
	var b strings.Builder
	for _, fault := range v.Faults {
		fmt.Fprintln(&b, fault)
	}
	if v.Further > 0 {
		fmt.Fprintf(&b, "and %d more\n", v.Further)
	}
	if v.Holds() {
		fmt.Fprintf(&b, "The audit record holds: %s up to position %d, hash %s.\n", plural(v.Records, "record", "records"), v.Head.Position, v.Head.Hash)
	}
	if v.Checkpoints > 0 {
		fmt.Fprintf(&b, "Sealed up to position %d by %s, the last of %s.\n", v.Sealed, plural(v.Checkpoints, "checkpoint", "checkpoints"), v.SealedAt)
	}
	if v.Unsealed > 0 {
		fmt.Fprintf(&b, "Unsealed tail of %s.\n", plural(int(v.Unsealed), "record", "records"))
	}
	return b.String()
}
