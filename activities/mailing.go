package activities

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/rapporteur/rapporteur"
)

// errGivenUp ends a batch that somebody has asked to stop.
var errGivenUp = errors.New("given up before the next message")

// postman hands letters to a mailbox one by one and takes no further one when
// its step is to stop. A letter that was begun is finished, so that stopping
// never sends one twice.
type postman struct {
	rapporteur.Mailbox
	stop <-chan struct{}
}

// Send hands a letter over unless the step is to stop.
func (p postman) Send(ctx context.Context, l rapporteur.Letter) error {
	select {
	case <-p.stop:
		return errGivenUp
	default:
	}
	return p.Mailbox.Send(ctx, l)
}

// beat is how often a batch shows that it is alive.
const beat = 5 * time.Second

// mailing carries out a step that writes to many: it shows progress to the
// engine while it runs, and stops between two letters when the engine asks.
func mailing(ctx context.Context, conduct rapporteur.Conduct, step func(context.Context, rapporteur.Conduct, func(done int)) error) error {
	conduct.Mailbox = postman{Mailbox: conduct.Mailbox, stop: ctx.Done()}
	err := alive(ctx, func(within context.Context, progress func(done int)) error { return step(within, conduct, progress) })
	if errors.Is(err, errGivenUp) && ctx.Err() != nil {
		return ctx.Err()
	}
	return Failure(err)
}

// alive carries out a step that may take long, and shows the engine that it
// runs: one whose worker has died is soon tried elsewhere. What the engine asks
// meanwhile does not cut it short.
func alive(ctx context.Context, step func(ctx context.Context, progress func(done int)) error) error {
	var done atomic.Int64
	ended := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for {
			select {
			case <-ended:
				return
			case <-ticker.C:
				activity.RecordHeartbeat(ctx, done.Load())
			}
		}
	}()
	err := step(context.WithoutCancel(ctx), func(n int) { done.Store(int64(n)) })
	close(ended)
	<-stopped
	return err
}
