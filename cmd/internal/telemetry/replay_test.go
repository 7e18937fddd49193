package telemetry

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"google.golang.org/protobuf/encoding/protojson"

	house "github.com/rapporteur/rapporteur/worker"
)

type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

var _ sdklog.Logger = quiet{}

// Whether traces are on may change while cycles run: every history that was
// recorded without them replays with them.
func TestRecordedHistoriesReplayTraced(t *testing.T) {
	on, _ := traced(t)
	var options client.Options
	on.Apply(&options)
	var interceptors []interceptor.WorkerInterceptor
	for _, i := range options.Interceptors {
		if w, ok := i.(interceptor.WorkerInterceptor); ok {
			interceptors = append(interceptors, w)
		}
	}
	if len(interceptors) != 1 || options.MetricsHandler == nil {
		t.Fatalf("workers are not traced: %v", options.Interceptors)
	}
	replayed := 0
	folder := filepath.Join(root, "workflows", "testdata", "histories")
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		whole := &history.History{}
		if err := protojson.Unmarshal(text, whole); err != nil {
			return err
		}
		replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{Interceptors: interceptors})
		if err != nil {
			return err
		}
		house.RegisterWorkflows(replayer)
		if err := replayer.ReplayWorkflowHistory(quiet{}, whole); err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
		replayed++
		return nil
	})
	if err != nil || replayed < 10 {
		t.Errorf("%d histories were replayed: %v", replayed, err)
	}
}

// Off, nothing is put between the client and the server but counting.
func TestWithoutTracesNothingIsIntercepted(t *testing.T) {
	var options client.Options
	watching(t, Options{}).Apply(&options)
	if len(options.Interceptors) != 0 || options.MetricsHandler == nil {
		t.Errorf("interceptors %v, metrics %v", options.Interceptors, options.MetricsHandler)
	}
}
