package payload

import (
	"crypto/cipher"
	"slices"

	"github.com/rapporteur/rapporteur/internal/keyring"
)

// Keys is a ring of AES-256-GCM keys (NIST SP 800-38D). The newest seals; every
// key opens what it sealed, so that keys can be changed under running cycles. It
// is safe for concurrent use.
type Keys struct {
	ids   []string // as given, the newest first
	known map[string]cipher.AEAD
}

var payloadKeys = keyring.Kind{Name: "payload key", Hint: ", as `rapporteur key payload FILE` makes them"}

// LoadKeys reads keys from files, the newest first: 32 random bytes in base64
// each, as NewKey gives them. The same key twice is an error. Nothing of a key is
// ever part of an error.
func LoadKeys(files ...string) (*Keys, error) {
	ring, err := payloadKeys.Load(files...)
	if err != nil {
		return nil, err
	}
	k := &Keys{known: map[string]cipher.AEAD{}}
	for _, id := range ring.IDs() {
		k.ids = append(k.ids, id.String())
		k.known[id.String()] = ring.Cipher(id)
	}
	return k, nil
}

// IDs are the ids of the keys, the newest first: 16 hexadecimal digits each. They
// are no secret; operators see them in histories.
func (k *Keys) IDs() []string { return slices.Clone(k.ids) }

// Newest is the id of the key that seals.
func (k *Keys) Newest() string { return k.ids[0] }

// NewKey makes a key, as a file of it has it.
func NewKey() ([]byte, error) { return payloadKeys.New() }
