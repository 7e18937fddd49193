package wiring

import (
	"context"
	"fmt"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur/engine"
)

// Lazy is a client that connects when it is first used, so that the API
// accepts submissions while Temporal is away. apply adds to its options.
func (t Temporal) Lazy(logger zerolog.Logger, apply ...func(*client.Options)) (client.Client, error) {
	o, err := t.options(logger, apply...)
	if err != nil {
		return nil, err
	}
	c, err := client.NewLazyClient(o)
	if err != nil {
		return nil, fmt.Errorf("cannot make Temporal client: %w", err)
	}
	return c, nil
}

// Dial connects, and waits for a Temporal that is not there yet. apply adds to
// the client's options.
func (t Temporal) Dial(ctx context.Context, w Waiting, logger zerolog.Logger, apply ...func(*client.Options)) (client.Client, error) {
	o, err := t.options(logger, apply...)
	if err != nil {
		return nil, err
	}
	var connected client.Client
	err = w.until(ctx, logger, "Temporal at "+t.TemporalAddress, func(ctx context.Context) error {
		var err error
		connected, err = client.DialContext(ctx, o)
		return err
	})
	return connected, err
}

func (t Temporal) options(logger zerolog.Logger, apply ...func(*client.Options)) (client.Options, error) {
	o := ClientOptions(apply...)
	o.HostPort, o.Namespace, o.Logger = t.TemporalAddress, t.TemporalNamespace, temporalLog{logger}
	if err := t.Secure(&o); err != nil {
		return client.Options{}, err
	}
	if err := t.Apply(&o); err != nil {
		return client.Options{}, err
	}
	return o, nil
}

// ClientOptions are what every Temporal client of the product has, wherever
// the server is, and what is applied to them beside.
func ClientOptions(apply ...func(*client.Options)) client.Options {
	o := client.Options{ContextPropagators: []workflow.ContextPropagator{engine.RequestIDs()}}
	for _, add := range apply {
		add(&o)
	}
	return o
}

// temporalLog writes the SDK's records to zerolog.
type temporalLog struct{ logger zerolog.Logger }

var _ sdklog.Logger = temporalLog{}

// Debug writes a record for developers.
func (l temporalLog) Debug(msg string, keyvals ...any) { l.logger.Debug().Fields(keyvals).Msg(msg) }

// Info writes a record of ordinary events.
func (l temporalLog) Info(msg string, keyvals ...any) { l.logger.Info().Fields(keyvals).Msg(msg) }

// Warn writes a record of what mends itself.
func (l temporalLog) Warn(msg string, keyvals ...any) { l.logger.Warn().Fields(keyvals).Msg(msg) }

// Error writes a record of what does not.
func (l temporalLog) Error(msg string, keyvals ...any) { l.logger.Error().Fields(keyvals).Msg(msg) }
