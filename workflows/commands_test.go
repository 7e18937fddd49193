package workflows_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows"
)

// cancelAt ends a test's cycle, where nothing else does.
func cancelAt(env *testsuite.TestWorkflowEnvironment, after time.Duration) *reply {
	return command(env, after, rapporteur.Command{ID: "end", Kind: rapporteur.CommandCancel, Reason: "over", Actor: "key-1"})
}

func TestDeadlineMoved(t *testing.T) {
	env, h := environment(t)
	h.untold = true
	moved := command(env, at(t, "2018-08-20 10:00"), rapporteur.Command{
		ID: "m", Kind: rapporteur.CommandMoveDeadline, Date: date(t, "2018-09-20"), Authority: "S/2018/900",
	})
	cancelAt(env, at(t, "2018-10-15 10:00"))
	runCycle(t, env, 0)
	want(t, h.did("requests.send-rung", "requests.apply", "requests.tell", "submissions.close-collection"),
		"2018-07-02 13:00 requests.send-rung request due 2018-09-01",
		"2018-08-02 13:00 requests.send-rung first due 2018-09-01",
		"2018-08-20 10:00 requests.apply move-deadline m",
		"2018-08-20 10:00 requests.tell move-deadline m",
		"2018-08-21 13:00 requests.send-rung first due 2018-09-20",
		"2018-09-13 13:00 requests.send-rung second due 2018-09-20",
		"2018-09-23 13:00 requests.send-rung overdue due 2018-09-20",
		"2018-10-02 12:00 submissions.close-collection ",
		"2018-10-15 10:00 requests.apply cancel end",
	)
	if !moved.done {
		t.Fatalf("the command was not answered: %+v", moved)
	}
}

func TestCollectionClosedByCommand(t *testing.T) {
	env, h := environment(t)
	command(env, at(t, "2018-08-20 10:00"), rapporteur.Command{ID: "x", Kind: rapporteur.CommandCloseCollection})
	cancelAt(env, at(t, "2018-10-15 10:00"))
	runCycle(t, env, 0)
	steps := h.did("submissions.collect", "submissions.close-collection", "reports.compile")
	want(t, steps[len(steps)-3:],
		"2018-08-20 10:00 submissions.collect ",
		"2018-08-20 10:00 submissions.close-collection ",
		"2018-08-20 10:00 reports.compile 1",
	)
}

func TestRefusedCommandsCostNothing(t *testing.T) {
	refused := map[string]struct {
		command rapporteur.Command
		kind    rapporteur.ProblemKind
	}{
		"wrong phase":    {rapporteur.Command{Kind: rapporteur.CommandTransmit}, rapporteur.ProblemConflict},
		"no authority":   {rapporteur.Command{Kind: rapporteur.CommandMoveDeadline, Date: date(t, "2018-09-20")}, rapporteur.ProblemInvalid},
		"date is over":   {rapporteur.Command{Kind: rapporteur.CommandMoveDeadline, Date: date(t, "2018-07-20"), Authority: "a"}, rapporteur.ProblemInvalid},
		"no contributor": {rapporteur.Command{Kind: rapporteur.CommandAddContributor}, rapporteur.ProblemInvalid},
		"no reason":      {rapporteur.Command{Kind: rapporteur.CommandCancel}, rapporteur.ProblemInvalid},
	}
	for name, c := range refused {
		t.Run(name, func(t *testing.T) {
			env, h := environment(t)
			c.command.ID = "refused"
			got := command(env, at(t, "2018-08-20 10:00"), c.command)
			cancelAt(env, at(t, "2018-08-21 10:00"))
			runCycle(t, env, 0)
			if kind := got.problem(t); kind != c.kind || got.rejected == nil {
				t.Fatalf("got %s, rejected: %v, want %s rejected", kind, got.rejected, c.kind)
			}
			want(t, h.did("requests.apply"), "2018-08-21 10:00 requests.apply cancel end")
		})
	}
}

// What the record refuses, though the state would allow it, is the sender's
// problem and leaves the cycle as it was.
func TestRefusedByTheRecord(t *testing.T) {
	env, h := environment(t)
	h.fails["requests.apply"] = func(now time.Time) error {
		if now.Month() == time.July {
			return rapporteur.Problemf(rapporteur.ProblemUnreachable, "Cannot be reached", "state-ken has no focal point.")
		}
		return nil
	}
	got := command(env, at(t, "2018-07-20 10:00"), rapporteur.Command{ID: "a", Kind: rapporteur.CommandAddContributor, Contributor: "state-ken"})
	cancelAt(env, at(t, "2018-08-21 10:00"))
	runCycle(t, env, 0)
	if kind := got.problem(t); kind != rapporteur.ProblemUnreachable || got.failed == nil {
		t.Fatalf("problem %s, failed: %v", kind, got.failed)
	}
	if p := workflows.ProblemOf(got.failed); p.Title != "Cannot be reached" || p.Detail != "state-ken has no focal point." {
		t.Fatalf("problem: %+v", p)
	}
}

func TestCommandsAtOnceEachActOnce(t *testing.T) {
	env, h := environment(t)
	var replies []*reply
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		replies = append(replies, command(env, at(t, "2018-07-20 10:00"), rapporteur.Command{
			ID: id, Kind: rapporteur.CommandWithdrawContributor, Contributor: rapporteur.ContributorID("state-" + id),
		}))
	}
	cancelAt(env, at(t, "2018-07-21 10:00"))
	runCycle(t, env, 0)
	if got := h.did("requests.apply"); len(got) != 6 {
		t.Fatalf("applied: %v", got)
	}
	for n, r := range replies {
		if !r.done {
			t.Fatalf("command %d was not answered: %+v", n, r)
		}
	}
}

func TestCancelInEveryPhase(t *testing.T) {
	moments := map[string]string{
		"planned":    "2018-06-15 10:00",
		"collecting": "2018-08-15 10:00",
		"clearing":   "2018-10-10 10:00",
		"compiling":  "2018-10-18 10:00", // returned to drafting
		"cleared":    "2018-10-25 10:00",
	}
	for name, moment := range moments {
		for _, inTemporal := range []bool{false, true} {
			how := map[bool]string{false: " by command", true: " in Temporal"}[inTemporal]
			t.Run(name+how, func(t *testing.T) {
				env, h := environment(t)
				clearOn(env, h, at(t, "2018-10-15 10:00"), rapporteur.ClearanceReturned)
				env.RegisterDelayedCallback(func() { h.set(func(h *hand) { h.outcome = rapporteur.ClearancePending }) }, at(t, "2018-10-19 10:00"))
				command(env, at(t, "2018-10-20 10:00"), rapporteur.Command{ID: "r", Kind: rapporteur.CommandRedraft})
				clearOn(env, h, at(t, "2018-10-22 10:00"), rapporteur.ClearanceCleared)
				by := "key-1"
				if inTemporal {
					by = "engine"
					env.RegisterDelayedCallback(env.CancelWorkflow, at(t, moment))
				} else {
					cancelAt(env, at(t, moment))
				}
				env.ExecuteWorkflow(workflows.NameReportCycle, workflows.CycleInput{Cycle: theCycle})
				if !env.IsWorkflowCompleted() {
					t.Fatal("the workflow has not ended")
				}
				want(t, h.did("requests.cancel"), moment+" requests.cancel "+by)
				last := h.did()
				if got := last[len(last)-1]; !strings.Contains(got, "requests.cancel") {
					t.Fatalf("something was done after cancelling: %s", got)
				}
			})
		}
	}
}

// A report that has left is not called back: the record is closed all the same.
func TestCancellationAfterTransmittalClosesTheRecord(t *testing.T) {
	env, h := environment(t)
	clearOn(env, h, at(t, "2018-10-20 10:00"), rapporteur.ClearanceCleared)
	command(env, at(t, "2018-11-12 15:00"), transmit(t))
	h.fails["reports.close"] = func(now time.Time) error {
		if now.Before(began.Add(at(t, "2018-11-12 16:00"))) {
			return errAway
		}
		return nil
	}
	env.RegisterDelayedCallback(env.CancelWorkflow, at(t, "2018-11-12 15:30"))
	runCycle(t, env, 0)
	if len(h.did("requests.cancel")) != 0 || len(h.did("reports.close")) == 0 {
		t.Fatalf("steps: %v", h.did("requests.cancel", "reports.close"))
	}
}

func TestHintsLostOrDoubledChangeNothing(t *testing.T) {
	plain, doubled := []string{}, []string{}
	for _, hints := range []int{0, 40} {
		env, h := environment(t)
		for n := range hints {
			env.RegisterDelayedCallback(func() {
				env.SignalWorkflow(workflows.SignalHint, workflows.Hint{AuditSeq: int64(n)})
			}, at(t, "2018-10-15 10:00"))
		}
		clearOn(env, h, at(t, "2018-10-20 10:00"), rapporteur.ClearanceCleared)
		command(env, at(t, "2018-11-12 15:00"), transmit(t))
		runCycle(t, env, 0)
		steps := h.did("requests.send-rung", "reports.compile", "reports.transmit", "reports.close")
		if hints == 0 {
			plain = steps
		} else {
			doubled = steps
		}
	}
	if !slices.Equal(plain, doubled) {
		t.Fatalf("without hints %v\nwith many %v", plain, doubled)
	}
}

// Nobody hints that clearance has ended: the cycle finds out by itself.
func TestLostHintOfClearance(t *testing.T) {
	env, h := environment(t)
	env.RegisterDelayedCallback(func() { h.set(func(h *hand) { h.outcome = rapporteur.ClearanceCleared }) }, at(t, "2018-10-04 10:00"))
	command(env, at(t, "2018-11-12 15:00"), transmit(t))
	runCycle(t, env, 0)
	want(t, h.did("reports.check-clearance"),
		"2018-10-02 12:00 reports.check-clearance 1",
		"2018-10-09 12:00 reports.check-clearance 1",
	)
}
