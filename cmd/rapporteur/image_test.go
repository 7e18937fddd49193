package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// buildContext copies into a folder what Docker would send to the build.
func buildContext(t *testing.T, to string) {
	t.Helper()
	file, err := os.Open(filepath.Join(root, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	patterns, err := ignorefile.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if entry.IsDir() && (name == ".git" || name == "bin" || name == "secrets") {
			return fs.SkipDir // large or private, and no pattern may let them in
		}
		skip, err := ignored.MatchesOrParentMatches(name)
		if err != nil || skip || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		target := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTheImageBuildsFromItsContext builds the program from what .dockerignore
// lets through, as the Dockerfile does, and holds that it needs no library of
// the system.
func TestTheImageBuildsFromItsContext(t *testing.T) {
	dir := t.TempDir()
	buildContext(t, dir)
	for _, name := range []string{"secrets", "bin", "internal/tools", "docs", "workflows/testdata"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s would go into the build", name)
		}
	}
	binary := filepath.Join(t.TempDir(), "rapporteur")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", binary, "./cmd/rapporteur")
	build.Dir = dir
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	// A static program runs where there is nothing else.
	run := exec.CommandContext(t.Context(), binary, "version")
	run.Env = []string{}
	if output, err := run.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
	libraries, err := exec.CommandContext(t.Context(), "go", "version", "-m", binary).Output()
	if err != nil || !strings.Contains(string(libraries), "CGO_ENABLED=0") {
		t.Errorf("the program is not static: %v", err)
	}
}

func TestTheImageIsBuiltWithTheModulesGo(t *testing.T) {
	dockerfile, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (\S+)$`).FindSubmatch(module)
	if version == nil {
		t.Fatal("go.mod names no version")
	}
	base := regexp.MustCompile(`(?m)^FROM golang:(\d+\.\d+)(?:\.\d+)?-`).FindSubmatch(dockerfile)
	if base == nil || !bytes.HasPrefix(version[1], base[1]) {
		t.Errorf("the image is built with Go %s, go.mod wants %s", base, version[1])
	}
	final := regexp.MustCompile(`(?m)^FROM \S+$`).FindAll(dockerfile, -1)
	if len(final) != 1 || !regexp.MustCompile(`distroless/static|scratch`).Match(final[0]) {
		t.Errorf("the image stands on %q", final)
	}
	if !regexp.MustCompile(`(?m)^USER nonroot`).Match(dockerfile) {
		t.Error("the image runs as root")
	}
}
