package attachments

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"gocloud.dev/blob/memblob"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

func newBucket(t testing.TB, vault rapporteur.Vault) *Bucket {
	t.Helper()
	b := New(memblob.OpenBucket(nil), vault)
	t.Cleanup(func() { must(t, b.Close()) })
	return b
}

// newVault has a key of its own.
func newVault(t testing.TB) rapporteur.Vault {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sealing.key")
	key, err := access.NewSealingKey()
	must(t, err)
	must(t, os.WriteFile(file, key, 0o600))
	vault, err := access.LoadVault(file)
	must(t, err)
	return vault
}

func readAll(t testing.TB, b *Bucket, key string) ([]byte, error) {
	t.Helper()
	r, err := b.Open(t.Context(), key)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(r)
	must(t, r.Close())
	return content, err
}

// startS3 is an S3-compatible server with one bucket, and its URL for Open.
func startS3(t *testing.T) (url string, stored func() [][]byte) {
	t.Helper()
	backend := s3mem.New()
	must(t, backend.CreateBucket("files"))
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	return "s3://files?region=eu-central-1&use_path_style=true&endpoint=" + server.URL, func() [][]byte {
		list, err := backend.ListBucket("files", nil, gofakes3.ListBucketPage{})
		must(t, err)
		var all [][]byte
		for _, entry := range list.Contents {
			object, err := backend.GetObject("files", entry.Key, nil)
			must(t, err)
			content, err := io.ReadAll(object.Contents)
			must(t, errors.Join(err, object.Contents.Close()))
			all = append(all, content)
		}
		return all
	}
}

// inFolder is all files below a folder.
func inFolder(t *testing.T, folder string) [][]byte {
	t.Helper()
	var all [][]byte
	must(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all = append(all, content)
		return err
	}))
	return all
}

// Every place keeps what it is given, sealed, and lets go of it; also what does
// not fit into one request of S3.
func TestPlaces(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "below", "attachments")
	s3, inS3 := startS3(t)
	for name, place := range map[string]struct {
		url    string
		stored func() [][]byte
	}{
		"folder": {"file:" + folder, func() [][]byte { return inFolder(t, folder) }},
		"S3":     {s3, inS3},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := Open(t.Context(), place.url, newVault(t))
			must(t, err)
			defer func() { must(t, b.Close()) }()
			contents := map[string][]byte{}
			for _, size := range []int{0, 1, pieceSize - 1, pieceSize, pieceSize + 1, 3*pieceSize + 7, rapporteur.MaxAttachedFile} {
				key := b.NewKey()
				contents[key] = bytes.Repeat([]byte("secret!"), size/7+1)[:size]
				must(t, b.Put(t.Context(), key, bytes.NewReader(contents[key])))
			}
			for key, content := range contents {
				got, err := readAll(t, b, key)
				if err != nil || !bytes.Equal(got, content) {
					t.Errorf("%d bytes were kept, %d read: %v", len(content), len(got), err)
				}
			}
			all := place.stored()
			if len(all) != len(contents) {
				t.Errorf("%d blobs are stored, want %d", len(all), len(contents))
			}
			for _, blob := range all {
				if bytes.Contains(blob, []byte("secret")) || !bytes.Contains(blob, []byte(rapporteur.SealMark)) {
					t.Errorf("a blob of %d bytes is not sealed", len(blob))
				}
			}
			for key := range contents {
				for range 2 { // nothing there is no error
					must(t, b.Delete(t.Context(), key))
				}
				if _, err := b.Open(t.Context(), key); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
					t.Errorf("a deleted blob: %v", err)
				}
			}
			if all := place.stored(); len(all) != 0 {
				t.Errorf("%d blobs are left", len(all))
			}
		})
	}
}

func TestOnlyTheOwnerSeesAFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "attachments")
	b, err := Open(t.Context(), "file://"+folder, nil)
	must(t, err)
	must(t, b.Put(t.Context(), b.NewKey(), strings.NewReader("content")))
	must(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm() != 0o700 {
			t.Errorf("%s has the mode %v", path, info.Mode())
		}
		return err
	}))
}

var errCut = errors.New("the connection broke")

// breaking gives some bytes and then fails.
type breaking struct{ left int }

func (b *breaking) Read(to []byte) (int, error) {
	if b.left <= 0 {
		return 0, errCut
	}
	n := min(len(to), b.left)
	b.left -= n
	return n, nil
}

func TestHalfAWriteLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	s3, inS3 := startS3(t)
	for name, place := range map[string]struct {
		url    string
		stored func() [][]byte
	}{
		"folder": {"file:" + folder, func() [][]byte { return inFolder(t, folder) }}, "S3": {s3, inS3},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := Open(t.Context(), place.url, newVault(t))
			must(t, err)
			defer func() { must(t, b.Close()) }()
			for _, size := range []int{0, 10, 7 << 20} {
				err := b.Put(t.Context(), b.NewKey(), &breaking{size})
				if !rapporteur.IsProblem(err, rapporteur.ProblemUnavailable) || !errors.Is(err, errCut) {
					t.Errorf("after %d bytes: %v", size, err)
				}
			}
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			if err := b.Put(ended, b.NewKey(), strings.NewReader("content")); err == nil {
				t.Error("a write whose caller is gone was done")
			}
			if left := place.stored(); len(left) != 0 {
				t.Errorf("%d blobs are left", len(left))
			}
		})
	}
}

// A process that died while it wrote has left a file under another name; deleting
// the blob takes that too.
func TestWhatACrashLeavesIsDeleted(t *testing.T) {
	folder := t.TempDir()
	b, err := Open(t.Context(), "file:"+folder, nil)
	must(t, err)
	key, other := b.NewKey(), b.NewKey()
	for _, k := range []string{key, other} {
		path := filepath.Join(folder, filepath.FromSlash(k)+".17f.tmp")
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, []byte("half"), 0o600))
	}
	must(t, b.Delete(t.Context(), key))
	if left := inFolder(t, folder); len(left) != 1 {
		t.Errorf("%d files are left, want the other's", len(left))
	}
}

func TestWhatWasChangedInTheBucketIsNotRead(t *testing.T) {
	vault := newVault(t)
	b := newBucket(t, vault)
	key, other := b.NewKey(), b.NewKey()
	content := bytes.Repeat([]byte("0123456789"), pieceSize/5) // two pieces
	must(t, b.Put(t.Context(), key, bytes.NewReader(content)))
	must(t, b.Put(t.Context(), other, bytes.NewReader(content)))
	good, err := b.bucket.ReadAll(t.Context(), key)
	must(t, err)
	others, err := b.bucket.ReadAll(t.Context(), other)
	must(t, err)
	half := len(good) / 2
	first, second := good[:half], good[half:]
	flagged := slices.Clone(first)
	flagged[0] = 1
	flipped := slices.Clone(good)
	flipped[half+20] ^= 1
	for name, stored := range map[string][]byte{
		"another's": others, "cut between pieces": first, "cut in a piece": good[:half+100], "cut in a head": good[:half+3], "the first said to be last": flagged,
		"the second first": slices.Concat(second, first), "the first twice": slices.Concat(first, first, second), "something behind": append(slices.Clone(good), 0),
		"a bit": flipped, "nothing": {}, "a huge piece": {0, 0xff, 0xff, 0xff, 0xff}, "another flag": append([]byte{2}, good[1:]...), "never sealed, by another key": []byte("\x01\x00\x00\x00\x04RPV1"),
	} {
		must(t, b.bucket.WriteAll(t.Context(), key, stored, nil))
		if got, err := readAll(t, b, key); err == nil || bytes.Equal(got, content) && name != "something behind" {
			t.Errorf("%s: %d bytes were read, %v", name, len(got), err)
		}
	}
	must(t, b.bucket.WriteAll(t.Context(), key, good, nil))
	if got, err := readAll(t, b, key); err != nil || !bytes.Equal(got, content) {
		t.Errorf("as it was: %d bytes, %v", len(got), err)
	}
	if _, err := readAll(t, New(b.bucket, nil), key); err == nil || !strings.Contains(err.Error(), "no sealing key") {
		t.Errorf("without a key: %v", err)
	}
}

func TestStale(t *testing.T) {
	vault := newVault(t)
	b := newBucket(t, vault)
	key := b.NewKey()
	must(t, b.Put(t.Context(), key, strings.NewReader("content")))
	for name, c := range map[string]struct {
		vault rapporteur.Vault
		want  bool
	}{"the same key": {vault, false}, "another key": {newVault(t), true}, "no key": {nil, false}} {
		if stale, err := New(b.bucket, c.vault).Stale(t.Context(), key); err != nil || stale != c.want {
			t.Errorf("%s: stale is %t, %v", name, stale, err)
		}
	}
	if _, err := b.Stale(t.Context(), "no/such"); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("of no blob: %v", err)
	}
}

func TestPlacesThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	for _, at := range []string{"", "attachments", "file:", "ftp://password@host", "s3:", "s3://", "s3://b?password=secret", "gs://bucket", "file:" + file} {
		b, err := Open(t.Context(), at, nil)
		if err == nil || strings.Contains(err.Error(), "password") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v, %v", at, b, err)
		}
	}
}

// A bucket that does not answer is no fault of whoever asks, and says so.
func TestABucketThatDoesNotAnswer(t *testing.T) {
	s3, _ := startS3(t)
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	b, err := Open(t.Context(), strings.Replace(s3, "http://127.0.0.1:", "http://127.0.0.1:1", 1), nil)
	must(t, err)
	for doing, err := range map[string]error{
		"put": b.Put(t.Context(), b.NewKey(), strings.NewReader("content")), "delete": b.Delete(t.Context(), b.NewKey()),
		"open": func() error { _, err := b.Open(t.Context(), b.NewKey()); return err }(),
	} {
		if !rapporteur.IsProblem(err, rapporteur.ProblemUnavailable) {
			t.Errorf("%s: %v", doing, err)
		}
	}
}

func BenchmarkPut(b *testing.B) {
	bucket := newBucket(b, newVault(b))
	content := bytes.Repeat([]byte("x"), rapporteur.MaxAttachedFile)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		must(b, bucket.Put(b.Context(), "key", bytes.NewReader(content)))
	}
}

func BenchmarkInspect(b *testing.B) {
	for name, content := range map[string][]byte{
		"pdf": pdfOf(stream("", repeated("0123456789/Name ", 600_000))), "docx": docxOf(map[string]string{"word/media/1.emf": noise(20 << 20)}), "png": pngOf(5000, 5000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				_, _, err := inspect("", "", content)
				must(b, err)
			}
		})
	}
}
