package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReturnInOneCall(t *testing.T) {
	const at = "/v1/cycles/s/op34/2018/requests/state-ken/"
	receipt := filepath.Join(t.TempDir(), "receipt.json")
	answers := file(t, "answers.json", `{"Q2.1": {"status": "yes"}}`)
	served := `{"receipt":"` + at + `submissions/1/receipt"}`
	for line, want := range map[string]string{
		"nil": `{"return_type":"nil","language":"en","classification":"unclassified"}`,
		"not-applicable --reason=None. --language=fr --authority=Office": `{"return_type":"not-applicable","reason":"None.","language":"fr","authority":"Office","classification":"unclassified"}`,
		"covered --report=A/75/123 --may-be-quoted":                      `{"return_type":"covered","report":"A/75/123","language":"en","may_be_quoted":true,"classification":"unclassified"}`,
		"declined --reason=No. --from=2018-01-01 --to=2018-05-01":        `{"return_type":"declined","reason":"No.","language":"en","classification":"unclassified","period":{"from":"2018-01-01","to":"2018-05-01"}}`,
		"partial --answers=" + answers:                                   `{"return_type":"partial","language":"en","classification":"unclassified","answers":{"Q2.1":{"status":"yes"}}}`,
	} {
		asked, err := run(t, served, strings.Fields("return s/op34/2018 state-ken "+line)...)
		if err != nil || asked != "POST "+at+"short-returns  "+want {
			t.Errorf("%s\nasked %s (%v)\nwant  %s", line, asked, err, want)
		}
	}
	asked, err := run(t, served, strings.Fields("return s/op34/2018 state-ken nil --receipt="+receipt)...)
	if err != nil || !strings.HasSuffix(asked, "\nGET "+at+"submissions/1/receipt") {
		t.Errorf("asked %s (%v)", asked, err)
	}
	if got, err := os.ReadFile(receipt); err != nil || string(got) != served {
		t.Errorf("the receipt is %q (%v)", got, err)
	}
	for line, says := range map[string]string{
		"answered":              "must be one of",
		"nil --from=2018-01-01": "--to",
		"partial --answers=" + file(t, "no.json", "no"): "JSON object",
	} {
		if asked, err := run(t, served, strings.Fields("return s/op34/2018 state-ken "+line)...); err == nil || asked != "" || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: asked %q, error %v does not say %q", line, asked, err, says)
		}
	}
}
