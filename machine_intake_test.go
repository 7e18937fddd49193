package rapporteur

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// intakeRun carries out every step of an intake as soon as it is due, and
// writes down what was done when.
type intakeRun struct {
	state  IntakeState
	policy IntakePolicy
	now    time.Time
	lines  []string
	fails  map[IntakeStep]bool
}

func newIntakeRun(t rapid.TB) *intakeRun {
	t.Helper()
	p := IntakePolicy{Halves: true, From: on(t, "2017-11-21")}
	w := p.WindowOn(on(t, "2018-03-01"))
	w.First = on(t, "2018-03-01")
	cycle := windowCycle(Instrument{ID: "i"}, Stream{ID: "op9", Intake: p}, w)
	return &intakeRun{state: NewIntakeState(cycle, nil), policy: p, now: w.First.At(9), fails: map[IntakeStep]bool{}}
}

// step does the first due step that can be done, and reports whether there was
// one.
func (r *intakeRun) step(t rapid.TB) bool {
	t.Helper()
	for _, step := range r.state.Due(r.now) {
		if r.fails[step] {
			continue
		}
		r.lines = append(r.lines, fmt.Sprintf("%s %s %s", r.now.Format("2006-01-02 15:04"), r.state.Window, step))
		next, err := r.state.Next(r.outcome(step), r.now)
		if err != nil {
			t.Fatalf("%s after %s: %v", step, r.state, err)
		}
		r.state = next
		return true
	}
	return false
}

func (r *intakeRun) outcome(step IntakeStep) IntakeEvent {
	switch step {
	case IntakeOpen:
		return IntakeEvent{Opened: true}
	case IntakeOpenNext:
		w := r.policy.After(Window{First: r.state.First, Last: r.state.Last})
		return IntakeEvent{NextOpen: &NextWindow{Window: NewCycleID("i", "op9", WindowPrefix+w.Label), First: w.First, Last: w.Last}}
	case IntakeRoute:
		return IntakeEvent{Routed: &RouteResult{}}
	case IntakeClose:
		return IntakeEvent{Closed: true}
	case IntakeDigest:
		return IntakeEvent{Digested: 1}
	case IntakeEnd:
		return IntakeEvent{Stopped: true}
	}
	return IntakeEvent{}
}

// until lets time pass until a moment, from wake to wake.
func (r *intakeRun) until(t rapid.TB, end time.Time) {
	t.Helper()
	for r.now.Before(end) && !r.state.Finished() {
		for r.step(t) {
		}
		if r.state.Rolls() {
			r.lines = append(r.lines, fmt.Sprintf("%s roll to %s", r.now.Format("2006-01-02 15:04"), r.state.Following.Window))
			r.state = r.state.Rolled()
			continue
		}
		next := r.state.NextWake(r.now)
		if !next.After(r.now) {
			next = r.now.Add(time.Hour) // what fails is tried again
		}
		r.now = next
	}
}

// but lists what was done without the looks at the record.
func (r *intakeRun) but(look IntakeStep) []string {
	return slices.DeleteFunc(slices.Clone(r.lines), func(line string) bool { return strings.HasSuffix(line, string(look)) })
}

func TestAnIntakeRollsFromWindowToWindow(t *testing.T) {
	r := newIntakeRun(t)
	r.until(t, on(t, "2019-01-02").Start())
	want := []string{
		"2018-03-01 09:00 i/op9/window-2018-H1 open-window",
		"2018-07-01 00:00 i/op9/window-2018-H1 open-next-window",
		"2018-07-01 01:00 i/op9/window-2018-H1 close-window",
		"2018-07-01 01:00 i/op9/window-2018-H1 digest",
		"2018-07-01 01:00 roll to i/op9/window-2018-H2",
		"2019-01-01 00:00 i/op9/window-2018-H2 open-next-window",
		"2019-01-01 01:00 i/op9/window-2018-H2 close-window",
		"2019-01-01 01:00 i/op9/window-2018-H2 digest",
		"2019-01-01 01:00 roll to i/op9/window-2019-H1",
	}
	if diff := cmp.Diff(want, r.but(IntakeRoute)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	looks := len(r.lines) - len(want)
	if looks < 306 || looks > 312 { // once a day, and when a window closes or begins
		t.Errorf("the record was looked at %d times", looks)
	}
}

// A mail server that is away for weeks holds up nothing but mails.
func TestAnIntakeRollsWithoutMails(t *testing.T) {
	r := newIntakeRun(t)
	r.fails[IntakeRoute] = true
	r.until(t, on(t, "2018-07-02").Start())
	want := []string{
		"2018-03-01 09:00 i/op9/window-2018-H1 open-window",
		"2018-07-01 00:00 i/op9/window-2018-H1 open-next-window",
		"2018-07-01 01:00 i/op9/window-2018-H1 close-window",
		"2018-07-01 01:00 i/op9/window-2018-H1 digest",
		"2018-07-01 01:00 roll to i/op9/window-2018-H2",
	}
	if diff := cmp.Diff(want, r.lines); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if due := r.state.Due(r.now); len(due) == 0 || due[0] != IntakeRoute || r.state.Finished() {
		t.Errorf("what was not routed is forgotten: %v", due)
	}
}

func stopCommand(id string) IntakeEvent {
	return IntakeEvent{Stop: &Command{ID: id, Kind: CommandStopIntake, Actor: "key-1", Reason: "The mandate has ended."}}
}

func (r *intakeRun) happen(t rapid.TB, e IntakeEvent) {
	t.Helper()
	next, err := r.state.Next(e, r.now)
	if err != nil {
		t.Fatal(err)
	}
	r.state = next
}

func TestAnIntakeIsStopped(t *testing.T) {
	for name, c := range map[string]struct {
		at   string
		want []string
	}{
		"in the middle of a window": {"2018-05-05 10:00", []string{"stop", "route", "digest"}},
		// Both the window in its hour of grace and the next end, one after the other.
		"in the hour of grace": {"2018-07-01 00:30", []string{"stop", "route", "digest", "roll", "route", "digest"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newIntakeRun(t)
			at, err := time.Parse("2006-01-02 15:04", c.at)
			if err != nil {
				t.Fatal(err)
			}
			for r.now.Before(at) {
				for r.step(t) {
				}
				r.now = r.now.Add(30 * time.Minute)
			}
			r.lines = nil
			r.happen(t, stopCommand("s"))
			r.happen(t, stopCommand("s")) // again
			if _, err := r.state.Next(stopCommand("other"), r.now); !IsProblem(err, ProblemConflict) {
				t.Errorf("stopped twice: %v", err)
			}
			r.until(t, at.AddDate(0, 1, 0))
			var steps []string
			for _, line := range r.lines {
				fields := strings.Fields(line)
				step := fields[3]
				if fields[2] == "roll" {
					step = "roll"
				}
				steps = append(steps, step)
			}
			if diff := cmp.Diff(c.want, steps); diff != "" || !r.state.Finished() {
				t.Errorf("finished %t, steps (-want +got):\n%s", r.state.Finished(), diff)
			}
		})
	}
}

func TestAnIntakeIsStoppedBeforeItOpens(t *testing.T) {
	r := newIntakeRun(t)
	r.now = r.now.AddDate(0, 0, -10)
	if due := r.state.Due(r.now); len(due) != 0 || !r.state.NextWake(r.now).Equal(on(t, "2018-03-01").Start()) {
		t.Errorf("due %v, wakes at %s", due, r.state.NextWake(r.now))
	}
	if _, err := r.state.Next(IntakeEvent{Stop: &Command{ID: "s"}}, r.now); !IsProblem(err, ProblemInvalid) {
		t.Errorf("stopped without a reason: %v", err)
	}
	r.happen(t, stopCommand("s"))
	r.until(t, r.now.AddDate(1, 0, 0))
	if r.state.Phase != PhaseCancelled || !r.state.Finished() {
		t.Errorf("state %+v", r.state)
	}
}

// What waits for a destination keeps a stopped intake from ending, and is
// looked for once a day.
func TestAStoppedIntakeWaitsForItsDestinations(t *testing.T) {
	r := newIntakeRun(t)
	r.step(t)
	r.happen(t, stopCommand("s"))
	r.happen(t, IntakeEvent{Stopped: true})
	r.happen(t, IntakeEvent{Routed: &RouteResult{Waiting: 1}})
	r.happen(t, IntakeEvent{Digested: 1})
	if r.state.Finished() || len(r.state.Due(r.now)) > 0 || !r.state.NextWake(r.now).Equal(r.now.Add(24*time.Hour)) {
		t.Errorf("%+v, due %v, wakes at %s", r.state, r.state.Due(r.now), r.state.NextWake(r.now))
	}
	r.happen(t, IntakeEvent{Hinted: true})
	r.until(t, r.now.Add(time.Hour))
	if !r.state.Finished() {
		t.Errorf("state %+v", r.state)
	}
}

func TestEventsOutOfPlace(t *testing.T) {
	r := newIntakeRun(t)
	for name, e := range map[string]IntakeEvent{
		"nothing": {}, "a digest of an open window": {Digested: 1}, "a next window before the first is open": {NextOpen: &NextWindow{}}, "closed before it is open": {Closed: true},
	} {
		if _, err := r.state.Next(e, r.now); !IsProblem(err, ProblemConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever fails for however long, and whenever the engine is away: the windows
// follow each other, none closes before the next is open and its time is over,
// and each has one digest.
func TestAnyCourseOfAnIntake(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newIntakeRun(t)
		open, digests := r.state.First, map[CycleID]int{}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				s := r.state
				if !s.Stopped && s.Phase == PhaseClosed && (s.Following == nil || r.now.Before(s.ends().Add(windowGrace))) {
					t.Fatalf("closed too early, %s: %s", r.now, s)
				}
				if s.Phase == PhaseCollecting && r.now.Before(s.First.Start()) {
					t.Fatalf("opened too early: %s", s)
				}
				if s.First.Before(open) {
					t.Fatalf("went back: %s", s)
				}
			},
			"step": func(t *rapid.T) {
				before := r.state
				if r.step(t) && r.state.Digest > before.Digest {
					digests[r.state.Window]++
				}
			},
			"wait": func(t *rapid.T) {
				r.now = r.now.Add(time.Duration(rapid.Int64Range(0, int64(100*24*time.Hour)).Draw(t, "time")))
			},
			"hint": func(t *rapid.T) { r.happen(t, IntakeEvent{Hinted: true}) },
			"fail": func(t *rapid.T) {
				r.fails[rapid.SampledFrom([]IntakeStep{IntakeRoute, IntakeDigest, IntakeOpenNext}).Draw(t, "step")] = true
			},
			"mend": func(*rapid.T) { clear(r.fails) },
			"roll": func(t *rapid.T) {
				if !r.state.Rolls() {
					t.Skip("this window does not roll yet; another step is drawn")
				}
				next := r.state.Rolled()
				if next.First != r.state.Last.AddDays(1) || digests[r.state.Window] != 1 {
					t.Fatalf("%s is followed by %s, with %d digests", r.state, next, digests[r.state.Window])
				}
				r.state, open = next, next.First
			},
		})
		clear(r.fails)
		r.happen(t, IntakeEvent{Hinted: true})
		if !r.state.Stopped && r.state.Stop.ID == "" {
			r.happen(t, stopCommand("s"))
		}
		r.until(t, r.now.AddDate(3, 0, 0))
		if !r.state.Finished() {
			t.Fatalf("never ends: %s, due %v", r.state, r.state.Due(r.now))
		}
	})
}
