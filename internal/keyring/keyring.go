// Package keyring reads rings of AES-256-GCM keys (NIST SP 800-38D) from files. A
// file holds 32 random bytes in base64, as New gives them; space around them does
// not count. What is done with a ring, and what sealed content looks like, is for
// whoever has it: answers and payloads have a ring each.
//
// Nothing of a key is ever part of an error.
package keyring

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

// size is the length of a key in bytes.
const size = 32

// Kind is what the keys of a ring are for.
type Kind struct {
	// Name is what errors call a key, as in "sealing key". It is part of the id of
	// every key of the kind and never changes.
	Name string
	// Hint follows what an error says a file must hold. It may be empty.
	Hint string
	// Repeats lets the same key be given more than once, which then counts as once.
	Repeats bool
}

// ID tells the keys of a kind apart and nothing about them. It is no secret. The
// same key has the same id wherever it is read. No key has the zero ID.
type ID [8]byte

// String gives the 16 hexadecimal digits of an ID.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// Ring is some keys of one kind, the newest first. It is safe for concurrent use.
type Ring struct {
	ids     []ID
	ciphers map[ID]cipher.AEAD
}

// Load reads a key from each file, the newest first, of which there is at least
// one. A missing file is an error that wraps *fs.PathError; so that whoever is told
// can mend it, errors name the file.
func (k Kind) Load(files ...string) (*Ring, error) {
	if len(files) == 0 {
		return nil, fmt.Errorf("cannot load %ss: none is given", k.Name)
	}
	ring := &Ring{ciphers: map[ID]cipher.AEAD{}}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", k.Name, err)
		}
		key, err := base64.StdEncoding.Strict().DecodeString(string(bytes.TrimSpace(content)))
		if err != nil || len(key) != size {
			return nil, fmt.Errorf("cannot read %s %s: want %d bytes in base64%s", k.Name, file, size, k.Hint)
		}
		if err := ring.add(k, key); err != nil {
			return nil, fmt.Errorf("cannot use %s %s: %w", k.Name, file, err)
		}
	}
	return ring, nil
}

func (r *Ring) add(k Kind, key []byte) error {
	sum := sha256.Sum256(append([]byte("rapporteur "+k.Name+"\n"), key...))
	id := ID(sum[:len(ID{})])
	if r.ciphers[id] != nil {
		if k.Repeats {
			return nil
		}
		return errors.New("it is given twice")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return fmt.Errorf("cannot make cipher: %w", err)
	}
	if r.ciphers[id], err = cipher.NewGCMWithRandomNonce(block); err != nil {
		return fmt.Errorf("cannot make cipher: %w", err)
	}
	r.ids = append(r.ids, id)
	return nil
}

// New makes a key, as a file of it has it: in base64, with a line feed.
func (k Kind) New() ([]byte, error) {
	key := make([]byte, size)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("cannot make %s: %w", k.Name, err)
	}
	return append([]byte(base64.StdEncoding.EncodeToString(key)), '\n'), nil
}

// IDs are the ids of the keys, the newest first.
func (r *Ring) IDs() []ID { return slices.Clone(r.ids) }

// Newest is the id of the key that seals.
func (r *Ring) Newest() ID { return r.ids[0] }

// Cipher seals and opens with a key of the ring, with a random nonce that it makes
// and keeps itself: callers give none. It is nil where the ring has no such key.
func (r *Ring) Cipher(id ID) cipher.AEAD { return r.ciphers[id] }
