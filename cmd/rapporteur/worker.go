package main

import (
	"context"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

type workerCommand struct {
	wiring.Database    `embed:""`
	wiring.Temporal    `embed:""`
	wiring.Mail        `embed:""`
	wiring.Instruments `embed:""`
	wiring.Signing     `embed:""`
	wiring.Sealing     `embed:""`
	wiring.Links       `embed:""`
	wiring.Waiting     `embed:""`
}

// Faults are those of a worker, which sends letters.
func (w workerCommand) Faults() []wiring.Fault { return w.MustMail() }

// Run works until it is told to stop; activities under way may finish.
func (w workerCommand) Run(ctx context.Context, logger zerolog.Logger) error {
	house, err := openWaiting(ctx, w.Waiting, w.Database, w.Sealing, w.Instruments, logger)
	if err != nil {
		return err
	}
	defer func() { _ = house.Close() }()
	if err := house.Sign(w.Signing); err != nil {
		return err
	}
	if err := house.Link(w.Links); err != nil {
		return err
	}
	temporal, err := w.Dial(ctx, w.Waiting, logger)
	if err != nil {
		return err
	}
	defer temporal.Close()
	if err := w.Prepare(ctx, temporal); err != nil {
		return err
	}
	worker, err := house.Worker(temporal, w.Mail)
	if err != nil {
		return err
	}
	logger.Info().Str("namespace", w.TemporalNamespace).Msg("working")
	return worker.Run(ctx)
}
