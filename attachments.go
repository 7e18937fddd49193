package rapporteur

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strconv"
)

// Attachments keeps the files that come with answers: notes verbales, laws. The
// content is among the blobs, what it is in the record. The record never shows a
// file whose content is not there: the blob is written first, and the file in one
// transaction after it.
type Attachments struct {
	Store     Store
	Blobs     Blobs         // nil where this installation takes no files
	Inspector FileInspector // looks at each file before anything of it is kept
	Clock     Clock
	// Screen reports whether a file's name holds what could be of a person, such
	// as a telephone number; nil screens nothing.
	Screen func(name string) bool
}

// Add keeps a file for the answer to a request, or says why not and leaves
// nothing behind. The same content again is the same file, with its first name: a
// retry is harmless.
func (a Attachments) Add(ctx context.Context, actor Principal, key RequestKey, in IncomingFile) (AttachedFile, error) {
	if a.Blobs == nil {
		return AttachedFile{}, noBlobs()
	}
	f := AttachedFile{RequestKey: key, Size: len(in.Content), AttachedBy: actor.ID}
	sum := sha256.Sum256(in.Content)
	f.Hash = hex.EncodeToString(sum[:])
	before, err := a.admitted(ctx, f)
	if err != nil || before.Hash != "" {
		return before, err
	}
	if f.Name, f.Media, err = a.Inspector.Inspect(in); err != nil {
		return AttachedFile{}, err
	}
	if a.Screen != nil && a.Screen(f.Name) {
		return AttachedFile{}, Problemf(ProblemInvalid, "The file's name could be of a person",
			"It holds what looks like a number, an address or a name of a person. Nothing was stored; give the file another name, and see that its content names no victim.")
	}
	f.Blob = a.Blobs.NewKey()
	if err := a.put(ctx, f.Blob, in.Content); err != nil {
		return AttachedFile{}, err
	}
	kept := f
	err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		kept, err = a.attach(ctx, tx, f)
		return err
	})
	if err != nil || kept.Blob != f.Blob {
		a.discard(ctx, f.Blob)
	}
	if err != nil {
		return AttachedFile{}, err
	}
	return kept, nil
}

// admitted says whether a request can have a file, before anything is done with
// its content; it gives the file back where the request has it.
func (a Attachments) admitted(ctx context.Context, f AttachedFile) (AttachedFile, error) {
	var before AttachedFile
	err := a.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		request, err := r.Request(ctx, f.RequestKey)
		if err != nil {
			return err
		}
		cycle, err := r.Cycle(ctx, f.Cycle)
		if err == nil {
			err = cycle.Collection().takesBodies()
		}
		if err != nil {
			return err
		}
		before, err = room(ctx, r, cycle, request, f)
		return err
	})
	return before, err
}

// room makes sure that an open request can take one more file; it gives the file
// back where the request has it.
func room(ctx context.Context, r Reader, cycle Cycle, request Request, f AttachedFile) (AttachedFile, error) {
	if cycle.Phase != PhaseCollecting || !request.Accepting() {
		return AttachedFile{}, request.closedProblem()
	}
	files, err := r.AttachedFiles(ctx, f.RequestKey)
	if err != nil {
		return AttachedFile{}, err
	}
	total := f.Size
	for _, other := range files {
		if other.Hash == f.Hash {
			return other, nil
		}
		total += other.Size
	}
	switch {
	case f.Size > MaxAttachedFile:
		return AttachedFile{}, Problemf(ProblemTooLarge, "The file is too large",
			"A file has at most %d MiB. Nothing was stored; send it smaller, or in parts.", MaxAttachedFile>>20)
	case len(files) >= MaxAttachedFiles:
		return AttachedFile{}, Problemf(ProblemConflict, "Too many files",
			"A request has at most %d files. Nothing was stored; remove one that no version of the answer refers to.", MaxAttachedFiles)
	case total > MaxAttachedBytes:
		return AttachedFile{}, Problemf(ProblemConflict, "Too much in all",
			"The files of a request have at most %d MiB in all. Nothing was stored; remove one that no version of the answer refers to.", MaxAttachedBytes>>20)
	}
	return AttachedFile{}, nil
}

// put keeps content under a new key. From before it is written the record knows
// of the blob, so that it goes where the rest fails.
func (a Attachments) put(ctx context.Context, blob string, content []byte) error {
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.HoldBlob(ctx, blob) })
	if err != nil {
		return err
	}
	if err := a.Blobs.Put(ctx, blob, bytes.NewReader(content)); err != nil {
		a.discard(ctx, blob)
		return filesUnavailable(err)
	}
	return nil
}

// attach writes a file whose blob is there into the record, with its audit
// record. Somebody may have sent the same content meanwhile; then it is theirs.
func (a Attachments) attach(ctx context.Context, tx Tx, f AttachedFile) (AttachedFile, error) {
	request, cycle, err := lock(ctx, tx, f.RequestKey, false)
	if err != nil {
		return f, err
	}
	before, err := room(ctx, tx, cycle, request, f)
	if err != nil || before.Hash != "" {
		return before, err
	}
	f.AttachedAt = cycle.Now(a.Clock())
	if err := tx.InsertFile(ctx, f); err != nil {
		return f, err
	}
	return f, recordFile(ctx, tx, cycle, f, AuditRecord{Actor: f.AttachedBy, Action: ActionFileAttached, At: f.AttachedAt})
}

// recordFile leaves an audit record on a file; its name stays out.
func recordFile(ctx context.Context, tx Tx, cycle Cycle, f AttachedFile, record AuditRecord) error {
	record.Cycle, record.Contributor = cycle.ID, f.Contributor
	record.Details = map[string]string{"hash": f.Hash, "media": f.Media, "size": strconv.Itoa(f.Size)}
	_, err := tx.AppendAudit(ctx, record)
	return err
}

// Read gives a file with its content. Every reading leaves an audit record, and
// nothing is given without one.
func (a Attachments) Read(ctx context.Context, actor Principal, key RequestKey, id string) (AttachedFile, []byte, error) {
	if a.Blobs == nil {
		return AttachedFile{}, nil, noBlobs()
	}
	f, err := a.file(ctx, key, id)
	if err != nil {
		return f, nil, err
	}
	content, err := a.content(ctx, f)
	if err != nil {
		return f, nil, err
	}
	err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.Cycle(ctx, key.Cycle)
		if err != nil {
			return err
		}
		return recordFile(ctx, tx, cycle, f, AuditRecord{Actor: actor.ID, Action: ActionFileRead, At: cycle.Now(a.Clock())})
	})
	if err != nil {
		return f, nil, err
	}
	return f, content, nil
}

func (a Attachments) file(ctx context.Context, key RequestKey, id string) (AttachedFile, error) {
	var f AttachedFile
	err := a.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		hash, ok := HashOfFile(id)
		if !ok {
			return NotFound("attachment", id)
		}
		var err error
		f, err = r.AttachedFile(ctx, key, hash)
		return err
	})
	return f, err
}

// content reads a file's content whole and makes sure that it is the one of its
// hash before anybody sees it.
func (a Attachments) content(ctx context.Context, f AttachedFile) ([]byte, error) {
	blob, err := a.Blobs.Open(ctx, f.Blob)
	if err != nil {
		return nil, lostFile(err)
	}
	defer func() { _ = blob.Close() }()
	content := make([]byte, f.Size)
	if _, err := io.ReadFull(blob, content); err != nil {
		return nil, lostFile(err)
	}
	switch _, err := io.ReadFull(blob, make([]byte, 1)); {
	case err == nil:
		return nil, lostFile(errFileHash) // there is more
	case !errors.Is(err, io.EOF):
		return nil, lostFile(err)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != f.Hash {
		return nil, lostFile(errFileHash)
	}
	return content, nil
}

// Remove takes a file away that no version of the answer refers to, also when the
// request is closed.
func (a Attachments) Remove(ctx context.Context, actor Principal, key RequestKey, id string) error {
	f, err := a.file(ctx, key, id)
	if err != nil {
		return err
	}
	return a.remove(ctx, f, AuditRecord{Actor: actor.ID})
}

func (a Attachments) remove(ctx context.Context, f AttachedFile, record AuditRecord) error {
	if a.Blobs == nil {
		return noBlobs()
	}
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		_, cycle, err := lock(ctx, tx, f.RequestKey, false)
		if err != nil {
			return err
		}
		if f, err = tx.AttachedFile(ctx, f.RequestKey, f.Hash); err != nil {
			return err
		}
		if err := tx.DeleteFile(ctx, f.RequestKey, f.Hash); err != nil {
			return err
		}
		record.Action, record.At = ActionFileRemoved, cycle.Now(a.Clock())
		return recordFile(ctx, tx, cycle, f, record)
	})
	if err != nil {
		return err
	}
	a.discard(ctx, f.Blob)
	return nil
}
