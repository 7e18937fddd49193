package main

import (
	"context"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/worker"
)

type workerCommand struct {
	wiring.Database    `embed:""`
	wiring.Temporal    `embed:""`
	wiring.Mail        `embed:""`
	wiring.Instruments `embed:""`
	wiring.Signing     `embed:""`
	wiring.Sealing     `embed:""`
	wiring.Links       `embed:""`
	wiring.Telemetry   `embed:""`
	wiring.Deployment  `embed:""`
	MakeCurrent        worker.MakeCurrent `env:"RAPPORTEUR_MAKE_CURRENT" default:"first" enum:"first,always,never" help:"Whether the worker makes its own build current, so that it gets the tasks: first, where none is and no worker without a version works; always; or never (see rapporteur deployment promote)."`
	wiring.Waiting     `embed:""`
}

// Faults are those of a worker, which sends letters.
func (w workerCommand) Faults() []wiring.Fault { return w.MustMail() }

// Run works until it is told to stop; activities under way may finish.
func (w workerCommand) Run(ctx context.Context, logger zerolog.Logger) error {
	watch, err := w.Watch(ctx, "rapporteur-worker", logger)
	if err != nil {
		return err
	}
	defer watch.Unwatch()
	logger = watch.Logger
	house, err := openWatched(ctx, w.Waiting, w.Database, w.Sealing, w.Instruments, watch)
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
	temporal, err := w.Dial(ctx, w.Waiting, logger, watch.Apply)
	if err != nil {
		return err
	}
	defer temporal.Close()
	if err := w.Prepare(ctx, temporal); err != nil {
		return err
	}
	works, err := house.Worker(temporal, w.Mail, w.Options())
	if err != nil {
		return err
	}
	logger.Info().Str("namespace", w.TemporalNamespace).Msg("working")
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return works.Run(ctx) })
	group.Go(func() error { return house.Observe(ctx, temporal, true) })
	if w.Versioned() {
		group.Go(func() error {
			w.TakeUp(ctx, w.In(temporal, w.Temporal), w.MakeCurrent, logger)
			return nil
		})
	}
	return group.Wait()
}
