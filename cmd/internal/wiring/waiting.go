package wiring

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/store"
)

// Waiting says how long a program waits for what it cannot work without.
type Waiting struct {
	Wait time.Duration `env:"RAPPORTEUR_WAIT" default:"2m" help:"How long to wait at the start for a database or a Temporal that does not answer yet, before giving up with an error."`
}

// Faults are those of the time.
func (w Waiting) Faults() []Fault { return positive("RAPPORTEUR_WAIT", w.Wait) }

// How often something that is away is tried, how long one try may take, and how
// often it is told.
const (
	tryEvery  = time.Second
	tryWithin = 10 * time.Second
	tellEvery = 10 * time.Second
)

// permanent marks an error that waiting does not mend.
type permanent struct{ error }

// Unwrap is the error itself.
func (p permanent) Unwrap() error { return p.error }

// until tries until it works, an error is permanent, or the time is over. What does
// not answer is told at once and then every ten seconds.
func (w Waiting) until(ctx context.Context, logger zerolog.Logger, what string, try func(context.Context) error) error {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, w.Wait)
	defer cancel()
	var told time.Time
	var last error // that says more than that time was over
	for {
		once, cancelOnce := context.WithTimeout(ctx, tryWithin)
		err := try(once)
		cancelOnce()
		if final, ok := errors.AsType[permanent](err); ok {
			return final.error
		}
		if err == nil {
			if !told.IsZero() {
				logger.Info().Str("part", what).Dur("waited", time.Since(began)).Msg("it answers now")
			}
			return nil
		}
		if last == nil || !errors.Is(err, context.DeadlineExceeded) {
			last = err
		}
		if time.Since(told) >= tellEvery {
			told = time.Now()
			logger.Warn().Err(err).Str("part", what).Str("gives_up_in", (w.Wait - time.Since(began)).Round(time.Second).String()).Msg("it does not answer yet; trying again")
		}
		pause := time.NewTimer(tryEvery)
		select {
		case <-ctx.Done():
			pause.Stop()
			if errors.Is(context.Cause(ctx), context.Canceled) {
				return context.Canceled
			}
			return fmt.Errorf("cannot reach the %s within %v (see RAPPORTEUR_WAIT): %w", what, w.Wait, last)
		case <-pause.C:
		}
	}
}

// Open opens the record as Open does, and waits for a PostgreSQL server that does
// not answer yet. A record with another schema is refused at once: the error says
// which command to run.
func (w Waiting) Open(ctx context.Context, databaseURL string, i Instruments, o store.Options, logger zerolog.Logger) (*House, error) {
	if err := w.Reach(ctx, databaseURL, logger); err != nil {
		return nil, err
	}
	return Open(ctx, databaseURL, i, o, logger)
}

// Reach waits for a PostgreSQL server that does not answer yet.
func (w Waiting) Reach(ctx context.Context, databaseURL string, logger zerolog.Logger) error {
	return w.until(ctx, logger, "database", func(ctx context.Context) error {
		err := store.Reach(ctx, databaseURL)
		if errors.Is(err, store.ErrNotLetIn) {
			return permanent{err}
		}
		return err
	})
}
