// Package needs lets a test ask for something that a machine may lack: a
// PostgreSQL server, a browser, an office suite, a file of the reference data.
//
// Each function returns what it found. When the thing is missing the test is
// skipped with a message that names the Debian package to install, so that a
// newcomer with nothing but Go still gets a green run and knows what it did not
// cover. With RAPPORTEUR_REQUIRE=1 in the environment, as in continuous
// integration, the same gap is a failure: a skip there would hide a broken
// installation for months.
//
// "go test" shows no skip of a package that passes. Where RAPPORTEUR_SKIPS names
// a file, each skip is therefore also written there, one line each, and "make
// test" prints that file after the last package.
package needs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	requireVariable = "RAPPORTEUR_REQUIRE"
	skipsVariable   = "RAPPORTEUR_SKIPS"
	sharedVariable  = "RAPPORTEUR_SHARED"
)

// Chromium returns the path of a Chromium or Chrome to drive in browser tests.
func Chromium(t testing.TB) string {
	t.Helper()
	return program(t, "Chromium", "chromium",
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
		"/Applications/Chromium.app/Contents/MacOS/Chromium",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
}

// LibreOffice returns the path of soffice with its Writer, which opens the
// documents that reports are rendered to and converts them. Two conversions at
// once need two profiles: pass each its own -env:UserInstallation=file://DIR.
func LibreOffice(t testing.TB) string {
	t.Helper()
	return office(t, "LibreOffice Writer", "libreoffice-writer", "libswlo.so", soffice...)
}

// LibreOfficeCalc is LibreOffice with its Calc, which opens workbooks.
func LibreOfficeCalc(t testing.TB) string {
	t.Helper()
	return office(t, "LibreOffice Calc", "libreoffice-calc", "libsclo.so", soffice...)
}

var soffice = []string{"soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice"}

// office returns the path of LibreOffice where it has one of its parts. On
// Debian each is a package of its own, which shows in its library beside the
// program; elsewhere soffice has them all.
func office(t testing.TB, what, debianPackage, library string, candidates ...string) string {
	t.Helper()
	path := program(t, what, debianPackage, candidates...)
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path
	}
	folder := filepath.Dir(target)
	_, noSuite := os.Stat(filepath.Join(folder, "libmergedlo.so"))
	if _, noPart := os.Stat(filepath.Join(folder, library)); noSuite == nil && noPart != nil {
		missing(t, what, install(debianPackage))
	}
	return path
}

// PDFToText returns the path of Poppler's pdftotext, which reads back what a
// reader of a PDF would see.
func PDFToText(t testing.TB) string {
	t.Helper()
	return program(t, "Poppler's pdftotext", "poppler-utils", "pdftotext")
}

// OpenSSL returns the path of openssl, with which people verify signatures by
// hand.
func OpenSSL(t testing.TB) string {
	t.Helper()
	return program(t, "OpenSSL", "openssl", "openssl")
}

// SHA256Sum returns the path of sha256sum, with which people verify files by
// hand.
func SHA256Sum(t testing.TB) string {
	t.Helper()
	return program(t, "sha256sum", "coreutils", "sha256sum")
}

// SharedFile returns the path of one file of the reference data: the folder
// shared/data beside the repository, or the folder that RAPPORTEUR_SHARED names
// in its stead. The data are not part of the repository and are never copied
// into it.
func SharedFile(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv(sharedVariable)
	if dir == "" {
		root, err := moduleRoot()
		if err != nil {
			t.Fatalf("cannot find reference data: %v", err)
			return ""
		}
		dir = filepath.Join(filepath.Dir(root), "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		missing(t, "the reference file "+name,
			"put it into ../shared/data beside the repository or set "+sharedVariable+" to its folder")
		return ""
	}
	return path
}

// program returns the first of the candidates (a name on PATH or a path) that
// can be executed.
func program(t testing.TB, what, debianPackage string, candidates ...string) string {
	t.Helper()
	for _, candidate := range candidates {
		if path, err := exec.LookPath(candidate); err == nil {
			return path
		}
	}
	missing(t, what, install(debianPackage))
	return ""
}

func install(debianPackage string) string {
	return "on Debian: apt-get install " + debianPackage
}

// missing ends the test: as a skip, or as a failure where the environment
// promises that everything is there.
func missing(t testing.TB, what, remedy string) {
	t.Helper()
	if os.Getenv(requireVariable) == "1" {
		t.Fatalf("this test needs %s, and %s=1 forbids a skip (%s)", what, requireVariable, remedy)
		return
	}
	note(t, what, remedy)
	t.Skipf("SKIPPED: this test needs %s (%s)", what, remedy)
}

// note appends the skip to the file that the test run collects them in. A run
// that collects nothing loses nothing but the note, and a note that cannot be
// written must not fail a test that is skipped.
func note(t testing.TB, what, remedy string) {
	t.Helper()
	path := os.Getenv(skipsVariable)
	if path == "" {
		return
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Logf("cannot note skip: %v", err)
		return
	}
	defer func() { _ = file.Close() }()
	if _, err := fmt.Fprintf(file, "%s %s needs %s (%s)\n", packageFolder(), t.Name(), what, remedy); err != nil {
		t.Logf("cannot note skip: %v", err)
	}
}

// packageFolder returns the folder of the package under test, relative to the
// module where that can be told: "go test" runs a test in its package's folder.
func packageFolder() string {
	dir, err := os.Getwd()
	if err != nil {
		return "?"
	}
	if root, err := moduleRoot(); err == nil {
		if relative, err := filepath.Rel(root, dir); err == nil {
			return filepath.ToSlash(relative)
		}
	}
	return dir
}

// moduleRoot returns the nearest folder above the test's own that holds go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("cannot find working folder: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("cannot find go.mod: %w", os.ErrNotExist)
		}
		dir = parent
	}
}

// Tool returns the path of one of the tools that internal/tools/go.mod names. It is
// built where it is missing, which takes seconds and the modules it is made of; where
// that cannot be, the test is skipped.
func Tool(t testing.TB, root, name string) string {
	t.Helper()
	find := exec.CommandContext(t.Context(), "go", "tool", "-n", name)
	find.Dir = filepath.Join(root, "internal", "tools")
	path, err := find.Output()
	if err != nil {
		missing(t, name, "make bin/.tools")
	}
	return strings.TrimSpace(string(path))
}
