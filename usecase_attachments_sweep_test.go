package rapporteur_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/attachments"
)

// failingBucket is a bucket that fails where it is told to.
type failingBucket struct {
	rapporteur.Blobs
	put, deletes bool
	late         func() // runs when a blob was written
}

var errBucket = errors.New("the bucket is away")

func (f *failingBucket) Put(ctx context.Context, key string, content io.Reader) error {
	if f.put {
		return errBucket
	}
	err := f.Blobs.Put(ctx, key, content)
	if f.late != nil {
		f.late()
	}
	return err
}

func (f *failingBucket) Delete(ctx context.Context, key string) error {
	if f.deletes {
		return errBucket
	}
	return f.Blobs.Delete(ctx, key)
}

func TestWhatFailedIsSwept(t *testing.T) {
	d := newDesk(t)
	cycle := d.collecting()
	blobs := &failingBucket{Blobs: d.Blobs}
	d.Blobs = blobs
	kept := d.attached(cycle, picture(9))

	blobs.put = true
	_, err := d.Add(t.Context(), by(kenya), key(cycle, kenya), picture(1))
	refused(t, err, rapporteur.ProblemUnavailable)
	blobs.put = false
	same(t, "blobs after a write that failed", d.blobs(), []string{kept.Blob})
	d.noneHeld()

	// Collection closes between the blob and the record, and the bucket goes away.
	blobs.late = func() {
		blobs.late, blobs.deletes = nil, true
		_, err := d.conduct.CloseCollection(t.Context(), cycle.ID, d.moment())
		must(t, err)
	}
	_, err = d.Add(t.Context(), by(kenya), key(cycle, kenya), picture(2))
	refused(t, err, rapporteur.ProblemClosed)
	if len(d.blobs()) != 2 || len(d.files(cycle)) != 1 {
		t.Fatalf("blobs %v, files %v", d.blobs(), d.files(cycle))
	}
	_, err = d.Sweep(t.Context())
	refused(t, err, rapporteur.ProblemUnavailable)
	blobs.deletes = false
	if n, err := d.Sweep(t.Context()); err != nil || n == 0 {
		t.Errorf("swept %d, %v", n, err)
	}
	if len(d.blobs()) != 0 || len(d.files(cycle)) != 0 { // kept was never referred to, and collection is over
		t.Errorf("blobs %v, files %v", d.blobs(), d.files(cycle))
	}
	if records := d.audited(cycle, rapporteur.ActionFileRemoved); len(records) != 1 || records[0].Actor != rapporteur.ActorEngine || records[0].Reason == "" {
		t.Errorf("the audit says %+v", records)
	}
	d.untouched("a second sweep", func() {
		if n, err := d.Sweep(t.Context()); err != nil || n != 0 {
			t.Errorf("swept %d, %v", n, err)
		}
	})
}

// A process that dies while it writes leaves a blob on hold. After an hour it is
// swept, and its late writer finds that it was given up.
func TestWhatACrashLeftIsSweptAfterAnHour(t *testing.T) {
	d := newDesk(t)
	cycle := d.collecting()
	slow := &failingBucket{Blobs: d.Blobs}
	slow.late = func() {
		slow.late = nil
		if n, err := d.Sweep(t.Context()); err != nil || n != 0 {
			t.Errorf("swept %d at once, %v", n, err)
		}
		d.set(d.clock().Add(61 * time.Minute))
		if n, err := d.Sweep(t.Context()); err != nil || n != 1 {
			t.Errorf("swept %d after an hour, %v", n, err)
		}
	}
	d.Blobs = slow
	_, err := d.Add(t.Context(), by(kenya), key(cycle, kenya), picture(1))
	refused(t, err, rapporteur.ProblemConflict, "Send it again")
	if len(d.blobs()) != 0 || len(d.files(cycle)) != 0 || len(d.everything()["held_blobs"]) != 0 {
		t.Errorf("blobs %v, files %v", d.blobs(), d.files(cycle))
	}
	d.attached(cycle, picture(1))
}

func TestFilesOfAnAcceptedAnswerOutliveCollection(t *testing.T) {
	d := newDesk(t)
	cycle := d.collecting()
	law := d.attached(cycle, picture(1))
	d.attached(cycle, picture(2))
	_, err := d.correspondence.Submit(t.Context(), by(kenya), key(cycle, kenya), documented(d, law.Reference()))
	must(t, err)
	_, err = d.conduct.CloseCollection(t.Context(), cycle.ID, d.moment())
	must(t, err)
	_, err = d.Sweep(t.Context())
	must(t, err)
	if files := d.files(cycle); len(files) != 1 || files[0].Hash != law.Hash {
		t.Errorf("files are %+v", files)
	}
	if _, content, err := d.Read(t.Context(), staff, key(cycle, kenya), law.ID()); err != nil || !bytes.Equal(content, picture(1).Content) {
		t.Errorf("%d bytes are read, %v", len(content), err)
	}
}

func TestResealing(t *testing.T) {
	d := newDesk(t)
	cycle := d.collecting()
	old := sealingKey(t)
	vault, err := access.LoadVault(old)
	must(t, err)
	d.Blobs = attachments.New(d.bucket, vault)
	want := map[string]rapporteur.IncomingFile{}
	attach := func(width int) rapporteur.AttachedFile {
		f := d.attached(cycle, picture(width))
		want[f.Hash] = picture(width)
		return f
	}
	for width := range 3 {
		attach(width + 1)
	}
	d.Blobs = attachments.New(d.bucket, sealingVault(t, old))
	fresh := attach(4)
	for _, sealed := range []int{3, 0} {
		if n, err := d.Reseal(t.Context()); err != nil || n != sealed {
			t.Errorf("resealed %d, want %d: %v", n, sealed, err)
		}
	}
	for _, f := range d.files(cycle) {
		_, content, err := d.Read(t.Context(), staff, key(cycle, kenya), f.ID())
		if err != nil || !bytes.Equal(content, want[f.Hash].Content) || f.Hash == fresh.Hash && f.Blob != fresh.Blob {
			t.Errorf("%+v is %d bytes, %v", f, len(content), err)
		}
	}
	d.noneHeld()
	if blobs := d.blobs(); len(blobs) != 4 {
		t.Errorf("blobs are %v", blobs)
	}
}

// What was lost or changed in the bucket is told as such, and never given.
func TestALostFile(t *testing.T) {
	d := newDesk(t)
	cycle := d.collecting()
	f, other := d.attached(cycle, picture(1)), d.attached(cycle, picture(2))
	others, err := d.bucket.ReadAll(t.Context(), other.Blob)
	must(t, err)
	check := func(what string) {
		_, content, err := d.Read(t.Context(), staff, key(cycle, kenya), f.ID())
		if _, isProblem := errors.AsType[*rapporteur.Problem](err); err == nil || isProblem || content != nil {
			t.Errorf("%s: %d bytes, %v", what, len(content), err)
		}
	}
	must(t, d.bucket.WriteAll(t.Context(), f.Blob, others, nil))
	check("another's content")
	must(t, d.bucket.WriteAll(t.Context(), f.Blob, others[:9], nil))
	check("a cut one")
	must(t, d.bucket.Delete(t.Context(), f.Blob))
	check("none")
	d.Blobs = attachments.New(d.bucket, nil)
	must(t, d.Blobs.Put(t.Context(), f.Blob, bytes.NewReader(picture(1).Content[:20])))
	check("too little")
	must(t, d.Blobs.Put(t.Context(), f.Blob, bytes.NewReader(append(picture(1).Content, 0))))
	check("too much")
	changed := slices.Clone(picture(1).Content)
	changed[30] ^= 1
	must(t, d.Blobs.Put(t.Context(), f.Blob, bytes.NewReader(changed)))
	check("changed, in a bucket that is not sealed")
	if records := d.audited(cycle, rapporteur.ActionFileRead); len(records) != 0 {
		t.Errorf("readings are on record: %+v", records)
	}
}
