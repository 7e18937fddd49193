package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/store"
)

// anExport is an export of a record that holds some records, with the keys to
// check it: a JSON Web Key Set, and PEM.
func anExport(t *testing.T) (export func() string, keySet, public string) {
	t.Helper()
	content, err := access.NewSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := access.LoadSigningKeys(file(t, "signing.pem", string(content)))
	if err != nil {
		t.Fatal(err)
	}
	record, err := store.Open(t.Context(), "sqlite::memory:", store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = record.Close() })
	e := rapporteur.AuditExport{Store: record, Signer: keys, Clock: time.Now}
	return func() string {
		t.Helper()
		err := record.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
			_, err := tx.AppendAudit(ctx, rapporteur.AuditRecord{Action: rapporteur.ActionKeyIssued, Reason: "first"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		head, err := e.Begin(t.Context(), rapporteur.Principal{ID: "key-admin", Role: rapporteur.RoleAdministrator})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := e.Write(t.Context(), head, &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}, jwks(t, keys.Keys()[0]), publicPEM(t, keys.Keys()[0])
}

func jwks(t *testing.T, key rapporteur.SigningKey) string {
	t.Helper()
	set, err := json.Marshal(map[string]any{"keys": []any{map[string]string{
		"kty": "OKP", "crv": "Ed25519", "kid": key.ID, "x": base64.RawURLEncoding.EncodeToString(key.Public),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return string(set)
}

func publicPEM(t *testing.T, key rapporteur.SigningKey) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(ed25519.PublicKey(key.Public))
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func TestVerifyAnExportOfTheAuditRecord(t *testing.T) {
	next, set, public := anExport(t)
	first := next()
	second := next()
	_, others, _ := anExport(t)
	for name, c := range map[string]struct {
		export string
		flags  []string
		says   string
		fails  string
	}{
		"with a key set":      {first, []string{"--keys=" + file(t, "keys.json", set)}, "The audit record holds: 2 records", ""},
		"with a key":          {first, []string{"--key=" + file(t, "key.pem", public)}, "Sealed up to position 2", ""},
		"after an earlier":    {second, []string{"--key=" + file(t, "key.pem", public), "--earlier=" + file(t, "e.jsonl", first)}, "4 records", ""},
		"before an earlier":   {first, []string{"--key=" + file(t, "key.pem", public), "--earlier=" + file(t, "e.jsonl", second)}, "went up to position 4", "does not hold"},
		"with another's keys": {first, []string{"--keys=" + file(t, "keys.json", others)}, "none of the keys", "does not hold"},
		"with no keys":        {first, nil, "", "give the house's public keys"},
		"changed":             {strings.Replace(first, `"reason":"first"`, `"reason":"last"`, 1), []string{"--key=" + file(t, "key.pem", public)}, "position 1 (line 2)", "does not hold"},
		"cut off":             {strings.Join(strings.SplitAfter(first, "\n")[:3], ""), []string{"--key=" + file(t, "key.pem", public)}, "unsealed tail of 2 records", "does not hold"},
	} {
		var out strings.Builder
		err := commandTo(t, &out, append([]string{"audit", "verify", file(t, "audit.jsonl", c.export)}, c.flags...)...)
		if c.fails == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), c.fails) || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: %v, want %q; it says %q, want %q", name, err, c.fails, out.String(), c.says)
		}
	}
}

func TestTheAuditRecordIsWrittenToAFile(t *testing.T) {
	to := filepath.Join(t.TempDir(), "audit.jsonl")
	asked, err := run(t, "{}\n", "audit", "export", "--out", to)
	written, readErr := os.ReadFile(to)
	if err != nil || readErr != nil || asked != "GET /v1/audit" || string(written) != "{}\n" {
		t.Errorf("asked %q (%v), wrote %q (%v)", asked, err, written, readErr)
	}
	t.Setenv("RAPPORTEUR_SERVER", "http://127.0.0.1:1")
	if err := command(t, "audit", "export", "--out", to+"2"); err == nil {
		t.Error("there is no server")
	}
	if left, _ := filepath.Glob(to + "2*"); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
}
