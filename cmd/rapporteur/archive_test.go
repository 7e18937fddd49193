package main

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// zipped is an archive of files, in pairs of name and content.
func zipped(t *testing.T, files ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "archive.zip")
	to, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(to)
	for n := 0; n < len(files); n += 2 {
		part, err := archive.Create(files[n])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(files[n+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnArchiveIsWrittenToAFile(t *testing.T) {
	to := filepath.Join(t.TempDir(), "cycle.zip")
	for line, want := range map[string]string{
		"archive s/op34/2018 --out=" + to:              "GET /v1/cycles/s/op34/2018/archive",
		"archive s/op34/2018 --whole --out=" + to:      "GET /v1/cycles/s/op34/2018/archive?whole=true",
		"archive make s/op34/2018 --whole --out=" + to: "GET /v1/cycles/s/op34/2018/archive?whole=true",
	} {
		_ = os.Remove(to)
		asked, err := run(t, "zip", strings.Fields(line)...)
		written, readErr := os.ReadFile(to)
		if err != nil || readErr != nil || asked != want || string(written) != "zip" {
			t.Errorf("%s: asked %q (%v), wrote %q (%v)", line, asked, err, written, readErr)
		}
	}
}

// What is in an archive, and what must agree, is held by the tests of package
// rapporteur; here is that the command says it and ends as it should.
func TestVerifyAnArchive(t *testing.T) {
	_, set, _ := anExport(t)
	keys := "--keys=" + file(t, "keys.json", set)
	for name, c := range map[string]struct{ archive, says, fails string }{
		"empty":      {zipped(t), "manifest.json: it is not the manifest of an archive", "does not hold"},
		"no archive": {file(t, "a.zip", "text"), "", "cannot read archive"},
		"one name twice": {
			zipped(t, "manifest.json", "{}", "manifest.json", "{}"), "", `it has "manifest.json" twice`,
		},
	} {
		var out strings.Builder
		err := commandTo(t, &out, "archive", "verify", c.archive, keys)
		if err == nil || !strings.Contains(err.Error(), c.fails) || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: %v, want %q; it says %q, want %q", name, err, c.fails, out.String(), c.says)
		}
	}
}
