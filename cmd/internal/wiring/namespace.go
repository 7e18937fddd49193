package wiring

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Namespace says what the namespace of the cycles is registered with.
type Namespace struct {
	Retention time.Duration `env:"RAPPORTEUR_TEMPORAL_RETENTION" default:"2160h" help:"How long Temporal keeps the history of a workflow that has ended; the record keeps its own for good."`
}

// Faults are those of the retention.
func (n Namespace) Faults() []Fault { return positive("RAPPORTEUR_TEMPORAL_RETENTION", n.Retention) }

// Found registers the namespace where it is missing, waits until the server
// knows it, and registers the search attributes that are missing. A namespace
// that is there keeps its retention. Running it again changes nothing.
func (n Namespace) Found(ctx context.Context, t Temporal, w Waiting, c client.Client, logger zerolog.Logger) error {
	_, err := c.WorkflowService().RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: t.TemporalNamespace, Description: "Reporting cycles", WorkflowExecutionRetentionPeriod: durationpb.New(n.Retention),
	})
	_, there := errors.AsType[*serviceerror.NamespaceAlreadyExists](err)
	if err != nil && !there {
		return fmt.Errorf("cannot register namespace %s: %w", t.TemporalNamespace, err)
	}
	if err == nil {
		logger.Info().Str("namespace", t.TemporalNamespace).Str("retention", n.Retention.String()).Msg("namespace registered")
	}
	// Each of the server's services learns of it from the database in its own
	// time.
	return w.until(ctx, logger, "namespace "+t.TemporalNamespace, func(ctx context.Context) error {
		err := t.Prepare(ctx, c)
		if _, unknown := errors.AsType[*serviceerror.NamespaceNotFound](err); err == nil || unknown {
			return err
		}
		return permanent{err}
	})
}
