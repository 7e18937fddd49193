package workflows_test

import (
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// failing lets a step fail from one moment to another.
func failing(t *testing.T, from, to string) func(time.Time) error {
	t.Helper()
	begin, end := began.Add(at(t, from)), began.Add(at(t, to))
	return func(now time.Time) error {
		if !now.Before(begin) && now.Before(end) {
			return errAway
		}
		return nil
	}
}

// A mail server that is away for half a day costs half a day, and nobody has
// to do anything.
func TestShortOutage(t *testing.T) {
	env, h := environment(t)
	h.fails["requests.send-rung"] = failing(t, "2018-08-01 00:00", "2018-08-03 01:00")
	cancelAt(env, at(t, "2018-08-20 10:00"))
	runCycle(t, env, 0)
	if got := h.did("reports.attention"); len(got) != 0 {
		t.Fatalf("a person was called: %v", got)
	}
	if got := h.did("submissions.collect"); len(got) != 1 || !strings.HasPrefix(got[0], "2018-08-03 01:") {
		t.Fatalf("the collection after the rung came at %v", got)
	}
}

// After a day a person is told; when the outage ends after more than a day the
// rung goes out and the attention is taken back.
func TestLongOutage(t *testing.T) {
	env, h := environment(t)
	h.fails["requests.send-rung"] = failing(t, "2018-08-01 00:00", "2018-08-04 09:00")
	cancelAt(env, at(t, "2018-08-20 10:00"))
	runCycle(t, env, 0)
	called, over := h.did("reports.attention"), h.did("reports.attention-over")
	if len(called) != 1 || !strings.HasPrefix(called[0], "2018-08-03 1") || !strings.Contains(called[0], "send-rung") {
		t.Fatalf("attention: %v", called)
	}
	if len(over) != 1 || !strings.HasPrefix(over[0], "2018-08-04 ") || !strings.HasSuffix(over[0], strings.SplitN(called[0], "reports.attention ", 2)[1]) {
		t.Fatalf("attention over: %v after %v", over, called)
	}
}

// A command does not wait for a step that cannot be done: the step gives way
// and is taken up again.
func TestCommandsDuringAnOutage(t *testing.T) {
	env, h := environment(t)
	h.fails["requests.send-rung"] = failing(t, "2018-07-01 00:00", "2018-08-03 01:00")
	h.fails["requests.tell"] = failing(t, "2018-07-01 00:00", "2018-08-03 01:00")
	h.untold = true
	moved := command(env, at(t, "2018-07-05 10:00"), rapporteur.Command{
		ID: "m", Kind: rapporteur.CommandMoveDeadline, Date: date(t, "2018-09-10"), Authority: "S/2018/900",
	})
	cancelAt(env, at(t, "2018-08-20 10:00"))
	runCycle(t, env, 0)
	if !moved.done || !moved.at.Equal(began.Add(at(t, "2018-07-05 10:00"))) {
		t.Fatalf("the command was answered at %s: %+v", moved.at, moved)
	}
	if got := h.did("requests.apply"); !strings.HasPrefix(got[0], "2018-07-05 10:00") {
		t.Fatalf("applied: %v", got)
	}
}

func TestCancelDuringAnOutage(t *testing.T) {
	for _, step := range []string{"requests.preflight", "requests.send-rung", "submissions.close-collection", "reports.compile", "reports.submit-draft"} {
		t.Run(step, func(t *testing.T) {
			env, h := environment(t)
			h.fails[step] = func(time.Time) error { return errAway }
			cancelled := cancelAt(env, at(t, "2018-10-10 10:00"))
			runCycle(t, env, 0)
			if !cancelled.done {
				t.Fatalf("not cancelled: %+v", cancelled)
			}
			want(t, h.did("requests.cancel"), "2018-10-10 10:00 requests.cancel key-1")
		})
	}
}

// A cancellation does not wait for a command that cannot get into the record.
func TestCancelOvertakesACommandInTrouble(t *testing.T) {
	env, h := environment(t)
	h.fails["requests.apply"] = failing(t, "2018-07-20 00:00", "2018-07-20 11:00")
	stuck := command(env, at(t, "2018-07-20 10:00"), rapporteur.Command{ID: "a", Kind: rapporteur.CommandAddContributor, Contributor: "state-ken"})
	cancelled := cancelAt(env, at(t, "2018-07-20 10:30"))
	runCycle(t, env, 0)
	if kind := stuck.problem(t); kind != rapporteur.ProblemConflict {
		t.Fatalf("the command in trouble was refused as %s", kind)
	}
	if !cancelled.done {
		t.Fatalf("not cancelled: %+v", cancelled)
	}
}

// A step that the record refuses for a reason is put before a person at once.
func TestProblemOfAStepIsTold(t *testing.T) {
	env, h := environment(t)
	h.fails["requests.open"] = func(now time.Time) error {
		if now.Before(began.Add(at(t, "2018-07-02 14:30"))) {
			return rapporteur.NotFound("contributor", "state-xyz")
		}
		return nil
	}
	cancelAt(env, at(t, "2018-07-20 10:00"))
	runCycle(t, env, 0)
	called := h.did("reports.attention")
	if len(called) == 0 || !strings.Contains(called[0], `no contributor "state-xyz"`) || !strings.HasPrefix(called[0], "2018-07-02 13:00") {
		t.Fatalf("attention: %v", called)
	}
	want(t, h.did("requests.send-rung"), "2018-07-02 15:00 requests.send-rung request due 2018-09-01")
}
