package access_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/access"
)

func TestLinkSecrets(t *testing.T) {
	made, err := access.NewLinkSecret()
	if err != nil {
		t.Fatal(err)
	}
	other, err := access.NewLinkSecret()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(made, other) {
		t.Error("two secrets are the same")
	}
	file := filepath.Join(t.TempDir(), "link.secret")
	for name, c := range map[string]struct{ content, want, says string }{
		"one that was made": {string(made), strings.TrimSpace(string(made)), ""},
		"just long enough":  {" " + strings.Repeat("x", 32) + "\n", strings.Repeat("x", 32), ""},
		"too short":         {strings.Repeat("x", 31) + strings.Repeat("\n", 9), "", "at least 32"},
		"nothing":           {"", "", "at least 32"},
	} {
		if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := access.LoadLinkSecret(file)
		if string(got) != c.want || (err == nil) != (c.says == "") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if err != nil && (!strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "xx")) {
			t.Errorf("%s: error %q", name, err)
		}
	}
	if _, err := access.LoadLinkSecret(file + ".missing"); err == nil || !strings.Contains(err.Error(), "cannot read secret for links") {
		t.Errorf("a missing file: %v", err)
	}
}
