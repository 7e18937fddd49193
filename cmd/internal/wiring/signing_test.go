package wiring

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/store"
)

func newHouse(t *testing.T) *House {
	t.Helper()
	house, err := Open(t.Context(), "sqlite::memory:", Instruments{}, store.Options{}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := house.Close(); err != nil {
			t.Error(err)
		}
	})
	return house
}

// published are the ids of the keys that the house shows to all.
func published(t *testing.T, house *House) []string {
	t.Helper()
	temporal, err := client.NewLazyClient(client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(temporal.Close)
	answer := httptest.NewRecorder()
	request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/v1/signing-keys", http.NoBody)
	house.Handler(temporal, house.Relay(temporal)).ServeHTTP(answer, request)
	keys, err := access.ReadKeySet(answer.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, k := range keys {
		ids = append(ids, k.ID)
	}
	return ids
}

// publicHalf writes the public key of a private one.
func publicHalf(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(content)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.(ed25519.PrivateKey).Public())
	if err != nil {
		t.Fatal(err)
	}
	public := filepath.Join(t.TempDir(), "public.pem")
	if err := os.WriteFile(public, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return public
}

// A store that wraps the record's loses the short way of an acceptance without a
// sound.
func TestAnswersGoTheShortWay(t *testing.T) {
	house, err := Open(t.Context(), "sqlite::memory:", Instruments{}, store.Options{}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = house.Close() })
	if _, ok := house.correspondence().Store.(rapporteur.Acceptor); !ok {
		t.Error("what the house accepts answers into is no Acceptor")
	}
	if _, ok := house.correspondence().Store.(rapporteur.Glancer); !ok {
		t.Error("what the house reads requests from is no Glancer")
	}
}

func TestTheNewestKeySignsAndAllArePublished(t *testing.T) {
	house := newHouse(t)
	if ids := published(t, house); len(ids) != 0 {
		t.Errorf("without keys %v are published", ids)
	}
	folder := t.TempDir()
	newer, older := filepath.Join(folder, "2.pem"), filepath.Join(folder, "1.pem")
	for _, file := range []string{newer, older} {
		if err := MakeSigningKey(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := house.Sign(Signing{SigningKey: []string{newer, older}}); err != nil {
		t.Fatal(err)
	}
	id, _ := house.Signer.Sign([]byte("message"))
	if ids := published(t, house); len(ids) != 2 || ids[0] != id {
		t.Errorf("%v are published, %s signs", ids, id)
	}
}

func TestWhatAWorkerSignsWith(t *testing.T) {
	private := filepath.Join(t.TempDir(), "signing.pem")
	if err := MakeSigningKey(private); err != nil {
		t.Fatal(err)
	}
	house := newHouse(t)
	var conduct rapporteur.Conduct
	if err := house.signs(&conduct); err != nil || conduct.Signer != nil {
		t.Errorf("without keys: %v, %v", conduct.Signer, err)
	}
	if err := house.Sign(Signing{SigningKey: []string{publicHalf(t, private)}}); err != nil {
		t.Fatal(err)
	}
	if err := house.signs(&conduct); err == nil || conduct.Signer != nil {
		t.Errorf("with a public key: %v, %v", conduct.Signer, err)
	}
	if ids := published(t, house); len(ids) != 1 {
		t.Errorf("%v are published", ids)
	}
	if err := house.Sign(Signing{SigningKey: []string{private}}); err != nil {
		t.Fatal(err)
	}
	if err := house.signs(&conduct); err != nil || conduct.Signer == nil {
		t.Errorf("with a private key: %v, %v", conduct.Signer, err)
	}
	if err := house.Sign(Signing{SigningKey: []string{private + ".old"}}); err == nil || !strings.Contains(err.Error(), "cannot read signing key") {
		t.Errorf("with a file that is not there: %v", err)
	}
}

// Serving promises receipts, so it wants a key that can sign them.
func TestWhoServesMustSign(t *testing.T) {
	private := filepath.Join(t.TempDir(), "signing.pem")
	if err := MakeSigningKey(private); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		keys  []string
		signs bool
	}{"no key": {nil, false}, "a public key": {[]string{publicHalf(t, private)}, false}, "a private key": {[]string{private}, true}} {
		house := newHouse(t)
		if err := house.Sign(Signing{SigningKey: c.keys}); err != nil {
			t.Fatal(err)
		}
		if err := house.MustSign(); (err == nil) != c.signs || err != nil && !strings.Contains(err.Error(), "RAPPORTEUR_SIGNING_KEY") {
			t.Errorf("%s: %v", name, err)
		}
		if got := house.correspondence().Signer != nil; got != c.signs {
			t.Errorf("%s: submissions are signed: %t", name, got)
		}
	}
}

func TestASigningKeyIsMadeOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "signing.pem")
	if err := MakeSigningKey(file); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := MakeSigningKey(file); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(after, before) {
		t.Errorf("the key was made again: %v", err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != fs.FileMode(0o600) {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := MakeSigningKey(filepath.Join(file, "below")); err == nil {
		t.Error("a key was made below a file")
	}
}
