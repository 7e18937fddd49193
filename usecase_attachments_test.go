package rapporteur_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/attachments"
)

// desk takes the files that come with answers, in a house with a bucket that the
// test can look into.
type desk struct {
	*house
	rapporteur.Attachments
	bucket *blob.Bucket
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	h := newHouse(t)
	bucket := memblob.OpenBucket(nil)
	t.Cleanup(func() { must(t, bucket.Close()) })
	return &desk{house: h, bucket: bucket, Attachments: rapporteur.Attachments{
		Store: h.store, Blobs: attachments.New(bucket, sealingVault(t)), Inspector: attachments.Inspector{}, Clock: h.clock,
	}}
}

func sealingVault(t testing.TB, before ...string) rapporteur.Vault {
	t.Helper()
	vault, err := access.LoadVault(append([]string{sealingKey(t)}, before...)...)
	must(t, err)
	return vault
}

func sealingKey(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sealing.key")
	key, err := access.NewSealingKey()
	must(t, err)
	must(t, os.WriteFile(file, key, 0o600))
	return file
}

// picture is a small file that differs by its width.
func picture(width int) rapporteur.IncomingFile {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, 1))); err != nil {
		panic(err)
	}
	return rapporteur.IncomingFile{Name: fmt.Sprintf("seal %d.png", width), Content: b.Bytes()}
}

// large is a file of a size.
func large(size int) rapporteur.IncomingFile {
	const head, end = "%PDF-1.7\n", "\nstartxref\n0\n%%EOF\n"
	return rapporteur.IncomingFile{Name: "law.pdf", Content: []byte(head + strings.Repeat(" ", size-len(head)-len(end)) + end)}
}

func (d *desk) attached(cycle rapporteur.Cycle, in rapporteur.IncomingFile) rapporteur.AttachedFile {
	d.t.Helper()
	f, err := d.Add(d.t.Context(), by(kenya), key(cycle, kenya), in)
	must(d.t, err)
	return f
}

func (d *desk) files(cycle rapporteur.Cycle) []rapporteur.AttachedFile {
	d.t.Helper()
	return read(d.house, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AttachedFile, error) {
		return r.AttachedFiles(ctx, key(cycle, kenya))
	})
}

// blobs are the keys of what is in the bucket.
func (d *desk) blobs() []string {
	d.t.Helper()
	var keys []string
	list := d.bucket.List(nil)
	for {
		object, err := list.Next(d.t.Context())
		if errors.Is(err, io.EOF) {
			return keys
		}
		must(d.t, err)
		keys = append(keys, object.Key)
	}
}

// untouched checks that a step leaves the record and the bucket as they are.
func (d *desk) untouched(what string, step func()) {
	d.t.Helper()
	before := d.blobs()
	d.unchanged(what, step)
	same(d.t, "blobs after "+what, d.blobs(), before)
}

// noneHeld checks that the record has no blob on hold.
func (d *desk) noneHeld() {
	d.t.Helper()
	if held := d.everything()["held_blobs"]; len(held) != 0 {
		d.t.Errorf("on hold are %v", held)
	}
}

func documented(d *desk, text string) []byte {
	return d.body(kenya, fmt.Sprintf(`"return_type":"partial","answers":{"Q8.5":{"status":"yes","document":%q}}`, text), header)
}

func TestAFileIsKeptSealedAndGivenBack(t *testing.T) {
	d := newDesk(t)
	cycle := d.collecting()
	in := picture(3)
	sum := sha256.Sum256(in.Content)
	f := d.attached(cycle, in)
	if f.Hash != hex.EncodeToString(sum[:]) || f.Name != "seal 3.png" || f.Media != rapporteur.MediaPNG || f.Size != len(in.Content) || f.AttachedBy != "key-state-ken" || !f.AttachedAt.Equal(d.clock()) {
		t.Errorf("it is kept as %+v", f)
	}
	if hash, ok := rapporteur.HashOfFile(f.ID()); !ok || hash != f.Hash || f.Reference() != "attachment:"+f.ID() {
		t.Errorf("the id %s stands for %s", f.ID(), hash)
	}
	blobs := d.blobs()
	if len(blobs) != 1 || strings.Contains(blobs[0], f.Hash[:8]) {
		t.Errorf("blobs are %v", blobs)
	}
	stored, err := d.bucket.ReadAll(t.Context(), blobs[0])
	must(t, err)
	if bytes.Contains(stored, []byte("PNG")) {
		t.Error("the blob is not sealed")
	}
	for _, who := range []rapporteur.Principal{by(kenya), staff} {
		got, content, err := d.Read(t.Context(), who, key(cycle, kenya), f.ID())
		if err != nil || !bytes.Equal(content, in.Content) || got.Hash != f.Hash {
			t.Errorf("%s reads %d bytes of %+v, %v", who.ID, len(content), got, err)
		}
	}
	for action, actors := range map[rapporteur.Action][]string{
		rapporteur.ActionFileAttached: {"key-state-ken"}, rapporteur.ActionFileRead: {"key-state-ken", "key-staff"},
	} {
		var got []string
		for _, record := range d.audited(cycle, action) {
			got = append(got, record.Actor)
			if record.Contributor != kenya || record.Details["hash"] != f.Hash || record.Details["media"] != rapporteur.MediaPNG || strings.Contains(fmt.Sprint(record), "seal") {
				t.Errorf("the audit record is %+v", record)
			}
		}
		same(t, "actors of "+string(action), got, actors)
	}
	d.untouched("the same file again", func() {
		again := in
		again.Name = "another name.png"
		if got := d.attached(cycle, again); got.Name != f.Name || got.Blob != f.Blob {
			t.Errorf("the same file again is %+v", got)
		}
	})
}

func TestFilesThatAreNotTakenLeaveNothing(t *testing.T) {
	d := newDesk(t)
	cycle, other := d.collecting(), d.collecting(kenya)
	closed := d.collecting()
	_, err := d.conduct.CloseCollection(t.Context(), closed.ID, d.moment())
	must(t, err)
	cut := picture(300)
	cut.Content = cut.Content[:len(cut.Content)-9]
	for name, c := range map[string]struct {
		cycle rapporteur.Cycle
		who   rapporteur.ContributorID
		in    rapporteur.IncomingFile
		kind  rapporteur.ProblemKind
	}{
		"another kind":      {cycle, kenya, rapporteur.IncomingFile{Name: "a.pdf", Content: []byte("<html>")}, rapporteur.ProblemUnsupported},
		"another ending":    {cycle, kenya, rapporteur.IncomingFile{Name: "a.pdf", Content: picture(1).Content}, rapporteur.ProblemInvalid},
		"empty":             {cycle, kenya, rapporteur.IncomingFile{Name: "a.pdf"}, rapporteur.ProblemInvalid},
		"cut":               {cycle, kenya, cut, rapporteur.ProblemInvalid},
		"too large":         {cycle, kenya, large(rapporteur.MaxAttachedFile + 1), rapporteur.ProblemTooLarge},
		"a closed request":  {closed, kenya, picture(1), rapporteur.ProblemClosed},
		"not asked":         {cycle, "state-deu", picture(1), rapporteur.ProblemNotFound},
		"not asked in this": {other, unodc, picture(1), rapporteur.ProblemNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			d.untouched("what was refused", func() {
				_, err := d.Add(t.Context(), by(c.who), key(c.cycle, c.who), c.in)
				refused(t, err, c.kind)
			})
		})
	}
	d.Screen = func(name string) bool { return strings.Contains(name, "seal") }
	d.untouched("a name of a person", func() {
		_, err := d.Add(t.Context(), by(kenya), key(cycle, kenya), picture(2))
		refused(t, err, rapporteur.ProblemInvalid, "could be of a person")
	})
	d.Blobs = nil
	d.untouched("a house without blobs", func() {
		_, err := d.Add(t.Context(), by(kenya), key(cycle, kenya), picture(2))
		refused(t, err, rapporteur.ProblemUnsupported)
		_, _, err = d.Read(t.Context(), by(kenya), key(cycle, kenya), "x")
		refused(t, err, rapporteur.ProblemUnsupported)
	})
}

func TestFilesOfARequestAreFewAndBounded(t *testing.T) {
	d := newDesk(t)
	cycle := d.collecting()
	for n := range 5 {
		d.attached(cycle, large(rapporteur.MaxAttachedBytes/5-n))
	}
	d.untouched("more than in all", func() {
		_, err := d.Add(t.Context(), by(kenya), key(cycle, kenya), picture(1)) // ten bytes are left
		refused(t, err, rapporteur.ProblemConflict, "50 MiB")
	})
	next := d.collecting()
	for n := range rapporteur.MaxAttachedFiles {
		d.attached(next, picture(n+1))
	}
	d.untouched("one too many", func() {
		_, err := d.Add(t.Context(), by(kenya), key(next, kenya), picture(rapporteur.MaxAttachedFiles+1))
		refused(t, err, rapporteur.ProblemConflict, "at most 20 files")
	})
	must(t, d.Remove(t.Context(), by(kenya), key(next, kenya), d.files(next)[0].ID()))
	d.attached(next, picture(rapporteur.MaxAttachedFiles+1))
}

// However many send at once, a request has no more than it may, and no blob is
// left over.
func TestManyWhoAttachAtOnce(t *testing.T) {
	d := newDesk(t)
	cycle := d.collecting()
	var group sync.WaitGroup
	for n := range 3 * rapporteur.MaxAttachedFiles {
		group.Go(func() {
			_, err := d.Add(context.WithoutCancel(t.Context()), by(kenya), key(cycle, kenya), picture(n%(rapporteur.MaxAttachedFiles+5)+1))
			if err != nil && !rapporteur.IsProblem(err, rapporteur.ProblemConflict) {
				t.Errorf("got %v", err)
			}
		})
	}
	group.Wait()
	if files := d.files(cycle); len(files) != rapporteur.MaxAttachedFiles {
		t.Errorf("%d files are attached", len(files))
	}
	if blobs := d.blobs(); len(blobs) != rapporteur.MaxAttachedFiles {
		t.Errorf("%d blobs are kept", len(blobs))
	}
	d.noneHeld()
}

func TestAnAnswerRefersToFiles(t *testing.T) {
	d := newDesk(t)
	cycle, other := d.collecting(), d.collecting()
	law, note := d.attached(cycle, picture(1)), d.attached(cycle, picture(2))
	elsewhere := d.attached(other, picture(3))
	submit := func(text string) (rapporteur.Submission, error) {
		return d.correspondence.Submit(t.Context(), by(kenya), key(cycle, kenya), documented(d, text))
	}
	for name, text := range map[string]string{
		"another request's": elsewhere.Reference(), "nobody's": "attachment:" + strings.Repeat("a", 64), "mistyped": "attachment:" + law.ID()[:60],
		"by its hash": "attachment:" + law.Hash, "one of two": law.Reference() + " and " + elsewhere.Reference(),
	} {
		d.untouched(name, func() {
			_, err := submit(text)
			refused(t, err, rapporteur.ProblemRejected)
			p, _ := errors.AsType[*rapporteur.Problem](err)
			if len(p.Findings) != 1 || p.Findings[0].Rule != "attachment/unknown" || p.Findings[0].Pointer != "/answers/Q8.5/document" || p.Findings[0].Text("fr") == p.Findings[0].Text("en") ||
				!strings.HasPrefix(p.Findings[0].Where("en"), "Question Q8.5, ") {
				t.Errorf("%s: findings are %+v", name, p.Findings)
			}
			verdict, err := d.correspondence.Check(t.Context(), key(cycle, kenya), documented(d, text))
			if err != nil || verdict.Accepted {
				t.Errorf("%s: the check says %+v, %v", name, verdict, err)
			}
		})
	}
	for n, text := range []string{"Law 27/2003", "Law 27/2003, " + law.Reference(), "attachment: sent by post"} {
		s, err := submit(text)
		if err != nil || s.Version != n+1 {
			t.Fatalf("%q: %+v, %v", text, s, err)
		}
	}
	s, err := submit(law.Reference() + " " + note.Reference() + "; " + law.Reference())
	must(t, err)
	d.untouched("the same answer again", func() {
		again, err := submit(law.Reference() + " " + note.Reference() + "; " + law.Reference())
		if err != nil || again.Version != s.Version {
			t.Errorf("again: %+v, %v", again, err)
		}
	})
	versions := map[string][]int{}
	for _, f := range d.files(cycle) {
		versions[f.Hash] = f.Versions
	}
	same(t, "versions that refer to files", versions, map[string][]int{law.Hash: {2, 4}, note.Hash: {4}})
	d.untouched("removing what an answer refers to", func() {
		refused(t, d.Remove(t.Context(), by(kenya), key(cycle, kenya), law.ID()), rapporteur.ProblemConflict, "Version 2, 4")
	})
	_, err = submit("by post after all") // versions keep their files
	must(t, err)
	refused(t, d.Remove(t.Context(), by(kenya), key(cycle, kenya), note.ID()), rapporteur.ProblemConflict)
}

// A reference is no text on a person, whatever the file is.
func TestReferencesAreNotTakenForPersons(t *testing.T) {
	h := newHouse(t)
	rapid.Check(t, func(t *rapid.T) {
		hash := rapid.StringMatching(`(00[0-9]{62}|[0-9]{64}|[0-9a-f]{64})`).Draw(t, "hash")
		f := rapporteur.AttachedFile{Hash: hash}
		if back, ok := rapporteur.HashOfFile(f.ID()); !ok || back != hash || strings.ContainsAny(f.ID(), "0123456789") {
			t.Fatalf("the id of %s is %s, and stands for %s", hash, f.ID(), back)
		}
		q, err := h.catalogue.Latest("member-state")
		if err != nil {
			t.Fatal(err)
		}
		body := fmt.Sprintf(`{"questionnaire":%q,"version":%q,"language":"en","return_type":"partial",%s,"answers":{"Q8.5":{"status":"yes","document":"Law 27/2003, %s"}}}`,
			q.ID, q.Version, header, f.Reference())
		_, findings, err := h.catalogue.Check(context.Background(), q.QuestionnaireRef, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range findings {
			if finding.Severity == rapporteur.SeverityPrivacy || finding.Severity == rapporteur.SeverityError {
				t.Fatalf("a reference gives %+v", finding)
			}
		}
	})
	for _, id := range []string{"", "x", strings.Repeat("a", 63), strings.Repeat("q", 64), strings.Repeat("0", 64), strings.Repeat("A", 64)} {
		if hash, ok := rapporteur.HashOfFile(id); ok {
			t.Errorf("the id %q stands for %s", id, hash)
		}
	}
}

func TestRemovedFilesAreGone(t *testing.T) {
	d := newDesk(t)
	cycle := d.collecting()
	f, kept := d.attached(cycle, picture(1)), d.attached(cycle, picture(2))
	must(t, d.Remove(t.Context(), by(kenya), key(cycle, kenya), f.ID()))
	same(t, "blobs", d.blobs(), []string{kept.Blob})
	for _, id := range []string{f.ID(), "x", f.Hash} {
		d.untouched("a file that is not there", func() {
			refused(t, d.Remove(t.Context(), by(kenya), key(cycle, kenya), id), rapporteur.ProblemNotFound)
			_, _, err := d.Read(t.Context(), by(kenya), key(cycle, kenya), id)
			refused(t, err, rapporteur.ProblemNotFound)
		})
	}
	if records := d.audited(cycle, rapporteur.ActionFileRemoved); len(records) != 1 || records[0].Actor != "key-state-ken" {
		t.Errorf("the audit says %+v", records)
	}
	_, err := d.correspondence.Submit(t.Context(), by(kenya), key(cycle, kenya), documented(d, f.Reference()))
	refused(t, err, rapporteur.ProblemRejected)
	d.attached(cycle, picture(1)) // and can come again
}
