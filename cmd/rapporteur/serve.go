package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/store"
)

type serveCommand struct {
	wiring.Database    `embed:""`
	wiring.Temporal    `embed:""`
	wiring.Instruments `embed:""`
	wiring.Signing     `embed:""`
	wiring.Sealing     `embed:""`
	wiring.Links       `embed:""`
	wiring.Mail        `embed:""`
	wiring.SignIn      `embed:""`
	wiring.Published   `embed:""`
	wiring.Attachments `embed:""`
	wiring.Webhooks    `embed:""`
	wiring.Telemetry   `embed:""`
	wiring.Limits      `embed:""`
	wiring.Waiting     `embed:""`
	Listen             string `env:"RAPPORTEUR_LISTEN" default:"127.0.0.1:8080" help:"Address to serve the API and the pages on." placeholder:"HOST:PORT"`
}

// Faults are those of the service itself.
func (s serveCommand) Faults() []wiring.Fault {
	return append(s.MustSign(), wiring.Address("RAPPORTEUR_LISTEN", s.Listen)...)
}

// Run serves until it is told to stop. Submissions are accepted whether or not
// Temporal answers; the relay tells it later.
func (s serveCommand) Run(ctx context.Context, logger zerolog.Logger) error {
	watch, err := s.Watch(ctx, "rapporteur-serve", logger)
	if err != nil {
		return err
	}
	defer watch.Unwatch()
	logger = watch.Logger
	house, err := openWatched(ctx, s.Waiting, s.Database, s.Sealing, s.Instruments, watch)
	if err != nil {
		return err
	}
	defer func() { _ = house.Close() }()
	if err := house.Sign(s.Signing); err != nil {
		return err
	}
	if err := house.MustSign(); err != nil {
		return err
	}
	if err := house.Link(s.Links); err != nil {
		return err
	}
	if err := house.LetIn(ctx, s.SignIn, s.Mail); err != nil {
		return err
	}
	if err := house.Publish(s.Published); err != nil {
		return err
	}
	url, err := s.URL()
	if err != nil {
		return err
	}
	if err := house.Attach(ctx, s.Attachments, url); err != nil {
		return err
	}
	house.Hook(s.Webhooks)
	if err := house.Read(s.Payloads); err != nil {
		return err
	}
	house.Limit(s.Limits)
	temporal, err := s.Lazy(logger, watch.Apply)
	if err != nil {
		return err
	}
	defer temporal.Close()
	house.TemporalUI, house.TemporalNamespace = s.TemporalUI, s.TemporalNamespace
	return serve(ctx, house, temporal, s.Listen)
}

func open(ctx context.Context, d wiring.Database, i wiring.Instruments, logger zerolog.Logger) (*wiring.House, error) {
	url, err := d.URL()
	if err != nil {
		return nil, err
	}
	return wiring.Open(ctx, url, i, store.Options{}, logger)
}

// openSealed opens the record for whoever reads or writes answers.
func openSealed(ctx context.Context, d wiring.Database, s wiring.Sealing, i wiring.Instruments, logger zerolog.Logger) (*wiring.House, error) {
	url, vault, err := sealed(d, s)
	if err != nil {
		return nil, err
	}
	return wiring.Open(ctx, url, i, store.Options{Vault: vault}, logger)
}

// sealed is where the record is, and what seals the answers in it.
func sealed(d wiring.Database, s wiring.Sealing) (url string, vault rapporteur.Vault, err error) {
	if url, err = d.URL(); err == nil {
		vault, err = s.Vault()
	}
	return url, vault, err
}

// openWatched opens the record in a process that is watched, and waits for it.
func openWatched(ctx context.Context, wait wiring.Waiting, d wiring.Database, s wiring.Sealing, i wiring.Instruments, w *wiring.Watch) (*wiring.House, error) {
	url, vault, err := sealed(d, s)
	if err != nil {
		return nil, err
	}
	house, err := wait.Open(ctx, url, i, w.StoreOptions(store.Options{Vault: vault}), w.Logger)
	if err == nil {
		house.Watched(w)
	}
	return house, err
}

// serve runs API and relay until the context ends, and gives requests under
// way ten seconds to finish.
func serve(ctx context.Context, house *wiring.House, temporal client.Client, address string) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	relay := house.Relay(temporal)
	server := house.Server(address, house.Handler(temporal, relay))
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		house.Logger.Info().Str("address", listener.Addr().String()).Msg("serving the API and the pages")
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error { return relay.Run(ctx) })
	group.Go(func() error { return house.Sweep(ctx) })
	group.Go(func() error { return house.SealAudit(ctx) })
	group.Go(func() error { return house.Dispatcher().Run(ctx) })
	group.Go(func() error { return house.Post(ctx) })
	group.Go(func() error { return house.Observe(ctx, temporal, false) })
	group.Go(func() error { return house.TellRefusals(ctx) })
	group.Go(func() error {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		return server.Shutdown(last)
	})
	return group.Wait()
}
