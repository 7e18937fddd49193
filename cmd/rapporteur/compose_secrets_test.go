package main

import (
	"bytes"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

// makeSecrets runs "make secrets" in an empty folder.
func makeSecrets(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("make is not installed")
	}
	makefile, err := filepath.Abs(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "make", "--file="+makefile, "--directory="+dir, "secrets")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return filepath.Join(dir, "secrets")
}

func TestComposeHasItsSecretsFromMake(t *testing.T) {
	dir := makeSecrets(t)
	for name, secret := range composition(t).Secrets {
		content, err := os.ReadFile(filepath.Join(dir, filepath.Base(secret.File)))
		if err != nil || len(content) == 0 {
			t.Errorf("make secrets does not make %s: %v", name, err)
		}
	}
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("others may look into the folder: %v", info.Mode())
	}
}

func TestMakeSecretsKeepsWhatIsThere(t *testing.T) {
	dir := makeSecrets(t)
	before, err := os.ReadFile(filepath.Join(dir, "sealing-key"))
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := filepath.Abs(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), "make", "--file="+makefile, "--directory="+filepath.Dir(dir), "secrets")
	if output, err := again.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	after, err := os.ReadFile(filepath.Join(dir, "sealing-key"))
	if err != nil || !bytes.Equal(after, before) {
		t.Errorf("the sealing key is another: every answer would be lost (%v)", err)
	}
}

// TestTheProgramTakesTheMadeKeys holds that the keys are of the kind that the
// program wants.
func TestTheProgramTakesTheMadeKeys(t *testing.T) {
	dir := makeSecrets(t)
	if _, err := (wiring.Sealing{SealingKey: []string{filepath.Join(dir, "sealing-key")}}).Vault(); err != nil {
		t.Error(err)
	}
	if _, err := (wiring.Payloads{PayloadKey: []string{filepath.Join(dir, "payload-key")}}).Codec(); err != nil {
		t.Error(err)
	}
	database, err := wiring.Database{DatabaseFile: filepath.Join(dir, "database-url")}.URL()
	if err != nil || !strings.HasPrefix(database, "postgres://rapporteur:") {
		t.Errorf("database URL is no such thing: %v", err)
	}
	if _, err := (wiring.Mail{SMTPURLFile: filepath.Join(dir, "smtp-url")}).SMTP(); err != nil {
		t.Error(err)
	}
}

// TestComposeKeepsSecretsInFiles holds that no environment carries a secret and
// that every file it names is mounted.
func TestComposeKeepsSecretsInFiles(t *testing.T) {
	secretive := regexp.MustCompile(`(?i)(password|pwd|secret|token|_key|api_key|database|smtp_url)$`)
	for name, service := range composition(t).Services {
		mounted := map[string]bool{}
		for _, secret := range service.Secrets {
			mounted[mountOf(secret)] = true
		}
		for variable, value := range service.Environment {
			if value == nil {
				continue
			}
			if strings.HasPrefix(*value, "/run/secrets/") {
				if !mounted[*value] {
					t.Errorf("%s reads %s, which is not mounted", name, *value)
				}
			} else if secretive.MatchString(variable) {
				t.Errorf("%s has %s in its environment", name, variable)
			}
		}
	}
}

func mountOf(secret types.ServiceSecretConfig) string {
	if path.IsAbs(secret.Target) {
		return secret.Target
	}
	return path.Join("/run/secrets", secret.Source)
}
