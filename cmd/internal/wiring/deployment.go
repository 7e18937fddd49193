package wiring

import (
	"context"
	"errors"
	"strings"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur/worker"
)

// noDeployment stands for a worker without a version.
const noDeployment = "none"

// Deployment names the workers in Temporal, so that a release can stand beside
// the one before it and get the tasks when it is made current.
type Deployment struct {
	Deployment string `env:"RAPPORTEUR_DEPLOYMENT" default:"rapporteur" help:"Name of the worker deployment in Temporal; none for workers without a version." placeholder:"NAME"`
	BuildID    string `name:"build-id" env:"RAPPORTEUR_BUILD_ID" help:"Which build of the deployment this is; the program's version and revision where empty." placeholder:"ID"`
}

// Build is the id of the build that this program is, or is told to be.
func (d Deployment) Build() string {
	if d.BuildID != "" {
		return d.BuildID
	}
	return BuildID()
}

// Versioned reports whether workers have a version.
func (d Deployment) Versioned() bool { return d.Deployment != noDeployment }

// checkName is an error, which says what is wanted, where Temporal would not take
// a name.
func checkName(name string) error {
	if strings.TrimSpace(name) == "" || len(name) > 200 || strings.ContainsAny(name, ": \t\n") {
		return errors.New("up to 200 characters without spaces and colons")
	}
	return nil
}

func hasStop(name string) bool { return strings.Contains(name, ".") }

// Options have a worker take part in the deployment.
func (d Deployment) Options() worker.Options {
	if !d.Versioned() {
		return worker.Options{}
	}
	return worker.Options{Deployment: d.Deployment, BuildID: d.Build()}
}

// In is the deployment at Temporal.
func (d Deployment) In(c client.Client, t Temporal) worker.Deployment {
	return worker.Deployment{Client: c, Namespace: t.TemporalNamespace, Name: d.Deployment}
}

// TakeUp makes the build current where mode says so, and logs how it stands.
func (d Deployment) TakeUp(ctx context.Context, in worker.Deployment, mode worker.MakeCurrent, logger zerolog.Logger) {
	logger = logger.With().Str("deployment", d.Deployment).Str("build", d.Build()).Logger()
	in.TakeUp(ctx, d.Build(), mode, func(what string, err error) {
		if err != nil {
			logger.Warn().Err(err).Msg(what)
			return
		}
		logger.Info().Msg(what)
	})
}
