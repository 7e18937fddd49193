package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
)

const selectFile = "SELECT cycle, contributor, hash, name, media, size, blob, attached_at, attached_by FROM attached_files"

func scanFile(r row) (rapporteur.AttachedFile, error) {
	var f rapporteur.AttachedFile
	err := r.Scan(&f.Cycle, &f.Contributor, &f.Hash, &f.Name, &f.Media, &f.Size, &f.Blob, timeColumn{&f.AttachedAt}, &f.AttachedBy)
	return f, err
}

func noFile(hash string) *rapporteur.Problem {
	return rapporteur.NotFound("attachment", rapporteur.AttachedFile{Hash: hash}.ID())
}

// AttachedFile reads a file of a request.
func (r *reader) AttachedFile(ctx context.Context, key rapporteur.RequestKey, hash string) (rapporteur.AttachedFile, error) {
	f, err := one(ctx, r, noFile(hash), scanFile, selectFile+" WHERE cycle = ? AND contributor = ? AND hash = ?", key.Cycle, key.Contributor, hash)
	if err != nil {
		return f, failure("read attached file", err)
	}
	f.Versions, err = list(ctx, r, scanValue[int],
		"SELECT version FROM submission_files WHERE cycle = ? AND contributor = ? AND hash = ? ORDER BY version", key.Cycle, key.Contributor, hash)
	return f, failure("list references to attached file", err)
}

// AttachedFiles lists the files of a request.
func (r *reader) AttachedFiles(ctx context.Context, key rapporteur.RequestKey) ([]rapporteur.AttachedFile, error) {
	found, err := list(ctx, r, scanFile, selectFile+" WHERE cycle = ? AND contributor = ? ORDER BY attached_at, hash", key.Cycle, key.Contributor)
	if err != nil || len(found) == 0 {
		return found, failure("list attached files", err)
	}
	type reference struct {
		hash    string
		version int
	}
	scan := func(r row) (reference, error) {
		var ref reference
		err := r.Scan(&ref.hash, &ref.version)
		return ref, err
	}
	references, err := list(ctx, r, scan,
		"SELECT hash, version FROM submission_files WHERE cycle = ? AND contributor = ? ORDER BY version", key.Cycle, key.Contributor)
	for n := range found {
		found[n].Versions = []int{}
		for _, ref := range references {
			if ref.hash == found[n].Hash {
				found[n].Versions = append(found[n].Versions, ref.version)
			}
		}
	}
	return found, failure("list references to attached files", err)
}

// FilesAfter lists files by the keys of their blobs, without their references.
func (r *reader) FilesAfter(ctx context.Context, blob string, limit int) ([]rapporteur.AttachedFile, error) {
	query, args := atMost(selectFile+" WHERE blob > ? ORDER BY blob", []any{blob}, limit)
	found, err := list(ctx, r, scanFile, query, args...)
	return found, failure("list attached files", err)
}

// StrayFiles lists files that no answer refers to or can still refer to.
func (r *reader) StrayFiles(ctx context.Context, limit int) ([]rapporteur.AttachedFile, error) {
	var c conditions
	c.add("phase NOT IN (?, ?)", rapporteur.PhasePlanned, rapporteur.PhaseCollecting)
	query := selectFile + ` WHERE cycle IN (SELECT id FROM cycles` + c.where() + `)
		AND NOT EXISTS (SELECT 1 FROM submission_files s WHERE s.cycle = attached_files.cycle
		AND s.contributor = attached_files.contributor AND s.hash = attached_files.hash) ORDER BY cycle, contributor, hash`
	query, args := atMost(query, c.args, limit)
	found, err := list(ctx, r, scanFile, query, args...)
	return found, failure("list stray files", err)
}

// HoldBlob notes that a blob is about to be written.
func (t *tx) HoldBlob(ctx context.Context, blob string) error {
	return t.insert(ctx, "blob", blob, nil, "INSERT INTO held_blobs (blob, since, given_up) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", blob, t.now(), false)
}

// release takes a blob off hold for the file that has it now.
func (t *tx) release(ctx context.Context, blob string) error {
	n, err := t.exec(ctx, "DELETE FROM held_blobs WHERE blob = ? AND given_up = ?", blob, false)
	if err == nil && n == 0 {
		return rapporteur.Problemf(rapporteur.ProblemConflict, "It took too long", "What was sent is no longer held; nothing was stored. Send it again.")
	}
	return failure("release blob", err)
}

// holdGivenUp puts a blob that no file has any more on hold, given up.
func (t *tx) holdGivenUp(ctx context.Context, blob string) error {
	return t.insert(ctx, "blob", blob, nil, "INSERT INTO held_blobs (blob, since, given_up) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", blob, t.now(), true)
}

// InsertFile adds a file and releases its blob.
func (t *tx) InsertFile(ctx context.Context, f rapporteur.AttachedFile) error {
	if err := t.release(ctx, f.Blob); err != nil {
		return err
	}
	return t.insert(ctx, "attachment", f.ID(), noRequest(f.RequestKey),
		`INSERT INTO attached_files (cycle, contributor, hash, name, media, size, blob, attached_at, attached_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		f.Cycle, f.Contributor, f.Hash, f.Name, f.Media, f.Size, f.Blob, f.AttachedAt, f.AttachedBy)
}

// MoveFile gives a file another blob.
func (t *tx) MoveFile(ctx context.Context, f rapporteur.AttachedFile, blob string) error {
	if err := t.release(ctx, blob); err != nil {
		return err
	}
	err := t.update(ctx, "attached file", noFile(f.Hash), "UPDATE attached_files SET blob = ? WHERE cycle = ? AND contributor = ? AND hash = ? AND blob = ?",
		blob, f.Cycle, f.Contributor, f.Hash, f.Blob)
	if err != nil {
		return err
	}
	return t.holdGivenUp(ctx, f.Blob)
}

// DeleteFile takes a file away and gives its blob up.
func (t *tx) DeleteFile(ctx context.Context, key rapporteur.RequestKey, hash string) error {
	f, err := t.AttachedFile(ctx, key, hash)
	if err != nil {
		return err
	}
	if len(f.Versions) > 0 {
		return rapporteur.Problemf(rapporteur.ProblemConflict, "An answer refers to the file",
			"Version %s of the answer refers to it. Versions keep their files; submit a version without it where it should no longer count.", numbers(f.Versions))
	}
	_, err = t.exec(ctx, "DELETE FROM attached_files WHERE cycle = ? AND contributor = ? AND hash = ?", key.Cycle, key.Contributor, hash)
	if err != nil {
		return failure("delete attached file", err)
	}
	return t.holdGivenUp(ctx, f.Blob)
}

// numbers lists versions: 1, 3, 4.
func numbers(versions []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(versions), " ", ", "), "[]")
}

// ReferToFiles notes which files a version refers to.
func (t *tx) ReferToFiles(ctx context.Context, key rapporteur.RequestKey, version int, hashes []string) error {
	for _, hash := range slices.Sorted(slices.Values(hashes)) {
		_, err := t.exec(ctx, "INSERT INTO submission_files (cycle, contributor, version, hash) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
			key.Cycle, key.Contributor, version, hash)
		if err != nil && t.dialect.orphan(err) {
			return noFile(hash)
		}
		if err != nil {
			return failure("insert reference to attached file", err)
		}
	}
	return nil
}

// GiveUpBlobs gives up what is on hold for too long, and lists what is given up.
func (t *tx) GiveUpBlobs(ctx context.Context, heldFor time.Duration, limit int) ([]string, error) {
	_, err := t.exec(ctx, "UPDATE held_blobs SET given_up = ? WHERE given_up = ? AND since < ?", true, false, t.now().Add(-heldFor))
	if err != nil {
		return nil, failure("give up blobs", err)
	}
	query, args := atMost("SELECT blob FROM held_blobs WHERE given_up = ? ORDER BY since, blob", []any{true}, limit)
	found, err := list(ctx, t.reader, scanValue[string], query, args...)
	return found, failure("list blobs given up", err)
}

// GiveUpBlob gives up a blob that is on hold.
func (t *tx) GiveUpBlob(ctx context.Context, blob string) error {
	_, err := t.exec(ctx, "UPDATE held_blobs SET given_up = ? WHERE blob = ?", true, blob)
	return failure("give up blob", err)
}

// ForgetBlob takes a blob that was given up off the list.
func (t *tx) ForgetBlob(ctx context.Context, blob string) error {
	_, err := t.exec(ctx, "DELETE FROM held_blobs WHERE blob = ? AND given_up = ?", blob, true)
	return failure("forget blob", err)
}
