package workflows_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.temporal.io/sdk/workflow"

	house "github.com/rapporteur/rapporteur/worker"
)

// releases are the versions whose workflows are kept.
func releases(t *testing.T) []string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join("testdata", "releases", "v*"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no release is kept: %v", err)
	}
	for n, folder := range folders {
		folders[n] = filepath.Base(folder)
	}
	return folders
}

// TestReleasesAreAsTheyWere: a released workflow that is edited proves nothing
// about cycles in the field.
func TestReleasesAreAsTheyWere(t *testing.T) {
	root := filepath.Join("testdata", "releases")
	list, err := os.ReadFile(filepath.Join(root, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for line := range strings.Lines(string(list)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			t.Fatalf("cannot read %q", line)
		}
		listed[name] = sum
	}
	var found []string
	for _, pattern := range []string{"v*/*.go", "v*/*/*.go"} {
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, files...)
	}
	for _, path := range found {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(content)
		if listed[filepath.ToSlash(name)] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s is not as it was released", name)
		}
		delete(listed, filepath.ToSlash(name))
	}
	for name := range listed {
		t.Errorf("%s is gone", name)
	}
}

// named writes down which workflows a worker registers.
type named struct {
	workflow.RegisterOptions
	names []string
}

func (n *named) RegisterWorkflow(any) {}

func (n *named) RegisterWorkflowWithOptions(_ any, o workflow.RegisterOptions) {
	n.names = append(n.names, o.Name)
}

func (n *named) RegisterDynamicWorkflow(any, workflow.DynamicRegisterOptions) {}

// notIn are workflows that a release did not have yet.
var notIn = map[string][]string{}

// TestEveryReleaseLeftHistories: a workflow type of which a release left no
// history could change under the cycles of that release unnoticed.
func TestEveryReleaseLeftHistories(t *testing.T) {
	all := &named{}
	house.RegisterWorkflows(all)
	left := map[string][]string{} // by release, types
	for name, text := range recorded(t) {
		release, _, _ := strings.Cut(filepath.Base(name), "-")
		kind := read(t, text).GetEvents()[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowType().GetName()
		left[release] = append(left[release], kind)
	}
	for _, release := range releases(t) {
		for _, name := range all.names {
			if !slices.Contains(left[release], name) && !slices.Contains(notIn[release], name) {
				t.Errorf("%s left no history of %s", release, name)
			}
		}
	}
	if len(all.names) < 8 {
		t.Errorf("only %v are registered", all.names)
	}
}
