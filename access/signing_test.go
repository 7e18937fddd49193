package access_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

func keyFile(t *testing.T, content ...[]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "signing.pem")
	var all []byte
	for _, c := range content {
		all = append(all, c...)
	}
	if err := os.WriteFile(path, all, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func newKey(t *testing.T) []byte {
	t.Helper()
	key, err := access.NewSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func loadKeys(t *testing.T, files ...string) *access.SigningKeys {
	t.Helper()
	keys, err := access.LoadSigningKeys(files...)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// publicHalf is the PEM file of a key that signs no more.
func publicHalf(t *testing.T, private []byte) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(ed25519.PublicKey(loadKeys(t, keyFile(t, private)).Keys()[0].Public))
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func TestTheNewestKeySignsAndAllVerify(t *testing.T) {
	oldest, old, fresh := newKey(t), newKey(t), newKey(t)
	message := []byte("a message")
	id, signature := loadKeys(t, keyFile(t, old)).Sign(message)
	keys := loadKeys(t, keyFile(t, fresh), keyFile(t, old, publicHalf(t, oldest), fresh))
	if !keys.CanSign() || len(keys.Keys()) != 3 {
		t.Fatalf("%d keys, can sign: %t", len(keys.Keys()), keys.CanSign())
	}
	newID, first := keys.Sign(message)
	if _, second := keys.Sign(message); !bytes.Equal(first, second) || newID != keys.Keys()[0].ID || newID == id {
		t.Error("the newest key does not sign, or not the same twice")
	}
	for _, key := range keys.Keys() {
		if key.ID == id && !ed25519.Verify(key.Public, message, signature) {
			t.Error("what the old key signed cannot be verified")
		}
	}
	if only := loadKeys(t, keyFile(t, publicHalf(t, oldest))); only.CanSign() || len(only.Keys()) != 1 {
		t.Error("a public key alone can sign")
	}
	if none := loadKeys(t); none.CanSign() || len(none.Keys()) != 0 {
		t.Error("no files give keys")
	}
}

func TestKeysThatCannotBeRead(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(other)
	if err != nil {
		t.Fatal(err)
	}
	secret := "c2VjcmV0LXNlY3JldC1zZWNyZXQ="
	for name, c := range map[string]struct {
		content []byte
		reason  string
	}{
		"empty":        {nil, "holds no key"},
		"text":         {[]byte("not a key"), "holds no key"},
		"RSA":          {pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), "Ed25519"},
		"another form": {pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: der}), "PKCS #8"},
		"broken":       {[]byte("-----BEGIN PRIVATE KEY-----\n" + secret + "\n-----END PRIVATE KEY-----\n"), "PKCS #8"},
	} {
		_, err := access.LoadSigningKeys(keyFile(t, c.content))
		if err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%s: the error tells the key: %v", name, err)
		}
	}
	if _, err := access.LoadSigningKeys(filepath.Join(t.TempDir(), "none.pem")); err == nil {
		t.Error("a file that is not there was read")
	}
}

// The key and thumbprint of RFC 8037, appendix A.
func TestThumbprint(t *testing.T) {
	public, err := base64.RawURLEncoding.DecodeString("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := access.Thumbprint(public), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestReadKeySet(t *testing.T) {
	keys := loadKeys(t, keyFile(t, newKey(t), newKey(t))).Keys()
	jwk := func(k rapporteur.SigningKey, changes ...string) map[string]string {
		m := map[string]string{"kty": "OKP", "crv": "Ed25519", "kid": k.ID, "x": base64.RawURLEncoding.EncodeToString(k.Public), "use": "sig"}
		for n := 0; n+1 < len(changes); n += 2 {
			m[changes[n]] = changes[n+1]
		}
		return m
	}
	set := func(keys ...map[string]string) []byte {
		document, err := json.Marshal(map[string]any{"keys": keys})
		if err != nil {
			t.Fatal(err)
		}
		return document
	}
	got, err := access.ReadKeySet(set(jwk(keys[0]), jwk(keys[1], "kty", "RSA"), jwk(keys[1], "crv", "X25519"), jwk(keys[1])))
	if diff := cmp.Diff(keys, got); diff != "" || err != nil {
		t.Errorf("%v, keys (-want +got):\n%s", err, diff)
	}
	for name, document := range map[string][]byte{
		"no JSON":             []byte("keys"),
		"another's id":        set(jwk(keys[0], "kid", keys[1].ID)),
		"a key cut short":     set(jwk(keys[0], "x", "11qYAYKx")),
		"a key of other text": set(jwk(keys[0], "x", "&&&")),
	} {
		if _, err := access.ReadKeySet(document); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}
