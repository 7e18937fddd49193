package main

import (
	"context"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

type healthCommand struct {
	Server string `env:"RAPPORTEUR_SERVER" default:"http://127.0.0.1:8080" help:"Address of the API." placeholder:"URL"`
}

// Faults are those of the address.
func (h healthCommand) Faults() []wiring.Fault {
	return wiring.WebAddress("RAPPORTEUR_SERVER", h.Server)
}

// Run succeeds when the server answers and its record does; for health checks
// where there is no shell.
func (h healthCommand) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return remote.New(h.Server, "").JSON(ctx, remote.Call{Method: http.MethodGet, Path: "/healthz"}, nil)
}
