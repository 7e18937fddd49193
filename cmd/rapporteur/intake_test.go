package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// run carries out a command line against a server that answers everything the
// same, and says what the server was asked.
func run(t *testing.T, answer string, arguments ...string) (string, error) {
	t.Helper()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = append(asked, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", r.Method, r.RequestURI, r.Header.Get("Idempotency-Key"), body)))
		_, _ = io.WriteString(w, answer)
	}))
	defer server.Close()
	t.Setenv("RAPPORTEUR_SERVER", server.URL)
	t.Setenv("RAPPORTEUR_KEY_FILE", file(t, "key", "rap_key"))
	err := command(t, arguments...)
	return strings.Join(asked, "\n"), err
}

func TestIntakeCommands(t *testing.T) {
	delivered := file(t, "flows.json", `{"a": 1}`)
	sum := sha256.Sum256([]byte(`{"a": 1}`))
	hash := hex.EncodeToString(sum[:])
	for line, want := range map[string]string{
		"intake list":                                                      "GET /v1/intakes",
		"intake show s-res-2388-2017 op9":                                  "GET /v1/intakes/s-res-2388-2017/op9",
		"intake start s-res-2388-2017 op9":                                 "POST /v1/intakes/s-res-2388-2017/op9",
		"intake deliver s op9 " + delivered:                                `POST /v1/intakes/s/op9/deliveries  {"a": 1}`,
		"intake deliver s op9 --check " + delivered:                        `POST /v1/intakes/s/op9/validations  {"a": 1}`,
		"intake stop s op9 --reason=Over. --idempotency-key=1":             `POST /v1/intakes/s/op9/stop 1 {"reason":"Over."}`,
		"cycle list --cursor=a/b":                                          "GET /v1/cycles?cursor=a%2Fb",
		"delivery list s op9":                                              "GET /v1/intakes/s/op9/deliveries",
		"delivery list s op9 --period=window-2018-H1 --direction=received": "GET /v1/intakes/s/op9/deliveries?direction=received&period=window-2018-H1",
		"intake receipt s op30 --to=entity-unitad --handed-over=2018-03-01 --of=" + delivered:       `POST /v1/intakes/s/op30/receipts  {"handed_over":"2018-03-01","to":"entity-unitad","hash":"` + hash + `"}`,
		"intake receipt s op27b --to=c --handed-over=2018-03-01 --period=occasion-1 --hash=" + hash: `POST /v1/intakes/s/op27b/receipts  {"handed_over":"2018-03-01","to":"c","hash":"` + hash + `","period":"occasion-1"}`,
	} {
		asked, err := run(t, `{}`, strings.Fields(line)...)
		if err != nil || asked != want {
			t.Errorf("%s\nasked %s (%v)\nwant  %s", line, asked, err, want)
		}
	}
	for line, says := range map[string]string{
		"intake receipt s op30 --to=x --handed-over=2018-03-01":                                       "--of",
		"intake receipt s op30 --to=x --handed-over=2018-03-01 --hash=" + hash + " --of=" + delivered: "--of",
		"intake stop s op9":                        "--reason",
		"delivery content s/op9/7 out":             "want {instrument}/{stream}/{period}/{number}",
		"delivery list s op9 --direction=sideways": "--direction",
	} {
		if asked, err := run(t, `{}`, strings.Fields(line)...); err == nil || asked != "" || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: asked %q, error %v does not say %q", line, asked, err, says)
		}
	}
}

func TestDeliveriesAreWrittenAsTheyCome(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.json")
	for line, want := range map[string]string{
		"delivery content s/op9/window-2018-H1/7 " + out:            "GET /v1/intakes/s/op9/deliveries/window-2018-H1/7/body",
		"delivery record s/op9/window-2018-H1/7 entity-cted " + out: "GET /v1/intakes/s/op9/deliveries/window-2018-H1/7/records/entity-cted",
	} {
		asked, err := run(t, `{"b":  2}`, strings.Fields(line)...)
		if err != nil || asked != want {
			t.Errorf("%s asked %s (%v)", line, asked, err)
		}
		if got, err := os.ReadFile(out); err != nil || string(got) != `{"b":  2}` {
			t.Errorf("%s wrote %q (%v)", line, got, err)
		}
	}
}

// signedRecord is a delivery's record with the keys that verify it.
func signedRecord(t *testing.T) (record, keySet string) {
	t.Helper()
	return signed(t, func(string) string {
		return `{"contributor":"state-ken","delivery":"s-res-2388-2017/op9/window-2018-H1/7","destination":"entity-cted",` +
			`"format":"rapporteur-delivery-record/1","sha256":"` + strings.Repeat("a1", 32) + `"}`
	})
}

// signed is a record that names its key, signed by a key of its own, with the
// keys that verify it, as files have them.
func signed(t *testing.T, record func(keyID string) string) (document, keySet string) {
	t.Helper()
	content, err := access.NewSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := access.LoadSigningKeys(file(t, "signing.pem", string(content)))
	if err != nil {
		t.Fatal(err)
	}
	signed := rapporteur.Signed{Record: []byte(record(keys.KeyID()))}
	signed.KeyID, signed.Signature = keys.Sign(signed.Record)
	written, err := signed.Document()
	if err != nil {
		t.Fatal(err)
	}
	key := keys.Keys()[0]
	set, err := json.Marshal(map[string]any{"keys": []any{map[string]string{
		"kty": "OKP", "crv": "Ed25519", "kid": key.ID, "x": base64.RawURLEncoding.EncodeToString(key.Public),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return string(written), string(set)
}

func TestVerifyARecord(t *testing.T) {
	record, keys := signedRecord(t)
	_, others := signedRecord(t)
	var out strings.Builder
	if err := verify(&out, []byte(record), []byte(keys), rapporteur.VerifyRecord); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"The signature holds.", "delivery: s-res-2388-2017/op9/window-2018-H1/7", "destination: entity-cted", "sha256: a1a1"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, out.String())
		}
	}
	for name, c := range map[string]struct{ record, keys, says string }{
		"a changed record":  {strings.Replace(record, "state-ken", "state-fra", 1), keys, "changed"},
		"another's keys":    {record, others, "none of the keys"},
		"no keys":           {record, `{"keys": []}`, "none of the keys"},
		"keys that are not": {record, "signing.pem", "want a JSON Web Key Set"},
		"no record":         {`{"a": "b"}`, keys, "not a signed delivery record"},
	} {
		arguments := []string{"delivery", "verify", file(t, "record.json", c.record), "--keys=" + file(t, "keys.json", c.keys)}
		if _, err := run(t, "", arguments...); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v does not say %q", name, err, c.says)
		}
	}
}
