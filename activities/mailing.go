package activities

import (
	"context"
	"errors"
	"sync/atomic"

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

// mailing carries out a step that writes to many: it shows progress to the
// engine while it runs, and stops between two letters when the engine asks.
func mailing(ctx context.Context, conduct rapporteur.Conduct, step func(context.Context, rapporteur.Conduct, func(done int)) error) error {
	var done atomic.Int64
	stop := alive(ctx, func() []any { return []any{done.Load()} })
	conduct.Mailbox = postman{Mailbox: conduct.Mailbox, stop: ctx.Done()}
	err := step(context.WithoutCancel(ctx), conduct, func(n int) { done.Store(int64(n)) })
	stop()
	if errors.Is(err, errGivenUp) && ctx.Err() != nil {
		return ctx.Err()
	}
	return Failure(err)
}
