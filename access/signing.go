package access

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/rapporteur/rapporteur"
)

// SigningKeys are the Ed25519 keys of the house, by which receipts and delivery
// records are signed and verified. The first private key signs; every key, also one of which
// only the public half is kept, is published, so that what was signed with it
// can be verified for good.
type SigningKeys struct {
	private ed25519.PrivateKey
	id      string
	public  []rapporteur.SigningKey
}

var _ rapporteur.Signer = (*SigningKeys)(nil)

// Blocks of a PEM file (RFC 7468): PKCS #8 private and PKIX public keys.
const (
	blockPrivate = "PRIVATE KEY"
	blockPublic  = "PUBLIC KEY"
)

// LoadSigningKeys reads keys from PEM files, the newest first; a file may hold
// several. Keys of other kinds are refused, and nothing of a key is ever part of
// an error.
func LoadSigningKeys(files ...string) (*SigningKeys, error) {
	keys := &SigningKeys{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("cannot read signing key: %w", err)
		}
		if err := keys.read(content); err != nil {
			return nil, fmt.Errorf("cannot read signing key %s: %w", file, err)
		}
	}
	return keys, nil
}

var (
	errNoPEM   = errors.New("want PEM with a PRIVATE KEY (PKCS #8) or PUBLIC KEY block")
	errNotEd   = errors.New("want an Ed25519 key")
	errNoBlock = errors.New("the file holds no key")
)

func (s *SigningKeys) read(content []byte) error {
	before := len(s.public)
	for {
		block, rest := pem.Decode(content)
		if block == nil {
			break
		}
		if err := s.add(block); err != nil {
			return err
		}
		content = rest
	}
	if len(s.public) == before {
		return errNoBlock
	}
	return nil
}

func (s *SigningKeys) add(block *pem.Block) error {
	var key any
	var err error
	switch block.Type {
	case blockPrivate:
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case blockPublic:
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	default:
		return errNoPEM
	}
	if err != nil {
		return errNoPEM // the cause may quote what it read
	}
	switch key := key.(type) {
	case ed25519.PrivateKey:
		public, _ := key.Public().(ed25519.PublicKey)
		if s.private == nil {
			s.private, s.id = key, Thumbprint(public)
		}
		s.publish(public)
	case ed25519.PublicKey:
		s.publish(key)
	default:
		return errNotEd
	}
	return nil
}

func (s *SigningKeys) publish(key ed25519.PublicKey) {
	id := Thumbprint(key)
	for _, known := range s.public {
		if known.ID == id {
			return
		}
	}
	s.public = append(s.public, rapporteur.SigningKey{ID: id, Public: key})
}

// CanSign reports whether there is a private key among them.
func (s *SigningKeys) CanSign() bool { return s.private != nil }

// KeyID is the id of the key that signs; empty where none can.
func (s *SigningKeys) KeyID() string { return s.id }

// Sign signs a message with the newest private key. It must only be asked of
// keys that can sign.
func (s *SigningKeys) Sign(message []byte) (keyID string, signature []byte) {
	return s.id, ed25519.Sign(s.private, message)
}

// Keys are the public keys, the newest first.
func (s *SigningKeys) Keys() []rapporteur.SigningKey { return s.public }

// Thumbprint is the id of an Ed25519 public key (RFC 7638, with the members of
// RFC 8037).
func Thumbprint(public []byte) string {
	sum := sha256.Sum256(fmt.Appendf(nil, `{"crv":"Ed25519","kty":"OKP","x":%q}`, base64.RawURLEncoding.EncodeToString(public)))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// NewSigningKey makes a private key and gives it as a PEM file, which nobody but
// its owner may read.
func NewSigningKey() ([]byte, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("cannot make signing key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("cannot make signing key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: blockPrivate, Bytes: der}), nil
}

// ReadKeySet reads public keys as they are published: a JSON Web Key Set
// (RFC 7517) of Ed25519 keys (RFC 8037). Keys of other kinds are left out; one
// whose id is not its thumbprint is an error.
func ReadKeySet(document []byte) ([]rapporteur.SigningKey, error) {
	var set struct {
		Keys []struct {
			Type  string `json:"kty"`
			Curve string `json:"crv"`
			ID    string `json:"kid"`
			X     string `json:"x"`
		} `json:"keys"`
	}
	if err := json.Unmarshal(document, &set); err != nil {
		return nil, errors.New("cannot read keys: want a JSON Web Key Set, as GET /v1/signing-keys gives it")
	}
	var keys []rapporteur.SigningKey
	for n, k := range set.Keys {
		if k.Type != "OKP" || k.Curve != "Ed25519" {
			continue
		}
		public, err := base64.RawURLEncoding.Strict().DecodeString(k.X)
		if err != nil || len(public) != ed25519.PublicKeySize || k.ID != Thumbprint(public) {
			return nil, fmt.Errorf("cannot read keys: key %d is not an Ed25519 key with its thumbprint as id", n+1)
		}
		keys = append(keys, rapporteur.SigningKey{ID: k.ID, Public: public})
	}
	return keys, nil
}
