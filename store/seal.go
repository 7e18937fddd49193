package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/rapporteur/rapporteur"
)

// unsealed is the vault of a store that was given none: for tests, and for
// commands that read no content. It keeps content as it is.
type unsealed struct{}

var errNoVault = errors.New("it is sealed, and no sealing key is given")

// Seal keeps the content as it is.
func (unsealed) Seal(content []byte, _ string) ([]byte, error) { return content, nil }

// Open gives content that was never sealed.
func (unsealed) Open(content []byte, _ string) ([]byte, error) {
	if bytes.HasPrefix(content, []byte(rapporteur.SealMark)) {
		return nil, fmt.Errorf("cannot open content: %w", errNoVault)
	}
	return content, nil
}

// Stale is never true: there is no key to seal with.
func (unsealed) Stale([]byte) bool { return false }

// aboutBody is the place that a body is sealed for.
func aboutBody(hash string) string { return "body/" + hash }

const insertBody = "INSERT INTO bodies (hash, content) VALUES (?, ?) ON CONFLICT DO NOTHING"

// putBody keeps a body, sealed; the same body twice is kept once.
func (t *tx) putBody(ctx context.Context, hash string, body []byte) error {
	sealed, err := t.vault.Seal(body, aboutBody(hash))
	if err != nil {
		return failure("seal body", err)
	}
	_, err = t.exec(ctx, insertBody, hash, sealed)
	return failure("insert body", err)
}

// openBody opens a stored body and makes sure that it is the one of its hash.
func (r *reader) openBody(hash string, sealed []byte) ([]byte, error) {
	content, err := r.vault.Open(sealed, aboutBody(hash))
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != hash {
		return nil, errWrongHash
	}
	return content, nil
}

// body is a stored body of a row of hash and content.
type body struct {
	hash    string
	content []byte
}

func scanBody(r row) (body, error) {
	var b body
	err := r.Scan(&b.hash, &b.content)
	return b, err
}

// Reseal seals with the newest key whatever content was sealed with an older one
// or not at all, some at a time, and tells how much it was. It can be stopped and
// started again; others may work meanwhile.
func (s *Store) Reseal(ctx context.Context) (int, error) {
	sealed := 0
	for _, sort := range sealedSorts {
		n, err := s.reseal(ctx, sort.reseal)
		if sealed += n; err != nil {
			return sealed, err
		}
	}
	return sealed, nil
}

// reseal looks through one sort of content. The function looks through some of
// it after a place, and gives the last of them; none where there are no more.
func (s *Store) reseal(ctx context.Context, some func(t *tx, ctx context.Context, after string) (int, string, error)) (int, error) {
	sealed, after := 0, ""
	for {
		var n int
		var last string
		err := s.Write(ctx, func(ctx context.Context, w rapporteur.Tx) error {
			t, ok := w.(*tx)
			if !ok {
				return errNested
			}
			var err error
			n, last, err = some(t, ctx, after)
			return err
		})
		if err != nil || last == "" {
			return sealed, err
		}
		sealed, after = sealed+n, last
	}
}

// resealBodies looks through some bodies after a hash, and gives the last of
// them; none where there are no more.
func (t *tx) resealBodies(ctx context.Context, after string) (int, string, error) {
	found, err := list(ctx, t.reader, scanBody, "SELECT hash, content FROM bodies WHERE hash > ? ORDER BY hash LIMIT ?", after, chunk)
	if err != nil {
		return 0, "", failure("list bodies", err)
	}
	n, last := 0, ""
	for _, b := range found {
		last = b.hash
		if !t.vault.Stale(b.content) {
			continue
		}
		content, err := t.openBody(b.hash, b.content)
		if err != nil {
			return 0, "", failure("open body", err)
		}
		again, err := t.vault.Seal(content, aboutBody(b.hash))
		if err != nil {
			return 0, "", failure("seal body", err)
		}
		if _, err := t.exec(ctx, "UPDATE bodies SET content = ? WHERE hash = ?", again, b.hash); err != nil {
			return 0, "", failure("seal body", err)
		}
		n++
	}
	return n, last, nil
}
