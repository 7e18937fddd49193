package endtoend_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"slices"
	"testing"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/encoding/protojson"
)

// release is the version under work, whose histories are recorded. Those of
// versions before it are never written anew.
const release = "v0.2.0"

var renew = flag.Bool("update", false, "write the recorded histories of this release anew")

// record keeps the histories of workflows, by id, in files that later releases
// must be able to replay. It only does so when asked to, and takes those of
// SQLite.
func (h *house) record(ctx context.Context, files map[string]string) {
	h.t.Helper()
	for id, file := range files {
		h.keep(h.history(ctx, id, ""), file)
	}
}

func (h *house) keep(whole *history.History, file string) {
	h.t.Helper()
	if *renew && h.database == "" {
		write(h.t, keep(file), historyText(h.t, whole))
	}
}

// history is what the server kept of one run of a workflow; of the newest where
// none is named.
func (h *house) history(ctx context.Context, id, run string) *history.History {
	h.t.Helper()
	pages := h.client.GetWorkflowHistory(ctx, id, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	whole := &history.History{}
	for pages.HasNext() {
		event, err := pages.Next()
		h.ok(err)
		whole.Events = append(whole.Events, event)
	}
	return whole
}

// runs are the histories of a workflow that continued as new, oldest first.
func (h *house) runs(ctx context.Context, id string) []*history.History {
	h.t.Helper()
	var all []*history.History
	for run, more := "", true; more; more = run != "" {
		whole := h.history(ctx, id, run)
		all = append(all, whole)
		run = whole.GetEvents()[0].GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId()
	}
	slices.Reverse(all)
	return all
}

// historyText writes a history as the replayer reads it; indented, so that a
// difference can be read.
func historyText(t testing.TB, whole *history.History) []byte {
	t.Helper()
	raw, err := protojson.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := json.Indent(&text, raw, "", " "); err != nil { // protojson's own spacing differs from run to run
		t.Fatal(err)
	}
	text.WriteByte('\n')
	return text.Bytes()
}
