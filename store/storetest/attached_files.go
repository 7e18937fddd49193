package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"github.com/rapporteur/rapporteur"
)

// attached is a file of a request with a content, in a blob of its own.
func attached(key rapporteur.RequestKey, content string) rapporteur.AttachedFile {
	sum := sha256.Sum256([]byte(content))
	return rapporteur.AttachedFile{
		RequestKey: key, Hash: hex.EncodeToString(sum[:]), Name: content + ".pdf", Media: rapporteur.MediaPDF, Size: len(content),
		Blob: fmt.Sprintf("blob of %s for %s in %s", content, key.Contributor, key.Cycle), AttachedAt: instant, AttachedBy: "key-1", Versions: []int{},
	}
}

// attach holds a file's blob and adds the file.
func attach(f rapporteur.AttachedFile) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.HoldBlob(ctx, f.Blob); err != nil {
			return err
		}
		return tx.InsertFile(ctx, f)
	}
}

func refers(key rapporteur.RequestKey, version int, files ...rapporteur.AttachedFile) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error {
		var hashes []string
		for _, f := range files {
			hashes = append(hashes, f.Hash)
		}
		return tx.ReferToFiles(ctx, key, version, hashes)
	}
}

func filesOf(t tb, s rapporteur.Store, key rapporteur.RequestKey) []rapporteur.AttachedFile {
	t.Helper()
	return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AttachedFile, error) {
		return r.AttachedFiles(ctx, key)
	})
}

// givenUp gives up what is on hold for longer than a time, and lists it.
func givenUp(t tb, s rapporteur.Store, heldFor time.Duration) []string {
	t.Helper()
	var blobs []string
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
		var err error
		blobs, err = tx.GiveUpBlobs(ctx, heldFor, 100)
		return err
	})
	return blobs
}

var attachedFileTests = []test{
	{"a request has a file once, and others may have it too", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(peru))
		law := attached(kenyaHere, "law")
		write(t, s, attach(law))
		again := law
		again.Blob, again.Name = "another blob", "another name.pdf"
		refused(t, s, rapporteur.ProblemConflict, attach(again))
		others := attached(rapporteur.RequestKey{Cycle: here, Contributor: peru}, "law")
		write(t, s, attach(others))
		same(t, "files of Kenya", filesOf(t, s, kenyaHere), []rapporteur.AttachedFile{law})
		same(t, "files of Peru", filesOf(t, s, others.RequestKey), []rapporteur.AttachedFile{others})
		refused(t, s, rapporteur.ProblemNotFound, attach(attached(rapporteur.RequestKey{Cycle: here, Contributor: "state-fra"}, "law")))
		same(t, "blobs on hold", givenUp(t, s, -time.Hour), []string{}) // the refused ones never were
	}},
	{"no file has a blob that is not on hold, or was given up", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		law := attached(kenyaHere, "law")
		refused(t, s, rapporteur.ProblemConflict, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertFile(ctx, law) })
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.HoldBlob(ctx, law.Blob) })
		refused(t, s, rapporteur.ProblemConflict, func(ctx context.Context, tx rapporteur.Tx) error { return tx.HoldBlob(ctx, law.Blob) })
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.GiveUpBlob(ctx, law.Blob) })
		refused(t, s, rapporteur.ProblemConflict, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertFile(ctx, law) })
		same(t, "files", filesOf(t, s, kenyaHere), []rapporteur.AttachedFile{})
	}},
	{"what is on hold for too long is given up, and forgotten when it is gone", sweepsBlobs},
	{"what an answer refers to stays", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		law, note := attached(kenyaHere, "law"), attached(kenyaHere, "note")
		note.AttachedAt = instant.Add(time.Nanosecond)
		for _, f := range []rapporteur.AttachedFile{note, law} {
			write(t, s, attach(f))
		}
		for version := 1; version <= 11; version++ { // as numbers, not as text
			write(t, s, insertSubmission(submission(kenyaHere, version, fmt.Sprint(version))))
		}
		for _, version := range []int{11, 2} {
			for range 2 { // repeating does no harm
				write(t, s, refers(kenyaHere, version, law))
			}
		}
		law.Versions = []int{2, 11}
		same(t, "files", filesOf(t, s, kenyaHere), []rapporteur.AttachedFile{law, note})
		remove := func(f rapporteur.AttachedFile) func(context.Context, rapporteur.Tx) error {
			return func(ctx context.Context, tx rapporteur.Tx) error { return tx.DeleteFile(ctx, f.RequestKey, f.Hash) }
		}
		refused(t, s, rapporteur.ProblemConflict, remove(law))
		write(t, s, remove(note))
		refused(t, s, rapporteur.ProblemNotFound, remove(note))
		same(t, "files afterwards", filesOf(t, s, kenyaHere), []rapporteur.AttachedFile{law})
		same(t, "blobs given up", givenUp(t, s, time.Hour), []string{note.Blob})
	}},
	{"no answer refers to a file that its request has not", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(peru))
		theirs := attached(rapporteur.RequestKey{Cycle: here, Contributor: peru}, "law")
		write(t, s, attach(theirs))
		write(t, s, insertSubmission(submission(kenyaHere, 1, "answer")))
		refused(t, s, rapporteur.ProblemNotFound, refers(kenyaHere, 1, theirs))
		refused(t, s, rapporteur.ProblemNotFound, refers(theirs.RequestKey, 1, theirs)) // nor a version that is not there
	}},
	{"stray are the files of cycles that collect no more, unless an answer refers to them", listsStrayFiles},
	{"a file moves to another blob, and the old one is given up", movesFiles},
	{"many who send the same at once have it once", attachesAtOnce},
}

func sweepsBlobs(t tb, s rapporteur.Store) {
	hold := func(blob string) {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.HoldBlob(ctx, blob) })
	}
	hold("one")
	hold("two")
	same(t, "given up at once", givenUp(t, s, time.Hour), []string{})
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.GiveUpBlob(ctx, "two") })
	forget := func(blob string) {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.ForgetBlob(ctx, blob) })
	}
	forget("one") // which is still on hold, and stays
	same(t, "given up", givenUp(t, s, time.Hour), []string{"two"})
	forget("two")
	same(t, "given up, once one is forgotten", givenUp(t, s, time.Hour), []string{})
	same(t, "given up later", givenUp(t, s, -time.Hour), []string{"one"})
}

func listsStrayFiles(t tb, s rapporteur.Store) {
	put(t, s, here, open(kenya))
	put(t, s, there, open(kenya))
	strays := func() []string {
		names := []string{}
		for _, f := range get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AttachedFile, error) {
			return r.StrayFiles(ctx, 10)
		}) {
			names = append(names, string(f.Cycle)+" "+f.Name)
		}
		return names
	}
	move := func(id rapporteur.CycleID, phase rapporteur.Phase) {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			c, err := tx.LockCycle(ctx, id)
			if err != nil {
				return err
			}
			c.Phase = phase
			return tx.UpdateCycle(ctx, c)
		})
	}
	law, note := attached(kenyaHere, "law"), attached(kenyaHere, "note")
	write(t, s, attach(law))
	write(t, s, attach(note))
	write(t, s, attach(attached(rapporteur.RequestKey{Cycle: there, Contributor: kenya}, "law")))
	write(t, s, insertSubmission(submission(kenyaHere, 1, "answer")))
	write(t, s, refers(kenyaHere, 1, law))
	move(here, rapporteur.PhaseCollecting)
	move(there, rapporteur.PhasePlanned)
	same(t, "stray files while collecting", strays(), []string{})
	for _, phase := range []rapporteur.Phase{
		rapporteur.PhaseCompiling, rapporteur.PhaseClearing, rapporteur.PhaseCleared, rapporteur.PhaseHandingOver, rapporteur.PhaseAwaiting,
		rapporteur.PhaseRecording, rapporteur.PhaseTransmitted, rapporteur.PhaseClosed, rapporteur.PhaseCancelled,
	} {
		move(here, phase)
		same(t, "stray files when "+string(phase), strays(), []string{string(here) + " note.pdf"})
	}
}

func movesFiles(t tb, s rapporteur.Store) {
	put(t, s, here, open(kenya))
	law := attached(kenyaHere, "law")
	write(t, s, attach(law))
	move := func(f rapporteur.AttachedFile, blob string) func(context.Context, rapporteur.Tx) error {
		return func(ctx context.Context, tx rapporteur.Tx) error {
			if err := tx.HoldBlob(ctx, blob); err != nil {
				return err
			}
			return tx.MoveFile(ctx, f, blob)
		}
	}
	write(t, s, move(law, "new blob"))
	moved := law
	moved.Blob = "new blob"
	same(t, "file", filesOf(t, s, kenyaHere), []rapporteur.AttachedFile{moved})
	same(t, "blobs given up", givenUp(t, s, time.Hour), []string{law.Blob})
	refused(t, s, rapporteur.ProblemNotFound, move(law, "newer blob")) // it is not where it was
	listed := func(after string) []rapporteur.AttachedFile {
		return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AttachedFile, error) {
			return r.FilesAfter(ctx, after, 1)
		})
	}
	moved.Versions = nil
	same(t, "files by blob", listed(""), []rapporteur.AttachedFile{moved})
	same(t, "files after the last blob", listed("new blob"), []rapporteur.AttachedFile{})
}

func attachesAtOnce(t tb, s rapporteur.Store) {
	put(t, s, here, open(kenya))
	const many = 10
	var group sync.WaitGroup
	failures := make(chan error, many)
	for n := range many {
		group.Go(func() {
			f := attached(kenyaHere, "law")
			f.Blob = fmt.Sprint("blob ", n)
			failures <- s.Write(t.Context(), attach(f))
		})
	}
	group.Wait()
	attachedOnce := 0
	for range many {
		switch err := <-failures; {
		case err == nil:
			attachedOnce++
		case !rapporteur.IsProblem(err, rapporteur.ProblemConflict):
			t.Errorf("got %v, want a problem of kind conflict", err)
		}
	}
	if files := filesOf(t, s, kenyaHere); attachedOnce != 1 || len(files) != 1 {
		t.Errorf("%d were told that they attached it, and the record has it %d times", attachedOnce, len(files))
	}
}
