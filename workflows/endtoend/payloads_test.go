package endtoend_test

import (
	"context"
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/query/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/worker"
	sdkworkflow "go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/engine"
	"github.com/rapporteur/rapporteur/engine/payload"
	"github.com/rapporteur/rapporteur/worker"
	"github.com/rapporteur/rapporteur/workflows"
)

// TestPayloadKeysChangeUnderRunningCycles starts a cycle in plain, switches sealing
// on, changes the key, loses it for a while, and takes the old one away when no
// open workflow needs it.
func TestPayloadKeysChangeUnderRunningCycles(t *testing.T) {
	ctx := within(t)
	h := build(ctx, t, moment(t, "2018-05-02 08:00"))
	first, second := payloadKey(t), payloadKey(t)
	id := h.plan(ctx, onTime, silent, lost)
	plain := h.uses(ctx, rapporteur.CycleWorkflowID(id))
	if len(plain) != 1 || plain[""] == 0 {
		t.Fatalf("before: %v", plain)
	}

	h.seal(ctx, first)
	h.goTo(ctx, "2018-05-21 13:00")
	h.command(ctx, id, rapporteur.Command{ID: "move", Kind: rapporteur.CommandMoveDeadline, Date: date(t, "2018-09-21"), Authority: "S/2018/800"})
	h.seal(ctx, second, first)
	h.ask(ctx, id, silent, date(t, "2018-09-28"))
	h.submit(ctx, id, onTime, rapporteur.ReturnAnswered, "The Protocol is in force.")
	h.goTo(ctx, "2018-07-17 08:00") // a reminder, and answers are collected

	ids := payloadIDs(t, second, first)
	uses := h.uses(ctx, rapporteur.CycleWorkflowID(id))
	if uses[""] != plain[""] || uses[ids[0]] == 0 || uses[ids[1]] == 0 {
		t.Errorf("in plain before %v, now %v, with keys %v", plain, uses, ids)
	}
	follow := rapporteur.FollowUpWorkflowID(rapporteur.RequestKey{Cycle: id, Contributor: silent}, 1)
	if uses := h.uses(ctx, follow); len(uses) != 1 || uses[ids[0]] == 0 {
		t.Errorf("the follow-up has %v, want only %s", uses, ids[0])
	}
	h.needs(ctx, map[string]int{"": 1, ids[0]: 2, ids[1]: 1})
	t.Run("a lost key stops nothing for good", func(t *testing.T) { h.loseKey(ctx, t, id, second, first) })
	t.Run("operators read ids and dates alone", func(t *testing.T) { h.cannotRead(ctx, t, id, follow) })
	t.Run("the house reads everything", func(t *testing.T) { h.readsSealed(ctx, t, id, follow, second, first) })
	t.Run("a sealed history is replayed", func(t *testing.T) { h.replaysSealed(ctx, t, id, second, first) })

	h.command(ctx, id, rapporteur.Command{ID: "cancel", Kind: rapporteur.CommandCancel, Reason: "the mandate was merged"})
	h.phase(ctx, id, rapporteur.PhaseCancelled)
	next := h.planAs(ctx, "next", onTime)
	h.needs(ctx, map[string]int{ids[0]: 1})
	h.seal(ctx, second)
	h.submit(ctx, next, onTime, rapporteur.ReturnNil, "Nothing to report.")
	h.phase(ctx, next, rapporteur.PhaseClearing)
	if uses := h.uses(ctx, rapporteur.CycleWorkflowID(next)); len(uses) != 1 {
		t.Errorf("the next cycle has %v, want only %s", uses, ids[0])
	}
}

func payloadKey(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "payload.key")
	write(t, file, start(t, payload.NewKey))
	return file
}

func payloadIDs(t testing.TB, files ...string) []string {
	t.Helper()
	return start(t, func() (*payload.Keys, error) { return payload.LoadKeys(files...) }).IDs()
}

func payloadCodec(t testing.TB, files ...string) *payload.Codec {
	t.Helper()
	return payload.NewCodec(start(t, func() (*payload.Keys, error) { return payload.LoadKeys(files...) }))
}

// seal has everything that talks to Temporal begin again, with payload keys.
func (h *house) seal(ctx context.Context, keys ...string) {
	h.t.Helper()
	h.dismiss()
	sdk.PurgeStickyWorkflowCache()
	codec := payloadCodec(h.t, keys...)
	o := client.Options{Identity: identity}
	codec.Apply(&o)
	o.ContextPropagators = []sdkworkflow.ContextPropagator{engine.RequestIDsBy(o.DataConverter)}
	h.client = start(h.t, func() (client.Client, error) { return h.server.Dial(ctx, o) })
	h.t.Cleanup(h.client.Close)
	h.clock = h.server.Clock(h.client)
	h.engine = engine.New(h.client)
	h.engine.Namespace, h.engine.Payloads = h.server.Namespace(), codec
	h.relay.Client = h.client
	h.hire()
}

// uses counts the payloads of a workflow's newest run by key.
func (h *house) uses(ctx context.Context, workflowID string) map[string]int {
	h.t.Helper()
	uses := map[string]int{}
	h.ok(payload.Use(ctx, h.history(ctx, workflowID, ""), uses))
	return uses
}

// needs waits until the server lists as many open workflows by key; what has just
// begun or ended is listed a little later.
func (h *house) needs(ctx context.Context, want map[string]int) {
	h.t.Helper()
	var found map[string]payload.Usage
	h.awaits(ctx, "the survey of keys", func() bool {
		found = start(h.t, func() (map[string]payload.Usage, error) {
			return payload.Survey(ctx, h.client, h.server.Namespace(), false)
		})
		same := len(found) == len(want)
		for id, n := range want {
			same = same && found[id] == payload.Usage{Open: n}
		}
		return same
	}, func() any { return found })
}

// awaits asks again until it is so, or the test's time is over.
func (h *house) awaits(ctx context.Context, what string, so func() bool, last func() any) {
	h.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-ctx.Done():
			h.t.Fatalf("%s: %v", what, last())
		case <-tick.C:
		}
	}
}

// loseKey works with a worker that has not the key of a running workflow: the
// workflow waits, says for which key, and goes on when it is there.
func (h *house) loseKey(ctx context.Context, t *testing.T, id rapporteur.CycleID, newest, before string) {
	t.Helper()
	workflow := rapporteur.CycleWorkflowID(id)
	h.seal(ctx, newest)
	h.ok(h.client.SignalWorkflow(ctx, workflow, "", workflows.SignalHint, workflows.Hint{}))
	var failed *history.WorkflowTaskFailedEventAttributes
	h.awaits(ctx, "a workflow task that fails", func() bool {
		for _, event := range h.history(ctx, workflow, "").GetEvents() {
			if a := event.GetWorkflowTaskFailedEventAttributes(); a != nil {
				failed = a
			}
		}
		return failed != nil
	}, func() any { return "none" })
	codec := payloadCodec(t, newest)
	h.ok(codec.OpenFailure(ctx, failed.GetFailure()))
	missing := payloadIDs(t, before)[0]
	if message := failed.GetFailure().GetMessage(); !strings.Contains(message, missing) || !strings.Contains(message, "RAPPORTEUR_PAYLOAD_KEY") {
		t.Errorf("the task failed with %q, want key %s", message, missing)
	}
	if got := h.status(ctx, workflow); got != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		t.Fatalf("the workflow is %s", got)
	}
	h.seal(ctx, newest, before)
	h.command(ctx, id, rapporteur.Command{ID: "move again", Kind: rapporteur.CommandMoveDeadline, Date: date(t, "2018-09-24"), Authority: "S/2018/801"})
	if due := h.cycle(ctx, id).Plan.Date(rapporteur.DateDue); due != date(t, "2018-09-24") {
		t.Errorf("due on %s", due)
	}
}

// cannotRead looks at a history as whoever operates Temporal does.
func (h *house) cannotRead(ctx context.Context, t *testing.T, id rapporteur.CycleID, follow string) {
	t.Helper()
	text := string(historyText(t, h.history(ctx, follow, "")))
	for _, secret := range []string{"the ministries are being asked", "Follow-up 1 of", `"Clock":0`, string(id) + `","Contributor"`} {
		if reveals(text, secret) {
			t.Errorf("%q is in the follow-up's history", secret)
		}
	}
	h.summaries(ctx, t, id, follow)
	h.details(ctx, t, id, follow)
	h.namesNobody(ctx, t, id, follow)
	if !strings.Contains(text, base64.StdEncoding.EncodeToString([]byte(payload.Encoding))) {
		t.Error("nothing in the history is sealed: the test looks at the wrong one")
	}
	// What cannot be sealed: search attributes, which hold ids, dates and phases.
	found, err := h.client.DescribeWorkflow(ctx, follow, "")
	h.ok(err)
	known := workflows.SearchAttributes()
	for key, value := range found.TypedSearchAttributes.GetUntypedValues() {
		_, ours := known[key.GetName()]
		switch value := value.(type) {
		case time.Time, bool, []string: // a list is of the SDK's own: builds and changes
		case string:
			if strings.ContainsAny(value, " @") || len(value) > 40 {
				t.Errorf("the search attribute %s is %q", key.GetName(), value)
			}
		default:
			t.Errorf("the search attribute %s is a %T", key.GetName(), value)
		}
		if !ours && key.GetName() != "BuildIds" && key.GetName() != "TemporalChangeVersion" {
			t.Errorf("there is a search attribute %s", key.GetName())
		}
	}
	described, err := h.client.DescribeWorkflowExecution(ctx, follow, "")
	h.ok(err)
	for name, p := range described.GetWorkflowExecutionInfo().GetMemo().GetFields() {
		if !payload.Sealed(p) {
			t.Errorf("the memo %s is in plain", name)
		}
	}
	if !payload.Sealed(described.GetExecutionConfig().GetUserMetadata().GetSummary()) {
		t.Error("the summary is in plain")
	}
	value, err := h.client.QueryWorkflow(ctx, rapporteur.CycleWorkflowID(id), "", workflows.QueryState)
	h.ok(err)
	var state rapporteur.CycleState
	h.ok(value.Get(&state))
	if state.Cycle != id {
		t.Errorf("state: %+v", state)
	}
}

// summaries looks at what operators would read beside events: of the follow-up,
// which was never told in plain, and of the cycle, which was at first.
func (h *house) summaries(ctx context.Context, t *testing.T, id rapporteur.CycleID, follow string) {
	t.Helper()
	sealed := map[enums.EventType]int{}
	for _, workflow := range []string{follow, rapporteur.CycleWorkflowID(id)} {
		was := false
		for _, event := range h.history(ctx, workflow, "").GetEvents() {
			uses := map[string]int{}
			h.ok(payload.Use(ctx, event.GetUserMetadata(), uses))
			switch {
			case uses[""] > 0 && (was || workflow == follow):
				t.Errorf("the summary of a %s of %s is in plain", event.GetEventType(), workflow)
			case len(uses) > 0 && uses[""] == 0:
				was = true
				sealed[event.GetEventType()]++
			}
		}
	}
	for _, kind := range []enums.EventType{
		enums.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, enums.EVENT_TYPE_TIMER_STARTED, enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
	} {
		if sealed[kind] == 0 {
			t.Errorf("no %s has a summary: %v", kind, sealed)
		}
	}
}

// details asks for the current details of workflows as Temporal's pages do, and as
// the codec server opens them.
func (h *house) details(ctx context.Context, t *testing.T, id rapporteur.CycleID, follow string) {
	t.Helper()
	for workflow, want := range map[string]string{rapporteur.CycleWorkflowID(id): "collecting: 3 asked", follow: "extension, due "} {
		told, err := h.client.WorkflowService().QueryWorkflow(ctx, &workflowservice.QueryWorkflowRequest{
			Namespace: h.server.Namespace(), Execution: &common.WorkflowExecution{WorkflowId: workflow}, Query: &query.WorkflowQuery{QueryType: queryMetadata},
		})
		h.ok(err)
		if uses := told.GetQueryResult().GetPayloads(); len(uses) != 1 || !payload.Sealed(uses[0]) {
			t.Errorf("the details of %s are told in plain: %v", workflow, uses)
		}
		opened, err := h.engine.Payloads.Decode(told.GetQueryResult().GetPayloads())
		h.ok(err)
		if text := string(opened[0].GetData()); !strings.Contains(text, want) {
			t.Errorf("the details of %s are %s, want %q", workflow, text, want)
		}
	}
}

// namesNobody holds that nothing that an operator reads is of a person, also of
// what was told before it was sealed.
func (h *house) namesNobody(ctx context.Context, t *testing.T, id rapporteur.CycleID, follow string) {
	t.Helper()
	for _, workflow := range []string{rapporteur.CycleWorkflowID(id), follow} {
		described, err := h.client.DescribeWorkflowExecution(ctx, workflow, "")
		h.ok(err)
		text := string(historyText(t, h.history(ctx, workflow, ""))) + described.String()
		for _, of := range []string{"Focal Person", "Leading Person", "Responding Person", "mail.example", "answers.example", "The Protocol is in force"} {
			if reveals(text, of) {
				t.Errorf("operators read %q of %s", of, workflow)
			}
		}
	}
}

// readsSealed reads what administrators' pages read.
func (h *house) readsSealed(ctx context.Context, t *testing.T, id rapporteur.CycleID, follow string, keys ...string) {
	t.Helper()
	raw, err := h.engine.RawHistory(ctx, follow)
	h.ok(err)
	if summary := base64.StdEncoding.EncodeToString([]byte(`"Follow-up 1 of ` + string(silent) + ` in ` + string(id) + `"`)); !strings.Contains(string(raw), summary) {
		t.Errorf("the summary is not in\n%s", raw)
	}
	if strings.Contains(string(raw), base64.StdEncoding.EncodeToString([]byte(payload.Encoding))) {
		t.Error("something stays sealed")
	}
	events, err := h.engine.Events(ctx, rapporteur.CycleWorkflowID(id))
	h.ok(err)
	hints := 0
	for _, e := range events {
		if e.AuditSeq > 0 {
			hints++
		}
	}
	if hints == 0 {
		t.Error("no hint leads to its audit record")
	}
	h.engine.Payloads = payloadCodec(t, keys[:1]...)
	defer func() { h.engine.Payloads = payloadCodec(t, keys...) }()
	if _, err := h.engine.RawHistory(ctx, rapporteur.CycleWorkflowID(id)); err != nil {
		t.Errorf("a history cannot be read in part: %v", err)
	}
}

// replaysSealed replays as `rapporteur doctor` and the tests of releases do.
func (h *house) replaysSealed(ctx context.Context, t *testing.T, id rapporteur.CycleID, keys ...string) {
	t.Helper()
	for _, c := range []struct {
		keys  []string
		works bool
	}{{keys, true}, {keys[:1], false}} {
		codec := payloadCodec(t, c.keys...)
		replayer := start(t, func() (sdk.WorkflowReplayer, error) {
			return sdk.NewWorkflowReplayerWithOptions(sdk.WorkflowReplayerOptions{DataConverter: codec.DataConverter(), FailureConverter: codec.FailureConverter()})
		})
		worker.RegisterWorkflows(replayer)
		err := replayer.ReplayWorkflowHistory(nil, h.history(ctx, rapporteur.CycleWorkflowID(id), ""))
		if (err == nil) != c.works {
			t.Errorf("with %d keys: %v", len(c.keys), err)
		}
	}
}
