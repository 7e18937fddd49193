package embedded

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
)

// send passes a request through the timeline's interceptor and returns what would reach the server.
func send(t *testing.T, line *timeline, req proto.Message, fail error) proto.Message {
	t.Helper()
	before := proto.Clone(req)
	var sent proto.Message
	err := line.intercept(t.Context(), "method", req, nil, nil,
		func(_ context.Context, _ string, req, _ any, _ *grpc.ClientConn, _ ...grpc.CallOption) error {
			sent = req.(proto.Message)
			return fail
		})
	if !errors.Is(err, fail) {
		t.Fatalf("got %v, want %v", err, fail)
	}
	if !proto.Equal(before, req) {
		t.Fatal("the caller's request was changed; a second attempt would be delayed twice")
	}
	return sent
}

type starts interface {
	GetWorkflowStartDelay() *durationpb.Duration
}

func TestStartsAreDelayedToTheBusinessDay(t *testing.T) {
	const ahead = 100 * 24 * time.Hour
	for name, req := range map[string]proto.Message{
		"start":             &workflowservice.StartWorkflowExecutionRequest{WorkflowId: "a", WorkflowStartDelay: durationpb.New(time.Hour)},
		"signal with start": &workflowservice.SignalWithStartWorkflowExecutionRequest{WorkflowId: "a", WorkflowStartDelay: durationpb.New(time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			line := newTimeline()
			if sent := send(t, line, req, nil); !proto.Equal(sent, req) {
				t.Errorf("changed although time was never moved: %v", sent)
			}
			line.reach(time.Now().Add(ahead))
			sent := send(t, line, req, nil)
			delay := sent.(starts).GetWorkflowStartDelay().AsDuration()
			skip := sent.(interface {
				GetTimeSkippingConfig() *common.TimeSkippingConfig
			}).GetTimeSkippingConfig()
			if delay-time.Hour != skip.GetFastForwardConfig().GetDuration().AsDuration() {
				t.Errorf("delay %s, skip %s: the caller's own hour is not what remains", delay, skip)
			}
			if off := delay - time.Hour - ahead; off.Abs() > time.Minute || !skip.GetEnabled() {
				t.Errorf("delay %s off by %s, skipping %v", delay, off, skip.GetEnabled())
			}
		})
	}
}

func TestOtherRequestsPassUnchanged(t *testing.T) {
	line := newTimeline()
	line.reach(time.Now().Add(time.Hour))
	req := &workflowservice.SignalWorkflowExecutionRequest{SignalName: "finish"}
	if sent := send(t, line, req, nil); sent != proto.Message(req) {
		t.Error("a signal was changed")
	}
}

func TestTimelineRemembersWhatWasStarted(t *testing.T) {
	line := newTimeline()
	send(t, line, &workflowservice.StartWorkflowExecutionRequest{WorkflowId: "started"}, nil)
	send(t, line, &workflowservice.StartWorkflowExecutionRequest{WorkflowId: "refused"}, errors.New("refused"))
	// Somebody else's start of the same is under way: it is there before they hear of it.
	send(t, line, &workflowservice.StartWorkflowExecutionRequest{WorkflowId: "second"}, status.Error(codes.AlreadyExists, "started"))
	send(t, line, &workflowservice.StartWorkflowExecutionRequest{WorkflowId: "third"}, serviceerror.NewWorkflowExecutionAlreadyStarted("", "", ""))
	send(t, line, &workflowservice.SignalWithStartWorkflowExecutionRequest{WorkflowId: "signalled"}, nil)
	send(t, line, &workflowservice.ExecuteMultiOperationRequest{Operations: []*workflowservice.ExecuteMultiOperationRequest_Operation{
		{Operation: &workflowservice.ExecuteMultiOperationRequest_Operation_StartWorkflow{StartWorkflow: &workflowservice.StartWorkflowExecutionRequest{WorkflowId: "updated"}}},
	}}, nil)
	send(t, line, &workflowservice.SignalWorkflowExecutionRequest{}, nil)
	got := line.remembered()
	slices.Sort(got)
	if want := []string{"second", "signalled", "started", "third", "updated"}; !slices.Equal(got, want) {
		t.Errorf("remembers %v, want %v", got, want)
	}
	line.forget("started")
	if slices.Contains(line.remembered(), "started") {
		t.Error("remembers what it was told to forget")
	}
}

func TestTimelineNeverGoesBack(t *testing.T) {
	line := newTimeline()
	line.reach(time.Now().Add(48 * time.Hour))
	line.reach(time.Now().Add(24 * time.Hour))
	if ahead := line.ahead(); ahead < 47*time.Hour {
		t.Errorf("went back to %s", ahead)
	}
}
