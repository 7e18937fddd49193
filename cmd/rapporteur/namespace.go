package main

import (
	"context"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

type namespaceCommand struct {
	wiring.Temporal  `embed:""`
	wiring.Namespace `embed:""`
	wiring.Waiting   `embed:""`
}

// Run registers what Temporal must know before a worker starts; done before, it
// does nothing.
func (n namespaceCommand) Run(ctx context.Context, logger zerolog.Logger) error {
	temporal, err := n.Dial(ctx, n.Waiting, logger)
	if err != nil {
		return err
	}
	defer temporal.Close()
	if err := n.Found(ctx, n.Temporal, n.Waiting, temporal, logger); err != nil {
		return err
	}
	logger.Info().Str("namespace", n.TemporalNamespace).Msg("the namespace has what cycles need")
	return nil
}
