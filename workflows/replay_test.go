package workflows_test

import (
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas"
	house "github.com/rapporteur/rapporteur/worker"
	"github.com/rapporteur/rapporteur/workflows"
)

// recorded are the histories that earlier releases, and this one, have left.
// Package endtoend records those of this release from a real server.
func recorded(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	root := filepath.Join("testdata", "histories")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err == nil {
			files[filepath.ToSlash(name)], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func read(t *testing.T, text []byte) *history.History {
	t.Helper()
	whole := &history.History{}
	if err := protojson.Unmarshal(text, whole); err != nil {
		t.Fatal(err)
	}
	return whole
}

// TestRecordedHistoriesReplay proves that a workflow which an earlier release
// began can be finished by this one.
func TestRecordedHistoriesReplay(t *testing.T) {
	covered := map[string]int{}
	for name, text := range recorded(t) {
		t.Run(name, func(t *testing.T) {
			replayer := worker.NewWorkflowReplayer()
			house.RegisterWorkflows(replayer)
			whole := read(t, text)
			if err := replayer.ReplayWorkflowHistory(quiet{}, whole); err != nil {
				t.Fatal(err)
			}
			covered[whole.GetEvents()[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowType().GetName()]++
		})
	}
	for name, least := range map[string]int{
		workflows.NameReportCycle: 2, workflows.NameInclusionCycle: 2, workflows.NameStreamCalendar: 1, workflows.NameFollowUp: 2, workflows.NameClearance: 2,
		workflows.NameOccasion: 2, workflows.NameReminder: 1, workflows.NameIntakeStream: 3,
	} {
		if covered[name] < least {
			t.Errorf("%d histories of %s", covered[name], name)
		}
	}
}

// A workflow that does something else than the history says is found out.
func TestReplayNoticesAChange(t *testing.T) {
	replayer := worker.NewWorkflowReplayer()
	impatient := func(ctx workflow.Context, in workflows.CycleInput) error { return nil }
	replayer.RegisterWorkflowWithOptions(impatient, workflow.RegisterOptions{Name: workflows.NameReportCycle})
	whole := read(t, recorded(t)["report-cycle/v0.1.0-year.json"])
	if err := replayer.ReplayWorkflowHistory(quiet{}, whole); err == nil {
		t.Fatal("a workflow that ends at once replays the history of a year")
	}
}

// TestHistoriesHoldNobodysName: operators read histories. The histories here
// were recorded from cycles whose contacts, answers and contributors have the
// names below.
func TestHistoriesHoldNobodysName(t *testing.T) {
	catalogue, err := schemas.Load(schemas.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	words := []string{
		"@", "mail.example", "answers.example", "Focal Person", "Leading Person", "Responding Person",
		"Ministry of Justice", "The Protocol is in force", "Hawala", "seventh witness", "trafficking in Libya", "Executive Director",
	}
	for _, id := range []rapporteur.ContributorID{"state-aut", "state-che", "state-dji", "state-est", "state-fji", "state-gha", "state-ken", "state-lva", "state-mex"} {
		c, err := catalogue.Contributor(id, date(t, "2018-06-01"))
		if err != nil {
			t.Fatal(err)
		}
		words = append(words, c.Name("en"), c.Name("fr"))
	}
	for name, text := range recorded(t) {
		var tree any
		if err := json.Unmarshal(text, &tree); err != nil {
			t.Fatal(err)
		}
		found := payloads(t, tree)
		if len(found) == 0 {
			t.Errorf("%s: no payload was read", name)
		}
		for _, payload := range append(found, string(text)) {
			for _, word := range words {
				if strings.Contains(payload, word) {
					t.Errorf("%s holds %q in %.200s", name, word, payload)
				}
			}
		}
	}
}

// payloads reads every payload in a history's JSON.
func payloads(t *testing.T, tree any) []string {
	t.Helper()
	var found []string
	switch node := tree.(type) {
	case map[string]any:
		if data, ok := node["data"].(string); ok {
			content, err := base64.StdEncoding.DecodeString(data)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, string(content))
		}
		for _, child := range node {
			found = append(found, payloads(t, child)...)
		}
	case []any:
		for _, child := range node {
			found = append(found, payloads(t, child)...)
		}
	}
	return found
}
