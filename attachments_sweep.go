package rapporteur

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// abandonedAfter is how long a blob may be on hold. Nobody takes as long to write
// one, for the API's own limits are minutes.
const abandonedAfter = time.Hour

// sweepBatch is how many are looked at in one transaction.
const sweepBatch = 100

// discarding is how long tidying up may take once its caller is gone.
const discarding = 30 * time.Second

// discard deletes a blob that no file has. What it cannot do now, Sweep does.
func (a Attachments) discard(ctx context.Context, blob string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), discarding)
	defer cancel()
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.GiveUpBlob(ctx, blob) })
	if err == nil {
		_ = a.drop(ctx, blob)
	}
}

// drop deletes a blob that was given up, and then takes it off the list.
func (a Attachments) drop(ctx context.Context, blob string) error {
	if err := a.Blobs.Delete(ctx, blob); err != nil {
		return filesUnavailable(err)
	}
	return a.Store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.ForgetBlob(ctx, blob) })
}

// Sweep deletes the blobs that failed writes have left, and takes away the files
// that no answer refers to or can still refer to: what nobody submitted is not
// kept for ever. It tells how many blobs went. It can be stopped and started
// again, and several may run at once.
func (a Attachments) Sweep(ctx context.Context) (int, error) {
	if a.Blobs == nil {
		return 0, nil
	}
	swept, err := a.removeStray(ctx)
	for err == nil {
		var blobs []string
		err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
			var err error
			blobs, err = tx.GiveUpBlobs(ctx, abandonedAfter, sweepBatch)
			return err
		})
		if err != nil || len(blobs) == 0 {
			break
		}
		for _, blob := range blobs {
			if err := a.drop(ctx, blob); err != nil {
				return swept, err
			}
			swept++
		}
	}
	return swept, err
}

func (a Attachments) removeStray(ctx context.Context) (int, error) {
	removed := 0
	for {
		var files []AttachedFile
		err := a.Store.Read(ctx, func(ctx context.Context, r Reader) error {
			var err error
			files, err = r.StrayFiles(ctx, sweepBatch)
			return err
		})
		if err != nil || len(files) == 0 {
			return removed, err
		}
		for _, f := range files {
			record := AuditRecord{Actor: ActorEngine, Reason: "Collection is over, and no version of the answer refers to it."}
			err := a.remove(ctx, f, record)
			if err != nil && !IsProblem(err, ProblemNotFound) { // somebody else removed it
				return removed, err
			}
			removed++
		}
	}
}

// Reseal seals with the newest key whatever was sealed with an older one or not
// at all, and tells how much it was. It can be stopped and started again; others
// may work meanwhile.
func (a Attachments) Reseal(ctx context.Context) (int, error) {
	if a.Blobs == nil {
		return 0, nil
	}
	resealed, after := 0, ""
	for {
		var files []AttachedFile
		err := a.Store.Read(ctx, func(ctx context.Context, r Reader) error {
			var err error
			files, err = r.FilesAfter(ctx, after, sweepBatch)
			return err
		})
		if err != nil || len(files) == 0 {
			return resealed, err
		}
		for _, f := range files {
			after = f.Blob
			stale, err := a.Blobs.Stale(ctx, f.Blob)
			if err != nil {
				return resealed, lostFile(err)
			}
			if !stale {
				continue
			}
			if err := a.reseal(ctx, f); err != nil {
				return resealed, err
			}
			resealed++
		}
	}
}

// reseal writes a file's content once more, under a new key, and then lets the
// file have that. A file that was removed meanwhile needs none.
func (a Attachments) reseal(ctx context.Context, f AttachedFile) error {
	content, err := a.content(ctx, f)
	if err != nil {
		return err
	}
	blob := a.Blobs.NewKey()
	if err := a.put(ctx, blob, content); err != nil {
		return err
	}
	err = a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.LockRequest(ctx, f.RequestKey); err != nil {
			return err
		}
		return tx.MoveFile(ctx, f, blob)
	})
	if err != nil {
		a.discard(ctx, blob)
		if IsProblem(err, ProblemNotFound) {
			return nil
		}
		return err
	}
	a.discard(ctx, f.Blob)
	return nil
}

var errFileHash = errors.New("the content is not the one of its hash")

// noBlobs refuses files where there is no place for them.
func noBlobs() error {
	return Problemf(ProblemUnsupported, "No files are taken here", "This installation has no place for attachments; name the document in the answer.")
}

// filesUnavailable is what whoever asks is told when the blobs do not answer.
func filesUnavailable(cause error) error {
	return &Problem{
		Kind: ProblemUnavailable, Title: "The files do not answer", Detail: "Nothing was changed; try again later.", Cause: cause,
	}
}

// lostFile tells what kept a recorded file from being read. It is no problem of
// the caller's, unless the blobs just do not answer.
func lostFile(cause error) error {
	if IsProblem(cause, ProblemNotFound) || errors.Is(cause, io.EOF) || errors.Is(cause, io.ErrUnexpectedEOF) {
		return fmt.Errorf("cannot read attached file: its blob is gone or cut")
	}
	if IsProblem(cause, ProblemUnavailable) {
		return cause
	}
	return fmt.Errorf("cannot read attached file: %w", cause)
}
