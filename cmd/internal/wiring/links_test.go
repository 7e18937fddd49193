package wiring

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestASecretForLinksIsMadeOnceAndSharedByBoth(t *testing.T) {
	file := filepath.Join(t.TempDir(), "links.secret")
	if err := MakeLinkSecret(file); err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := MakeLinkSecret(file); err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(file); err != nil || !bytes.Equal(again, made) {
		t.Errorf("the secret was made again: %v", err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != fs.FileMode(0o600) {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := MakeLinkSecret(filepath.Join(file, "below")); err == nil {
		t.Error("a secret was made below a file")
	}
	house := newHouse(t)
	if err := house.Link(Links{}); err != nil || house.correspondence().Links != nil {
		t.Errorf("without a file: %v", err)
	}
	if err := house.Link(Links{LinkSecretFile: file}); err != nil || string(house.correspondence().Links) != strings.TrimSpace(string(made)) {
		t.Errorf("the secret is not the file's: %v", err)
	}
	if err := house.Link(Links{LinkSecretFile: file + ".missing"}); err == nil || !strings.Contains(err.Error(), "cannot read secret for links") {
		t.Errorf("with a file that is not there: %v", err)
	}
}
