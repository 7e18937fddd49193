package webhook

import (
	"context"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur"
)

// Dispatcher sends the messages that wait for endpoints. Any number of them can
// run beside each other, in one process or several.
type Dispatcher struct {
	Webhooks rapporteur.Webhooks
	Logger   zerolog.Logger
	// Every is how often the record is asked for messages when nobody nudges; two
	// seconds when zero.
	Every time.Duration
	// Senders is how many messages are under way at once, each to another endpoint;
	// four when zero.
	Senders int

	once  sync.Once
	nudge chan struct{}
}

const (
	defaultEvery   = 2 * time.Second
	defaultSenders = 4
	pruneEvery     = time.Hour
	// longestPause is how long is waited at most when the record does not answer.
	longestPause = 30 * time.Second
)

func (d *Dispatcher) prepare() {
	d.once.Do(func() {
		if d.Every == 0 {
			d.Every = defaultEvery
		}
		if d.Senders == 0 {
			d.Senders = defaultSenders
		}
		d.nudge = make(chan struct{}, d.Senders)
	})
}

// Nudge has a sender look for messages now. It never waits.
func (d *Dispatcher) Nudge() {
	d.prepare()
	select {
	case d.nudge <- struct{}{}:
	default:
	}
}

// Run sends until the context ends, which is no error. While the record is away it
// tries again, ever less often.
func (d *Dispatcher) Run(ctx context.Context) error {
	d.prepare()
	var group errgroup.Group
	for range d.Senders {
		group.Go(func() error {
			d.send(ctx)
			return nil
		})
	}
	group.Go(func() error {
		d.prune(ctx)
		return nil
	})
	return group.Wait()
}

// send is one sender: it sends as long as there is something, and then rests.
func (d *Dispatcher) send(ctx context.Context) {
	pause := time.Duration(0)
	for {
		found, err := d.Webhooks.DeliverNext(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			pause = min(max(2*pause, d.Every), longestPause)
			d.Logger.Warn().Err(err).Dur("pause", pause).Msg("cannot send webhook messages")
		case found:
			pause = 0
			continue
		default:
			pause = d.Every
		}
		if !d.rest(ctx, pause) {
			return
		}
	}
}

func (d *Dispatcher) rest(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	case <-d.nudge:
	}
	return true
}

// prune takes old messages out of the record, now and then.
func (d *Dispatcher) prune(ctx context.Context) {
	ticker := time.NewTicker(pruneEvery)
	defer ticker.Stop()
	for {
		switch n, err := d.Webhooks.Prune(ctx); {
		case ctx.Err() != nil:
			return
		case err != nil:
			d.Logger.Warn().Err(err).Msg("cannot prune webhook messages; trying again later")
		case n > 0:
			d.Logger.Info().Int("pruned", n).Msg("webhook messages pruned")
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
