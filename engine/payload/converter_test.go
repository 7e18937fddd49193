package payload_test

import (
	"errors"
	"strings"
	"testing"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/proto"

	"github.com/rapporteur/rapporteur/engine/payload"
)

// inside is a converter as a workflow has it.
func inside(dc converter.DataConverter) converter.DataConverter {
	return dc.(workflow.ContextAware).WithWorkflowContext(nil) //nolint:forcetypeassert // a test
}

// panicked is what a function panics with.
func panicked(do func()) (with any) {
	defer func() { with = recover() }()
	do()
	return nil
}

func TestAWorkflowWaitsForItsKeyAndOthersAreTold(t *testing.T) {
	mine, other := codecOf(t, keyFile(t)), codecOf(t, keyFile(t))
	sealed, err := other.DataConverter().ToPayloads("a figure")
	if err != nil {
		t.Fatal(err)
	}
	var text string
	err = mine.DataConverter().FromPayloads(sealed, &text)
	if _, missing := errors.AsType[*payload.KeyError](err); !missing {
		t.Errorf("outside a workflow: %v", err)
	}
	with := panicked(func() { _ = inside(mine.DataConverter()).FromPayloads(sealed, &text) })
	if err, _ := with.(error); err == nil || !strings.Contains(err.Error(), payload.KeyIDs(sealed.GetPayloads()...)[0]) {
		t.Errorf("inside a workflow: %v", with)
	}
	if panicked(func() { _ = inside(mine.DataConverter()).FromPayload(sealed.GetPayloads()[0], &text) }) == nil {
		t.Error("inside a workflow one payload is passed over")
	}
	// The SDK binds a converter to its workflow before or after it is inside.
	at := converter.WorkflowSerializationContext{Namespace: "rapporteur", WorkflowID: "cycle/x"}
	if panicked(func() {
		_ = converter.WithDataConverterSerializationContext(inside(mine.DataConverter()), at).FromPayloads(sealed, &text)
	}) == nil {
		t.Error("a converter forgets that it is inside a workflow")
	}
	if err := inside(other.DataConverter()).FromPayloads(sealed, &text); err != nil || text != "a figure" {
		t.Errorf("%q, %v", text, err)
	}
	var number int
	if err := inside(other.DataConverter()).FromPayloads(sealed, &number); err == nil {
		t.Error("a value of another type is read")
	}
	if text := mine.DataConverter().ToString(sealed.GetPayloads()[0]); !strings.Contains(text, "payload-key status") {
		t.Errorf("as text: %s", text)
	}
}

func TestFailuresAreSealedWithTheirCauses(t *testing.T) {
	codec := codecOf(t, keyFile(t))
	convert := codec.FailureConverter()
	cause := temporal.NewApplicationError("no such mailbox: minister@state.example", "mailbox")
	failed := convert.ErrorToFailure(temporal.NewNonRetryableApplicationError("cannot write to state-ken", "problem/conflict", cause, "a detail"))
	wire, err := proto.Marshal(failed)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"cannot write", "minister", "a detail"} {
		if strings.Contains(string(wire), secret) {
			t.Errorf("%q is in %s", secret, wire)
		}
	}
	if failed.GetApplicationFailureInfo().GetType() != "problem/conflict" || !failed.GetApplicationFailureInfo().GetNonRetryable() {
		t.Error("the engine cannot tell how to go on")
	}
	var read *temporal.ApplicationError
	var detail string
	err = convert.FailureToError(proto.CloneOf(failed))
	if !errors.As(err, &read) || read.Message() != "cannot write to state-ken" || read.Details(&detail) != nil || detail != "a detail" ||
		!strings.Contains(err.Error(), "minister") {
		t.Errorf("%v, detail %q", err, detail)
	}
	opened := proto.CloneOf(failed)
	if err := codec.OpenFailure(t.Context(), opened); err != nil || opened.GetMessage() != "cannot write to state-ken" ||
		opened.GetCause().GetMessage() != cause.(*temporal.ApplicationError).Message() { //nolint:forcetypeassert,errorlint // made above
		t.Errorf("%v: %v", err, opened)
	}
	elsewhere := codecOf(t, keyFile(t))
	kept := proto.CloneOf(failed)
	if err := elsewhere.OpenFailure(t.Context(), kept); err != nil || !proto.Equal(kept, failed) {
		t.Errorf("without the key: %v: %v", err, kept)
	}
}

// TestAWorkflowWaitsForTheKeyOfItsActivitysFailure: the SDK reads the failures of
// activities for the workflow alone.
func TestAWorkflowWaitsForTheKeyOfItsActivitysFailure(t *testing.T) {
	mine, other := codecOf(t, keyFile(t)), codecOf(t, keyFile(t))
	activity := converter.ActivitySerializationContext{Namespace: "rapporteur", WorkflowID: "cycle/x", ActivityType: "collect"}
	bind := func(c *payload.Codec, at converter.SerializationContext) converter.FailureConverter {
		return c.FailureConverter().(converter.FailureConverterWithSerializationContext).WithSerializationContext(at) //nolint:forcetypeassert // a test
	}
	whole := bind(other, activity).ErrorToFailure(temporal.NewApplicationError("x", "y", "detail"))
	for what, failed := range map[string]*failure.Failure{
		"its own":    whole,
		"its cause":  {Message: "activity error", Cause: whole},
		"its detail": {FailureInfo: whole.GetFailureInfo()},
	} {
		if panicked(func() { _ = bind(mine, activity).FailureToError(proto.CloneOf(failed)) }) == nil {
			t.Errorf("%s is passed over", what)
		}
		if with := panicked(func() { _ = bind(other, activity).FailureToError(proto.CloneOf(failed)) }); with != nil {
			t.Errorf("%s: %v", what, with)
		}
		command := converter.WorkflowSerializationContext{Namespace: "rapporteur", WorkflowID: "cycle/x"}
		if with := panicked(func() { _ = bind(mine, command).FailureToError(proto.CloneOf(failed)) }); with != nil {
			t.Errorf("a client is told by a panic: %v", with)
		}
	}
}

func TestAHouseThatStopsSealingReadsOn(t *testing.T) {
	file := keyFile(t)
	reader := payload.NewReader(keysOf(t, file))
	sealed, err := codecOf(t, file).DataConverter().ToPayload("before")
	if err != nil {
		t.Fatal(err)
	}
	var text string
	if err := reader.DataConverter().FromPayload(sealed, &text); err != nil || text != "before" {
		t.Errorf("%q, %v", text, err)
	}
	plain, err := reader.DataConverter().ToPayload("after")
	if err != nil || payload.Sealed(plain) {
		t.Errorf("%v, %v", plain, err)
	}
	if f := reader.FailureConverter().ErrorToFailure(errors.New("seen")); f.GetMessage() != "seen" {
		t.Errorf("%v", f)
	}
	uses := map[string]int{}
	if err := payload.Use(t.Context(), &common.Payloads{Payloads: []*common.Payload{plain, sealed, sealed}}, uses); err != nil || uses[""] != 1 || uses[payload.KeyIDs(sealed)[0]] != 2 {
		t.Errorf("%v, %v", uses, err)
	}
}
