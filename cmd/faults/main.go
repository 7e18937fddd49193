package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur/internal/pgserver"
)

// options say how much is tried.
type options struct {
	seed   uint64
	kills  int
	limit  time.Duration
	size   int    // contributors of the twelve-month report
	only   string // cluster, standalone or command; the first two in turn where empty
	with   string // kind of the faults beside kills; all where empty
	beside int    // stories at the same time
	keep   bool
	plan   bool // tell each fault
}

// perStory is how many kills one story has at most.
const perStory = 40

func main() {
	if text := os.Getenv(asRole); text != "" {
		os.Exit(runRole(text))
	}
	var o options
	flag.Uint64Var(&o.seed, "seed", 1, "what everything is drawn from; the same seed has the same plan")
	flag.IntVar(&o.kills, "kills", 40, "how many processes are ended in all")
	flag.DurationVar(&o.limit, "for", 10*time.Minute, "how long at most; a run that is not through by then has failed")
	flag.IntVar(&o.size, "n", 16, "contributors of the twelve-month report, up to 193 and more")
	flag.StringVar(&o.only, "only", "", "cluster (processes on PostgreSQL), standalone (one process on SQLite), or command (cmd/rapporteur itself, with an intake); the first two in turn where left out")
	flag.StringVar(&o.with, "with", "", "mail, clock, slow, disk or database: the only faults beside kills")
	flag.IntVar(&o.beside, "beside", 2, "how many stories are played at the same time")
	flag.BoolVar(&o.keep, "keep", false, "keep the folders with the records and the logs")
	flag.BoolVar(&o.plan, "v", false, "tell each fault when it has happened")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := o.run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

var errBroken = errors.New("promises were broken")

// run tells stories, some beside each other, until there were enough kills.
func (o options) run(ctx context.Context, to io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	began, kills, broken := time.Now(), 0, 0
	out := &lines{to: to}
	out.say("seed %d\n", o.seed)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, o.beside))
	var mutex sync.Mutex
	for n, left := uint64(0), o.kills; left > 0; n++ {
		share := min(perStory, left)
		left -= share
		group.Go(func() error {
			t, err := o.tell(ctx, out, o.seed+n, share)
			mutex.Lock()
			defer mutex.Unlock()
			kills += t.kills
			broken += len(t.broken)
			return err
		})
	}
	err := group.Wait()
	out.say("%d kills in %s, %d violations\n", kills, time.Since(began).Round(time.Second), broken)
	if err == nil && broken > 0 {
		err = errBroken
	}
	if err != nil {
		return fmt.Errorf("%w; again: go run ./cmd/faults %s", err, o)
	}
	return nil
}

// String is the flags that repeat the run.
func (o options) String() string {
	text := fmt.Sprintf("-seed %d -kills %d -n %d -for %s -beside %d", o.seed, o.kills, o.size, o.limit, o.beside)
	if o.with != "" {
		text += " -with " + o.with
	}
	if o.only != "" {
		text += " -only " + o.only
	}
	return text
}

// lines lets stories that are told beside each other write their lines.
type lines struct {
	mutex sync.Mutex
	to    io.Writer
}

// say writes a line. Where nobody reads it the run goes on.
func (l *lines) say(format string, values ...any) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	_, _ = fmt.Fprintf(l.to, format, values...)
}

// told is what came of one story.
type told struct {
	kills    int
	broken   []string
	evidence evidence
}

// kind is which world a seed has.
func (o options) cluster(seed uint64) bool {
	switch {
	case o.only != "":
		return o.only != "standalone"
	case pgserver.Find() == "":
		return false
	}
	return seed%2 == 1
}

// tell plays one story and holds it against the promises.
func (o options) tell(ctx context.Context, out *lines, seed uint64, kills int) (t told, err error) {
	began := time.Now()
	dir, err := folder()
	if err != nil {
		return t, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return t, fmt.Errorf("cannot make log: %w", err)
	}
	defer func() {
		_ = log.Close()
		if !o.keep && err == nil && len(t.broken) == 0 {
			_ = os.RemoveAll(dir)
			return
		}
		out.say("records and logs are in %s\n", dir)
	}()
	program := ""
	if o.only == "command" {
		if program, err = build(ctx, dir); err != nil {
			return t, err
		}
	}
	w, err := newWorld(ctx, seed, o.cluster(seed), program, dir, log)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	plan := draw(w.chance("plan"), w.cluster, o.with, kills, 7*weeks+clearing, busy())
	if program != "" {
		plan = draw(w.chance("plan"), true, o.with, kills, errands, nil)
	}
	c := &chaos{world: w, days: plan, pace: newPace(), done: map[string]int{}, report: func(text string) {
		if o.plan {
			out.say("  %d %6.1fs %s\n", seed, time.Since(began).Seconds(), text)
		}
	}}
	s := &story{world: w, size: o.size, chaos: c}
	play := s.play
	if program != "" {
		play = s.errand
	}
	played := play(ctx)
	if played != nil && !errors.Is(played, errNoEnd) {
		return t, fmt.Errorf("seed %d: %w", seed, played)
	}
	e, err := s.gather(ctx)
	if err != nil {
		return t, fmt.Errorf("seed %d: %w", seed, err)
	}
	t = told{kills: int(c.kills.Load()), broken: verify(e), evidence: e}
	kind := "standalone"
	switch {
	case program != "":
		kind = "command"
	case w.cluster:
		kind = "cluster"
	}
	out.say("seed %d, %s: %v, %d in the middle of something; %d acknowledged, %d mails, %d cycles, %s\n",
		seed, kind, c.done, c.hits.Load(), len(e.Acknowledged)+len(e.Delivered), len(e.Letters), len(e.Cycles), time.Since(began).Round(time.Second))
	for _, what := range t.broken {
		out.say("  VIOLATION %s\n", what)
	}
	return t, nil
}
