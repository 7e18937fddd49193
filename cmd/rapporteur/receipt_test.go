package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func signedReceipt(t *testing.T, body string) (receipt, keySet string) {
	t.Helper()
	sum := sha256.Sum256([]byte(body))
	return signed(t, func(keyID string) string {
		return `{"contributor":"state-ken","format":"rapporteur-submission-receipt/1","key":"` + keyID + `","sha256":"` + hex.EncodeToString(sum[:]) + `","version":1}`
	})
}

func TestVerifyAReceipt(t *testing.T) {
	receipt, keys := signedReceipt(t, "{}")
	_, others := signedReceipt(t, "{}")
	record, recordKeys := signedRecord(t)
	for name, c := range map[string]struct{ receipt, keys, body, says string }{
		"the receipt":                {receipt, keys, "", ""},
		"the receipt and its body":   {receipt, keys, "{}", ""},
		"the receipt, another body":  {receipt, keys, "{ }", "about another body"},
		"a changed receipt":          {strings.Replace(receipt, "state-ken", "state-fra", 1), keys, "{}", "changed"},
		"a receipt by another's key": {receipt, others, "{}", "none of the keys"},
		"no keys":                    {receipt, `[]`, "", "want a JSON Web Key Set"},
		"a delivery record":          {record, recordKeys, "", "not a signed receipt"},
	} {
		arguments := []string{"receipt", "verify", file(t, "receipt.json", c.receipt), "--keys=" + file(t, "keys.json", c.keys)}
		if c.body != "" {
			arguments = append(arguments, "--body="+file(t, "body.json", c.body))
		}
		_, err := run(t, "", arguments...)
		if c.says == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	var out strings.Builder
	if err := verify(&out, []byte(receipt), []byte(keys), rapporteur.VerifyReceipt); err != nil || !strings.Contains(out.String(), "contributor: state-ken\n") {
		t.Errorf("it says %q (%v)", out.String(), err)
	}
}

func TestASubmissionsReceiptIsWritten(t *testing.T) {
	out := filepath.Join(t.TempDir(), "receipt.json")
	answer := file(t, "answer.json", `{"a": 1}`)
	receiptAt := "/v1/cycles/s/op34/2018/requests/state-ken/submissions/1/receipt"
	served := `{"receipt":"` + receiptAt + `"}`
	for line, want := range map[string]string{
		"receipt write s/op34/2018 state-ken 1 " + out:                 "GET " + receiptAt,
		"submit s/op34/2018 state-ken " + answer + " --receipt=" + out: `POST /v1/cycles/s/op34/2018/requests/state-ken/submissions  {"a": 1}` + "\nGET " + receiptAt,
		"submit s/op34/2018 state-ken " + answer:                       `POST /v1/cycles/s/op34/2018/requests/state-ken/submissions  {"a": 1}`,
		"submit s/op34/2018 state-ken " + answer + " --check":          `POST /v1/cycles/s/op34/2018/requests/state-ken/validations  {"a": 1}`,
	} {
		_ = os.Remove(out)
		asked, err := run(t, served, strings.Fields(line)...)
		if err != nil || asked != want {
			t.Errorf("%s\nasked %s (%v)\nwant  %s", line, asked, err, want)
		}
		got, err := os.ReadFile(out)
		if strings.Contains(line, out) != (err == nil && string(got) == served) {
			t.Errorf("%s wrote %q (%v)", line, got, err)
		}
	}
	both := "submit s/op34/2018 state-ken " + answer + " --check --receipt=" + out
	if asked, err := run(t, served, strings.Fields(both)...); err == nil || asked != "" {
		t.Errorf("nothing is submitted and a receipt is wanted: asked %q (%v)", asked, err)
	}
}
