package access

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/keyring"
)

// Vault is a ring of AES-256-GCM keys (NIST SP 800-38D). The first key seals;
// every key opens what it sealed, so that keys can be changed while everything
// stays readable.
//
// Sealed content is SealMark, the id of the key, a random nonce and the
// ciphertext with its tag. The place that it was sealed for is authenticated with
// it, and is not part of it.
type Vault struct{ keys *keyring.Ring }

var _ rapporteur.Vault = (*Vault)(nil)

// keyID names a key in what it has sealed.
type keyID = keyring.ID

var sealingKeys = keyring.Kind{Name: "sealing key", Repeats: true}

// LoadVault reads sealing keys from files, the newest first: 32 random bytes in
// base64 each, as NewSealingKey gives them. Nothing of a key is ever part of an
// error.
func LoadVault(files ...string) (*Vault, error) {
	keys, err := sealingKeys.Load(files...)
	if err != nil {
		return nil, err
	}
	return &Vault{keys: keys}, nil
}

// Seal seals content for a place. The same content never looks the same twice.
func (v *Vault) Seal(content []byte, about string) ([]byte, error) {
	newest := v.keys.Newest()
	with := v.keys.Cipher(newest)
	head := len(rapporteur.SealMark) + len(keyID{})
	sealed := make([]byte, head, head+len(content)+with.Overhead())
	copy(sealed[copy(sealed, rapporteur.SealMark):], newest[:])
	return with.Seal(sealed, nil, content, []byte(about)), nil //nolint:gosec // the cipher makes the nonce itself
}

// The ways in which sealed content does not open.
var (
	errSealedWith = errors.New("none of the sealing keys is the one it was sealed with")
	errSealed     = errors.New("it was changed, or sealed for something else")
)

// Open opens what was sealed for the place.
func (v *Vault) Open(sealed []byte, about string) ([]byte, error) {
	rest, isSealed := bytes.CutPrefix(sealed, []byte(rapporteur.SealMark))
	if !isSealed {
		return sealed, nil
	}
	with := v.keys.Cipher(idOf(rest))
	if with == nil {
		return nil, fmt.Errorf("cannot open content: %w", errSealedWith)
	}
	content, err := with.Open(nil, nil, rest[len(keyID{}):], []byte(about))
	if err != nil {
		return nil, fmt.Errorf("cannot open content: %w", errSealed)
	}
	return content, nil
}

// idOf is the id that sealed content begins with; the zero id, which no key has,
// where it is too short.
func idOf(rest []byte) keyID {
	if len(rest) < len(keyID{}) {
		return keyID{}
	}
	return keyID(rest[:len(keyID{})])
}

// Stale reports whether content was not sealed with the newest key.
func (v *Vault) Stale(sealed []byte) bool {
	rest, isSealed := bytes.CutPrefix(sealed, []byte(rapporteur.SealMark))
	return !isSealed || idOf(rest) != v.keys.Newest()
}

// NewSealingKey makes a key, as a file of it has it.
func NewSealingKey() ([]byte, error) { return sealingKeys.New() }
