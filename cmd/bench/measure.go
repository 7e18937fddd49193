package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

// warm is how many submissions come before those that are measured.
const warm = 193

// measure measures every line, some times over. What is missing for PostgreSQL is
// told beside the lines there are.
func (s settings) measure(ctx context.Context) ([]line, error) {
	bodies, err := writeAnswers(ctx, slices.Max(s.sizes))
	if err != nil {
		return nil, err
	}
	var runs [][]line
	var missing error
	for range s.runs {
		var lines []line
		for _, database := range s.databases {
			host, err := s.openDatabase(ctx, database)
			if err != nil {
				missing = err
				_, _ = fmt.Fprintf(s.messages, "not measured: %v\n", err)
				continue
			}
			measured, err := s.measureOn(ctx, host, bodies)
			err = errors.Join(err, host.close())
			if err != nil {
				return nil, fmt.Errorf("cannot measure on %s: %w", database, err)
			}
			lines = append(lines, measured...)
		}
		runs = append(runs, lines)
	}
	return medians(runs), missing
}

// measureOn measures every size on one database, and one client with the
// smallest.
func (s settings) measureOn(ctx context.Context, host databaseHost, bodies [][]byte) ([]line, error) {
	var lines []line
	for n, size := range s.sizes {
		at := []int{s.clients}
		if n == 0 && s.clients != 1 {
			at = append(at, 1)
		}
		for _, clients := range at {
			pair, err := s.measurePair(ctx, host, bodies[:size], clients)
			if err != nil {
				return nil, err
			}
			lines = append(lines, pair...)
		}
	}
	return lines, nil
}

// measurePair measures product and floor by turns.
func (s settings) measurePair(ctx context.Context, host databaseHost, bodies [][]byte, clients int) ([]line, error) {
	dir, err := os.MkdirTemp("", "rapporteur-bench-")
	if err != nil {
		return nil, fmt.Errorf("cannot make folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	sink, err := smtpsink.Start(smtpsink.Config{Directory: filepath.Join(dir, "mail")})
	if err != nil {
		return nil, err
	}
	defer func() { _ = sink.Stop() }()
	var trials []*trial
	defer func() {
		for _, t := range trials {
			t.stop()
		}
	}()
	for _, role := range []string{product, floor} {
		url, err := host.create(ctx, filepath.Join(dir, role+".db"))
		if err != nil {
			return nil, err
		}
		b := brief{Contributors: len(bodies), Database: url, Dir: dir, SMTP: sink.URL(), Bare: s.bare}
		running, err := startServer(ctx, role, b, s.messages)
		if err != nil {
			return nil, err
		}
		t := &trial{server: running, role: role, clients: clients, bodies: bodies, databaseCPU: host.cpu}
		trials = append(trials, t)
		if err := t.warmUp(ctx, min(warm, len(bodies))); err != nil {
			return nil, err
		}
		if role == product {
			t.idle = s.idle
			if s.profile != "" {
				t.profile = filepath.Join(s.profile, fmt.Sprintf("%s-%d-%d.pprof", host.name(), len(bodies), clients))
			}
		}
	}
	return s.byTurns(ctx, host.name(), trials, len(bodies))
}

// warmUp plays a cycle that is not measured.
func (t *trial) warmUp(ctx context.Context, asked int) error {
	_, err := t.play(ctx, "warm", asked)
	if err == nil {
		err = t.settle(ctx, "warm")
	}
	return err
}

// settle waits until nothing of a cycle that was played is still under way.
func (t *trial) settle(ctx context.Context, period string) error {
	if t.role == product {
		if _, err := t.ask(order{Do: doDrafted, Cycle: instrument + "/" + stream + "/" + period}); err != nil {
			return err
		}
	}
	return t.quiet(ctx)
}

// byTurns plays as many cycles as make enough submissions, and adds them up.
func (s settings) byTurns(ctx context.Context, database string, trials []*trial, n int) ([]line, error) {
	turns := max(1, (s.enough+n-1)/n)
	if trials[0].clients == 1 {
		turns = max(1, turns/3)
	}
	rounds := make([][]round, len(trials))
	sizes := make([]report, len(trials))
	for turn := range turns {
		period := fmt.Sprintf("r%d", turn+1)
		for i, t := range trials {
			if turn == 0 {
				var err error
				if sizes[i], err = t.ask(order{Do: doTotals, Cycle: instrument + "/" + stream + "/warm"}); err != nil {
					return nil, err
				}
			}
			r, err := t.play(ctx, period, n)
			if err != nil {
				return nil, err
			}
			t.profile = ""
			rounds[i] = append(rounds[i], r)
			if turn+1 < turns {
				if err := t.settle(ctx, period); err != nil {
					return nil, err
				}
			}
		}
	}
	lines := make([]line, len(trials))
	for i, t := range trials {
		lines[i] = sum(rounds[i], sizes[i], n)
		lines[i].Contender, lines[i].Database, lines[i].Clients = t.role, database, t.clients
	}
	return lines, nil
}

// sum is the line of the cycles that a server has played. before is what there
// was before the first.
func sum(rounds []round, before report, n int) line {
	l := line{N: n, Cycles: len(rounds), Submissions: n * len(rounds)}
	each := func(of func(round) time.Duration) float64 {
		var all time.Duration
		for _, r := range rounds {
			all += of(r)
		}
		return milliseconds(all) / float64(l.Submissions)
	}
	middle := func(of func(round) time.Duration) float64 {
		var all []float64
		for _, r := range rounds {
			all = append(all, milliseconds(of(r)))
		}
		return median(all)
	}
	var latencies []time.Duration
	for _, r := range rounds {
		latencies = append(latencies, r.latencies...)
		l.PeakRSS = max(l.PeakRSS, float64(r.peak)/(1<<20))
		l.IdleCPU, l.IdleRSS = max(l.IdleCPU, r.idle), max(l.IdleRSS, float64(r.resident)/(1<<20))
		l.Events = max(l.Events, float64(r.totals.Events))
		l.EventBytes = max(l.EventBytes, float64(r.totals.HistoryBytes)/float64(n))
	}
	slices.Sort(latencies)
	l.P50, l.P95, l.P99 = milliseconds(percentile(latencies, 0.5)), milliseconds(percentile(latencies, 0.95)), milliseconds(percentile(latencies, 0.99))
	l.PerSecond = 1000 / each(func(r round) time.Duration { return r.sending })
	l.Open, l.Letters, l.Complete = middle(func(r round) time.Duration { return r.open }),
		middle(func(r round) time.Duration { return r.letters }), middle(func(r round) time.Duration { return r.complete })
	l.OpenCPU, l.LettersCPU = each(func(r round) time.Duration { return r.openCPU }), each(func(r round) time.Duration { return r.lettersCPU })
	l.AcceptCPU, l.CompleteCPU = each(func(r round) time.Duration { return r.acceptCPU }), each(func(r round) time.Duration { return r.completeCPU })
	l.DatabaseCPU, l.ClientsCPU = each(func(r round) time.Duration { return r.databaseCPU }), each(func(r round) time.Duration { return r.clientsCPU })
	l.CPU = l.OpenCPU + l.AcceptCPU + l.CompleteCPU + l.DatabaseCPU
	first := rounds[0].totals
	l.SizeInKiB = float64(first.Size-before.Size) / 1024 / float64(n)
	l.EngineInKiB = float64(first.EngineSize-before.EngineSize) / 1024
	return l
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
