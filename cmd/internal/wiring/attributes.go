package wiring

import (
	"context"
	"fmt"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur/workflows"
)

// Prepare registers the search attributes by which operators find cycles in
// the namespace, where they are missing; workflows set them and would wait
// without them. It fails where one exists with another type.
func (t Temporal) Prepare(ctx context.Context, c client.Client) error {
	missing, err := t.missing(ctx, c)
	if err != nil || len(missing) == 0 {
		return err
	}
	_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
		Namespace: t.TemporalNamespace, SearchAttributes: missing,
	})
	if err != nil {
		return fmt.Errorf("cannot add search attributes to namespace %s: %w", t.TemporalNamespace, err)
	}
	return nil
}

// missing are the search attributes that the namespace does not have yet.
func (t Temporal) missing(ctx context.Context, c client.Client) (map[string]enums.IndexedValueType, error) {
	known, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: t.TemporalNamespace})
	if err != nil {
		return nil, fmt.Errorf("cannot read search attributes of namespace %s: %w", t.TemporalNamespace, err)
	}
	missing := map[string]enums.IndexedValueType{}
	for name, kind := range workflows.SearchAttributes() {
		switch has, found := known.GetCustomAttributes()[name]; {
		case !found:
			missing[name] = kind
		case has != kind:
			return nil, fmt.Errorf("cannot use namespace %s: its search attribute %s is a %s, not a %s", t.TemporalNamespace, name, has, kind)
		}
	}
	return missing, nil
}
