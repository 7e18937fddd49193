package attachments

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/rapporteur/rapporteur"
)

// pieceSize is how much is sealed at a time, so that no second copy of a file is
// in memory. A blob is its pieces in order, each behind pieceHead bytes: whether
// it is the last, and the length of what is sealed.
const (
	pieceSize = 256 << 10
	pieceHead = 5
	maxSealed = pieceSize + 1<<10 // what sealing may add
)

// piecePlace is the place that a piece is sealed for: it opens in its blob, in its
// place there, and as the last only if it is.
func piecePlace(key string, n int, last bool) string {
	return fmt.Sprintf("attachment/%s/%d/%t", key, n, last)
}

// seal writes content in sealed pieces.
func (b *Bucket) seal(w io.Writer, key string, content io.Reader) error {
	this, next := make([]byte, pieceSize), make([]byte, pieceSize)
	have, err := fill(content, this)
	for n := 0; ; n++ {
		if err != nil {
			return err
		}
		var more int
		if have == pieceSize {
			more, err = fill(content, next)
			if err != nil {
				return err
			}
		}
		last := more == 0
		sealed, err := b.vault.Seal(this[:have], piecePlace(key, n, last))
		if err != nil {
			return fmt.Errorf("cannot seal attachment: %w", err)
		}
		if err := writePiece(w, sealed, last); err != nil || last {
			return err
		}
		this, next, have = next, this, more
	}
}

// fill reads until a buffer is full or there is no more.
func fill(from io.Reader, buffer []byte) (int, error) {
	n, err := io.ReadFull(from, buffer)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}

func writePiece(w io.Writer, sealed []byte, last bool) error {
	var head [pieceHead]byte
	if last {
		head[0] = 1
	}
	binary.BigEndian.PutUint32(head[1:], uint32(len(sealed))) //nolint:gosec // a piece and what sealing adds
	if _, err := w.Write(head[:]); err != nil {
		return err
	}
	_, err := w.Write(sealed)
	return err
}

var errPiece = errors.New("cannot read attachment: it is not as it was written")

// readPiece reads one piece, still sealed.
func readPiece(from io.Reader) (sealed []byte, last bool, err error) {
	var head [pieceHead]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return nil, false, cut(err)
	}
	size := binary.BigEndian.Uint32(head[1:])
	if head[0] > 1 || size > maxSealed {
		return nil, false, errPiece
	}
	sealed = make([]byte, size)
	if _, err := io.ReadFull(from, sealed); err != nil {
		return nil, false, cut(err)
	}
	return sealed, head[0] == 1, nil
}

// cut tells a blob that ends too early from a bucket that does not answer.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errPiece
	}
	return unanswered("read", err)
}

// unsealing reads a blob piece by piece. Nothing of a piece is given before it was
// opened whole.
type unsealing struct {
	from  io.ReadCloser
	vault rapporteur.Vault
	key   string
	n     int
	open  []byte // of the present piece, what was not read yet
	last  bool
}

// Read reads what was put.
func (u *unsealing) Read(to []byte) (int, error) {
	for len(u.open) == 0 {
		if u.last {
			return 0, u.end()
		}
		sealed, last, err := readPiece(u.from)
		if err != nil {
			return 0, err
		}
		if u.open, err = u.vault.Open(sealed, piecePlace(u.key, u.n, last)); err != nil {
			return 0, fmt.Errorf("cannot read attachment: %w", err)
		}
		u.n, u.last = u.n+1, last
	}
	n := copy(to, u.open)
	u.open = u.open[n:]
	return n, nil
}

// end makes sure that nothing follows the last piece.
func (u *unsealing) end() error {
	switch n, err := io.ReadFull(u.from, make([]byte, 1)); {
	case n > 0:
		return errPiece
	case errors.Is(err, io.EOF):
		return io.EOF
	default:
		return cut(err)
	}
}

// Close lets go of the blob.
func (u *unsealing) Close() error { return u.from.Close() }

// unsealed is the vault of a bucket that was given none.
type unsealed struct{}

// Seal keeps the content as it is.
func (unsealed) Seal(content []byte, _ string) ([]byte, error) { return content, nil }

// Open gives content that was never sealed.
func (unsealed) Open(content []byte, _ string) ([]byte, error) {
	if len(content) >= len(rapporteur.SealMark) && string(content[:len(rapporteur.SealMark)]) == rapporteur.SealMark {
		return nil, errors.New("it is sealed, and no sealing key is given")
	}
	return content, nil
}

// Stale is never true: there is no key to seal with.
func (unsealed) Stale([]byte) bool { return false }
