package attachments

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"github.com/rapporteur/rapporteur"
)

// Bucket keeps content as sealed blobs in a bucket. It is safe for concurrent use.
type Bucket struct {
	bucket *blob.Bucket
	vault  rapporteur.Vault
	folder string // where the bucket is one
}

var _ rapporteur.Blobs = (*Bucket)(nil)

// New keeps blobs in a bucket, sealed by a vault. Without a vault they are kept as
// they are, for tests and trials.
func New(bucket *blob.Bucket, vault rapporteur.Vault) *Bucket {
	if vault == nil {
		vault = unsealed{}
	}
	return &Bucket{bucket: bucket, vault: vault}
}

// Close lets go of the bucket.
func (b *Bucket) Close() error {
	if err := b.bucket.Close(); err != nil {
		return fmt.Errorf("cannot close bucket: %w", err)
	}
	return nil
}

// NewKey gives 26 random characters (130 bits) in folders of their first two.
func (*Bucket) NewKey() string {
	key := strings.ToLower(rand.Text())
	return key[:2] + "/" + key
}

// Put writes content sealed, in one go; it is not there before all of it is, and
// not at all where the context ends.
func (b *Bucket) Put(ctx context.Context, key string, content io.Reader) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var file *os.File
	w, err := b.bucket.NewWriter(ctx, key, &blob.WriterOptions{
		ContentType: "application/octet-stream",
		BeforeWrite: func(as func(any) bool) error {
			as(&file) // where it is a folder
			return nil
		},
	})
	if err != nil {
		return unanswered("write", err)
	}
	if err = b.seal(w, key, content); err == nil && file != nil {
		err = file.Sync()
	}
	if err != nil {
		cancel() // so that closing gives up what was written
		return unanswered("write", errors.Join(err, abandoned(w.Close())))
	}
	if err := w.Close(); err != nil {
		return unanswered("write", err)
	}
	if file != nil {
		return syncFolder(filepath.Dir(file.Name()))
	}
	return nil
}

// abandoned drops the error that is only the one of giving up.
func abandoned(err error) error {
	if errors.Is(err, context.Canceled) || gcerrors.Code(err) == gcerrors.Canceled {
		return nil
	}
	return err
}

// syncFolder makes a new name in a folder durable, and the folder's own.
func syncFolder(name string) error {
	for _, folder := range []string{name, filepath.Dir(name)} {
		f, err := os.Open(folder)
		if err != nil {
			return unanswered("write", err)
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return unanswered("write", err)
		}
	}
	return nil
}

// Open reads a blob, unsealed.
func (b *Bucket) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	r, err := b.bucket.NewReader(ctx, key, nil)
	if err != nil {
		return nil, unanswered("read", err)
	}
	return &unsealing{from: r, vault: b.vault, key: key}, nil
}

// Delete removes a blob, and what a process that died while writing it has left.
func (b *Bucket) Delete(ctx context.Context, key string) error {
	err := b.bucket.Delete(ctx, key)
	if err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return unanswered("delete", err)
	}
	if b.folder == "" {
		return nil
	}
	halves, err := filepath.Glob(filepath.Join(b.folder, filepath.FromSlash(key)) + ".*.tmp")
	for _, half := range halves {
		if removal := os.Remove(half); !errors.Is(removal, fs.ErrNotExist) {
			err = errors.Join(err, removal)
		}
	}
	if err != nil {
		return unanswered("delete", err)
	}
	return nil
}

// Stale looks at the first piece of a blob; the others were sealed with it.
func (b *Bucket) Stale(ctx context.Context, key string) (bool, error) {
	r, err := b.bucket.NewReader(ctx, key, nil)
	if err != nil {
		return false, unanswered("read", err)
	}
	defer func() { _ = r.Close() }()
	first, _, err := readPiece(r)
	if err != nil {
		return false, err
	}
	return b.vault.Stale(first), nil
}

// unanswered says what a bucket could not do. The key tells nothing of the
// content.
func unanswered(doing string, err error) error {
	err = fmt.Errorf("cannot %s blob: %w", doing, err)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return &rapporteur.Problem{Kind: rapporteur.ProblemNotFound, Title: "Not found", Detail: "The content of the file is not there.", Cause: err}
	}
	return &rapporteur.Problem{
		Kind: rapporteur.ProblemUnavailable, Title: "The files do not answer", Detail: "Nothing was changed; try again later.", Cause: err,
	}
}
