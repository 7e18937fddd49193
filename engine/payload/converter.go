package payload

import (
	"context"
	"errors"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Apply has a client, and every worker over it, seal and open payloads with the
// codec. The messages and stack traces of failures become payloads too.
func (c *Codec) Apply(o *client.Options) {
	o.DataConverter = c.DataConverter()
	o.FailureConverter = c.FailureConverter()
}

// DataConverter is the SDK's usual converter of values with the codec behind it.
//
// A workflow that meets a payload which does not open must wait for the right key
// and not fail, for it cannot be begun again. The SDK would give the error to the
// workflow's code or end it; so inside workflows the converter panics, by which
// the SDK tries the workflow task again until it succeeds.
func (c *Codec) DataConverter() converter.DataConverter {
	return &dataConverter{DataConverter: converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), c), codec: c}
}

// FailureConverter is the SDK's usual converter of failures with the codec behind
// it, for their messages as well.
func (c *Codec) FailureConverter() converter.FailureConverter {
	return newFailureConverter(c, false)
}

type dataConverter struct {
	converter.DataConverter
	codec  *Codec
	inside bool // a workflow
}

var (
	_ converter.DataConverterWithSerializationContext = (*dataConverter)(nil)
	_ workflow.ContextAware                           = (*dataConverter)(nil)
)

// WithSerializationContext is the converter for the payloads of one workflow.
func (d *dataConverter) WithSerializationContext(at converter.SerializationContext) converter.DataConverter {
	codec, ok := d.codec.WithSerializationContext(at).(*Codec)
	if !ok || codec == d.codec {
		return d
	}
	return &dataConverter{DataConverter: converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec), codec: codec, inside: d.inside}
}

// WithWorkflowContext is the converter inside a workflow.
func (d *dataConverter) WithWorkflowContext(workflow.Context) converter.DataConverter {
	inside := *d
	inside.inside = true
	return &inside
}

// WithContext is the converter outside of workflows.
func (d *dataConverter) WithContext(context.Context) converter.DataConverter { return d }

// FromPayload opens a payload and reads its value.
func (d *dataConverter) FromPayload(p *common.Payload, value any) error {
	err := d.DataConverter.FromPayload(p, value)
	d.wait(err)
	return err
}

// FromPayloads opens payloads and reads their values.
func (d *dataConverter) FromPayloads(p *common.Payloads, values ...any) error {
	err := d.DataConverter.FromPayloads(p, values...)
	d.wait(err)
	return err
}

func (d *dataConverter) wait(err error) {
	if d.inside && locked(err) {
		panic(err)
	}
}

// locked reports whether a payload stayed shut: not that its value is no good.
func locked(err error) bool {
	_, missing := errors.AsType[*KeyError](err)
	return missing || errors.Is(err, errChanged) || errors.Is(err, errMoved)
}

type failureConverter struct {
	converter.FailureConverter
	codec *Codec
	// inside is whether it reads failures of a workflow's activities, which it
	// does for the workflow alone.
	inside bool
}

var _ converter.FailureConverterWithSerializationContext = (*failureConverter)(nil)

func newFailureConverter(c *Codec, inside bool) *failureConverter {
	return &failureConverter{
		FailureConverter: temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
			DataConverter: c.DataConverter(), EncodeCommonAttributes: !c.open,
		}),
		codec: c, inside: inside,
	}
}

// WithSerializationContext is the converter for the failures of one workflow.
func (f *failureConverter) WithSerializationContext(at converter.SerializationContext) converter.FailureConverter {
	codec, ok := f.codec.WithSerializationContext(at).(*Codec)
	_, inside := at.(converter.ActivitySerializationContext)
	if !ok || (codec == f.codec && inside == f.inside) {
		return f
	}
	return newFailureConverter(codec, inside)
}

// FailureToError opens a failure. The SDK passes over one that does not open and
// leaves its details for later, when a workflow would take it for another failure;
// so the workflow waits here.
func (f *failureConverter) FailureToError(failed *failure.Failure) error {
	if f.inside {
		if err := f.codec.opens(failed); err != nil {
			panic(err)
		}
	}
	return f.FailureConverter.FailureToError(failed)
}

// opens is what keeps the payloads of a failure and its causes shut.
func (c *Codec) opens(failed *failure.Failure) error {
	for ; failed != nil; failed = failed.GetCause() {
		payloads := failed.GetApplicationFailureInfo().GetDetails().GetPayloads()
		if p := failed.GetEncodedAttributes(); p != nil {
			payloads = append([]*common.Payload{p}, payloads...)
		}
		if _, err := c.Decode(payloads); err != nil {
			return err
		}
	}
	return nil
}
