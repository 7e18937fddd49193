package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rapporteur/rapporteur"
)

// longestSweep is how rarely at most a sweep hints to the same cycle again
// when that does not get its answers collected: signals of a run are limited.
const longestSweep = 6 * time.Hour

// spell is how long a sweep leaves a cycle alone.
type spell struct {
	until time.Time
	pause time.Duration
}

// sweeper hints to cycles whose answers wait to be collected although nothing
// is open any more, each time less often.
type sweeper struct {
	relay *Relay
	seen  map[rapporteur.CycleID]spell
}

func (s *sweeper) sweep(ctx context.Context, now time.Time) error {
	var waiting []rapporteur.CycleID
	err := s.relay.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		waiting, err = r.Uncollected(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot list cycles: %w", err)
	}
	seen := map[rapporteur.CycleID]spell{}
	var failed error
	for _, id := range waiting {
		seen[id] = s.seen[id]
		if now.Before(seen[id].until) {
			continue
		}
		if err := s.relay.hint(ctx, rapporteur.CycleWorkflowID(id), 0); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		pause := min(max(2*seen[id].pause, s.relay.Sweep), longestSweep)
		seen[id] = spell{until: now.Add(pause), pause: pause}
	}
	s.seen = seen
	return failed
}
