package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

func TestFaultsComeWithTheirEvent(t *testing.T) {
	p := newPulse()
	came := 0
	m := p.arm("mail ", 2, func() { came++ })
	for _, what := range []string{"mail request", "jump", "acknowledged"} {
		p.beat(what)
	}
	if came != 0 {
		t.Fatal("it came with the first mail")
	}
	p.beat("mail reminder")
	p.beat("mail reminder")
	<-m.come
	if came != 1 || !m.hit {
		t.Errorf("it came %d times, with its event: %t", came, m.hit)
	}
	p.release(m) // comes only once
	if came != 1 {
		t.Error("it came again")
	}
}

func TestFaultsComeAtLastWithoutTheirEvent(t *testing.T) {
	p := newPulse()
	came := 0
	m := p.arm("never", 1, func() { came++ })
	p.release(m)
	if came != 1 || m.hit {
		t.Errorf("%d came; with its event: %t", came, m.hit)
	}
	p.beat("never")
	if came != 1 {
		t.Error("it came again")
	}
}

func TestFaultsComeWithWhateverIsNextWhereTheirEventDoesNot(t *testing.T) {
	p, came := newPulse(), 0
	m := p.arm("never", 3, func() { came++ })
	p.beat("jump")
	p.loosen(m)
	if came != 0 {
		t.Error("it came with nothing")
	}
	p.beat("jump")
	if came != 1 || !m.hit {
		t.Errorf("%d came; with an event: %t", came, m.hit)
	}
}

// A story that waits goes on for a day where a fault asks it to.
func TestStoriesGoOnForAFault(t *testing.T) {
	p := newPace()
	for n := range 3 {
		p.begin(t.Context(), n, 2)
	}
	begun := make(chan struct{})
	go func() {
		defer close(begun)
		p.begin(t.Context(), 3, 2)
	}()
	for waiting := false; !waiting; {
		var changed <-chan struct{}
		if _, _, waiting, changed = p.now(); !waiting {
			<-changed
		}
	}
	p.grant()
	<-begun
	if _, done, waiting, _ := p.now(); done != 0 || waiting {
		t.Errorf("%d days are done; it waits: %t", done, waiting)
	}
}

// The story waits for faults that have fallen far behind, and they then wait for nothing.
func TestStoryAndFaultsKeepTogether(t *testing.T) {
	p, days := newPace(), []int{}
	through := make(chan struct{})
	go func() {
		defer close(through)
		for n := range 20 {
			p.reach(t.Context(), n)
			today, _, _, _ := p.now()
			days = append(days, today-n)
			p.finish(n)
		}
	}()
	for n := range 21 {
		p.begin(t.Context(), n, 3)
		if _, done, waiting, _ := p.now(); done < n-3 || waiting {
			t.Errorf("day %d began when the faults of %d days had happened; it waits: %t", n, done, waiting)
		}
	}
	<-through
	if len(days) != 20 || slices.Min(days) < 0 {
		t.Errorf("faults came so many days after theirs: %v", days)
	}
}

func TestTheSameSeedHasTheSamePlan(t *testing.T) {
	plan := func(seed uint64, cluster bool) []string {
		var all []string
		for n, faults := range draw(rand.New(rand.NewPCG(seed, 1)), cluster, "", 20, 7*weeks+clearing, busy()) {
			for _, f := range faults {
				all = append(all, fmt.Sprint(n, f, f.mode, f.lasts))
			}
		}
		return all
	}
	for _, cluster := range []bool{true, false} {
		if diff := cmp.Diff(plan(7, cluster), plan(7, cluster)); diff != "" {
			t.Error(diff)
		}
		if slices.Equal(plan(7, cluster), plan(8, cluster)) {
			t.Error("another seed has the same plan")
		}
	}
}

func TestAPlanHasAllItsKills(t *testing.T) {
	kills, others := 0, map[string]bool{}
	for _, faults := range draw(rand.New(rand.NewPCG(3, 1)), true, "", 37, 7*weeks+clearing, busy()) {
		for _, f := range faults {
			if f.what == "kill" {
				kills++
			}
			others[f.what] = true
		}
	}
	if kills != 37 || len(others) < 5 {
		t.Errorf("%d kills and %v", kills, others)
	}
}

func TestCalmEndsWhenSomethingIsAskedAgain(t *testing.T) {
	j, key, at := newJournal(), rapporteur.RequestKey{Cycle: "a/b/c", Contributor: "x"}, time.Unix(1000, 0)
	j.rest(key, at)
	j.rest(key, at.Add(time.Second)) // a newer version changes nothing
	j.stir(key, at.Add(time.Minute))
	j.rest(key, at.Add(time.Hour))
	want := []calm{{key, at, at.Add(time.Minute)}, {key, at.Add(time.Hour), time.Time{}}}
	if diff := cmp.Diff(want, j.Calm); diff != "" {
		t.Error(diff)
	}
}

func TestTheClockIsShared(t *testing.T) {
	dir := t.TempDir()
	clock, api := sharedClock{dir: dir}, sharedClock{dir: dir, process: "api"}
	if clock.read() != (shared{}) {
		t.Error("a clock without a file is off")
	}
	if err := clock.write(shared{Ahead: time.Hour, Cycles: -24 * time.Hour}); err != nil {
		t.Fatal(err)
	}
	if err := clock.skewed("api", -3*time.Hour); err != nil {
		t.Fatal(err)
	}
	if off := api.now().Sub(clock.now()).Round(time.Minute); off != -3*time.Hour {
		t.Errorf("the API is off by %s", off)
	}
	if off := clock.business().Sub(clock.now()).Round(time.Minute); off != -24*time.Hour {
		t.Errorf("cycles are off by %s", off)
	}
}

// When all faults have happened the story takes as many days as it needs.
func TestAStoryGoesOnAfterTheLastFault(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := &chaos{pace: newPace()}
	<-c.start(ctx)
	c.pace.begin(ctx, 1000, patience)
	if ctx.Err() != nil {
		t.Error("the story waits for faults that will not come")
	}
}
