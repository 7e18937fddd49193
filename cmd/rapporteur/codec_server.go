package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur/api"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

type codecServerCommand struct {
	wiring.Database `embed:""`
	wiring.Payloads `embed:""`
	wiring.Decoder  `embed:""`
	wiring.SignIn   `embed:""`
	Namespace       string   `name:"temporal-namespace" env:"RAPPORTEUR_TEMPORAL_NAMESPACE" default:"rapporteur" help:"Temporal namespace of the cycles." placeholder:"NAME"`
	BaseURL         string   `name:"base-url" env:"RAPPORTEUR_BASE_URL" default:"http://127.0.0.1:8080" help:"Address at which people reach the service; its sessions count here where a sealing key is given." placeholder:"URL"`
	SealingKey      []string `env:"RAPPORTEUR_SEALING_KEY" secret:"file" help:"File with the key by which sessions are sealed, so that whoever is signed in at the pages may decode too. Leave it out where nobody should: with it this process could read answers." placeholder:"FILE" type:"path"`
	Listen          string   `env:"RAPPORTEUR_CODEC_LISTEN" default:"127.0.0.1:8082" help:"Address to answer on. Browsers reach it through the proxy that does TLS." placeholder:"HOST:PORT"`
}

// Faults are those of a server that only opens payloads.
func (c codecServerCommand) Faults() []wiring.Fault {
	faults := append(wiring.Address("RAPPORTEUR_CODEC_LISTEN", c.Listen), wiring.WebAddress("RAPPORTEUR_BASE_URL", c.BaseURL)...)
	if len(c.PayloadKey) == 0 && c.PlainPayloads {
		faults = append(faults, wiring.Fault{Key: "RAPPORTEUR_PAYLOAD_KEY", What: "is not set, and there is nothing to open", Remedy: "give the keys that serve and worker have"})
	}
	if len(c.CodecAudience) > 0 && c.OIDCIssuer == "" {
		faults = append(faults, wiring.Fault{Key: "RAPPORTEUR_CODEC_AUDIENCE", What: "is set, and no provider", Remedy: "set RAPPORTEUR_OIDC_ISSUER too, or leave it out"})
	}
	return faults
}

// Run answers until it is told to stop. It reaches neither Temporal nor the mail
// relay.
func (c codecServerCommand) Run(ctx context.Context, logger zerolog.Logger) error {
	house, err := c.open(ctx, logger)
	if err != nil {
		return err
	}
	defer func() { _ = house.Close() }()
	if err := house.LetIn(ctx, c.SignIn, wiring.Mail{BaseURL: c.BaseURL}); err != nil {
		return err
	}
	handler, err := house.Decode(c.Decoder, c.Payloads, c.Namespace)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", c.Listen, err)
	}
	server := api.Server(c.Listen, healthy(house, handler))
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		logger.Info().Str("address", listener.Addr().String()).Strs("origins", c.CodecOrigin).Msg("decoding payloads for administrators")
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		return server.Shutdown(last)
	})
	return group.Wait()
}

// open opens the record, with what is sealed in it where a key is given.
func (c codecServerCommand) open(ctx context.Context, logger zerolog.Logger) (*wiring.House, error) {
	if len(c.SealingKey) > 0 {
		return openSealed(ctx, c.Database, wiring.Sealing{SealingKey: c.SealingKey}, wiring.Instruments{}, logger)
	}
	return open(ctx, c.Database, wiring.Instruments{}, logger)
}

// healthy answers whoever looks at whether the server is well, and leaves
// everything else to the handler.
func healthy(house *wiring.House, handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/healthz" {
			handler.ServeHTTP(w, r)
			return
		}
		if err := house.Store.Ping(r.Context()); err != nil {
			http.Error(w, "the record does not answer", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}
