package payload

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/failure/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

// OpenHistory opens the payloads of a history in place, as far as there are keys:
// what is sealed with another stays as it is. The messages of failures are put
// back where they were. What was changed after it was sealed is an error.
func (c *Codec) OpenHistory(ctx context.Context, h *history.History) error {
	return c.openAll(ctx, h)
}

// OpenFailure opens a failure and its causes in the same way.
func (c *Codec) OpenFailure(ctx context.Context, f *failure.Failure) error {
	return c.openAll(ctx, f)
}

func (c *Codec) openAll(ctx context.Context, message proto.Message) error {
	err := proxy.VisitPayloads(ctx, message, proxy.VisitPayloadsOptions{
		SkipSearchAttributes: true,
		Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*common.Payload) ([]*common.Payload, error) {
			return each(payloads, func(p *common.Payload) (*common.Payload, error) {
				opened, err := c.unseal(p)
				if _, missing := errors.AsType[*KeyError](err); missing {
					return p, nil
				}
				return opened, err
			})
		},
	})
	if err != nil {
		return err
	}
	return proxy.VisitFailures(ctx, message, proxy.VisitFailuresOptions{
		Visitor: func(_ *proxy.VisitFailuresContext, f *failure.Failure) error {
			if p := f.GetEncodedAttributes(); p != nil && !Sealed(p) {
				converter.DecodeCommonFailureAttributes(converter.GetDefaultDataConverter(), f)
				f.EncodedAttributes = nil
			}
			return nil
		},
	})
}

// Use counts the payloads of an event, or of anything else that holds payloads, by
// the id of the key with which they are sealed, under "" those that are not sealed.
// Search attributes, which nobody can seal, and headers are not counted.
func Use(ctx context.Context, message proto.Message, into map[string]int) error {
	err := proxy.VisitPayloads(ctx, message, proxy.VisitPayloadsOptions{
		SkipSearchAttributes: true,
		Visitor: func(at *proxy.VisitPayloadsContext, payloads []*common.Payload) ([]*common.Payload, error) {
			if _, header := at.Parent.(*common.Header); header {
				return payloads, nil
			}
			for _, p := range payloads {
				id := ""
				if Sealed(p) {
					id = string(p.GetMetadata()[MetadataKeyID])
				}
				into[id]++
			}
			return payloads, nil
		},
	})
	if err != nil {
		return fmt.Errorf("cannot look through payloads: %w", err)
	}
	return nil
}
