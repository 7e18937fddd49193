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
	"time"

	"github.com/rapporteur/rapporteur/internal/pgserver"
)

// options say how much is tried.
type options struct {
	seed  uint64
	kills int
	limit time.Duration
	size  int    // contributors of the twelve-month report
	only  string // cluster or standalone; both in turn where empty
	keep  bool
	plan  bool // tell each fault
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
	flag.StringVar(&o.only, "only", "", "cluster (processes on PostgreSQL) or standalone (one process on SQLite); both in turn where left out")
	flag.BoolVar(&o.keep, "keep", false, "keep the folders with the records and the logs")
	flag.BoolVar(&o.plan, "v", false, "tell each fault when it has happened")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := o.run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

var errBroken = errors.New("promises were broken")

// run tells stories until there were enough kills.
func (o options) run(ctx context.Context, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	began, kills, broken := time.Now(), 0, 0
	fmt.Fprintf(out, "seed %d\n", o.seed)
	for n := uint64(0); kills < o.kills; n++ {
		t, err := o.tell(ctx, out, o.seed+n, min(perStory, o.kills-kills))
		if err != nil {
			return fmt.Errorf("%w (again: go run ./cmd/faults -seed %d -kills %d -n %d)", err, o.seed, o.kills, o.size)
		}
		kills += t.kills
		broken += len(t.broken)
	}
	fmt.Fprintf(out, "%d kills in %s, %d violations\n", kills, time.Since(began).Round(time.Second), broken)
	if broken > 0 {
		return fmt.Errorf("%w: again with go run ./cmd/faults -seed %d -kills %d -n %d", errBroken, o.seed, o.kills, o.size)
	}
	return nil
}

// told is what came of one story.
type told struct {
	kills  int
	broken []string
}

// kind is which world a seed has.
func (o options) cluster(seed uint64) bool {
	switch {
	case o.only != "":
		return o.only == "cluster"
	case pgserver.Find() == "":
		return false
	}
	return seed%2 == 1
}

// tell plays one story and holds it against the promises.
func (o options) tell(ctx context.Context, out io.Writer, seed uint64, kills int) (t told, err error) {
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
		fmt.Fprintf(out, "records and logs are in %s\n", dir)
	}()
	w, err := newWorld(ctx, seed, o.cluster(seed), dir, log)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	c := &chaos{world: w, rounds: draw(w.chance("plan"), w.cluster, kills, weeks), done: map[string]int{}, report: func(text string) {
		if o.plan {
			fmt.Fprintf(out, "  %6.1fs %s\n", time.Since(began).Seconds(), text)
		}
	}}
	s := &story{world: w, size: o.size, chaos: c}
	played := s.play(ctx)
	if played != nil && !errors.Is(played, errNoEnd) {
		return t, fmt.Errorf("seed %d: %w", seed, played)
	}
	e, err := s.gather(ctx)
	if err != nil {
		return t, fmt.Errorf("seed %d: %w", seed, err)
	}
	t = told{kills: int(c.kills.Load()), broken: verify(e)}
	kind := "standalone"
	if w.cluster {
		kind = "cluster"
	}
	fmt.Fprintf(out, "seed %d, %s: %v, %d acknowledged, %d mails, %d cycles, %s\n",
		seed, kind, c.done, len(e.Acknowledged)+len(e.Delivered), len(e.Letters), len(e.Cycles), time.Since(began).Round(time.Second))
	for _, what := range t.broken {
		fmt.Fprintf(out, "  VIOLATION %s\n", what)
	}
	return t, nil
}
