package endtoend_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/api/query/v1"
	"go.temporal.io/api/update/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/rapporteur/rapporteur/embedded"
	"github.com/rapporteur/rapporteur/engine/payload"
	"github.com/rapporteur/rapporteur/workflows"
)

// What Temporal is told, by whether whoever operates it can read it: the table of
// docs/security.md, which TestThePageSaysWhatOperatorsRead holds against this one.
var (
	sealedPlaces = []string{
		"argument of a workflow", "failure of a workflow", "memo", "memo put later", "static summary", "static details", "current details",
		"summary of a timer", "summary of a step", "argument of a step", "heartbeat of a step", "failure of a step", "details of a failure",
		"argument of a signal", "argument of an Update", "result of an Update", "refusal of an Update", "result of a query",
	}
	readablePlaces = []string{
		"id of a workflow", "id of an Update", "id of a step", "type of a failure", "error of a query", "search attribute", "identity of a client",
		"name of a signal", "reason of a termination",
	}
)

// whisper is what is put into a place. Its end is the place's own.
func whisper(place string) string {
	return "Jane Doe jane.doe@states.example in the " + strings.ReplaceAll(place, " ", "-") + "."
}

// TestWhatOperatorsRead puts something into every place of a workflow on the real
// engine, and looks for it with all that an operator has. What the SDK seals is
// its own choice and may change with a release of it.
func TestWhatOperatorsRead(t *testing.T) {
	ctx := within(t)
	quiet := zerolog.New(zerolog.NewTestWriter(t)).Level(zerolog.ErrorLevel)
	server := start(t, func() (*embedded.Server, error) {
		return embedded.Start(ctx, embedded.Options{UIPort: embedded.NoUI, Logger: quiet, SearchAttributes: workflows.SearchAttributes()})
	})
	t.Cleanup(server.Stop)
	codec := payloadCodec(t, payloadKey(t))
	o := client.Options{Identity: whisper("identity of a client")}
	codec.Apply(&o)
	dial := func(o client.Options) client.Client {
		c := start(t, func() (client.Client, error) { return server.Dial(ctx, o) })
		t.Cleanup(c.Close)
		return c
	}
	house, operator := dial(o), dial(client.Options{})
	w := sdk.New(house, whispering, sdk.Options{})
	w.RegisterWorkflowWithOptions(whispers, workflow.RegisterOptions{Name: "Whispers"})
	w.RegisterActivityWithOptions(mutters, activity.RegisterOptions{Name: "Mutters"})
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)

	e := &eavesdropper{t: t, codec: codec, client: operator, namespace: server.Namespace()}
	e.listen(ctx, house)
	for _, place := range sealedPlaces {
		if reveals(e.heard.String(), whisper(place)) {
			t.Errorf("operators read the %s", place)
		}
		if !reveals(e.opened.String(), whisper(place)) {
			t.Errorf("the %s is nowhere, so nothing is shown", place)
		}
	}
	for _, place := range readablePlaces {
		if !reveals(e.heard.String(), whisper(place)) {
			t.Errorf("operators do not read the %s: say so in docs/security.md", place)
		}
	}
}

const (
	whispering = "whispering"
	// queryMetadata is what Temporal's pages ask for a workflow's current details.
	queryMetadata = "__temporal_workflow_metadata"
)

// whispers puts what it says into each place that a workflow has.
func whispers(ctx workflow.Context, _ string) error {
	if err := workflow.UpsertMemo(ctx, map[string]any{"later": whisper("memo put later")}); err != nil {
		return err
	}
	workflow.SetCurrentDetails(ctx, whisper("current details"))
	err := workflow.SetUpdateHandlerWithOptions(ctx, "tell",
		func(workflow.Context, string) (string, error) { return whisper("result of an Update"), nil },
		workflow.UpdateHandlerOptions{Validator: func(_ workflow.Context, text string) error {
			if text == "no" {
				return temporal.NewApplicationError(whisper("refusal of an Update"), "Refused")
			}
			return nil
		}})
	if err != nil {
		return err
	}
	for name, says := range map[string]func() (string, error){
		"answers": func() (string, error) { return whisper("result of a query"), nil },
		"fails":   func() (string, error) { return "", fmt.Errorf("it says: %s", whisper("error of a query")) },
	} {
		if err := workflow.SetQueryHandler(ctx, name, says); err != nil {
			return err
		}
	}
	workflow.NewTimerWithOptions(ctx, 24*time.Hour, workflow.TimerOptions{Summary: whisper("summary of a timer")})
	step := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		ActivityID: whisper("id of a step"), Summary: whisper("summary of a step"), StartToCloseTimeout: time.Minute,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Hour},
	})
	workflow.ExecuteActivity(step, "Mutters", whisper("argument of a step"))
	workflow.GetSignalChannel(ctx, whisper("name of a signal")).Receive(ctx, nil)
	return temporal.NewApplicationError(whisper("failure of a workflow"), "Ended")
}

// mutters shows a sign of life and fails.
func mutters(ctx context.Context, _ string) error {
	activity.RecordHeartbeat(ctx, whisper("heartbeat of a step"))
	return temporal.NewApplicationError(whisper("failure of a step"), whisper("type of a failure"), whisper("details of a failure"))
}

// eavesdropper asks Temporal whatever an operator can, and keeps the answers as
// they came and as they would be with the key.
type eavesdropper struct {
	t             *testing.T
	codec         *payload.Codec
	client        client.Client
	namespace     string
	heard, opened strings.Builder
}

// listen has a workflow of the house say everything, and writes down what it hears.
func (e *eavesdropper) listen(ctx context.Context, house client.Client) {
	e.t.Helper()
	id := whisper("id of a workflow")
	e.begin(ctx, house, id)
	_, err := house.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: "tell", UpdateID: whisper("id of an Update"), Args: []any{whisper("argument of an Update")}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	e.must(err)
	e.describe(ctx, id)
	e.refused(ctx, id)
	for _, name := range []string{"answers", "fails", queryMetadata, client.QueryTypeStackTrace, client.QueryTypeOpenSessions} {
		e.query(ctx, id, name)
	}
	e.must(house.SignalWorkflow(ctx, id, "", whisper("name of a signal"), whisper("argument of a signal")))
	if err := house.GetWorkflow(ctx, id, "").Get(ctx, nil); err == nil {
		e.t.Fatal("the workflow has not failed")
	}
	e.history(ctx, id)
	e.begin(ctx, house, id+"2")
	e.must(e.client.TerminateWorkflow(ctx, id+"2", "", whisper("reason of a termination")))
	e.history(ctx, id+"2")
}

func (e *eavesdropper) begin(ctx context.Context, house client.Client, id string) {
	e.t.Helper()
	_, err := house.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: id, TaskQueue: whispering, Memo: map[string]any{"note": whisper("memo")},
		StaticSummary: whisper("static summary"), StaticDetails: whisper("static details"),
		TypedSearchAttributes: temporal.NewSearchAttributes(temporal.NewSearchAttributeKeyKeyword("Contributor").ValueSet(whisper("search attribute"))),
	}, "Whispers", whisper("argument of a workflow"))
	e.must(err)
}

// describe waits until the step has failed once.
func (e *eavesdropper) describe(ctx context.Context, id string) {
	e.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		found, err := e.client.DescribeWorkflowExecution(ctx, id, "")
		e.must(err)
		if steps := found.GetPendingActivities(); len(steps) == 1 && steps[0].GetLastFailure() != nil && steps[0].GetHeartbeatDetails() != nil {
			e.hear(ctx, found)
			return
		}
		select {
		case <-ctx.Done():
			e.t.Fatalf("the step has not failed: %v", found.GetPendingActivities())
		case <-tick.C:
		}
	}
}

// refused sends an Update in plain, as an operator can, which the workflow refuses.
func (e *eavesdropper) refused(ctx context.Context, id string) {
	e.t.Helper()
	input, err := converter.GetDefaultDataConverter().ToPayloads("no")
	e.must(err)
	told, err := e.client.WorkflowService().UpdateWorkflowExecution(ctx, &workflowservice.UpdateWorkflowExecutionRequest{
		Namespace: e.namespace, WorkflowExecution: &common.WorkflowExecution{WorkflowId: id},
		WaitPolicy: &update.WaitPolicy{LifecycleStage: enums.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED},
		Request:    &update.Request{Meta: &update.Meta{UpdateId: "refused"}, Input: &update.Input{Name: "tell", Args: input}},
	})
	e.must(err)
	if told.GetOutcome().GetFailure() == nil {
		e.t.Fatalf("it is not refused: %v", told)
	}
	e.hear(ctx, told)
}

func (e *eavesdropper) query(ctx context.Context, id, name string) {
	e.t.Helper()
	told, err := e.client.WorkflowService().QueryWorkflow(ctx, &workflowservice.QueryWorkflowRequest{
		Namespace: e.namespace, Execution: &common.WorkflowExecution{WorkflowId: id}, Query: &query.WorkflowQuery{QueryType: name},
	})
	if (err != nil) != (name == "fails") {
		e.t.Fatalf("query %s: %v", name, err)
	}
	if err != nil {
		e.heard.WriteString(err.Error())
		return
	}
	for _, p := range told.GetQueryResult().GetPayloads() {
		if !payload.Sealed(p) {
			e.t.Errorf("the query %s is answered in plain", name)
		}
	}
	e.hear(ctx, told)
}

func (e *eavesdropper) history(ctx context.Context, id string) {
	e.t.Helper()
	whole := &history.History{}
	events := e.client.GetWorkflowHistory(ctx, id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		e.must(err)
		whole.Events = append(whole.Events, event)
	}
	e.hear(ctx, whole)
}

// hear writes an answer down: as it came, and opened.
func (e *eavesdropper) hear(ctx context.Context, answer proto.Message) {
	e.t.Helper()
	text, err := protojson.Marshal(answer)
	e.must(err)
	e.heard.Write(text)
	opened := proto.Clone(answer)
	e.must(proxy.VisitPayloads(ctx, opened, proxy.VisitPayloadsOptions{
		SkipSearchAttributes: true,
		Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*common.Payload) ([]*common.Payload, error) {
			return e.codec.Decode(payloads)
		},
	}))
	text, err = protojson.Marshal(opened)
	e.must(err)
	e.opened.Write(text)
}

func (e *eavesdropper) must(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

// reveals reports whether a text has a secret in it, as it is or in base64,
// wherever it begins there.
func reveals(text, secret string) bool {
	if strings.Contains(text, secret) {
		return true
	}
	for shift := range 3 {
		in := strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", shift)+secret)), "=")
		if strings.Contains(text, in[4:len(in)-1]) {
			return true
		}
	}
	return false
}

// The table on the page for those who set up an installation is this test's.
func TestThePageSaysWhatOperatorsRead(t *testing.T) {
	page, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(page), "<!-- operators:begin -->\n")
	table, _, ended := strings.Cut(table, "<!-- operators:end -->")
	if !found || !ended {
		t.Fatal("the page has no such table")
	}
	var want strings.Builder
	want.WriteString("| what Temporal is told | whoever operates it |\n|---|---|\n")
	for _, place := range sealedPlaces {
		fmt.Fprintf(&want, "| %s | sees that there is something |\n", place)
	}
	for _, place := range readablePlaces {
		fmt.Fprintf(&want, "| %s | reads it |\n", place)
	}
	if table != want.String() {
		t.Errorf("the page has\n%s\nwant\n%s", table, &want)
	}
}
