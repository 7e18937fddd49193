package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

var errUncounted = errors.New("what was acknowledged is not what is in the record")

// round is one cycle from its wish to its closed collection; of the floor only
// the submissions.
type round struct {
	open, letters, complete          time.Duration
	openCPU, lettersCPU              time.Duration
	acceptCPU, completeCPU           time.Duration
	databaseCPU, clientsCPU, sending time.Duration
	latencies                        []time.Duration
	idle                             float64 // processor time while idle, as a share of a core
	resident                         int64
	totals                           report
	peak                             int64
}

// trial is a server under measurement, with what it is given.
type trial struct {
	*server
	role        string
	clients     int
	bodies      [][]byte
	databaseCPU func() time.Duration
	idle        time.Duration
	profile     string // file; empty for none
	turn        int    // cycles so far
	stored      int    // answers in earlier cycles of the floor, which has no cycles
}

// play runs one cycle of the product.
func (t *trial) play(ctx context.Context, period string, asked int) (round, error) {
	if t.role == floor {
		return t.playFloor(ctx, period, asked)
	}
	var r round
	cycle := instrument + "/" + stream + "/" + period
	clock := &stopwatch{trial: t}
	if err := clock.start(); err != nil {
		return r, err
	}
	if err := t.plan(ctx, period, asked); err != nil {
		return r, err
	}
	if err := clock.lap(doOpened, cycle, &r.open, &r.openCPU); err != nil {
		return r, err
	}
	opened := clock.database
	if err := clock.lap(doWritten, cycle, &r.letters, &r.lettersCPU); err != nil {
		return r, err
	}
	r.databaseCPU = opened
	if err := t.quiet(ctx); err != nil {
		return r, err
	}
	if err := t.watch(ctx, &r); err != nil {
		return r, err
	}
	if err := t.answer(ctx, cycle, asked, clock, &r); err != nil {
		return r, err
	}
	err := t.check(cycle, asked, &r)
	return r, err
}

// answer has everybody submit, and waits until collection is closed.
func (t *trial) answer(ctx context.Context, cycle string, asked int, clock *stopwatch, r *round) error {
	if t.profile != "" {
		if _, err := t.ask(order{Do: doProfile, File: t.profile}); err != nil {
			return err
		}
	}
	t.turn++
	bodies := inCycle(t.bodies[:asked], t.turn)
	if err := clock.start(); err != nil {
		return err
	}
	sent, err := t.submit(ctx, cycle, bodies, t.clients)
	if err != nil {
		return err
	}
	r.latencies, r.sending, r.clientsCPU = sent.latencies, sent.took, sent.cpu
	// Nothing but an order lies between, so that completing is not late to begin.
	if _, err := t.ask(order{Do: doUsage}); err != nil {
		return err
	}
	before, err := t.ask(order{Do: doUsage})
	if err != nil {
		return err
	}
	r.acceptCPU = before.CPU - clock.cpu
	if t.role == product {
		if _, err := t.ask(order{Do: doClosed, Cycle: cycle}); err != nil {
			return err
		}
		r.complete = time.Since(sent.ended)
	}
	after, err := t.ask(order{Do: doUsage})
	if err != nil {
		return err
	}
	r.completeCPU, r.peak = after.CPU-before.CPU, after.Peak
	r.databaseCPU += t.databaseCPU() - clock.databaseBegan
	if t.profile != "" {
		_, err = t.ask(order{Do: doProfiled, File: t.profile + ".allocs"})
	}
	return err
}

// check holds that what was acknowledged is in the record and was collected.
func (t *trial) check(cycle string, asked int, r *round) error {
	var err error
	if r.totals, err = t.ask(order{Do: doTotals, Cycle: cycle}); err != nil {
		return err
	}
	t.stored += asked
	wanted := asked
	if t.role == floor {
		wanted = t.stored
	}
	if r.totals.Submissions != wanted || (t.role == product && r.totals.Settled != asked) {
		return fmt.Errorf("%w: %d acknowledged, %d stored, %d collected", errUncounted, wanted, r.totals.Submissions, r.totals.Settled)
	}
	return nil
}

// plan starts a cycle for some of the contributors.
func (t *trial) plan(ctx context.Context, period string, asked int) error {
	start := map[string]any{"instrument": instrument, "stream": stream, "period": period, "without": t.Others}
	if asked < len(t.Asked) {
		start["only"] = t.Asked[:asked]
		delete(start, "without")
	}
	return remote.New(t.URL, t.Staff).JSON(ctx, remote.Call{Method: http.MethodPost, Path: "/v1/cycles", Body: start}, nil)
}

// watch sees what the server takes while a cycle is open and nothing happens.
func (t *trial) watch(ctx context.Context, r *round) error {
	if t.idle == 0 {
		return nil
	}
	if err := pause(ctx, t.idle/2); err != nil { // what was begun ends
		return err
	}
	before, err := t.ask(order{Do: doUsage})
	if err != nil {
		return err
	}
	if err := pause(ctx, t.idle); err != nil {
		return err
	}
	after, err := t.ask(order{Do: doUsage})
	r.idle, r.resident = 100*(after.CPU-before.CPU).Seconds()/t.idle.Seconds(), after.Resident
	t.idle = 0 // once is enough
	return err
}

// A server is quiet that takes next to no processor time for a while; what it
// still does after a step, and what an engine does by itself now and then, would
// otherwise count for what comes next. It is not waited for without end.
const (
	quietFor  = 50 * time.Millisecond
	quietCPU  = 2 * time.Millisecond
	quietWait = 5 * time.Second
)

// quiet waits until the server is quiet.
func (t *trial) quiet(ctx context.Context) error {
	used, err := t.ask(order{Do: doUsage})
	for deadline := time.Now().Add(quietWait); err == nil && time.Now().Before(deadline); {
		if err := pause(ctx, quietFor); err != nil {
			return err
		}
		before := used.CPU
		if used, err = t.ask(order{Do: doUsage}); used.CPU-before < quietCPU {
			break
		}
	}
	return err
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// playFloor puts the same answers on the floor.
func (t *trial) playFloor(ctx context.Context, period string, asked int) (round, error) {
	var r round
	cycle := instrument + "/" + stream + "/" + period
	if err := t.answer(ctx, cycle, asked, &stopwatch{trial: t}, &r); err != nil {
		return r, err
	}
	err := t.check(cycle, asked, &r)
	return r, err
}

// stopwatch takes times and processor times of spans that follow each other.
type stopwatch struct {
	trial         *trial
	began         time.Time
	cpu           time.Duration
	databaseBegan time.Duration
	database      time.Duration // of the last span
}

func (w *stopwatch) start() error {
	used, err := w.trial.ask(order{Do: doUsage})
	w.cpu, w.databaseBegan, w.began = used.CPU, w.trial.databaseCPU(), time.Now()
	return err
}

// lap waits until an order is carried out, and takes how long it was since the
// last one.
func (w *stopwatch) lap(do, cycle string, took, cpu *time.Duration) error {
	if _, err := w.trial.ask(order{Do: do, Cycle: cycle}); err != nil {
		return err
	}
	*took = time.Since(w.began)
	cpuBefore, databaseBefore := w.cpu, w.databaseBegan
	if err := w.start(); err != nil {
		return err
	}
	*cpu, w.database = w.cpu-cpuBefore, w.databaseBegan-databaseBefore
	return nil
}
