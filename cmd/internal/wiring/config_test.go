package wiring_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

func TestSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("sqlite:record.db\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		config wiring.Database
		url    string
		says   string
	}{
		"value":        {wiring.Database{Database: "sqlite:a.db"}, "sqlite:a.db", ""},
		"file":         {wiring.Database{DatabaseFile: file}, "sqlite:record.db", ""},
		"both":         {wiring.Database{Database: "sqlite:a.db", DatabaseFile: file}, "", "keep one"},
		"neither":      {wiring.Database{}, "", "RAPPORTEUR_DATABASE"},
		"missing file": {wiring.Database{DatabaseFile: file + "x"}, "", "cannot read database"},
	} {
		t.Run(name, func(t *testing.T) {
			url, err := c.config.URL()
			if url != c.url || (err == nil) != (c.says == "") || (err != nil && !strings.Contains(err.Error(), c.says)) {
				t.Errorf("got %q, %v", url, err)
			}
		})
	}
}

func TestMailNeedsARelay(t *testing.T) {
	if _, err := (wiring.Mail{}).SMTP(); err == nil || !strings.Contains(err.Error(), "RAPPORTEUR_SMTP_URL") {
		t.Errorf("error %v does not say what to set", err)
	}
	_, err := wiring.Mail{SMTPURL: "smtp://user:pass word@host"}.SMTP()
	if err == nil || strings.Contains(err.Error(), "pass word") {
		t.Errorf("error %v repeats the password, or there is none", err)
	}
}

func TestOpenAPI(t *testing.T) {
	document, err := wiring.OpenAPI(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"3.1.0"`, "/v1/cycles"} {
		if !strings.Contains(string(document), want) {
			t.Errorf("%s is not in the document", want)
		}
	}
}
