package rapporteur

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
)

// SigningKey is a public key of the house (Ed25519, RFC 8032). Its id is the
// thumbprint of the key (RFC 7638).
type SigningKey struct {
	ID     string
	Public []byte // 32 bytes
}

// Signed is a record of the house with its signature: what whoever has it can
// show, and anybody can check with the public keys alone.
type Signed struct {
	Record    []byte // canonical JSON
	KeyID     string
	Signature []byte // Ed25519, of Record
}

// sign signs a record.
func sign(s Signer, record []byte) Signed {
	id, signature := s.Sign(record)
	return Signed{Record: record, KeyID: id, Signature: signature}
}

// Document is the record with its signature as it is mailed and published:
// canonical JSON too, the signature in base64url without padding.
func (s Signed) Document() ([]byte, error) {
	record, err := readCanonical(s.Record)
	if err != nil {
		return nil, fmt.Errorf("cannot write signed record: %w", err)
	}
	return canonical(map[string]any{
		"record": record, "key": s.KeyID, "signature": base64.RawURLEncoding.EncodeToString(s.Signature),
	}), nil
}

// The ways in which a signed record does not hold.
var (
	errNoRecord  = errors.New("it is not a signed delivery record")
	errNoReceipt = errors.New("it is not a signed receipt of a submission")
	errNoKey     = errors.New("none of the keys is the one it names")
	errSignature = errors.New("its signature is not that key's: it was changed, or signed by somebody else")
)

// verifySigned checks a signed record of one format, as Document writes it or
// indented, with nothing but public keys, and gives its members. other says that
// it is no record of that format.
func verifySigned(document []byte, keys []SigningKey, format string, other error) (map[string]any, error) {
	signed, err := readCanonical(document)
	if err != nil {
		return nil, other
	}
	record, isRecord := signed["record"].(map[string]any)
	id, isID := signed["key"].(string)
	text, isText := signed["signature"].(string)
	signature, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if !isRecord || !isID || !isText || err != nil || len(signed) != 3 || record["format"] != format {
		return nil, other
	}
	for _, key := range keys {
		if key.ID != id || len(key.Public) != ed25519.PublicKeySize {
			continue
		}
		if !ed25519.Verify(key.Public, canonical(record), signature) {
			return nil, errSignature
		}
		return record, nil
	}
	return nil, errNoKey
}
