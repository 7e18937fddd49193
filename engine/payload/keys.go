package payload

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
)

// Keys is a ring of AES-256-GCM keys (NIST SP 800-38D). The newest seals; every
// key opens what it sealed, so that keys can be changed under running cycles. It
// is safe for concurrent use.
type Keys struct {
	ids   []string // as given, the newest first
	known map[string]cipher.AEAD
}

// keySize is the length of a key in bytes.
const keySize = 32

// LoadKeys reads keys from files, the newest first: 32 random bytes in base64
// each, as NewKey gives them. The same key twice is an error. Nothing of a key is
// ever part of an error.
func LoadKeys(files ...string) (*Keys, error) {
	if len(files) == 0 {
		return nil, errors.New("cannot load payload keys: none is given")
	}
	k := &Keys{known: map[string]cipher.AEAD{}}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("cannot read payload key: %w", err)
		}
		key, err := base64.StdEncoding.Strict().DecodeString(string(bytes.TrimSpace(content)))
		if err != nil || len(key) != keySize {
			return nil, fmt.Errorf("cannot read payload key %s: want %d bytes in base64, as `rapporteur key payload FILE` makes them", file, keySize)
		}
		if err := k.add(key); err != nil {
			return nil, fmt.Errorf("cannot use payload key %s: %w", file, err)
		}
	}
	return k, nil
}

func (k *Keys) add(key []byte) error {
	// The id tells keys apart and nothing about them.
	sum := sha256.Sum256(append([]byte("rapporteur payload key\n"), key...))
	id := hex.EncodeToString(sum[:8])
	if k.known[id] != nil {
		return errors.New("it is given twice")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return fmt.Errorf("cannot make cipher: %w", err)
	}
	if k.known[id], err = cipher.NewGCMWithRandomNonce(block); err != nil {
		return fmt.Errorf("cannot make cipher: %w", err)
	}
	k.ids = append(k.ids, id)
	return nil
}

// IDs are the ids of the keys, the newest first: 16 hexadecimal digits each. They
// are no secret; operators see them in histories.
func (k *Keys) IDs() []string { return slices.Clone(k.ids) }

// Newest is the id of the key that seals.
func (k *Keys) Newest() string { return k.ids[0] }

// NewKey makes a key, as a file of it has it.
func NewKey() ([]byte, error) {
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("cannot make payload key: %w", err)
	}
	return append([]byte(base64.StdEncoding.EncodeToString(key)), '\n'), nil
}
