package api

import (
	"context"
	"encoding/base64"
	"net/http"
)

// SigningKey is a public key by which receipts and delivery records are
// verified: a JSON Web Key (RFC 7517, RFC 8037).
type SigningKey struct {
	Type      string `json:"kty" enum:"OKP"`
	Curve     string `json:"crv" enum:"Ed25519"`
	Algorithm string `json:"alg" enum:"EdDSA"`
	Use       string `json:"use" enum:"sig"`
	ID        string `json:"kid" doc:"Thumbprint of the key (RFC 7638)."`
	X         string `json:"x" doc:"The public key, base64url."`
}

type signingKeysOutput struct {
	Body struct {
		Keys []SigningKey `json:"keys" doc:"The newest first; that one signs."`
	} `nameHint:"SigningKeys"`
}

// signingKeysPath is open to all: whoever is shown a receipt or record must be
// able to check it.
const signingKeysPath = "/v1/signing-keys"

func (s *service) registerSigningKeys() {
	register(s, operation{
		id: "list-signing-keys", method: http.MethodGet, path: signingKeysPath, tag: tagIntakes,
		summary:     "Read the public signing keys",
		description: "A JSON Web Key Set of every key that receipts and delivery records are, or were, signed with. Anybody may read it.",
	}, s.listSigningKeys)
}

func (s *service) listSigningKeys(context.Context, *struct{}) (*signingKeysOutput, error) {
	out := &signingKeysOutput{}
	out.Body.Keys = []SigningKey{}
	if s.Signer == nil {
		return out, nil
	}
	for _, key := range s.Signer.Keys() {
		out.Body.Keys = append(out.Body.Keys, SigningKey{
			Type: "OKP", Curve: "Ed25519", Algorithm: "EdDSA", Use: "sig", ID: key.ID, X: base64.RawURLEncoding.EncodeToString(key.Public),
		})
	}
	return out, nil
}
