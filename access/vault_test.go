package access

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func sealingKey(t *testing.T, name string) string {
	t.Helper()
	key, err := NewSealingKey()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, key, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func vaultOf(t *testing.T, files ...string) *Vault {
	t.Helper()
	v, err := LoadVault(files...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVaultGivesBackWhatItSealedAndNothingElse(t *testing.T) {
	v := vaultOf(t, sealingKey(t, "a"))
	rapid.Check(t, func(t *rapid.T) {
		content, about := rapid.SliceOf(rapid.Byte()).Draw(t, "content"), rapid.String().Draw(t, "about")
		sealed, err := v.Seal(content, about)
		if err != nil {
			t.Fatal(err)
		}
		if len(content) > 8 && bytes.Contains(sealed, content) {
			t.Fatal("the content can be read in what was sealed")
		}
		if again, err := v.Open(sealed, about); err != nil || !bytes.Equal(again, content) {
			t.Fatalf("got %q and %v", again, err)
		}
		if _, err := v.Open(sealed, about+"x"); err == nil {
			t.Fatal("it opens for another place")
		}
		changed := bytes.Clone(sealed)
		at := rapid.IntRange(4, len(changed)-1).Draw(t, "at")
		changed[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		if _, err := v.Open(changed, about); err == nil {
			t.Fatalf("it opens with byte %d changed", at)
		}
		if _, err := v.Open(sealed[:rapid.IntRange(4, len(sealed)-1).Draw(t, "length")], about); err == nil {
			t.Fatal("it opens with its end missing")
		}
	})
}

func TestVaultKeysCanBeChanged(t *testing.T) {
	old, fresh := sealingKey(t, "old"), sealingKey(t, "new")
	before := vaultOf(t, old)
	sealed, err := before.Seal([]byte("{}"), "body/1")
	if err != nil {
		t.Fatal(err)
	}
	after := vaultOf(t, fresh, old)
	if content, err := after.Open(sealed, "body/1"); err != nil || string(content) != "{}" {
		t.Errorf("got %q and %v", content, err)
	}
	if before.Stale(sealed) || !after.Stale(sealed) || !after.Stale([]byte("{}")) {
		t.Error("stale is what was not sealed with the newest key")
	}
	if _, err := vaultOf(t, fresh).Open(sealed, "body/1"); err == nil || !strings.Contains(err.Error(), "none of the sealing keys") {
		t.Errorf("got %v", err)
	}
	if content, err := after.Open([]byte("{}"), "body/1"); err != nil || string(content) != "{}" {
		t.Errorf("what was never sealed: got %q and %v", content, err)
	}
}

// What an earlier release has sealed opens: under the same id, for the same place.
func TestVaultOpensWhatWasSealedBefore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "old.key")
	if err := os.WriteFile(file, []byte(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("a"), 32))), 0o600); err != nil {
		t.Fatal(err)
	}
	sealed, err := base64.StdEncoding.DecodeString("UlBWMR1d68vypoUOKS+2kSB2qqlCrqInFvYM+rHuBOFdhBxZmlH1pxrg")
	if err != nil {
		t.Fatal(err)
	}
	v := vaultOf(t, file)
	if content, err := v.Open(sealed, "body/1"); err != nil || string(content) != "{}" || v.Stale(sealed) {
		t.Errorf("got %q and %v, stale: %t", content, err, v.Stale(sealed))
	}
}

// A key that is named twice is one key, the newest where it is first.
func TestVaultTakesTheSameKeyTwice(t *testing.T) {
	a, b := sealingKey(t, "a"), sealingKey(t, "b")
	sealed, err := vaultOf(t, a).Seal([]byte("{}"), "body/1")
	if err != nil {
		t.Fatal(err)
	}
	if vaultOf(t, a, b, a).Stale(sealed) || !vaultOf(t, b, a, b).Stale(sealed) {
		t.Error("the newest is the first that is given")
	}
}

func TestLoadVaultSaysWhatIsWrong(t *testing.T) {
	short := filepath.Join(t.TempDir(), "short")
	if err := os.WriteFile(short, []byte("c2VjcmV0"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, files := range map[string][]string{
		"cannot load sealing keys: none is given":                                 nil,
		"cannot read sealing key " + short + ": want 32 bytes in base64":          {short},
		"cannot read sealing key: open " + short + "x: no such file or directory": {sealingKey(t, "a"), short + "x"},
	} {
		if _, err := LoadVault(files...); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestLoadVaultRefusesWithoutQuoting(t *testing.T) {
	file := filepath.Join(t.TempDir(), "short")
	if err := os.WriteFile(file, []byte("c2VjcmV0"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string][]string{"none": nil, "too short": {file}, "missing": {file + "x"}} {
		if _, err := LoadVault(files...); err == nil || strings.Contains(err.Error(), "c2VjcmV0") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
