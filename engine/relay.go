package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
)

// Relay tells workflows what the record has for them: it reads the outbox,
// starts workflows and hints to them, and marks messages delivered only
// afterwards. What a crash makes it say twice is harmless, for what has
// ended by itself is not started again and a hint only makes somebody look. Any number of relays
// can run beside each other.
type Relay struct {
	Store  rapporteur.Store
	Client client.Client
	Logger zerolog.Logger
	// Every is how often the outbox is read when nobody nudges; a second when
	// zero.
	Every time.Duration
	// Sweep is how often the record is asked for cycles whose answers wait
	// although nothing is open; 30 s when zero. It makes good for hints that
	// were lost with a queue or a backup.
	Sweep time.Duration
	// Batch is how many messages are taken at once; 500 when zero.
	Batch int
	// Relaying, where set, is told what is about to be said, with the traces that
	// the messages belong to, none empty; what is said is said in the context that
	// it gives, and the function is called with what came of it.
	Relaying func(ctx context.Context, kind string, traces []string) (context.Context, func(error))

	once  sync.Once
	nudge chan struct{}
}

const (
	defaultEvery = time.Second
	defaultSweep = 30 * time.Second
	defaultBatch = 500
	// callTimeout bounds one call to the server.
	callTimeout = 10 * time.Second
	// longestPause is how long the relay waits at most when the server or the
	// store does not answer.
	longestPause = 30 * time.Second
)

func (r *Relay) prepare() {
	r.once.Do(func() {
		r.nudge = make(chan struct{}, 1)
		if r.Every == 0 {
			r.Every = defaultEvery
		}
		if r.Sweep == 0 {
			r.Sweep = defaultSweep
		}
		if r.Batch == 0 {
			r.Batch = defaultBatch
		}
	})
}

// Nudge has the relay read the outbox now. It never waits, and is safe at any
// time from anywhere.
func (r *Relay) Nudge() {
	r.prepare()
	select {
	case r.nudge <- struct{}{}:
	default:
	}
}

// Run relays until the context ends, which is no error. While Temporal or the
// store is away it tries again, ever less often; nothing is lost meanwhile.
func (r *Relay) Run(ctx context.Context) error {
	r.prepare()
	sweep := time.NewTicker(r.Sweep)
	defer sweep.Stop()
	swept := &sweeper{relay: r, seen: map[rapporteur.CycleID]spell{}}
	pause := time.Duration(0)
	for {
		more, err := r.Deliver(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			pause = min(max(2*pause, r.Every), longestPause)
			r.Logger.Warn().Err(err).Dur("pause", pause).Msg("cannot relay outbox")
		default:
			pause = 0
		}
		if more && err == nil {
			continue
		}
		if !r.rest(ctx, max(pause, r.Every), sweep.C, swept) {
			return nil
		}
	}
}

// rest waits for the next reading of the outbox, and sweeps where it is time.
// It reports false when the context has ended.
func (r *Relay) rest(ctx context.Context, pause time.Duration, sweep <-chan time.Time, swept *sweeper) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
			return true
		case <-r.nudge:
			return true
		case now := <-sweep:
			if err := swept.sweep(ctx, now); err != nil && ctx.Err() == nil {
				r.Logger.Warn().Err(err).Msg("cannot sweep cycles")
			}
		}
	}
}

// Deliver relays one batch of the outbox and reports whether there may be
// more. Messages of which one cannot be delivered stay, and do not hold up
// the others.
func (r *Relay) Deliver(ctx context.Context) (bool, error) {
	r.prepare()
	var messages []rapporteur.Message
	cycles := map[rapporteur.CycleID]rapporteur.Cycle{}
	err := r.Store.Read(ctx, func(ctx context.Context, reader rapporteur.Reader) error {
		var err error
		if messages, err = reader.Outbox(ctx, r.Batch); err != nil {
			return err
		}
		return starting(ctx, reader, messages, cycles)
	})
	if err != nil {
		return false, fmt.Errorf("cannot read outbox: %w", err)
	}
	if len(messages) == 0 {
		return false, nil
	}
	told, failed := r.deliver(ctx, messages, cycles)
	delivered := told.delivered
	if len(delivered)+len(told.tried) > 0 {
		err := r.Store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
			if err := tx.Tried(ctx, told.tried); err != nil {
				return err
			}
			return tx.Delivered(ctx, delivered)
		})
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("cannot mark messages delivered: %w", err))
		}
	}
	return len(messages) == r.Batch && len(delivered) > 0, failed
}

// starting reads every cycle in which a workflow is to be started: its clock
// offset and shape say how.
func starting(ctx context.Context, reader rapporteur.Reader, messages []rapporteur.Message, cycles map[rapporteur.CycleID]rapporteur.Cycle) error {
	for _, m := range messages {
		if _, known := cycles[m.Cycle]; known || m.Kind == rapporteur.MessageHint {
			continue
		}
		if m.Starts() == rapporteur.MessageStartCalendar {
			calendar, err := reader.StreamCalendar(ctx, streamOf(m.Cycle))
			if err != nil {
				return err
			}
			cycles[m.Cycle] = rapporteur.Cycle{ID: m.Cycle, ClockOffset: calendar.ClockOffset}
			continue
		}
		cycle, err := reader.Cycle(ctx, m.Cycle)
		if err != nil {
			return err
		}
		cycles[m.Cycle] = cycle
	}
	return nil
}

// told is what came of a batch, by the ids of its messages.
type told struct {
	delivered []int64
	tried     []int64 // and could not be said
}

// deliver says a batch: first whom to start, then, once to each workflow, that
// something has changed. What comes after a sign that nobody hears is not tried.
func (r *Relay) deliver(ctx context.Context, messages []rapporteur.Message, cycles map[rapporteur.CycleID]rapporteur.Cycle) (told, error) {
	var said told
	var failed error
	hints := map[string]hint{}
	var order []string
	for _, m := range messages {
		if m.Kind == rapporteur.MessageHint {
			if _, seen := hints[m.WorkflowID()]; !seen {
				order = append(order, m.WorkflowID())
			}
			hints[m.WorkflowID()] = hints[m.WorkflowID()].with(m)
			continue
		}
		err := r.relaying(ctx, m.Kind, hint{}.with(m).traces, func(ctx context.Context) error { return r.start(ctx, m, cycles[m.Cycle]) })
		if err != nil {
			failed = errors.Join(failed, err)
			said.tried = append(said.tried, m.ID)
			if gone(err) {
				return said, failed
			}
			continue
		}
		said.delivered = append(said.delivered, m.ID)
	}
	hinted := map[string]bool{} // by workflow that was tried, whether it worked
	for _, id := range order {
		err := r.relaying(ctx, rapporteur.MessageHint, hints[id].traces, func(ctx context.Context) error { return r.hint(ctx, id, hints[id].auditSeq) })
		if err != nil {
			failed = errors.Join(failed, err)
			hinted[id] = false
			if gone(err) {
				break
			}
			continue
		}
		hinted[id] = true
	}
	for _, m := range messages {
		heard, tried := hinted[m.WorkflowID()]
		switch {
		case m.Kind != rapporteur.MessageHint || !tried:
		case heard:
			said.delivered = append(said.delivered, m.ID)
		default:
			said.tried = append(said.tried, m.ID)
		}
	}
	return said, failed
}

// hint is what a workflow is told once for several messages.
type hint struct {
	auditSeq int64
	traces   []string
}

// with is a hint that stands for a message too.
func (h hint) with(m rapporteur.Message) hint {
	h.auditSeq = max(h.auditSeq, m.AuditSeq)
	if m.Trace != "" {
		h.traces = append(h.traces, m.Trace)
	}
	return h
}

// relaying says something within the traces that it belongs to.
func (r *Relay) relaying(ctx context.Context, kind rapporteur.MessageKind, traces []string, say func(context.Context) error) error {
	if r.Relaying == nil || len(traces) == 0 {
		return say(ctx)
	}
	ctx, done := r.Relaying(ctx, string(kind), traces)
	err := say(ctx)
	done(err)
	return err
}
