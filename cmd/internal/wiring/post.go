package wiring

import (
	"context"
	"errors"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur"
)

// post sends letters with links beside the requests that ask for them: whoever
// asks does not wait for the mail server. What waits when the process ends is
// lost, and can be asked for again.
type post struct {
	mailbox rapporteur.Mailbox
	letters chan rapporteur.Letter
	log     zerolog.Logger
	pause   time.Duration // before another attempt
}

const (
	postWaits   = 500 // letters at most; more than are sent in an hour to all
	postSenders = 2
	postTries   = 5
	postPause   = 15 * time.Second
)

func newPost(mailbox rapporteur.Mailbox, log zerolog.Logger) *post {
	return &post{mailbox, make(chan rapporteur.Letter, postWaits), log, postPause}
}

// put takes a letter to be sent.
func (p *post) put(l rapporteur.Letter) {
	select {
	case p.letters <- l:
	default:
		p.log.Error().Str("contributor", string(l.Contributor.ID)).Msg("too many letters wait: a link to sign in by is not sent")
	}
}

// run sends letters until the context ends.
func (p *post) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for range postSenders {
		group.Go(func() error {
			for {
				select {
				case <-ctx.Done():
					return nil
				case l := <-p.letters:
					p.send(ctx, l)
				}
			}
		})
	}
	return group.Wait()
}

// send tries a letter some times, with a pause between.
func (p *post) send(ctx context.Context, l rapporteur.Letter) {
	for range postTries {
		err := p.mailbox.Send(ctx, l)
		if err == nil {
			return
		}
		p.log.Warn().Err(err).Str("contributor", string(l.Contributor.ID)).Msg("cannot send link to sign in by")
		if _, refused := errors.AsType[*rapporteur.Refusal](err); refused {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(p.pause):
		}
	}
}

// Post sends letters with links until the context ends, where mail is set up, and
// sweeps away what nobody can sign in by any more.
func (h *House) Post(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	if h.post != nil {
		group.Go(func() error { return h.post.run(ctx) })
	}
	group.Go(func() error {
		ticker := time.NewTicker(sweepEvery)
		defer ticker.Stop()
		for {
			if err := h.signIn().SweepSignIn(ctx); err != nil && ctx.Err() == nil {
				h.Logger.Warn().Err(err).Msg("cannot sweep sign-in; trying again later")
			}
			select {
			case <-ctx.Done():
				return nil
			case <-ticker.C:
			}
		}
	})
	return group.Wait()
}
