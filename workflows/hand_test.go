package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/activities"
	"github.com/rapporteur/rapporteur/workflows"
)

const (
	theCycle = rapporteur.CycleID("s-res-2388-2017/op34/2018")
	day      = 24 * time.Hour
)

// began is when every test's workflow starts: long before its cycle opens.
var began = time.Date(2018, time.June, 1, 9, 0, 0, 0, time.UTC)

// errAway is what a store or a mail server says that does not answer.
var errAway = errors.New("no answer")

func date(t *testing.T, text string) rapporteur.Date {
	t.Helper()
	d, err := rapporteur.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// theState is a cycle that opens on 2 July, is due on 1 September and closes on
// 1 October 2018.
func theState(t *testing.T) rapporteur.CycleState {
	t.Helper()
	ladder := []rapporteur.Rung{
		{ID: "first", Offset: rapporteur.Period{Days: -30}, Notice: rapporteur.NoticeReminder},
		{ID: "second", Offset: rapporteur.Period{Days: -7}, Notice: rapporteur.NoticeReminder},
		{ID: "overdue", Offset: rapporteur.Period{Days: 3}, Notice: rapporteur.NoticeOverdue},
		{ID: "escalation", Offset: rapporteur.Period{Days: 14}, Escalates: true},
	}
	days := map[string]string{
		rapporteur.DateMandated: "2018-11-21", rapporteur.DateOpens: "2018-07-02", rapporteur.DateDue: "2018-09-01",
		rapporteur.DateCloses: "2018-10-01", rapporteur.DateDraft: "2018-10-15", rapporteur.DateTransmits: "2018-11-12",
	}
	var plan rapporteur.Plan
	for _, key := range []string{
		rapporteur.DateMandated, rapporteur.DateOpens, rapporteur.DateDue,
		rapporteur.DateCloses, rapporteur.DateDraft, rapporteur.DateTransmits,
	} {
		plan.Dates = append(plan.Dates, rapporteur.PlannedDate{Key: key, Label: key, Date: date(t, days[key])})
	}
	plan.Rungs = rapporteur.PlanRungs(ladder, plan.Date(rapporteur.DateDue))
	return rapporteur.NewCycleState(rapporteur.Cycle{
		ID: theCycle, Phase: rapporteur.PhasePlanned, Plan: plan,
		Policy: rapporteur.Policy{Ladder: ladder, CollectEvery: rapporteur.Period{Days: 1}},
	})
}

// call is one attempt of an activity, with the business time it was given.
type call struct {
	step string
	what string
	at   time.Time
}

func (c call) String() string {
	return fmt.Sprintf("%s %s %s", c.at.Format("2006-01-02 15:04"), c.step, c.what)
}

// hand stands in for the activities: it writes down what it is asked to do and
// answers from a simple record.
type hand struct {
	mu       sync.Mutex
	clock    func() time.Time
	calls    []call
	state    rapporteur.CycleState
	counts   rapporteur.Counts
	missing  int
	draft    int
	outcome  rapporteur.ClearanceOutcome
	untold   bool
	onward   bool                                 // does at once what would follow; a hand of an earlier release does not
	fails    map[string]func(now time.Time) error // by step
	followUp activities.FollowUpLoaded
	request  rapporteur.Request
	clear    rapporteur.ClearanceState
	planned  func(now time.Time) rapporteur.PlannedCycles
}

// note writes a call down and says whether it fails.
func (h *hand) note(step, what string, now time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = append(h.calls, call{step: step, what: what, at: now})
	if fail := h.fails[step]; fail != nil {
		return activities.Failure(fail(h.clock()))
	}
	return nil
}

// set changes the record while the workflow runs.
func (h *hand) set(change func(h *hand)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change(h)
}

// did lists the steps that were done, without repetitions of an attempt.
func (h *hand) did(steps ...string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var lines []string
	for _, c := range h.calls {
		if len(steps) > 0 && !slices.Contains(steps, c.step) {
			continue
		}
		if line := c.String(); len(lines) == 0 || lines[len(lines)-1] != line {
			lines = append(lines, line)
		}
	}
	return lines
}

func answer[In, Out any](env *testsuite.TestWorkflowEnvironment, h *hand, step activities.Step[In, Out], reply func(In) (what string, now time.Time, out Out)) {
	env.RegisterActivityWithOptions(func(_ context.Context, in In) (Out, error) {
		h.mu.Lock()
		what, now, out := reply(in)
		h.mu.Unlock()
		return out, h.note(string(step), what, now)
	}, activity.RegisterOptions{Name: string(step)})
}

// collected is what a collection finds.
func (h *hand) collected(onward bool) *activities.Collected {
	return &activities.Collected{Counts: h.counts, Closed: onward && h.onward && h.counts.Asked > 0 && !h.counts.Pending()}
}

// counted answers a step that gives the counts.
func counted(h *hand) func(activities.CycleStep) (string, time.Time, rapporteur.Counts) {
	return func(in activities.CycleStep) (string, time.Time, rapporteur.Counts) { return "", in.Now, h.counts }
}

// environment is a test's workflow environment with a hand for activities.
func environment(t *testing.T) (*testsuite.TestWorkflowEnvironment, *hand) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(began)
	env.SetTestTimeout(30 * time.Second)
	env.RegisterWorkflowWithOptions(workflows.ReportCycle, workflow.RegisterOptions{Name: workflows.NameReportCycle})
	env.RegisterWorkflowWithOptions(workflows.InclusionCycle, workflow.RegisterOptions{Name: workflows.NameInclusionCycle})
	env.RegisterWorkflowWithOptions(workflows.StreamCalendar, workflow.RegisterOptions{Name: workflows.NameStreamCalendar})
	env.RegisterWorkflowWithOptions(workflows.Occasion, workflow.RegisterOptions{Name: workflows.NameOccasion})
	env.RegisterWorkflowWithOptions(workflows.FollowUp, workflow.RegisterOptions{Name: workflows.NameFollowUp})
	env.RegisterWorkflowWithOptions(workflows.Reminder, workflow.RegisterOptions{Name: workflows.NameReminder})
	env.RegisterWorkflowWithOptions(workflows.Clearance, workflow.RegisterOptions{Name: workflows.NameClearance})
	h := &hand{
		clock: env.Now, state: theState(t), counts: rapporteur.Counts{Asked: 3, Open: 3},
		outcome: rapporteur.ClearancePending, fails: map[string]func(time.Time) error{},
	}
	h.cycle(env)
	h.inclusions(env)
	h.others(env)
	return env, h
}

func (h *hand) cycle(env *testsuite.TestWorkflowEnvironment) {
	answer(env, h, activities.LoadCycle, func(in activities.CycleStep) (string, time.Time, rapporteur.CycleState) {
		return "", in.Now, h.state
	})
	answer(env, h, activities.Preflight, func(in activities.CycleStep) (string, time.Time, activities.Reach) {
		if in.Onward && h.onward && h.missing == 0 {
			return "", in.Now, activities.Reach{Opened: &h.counts}
		}
		return "", in.Now, activities.Reach{Unreachable: h.missing}
	})
	answer(env, h, activities.Open, counted(h))
	answer(env, h, activities.Collect, func(in activities.CycleStep) (string, time.Time, activities.Collected) {
		return "", in.Now, *h.collected(in.Onward)
	})
	answer(env, h, activities.CloseCollection, counted(h))
	answer(env, h, activities.SendRung, func(in activities.RungStep) (string, time.Time, activities.RungSent) {
		sent := activities.RungSent{}
		if in.Onward && h.onward && in.Rung.Rung.ID != rapporteur.RungRequest {
			sent.Collected = h.collected(true)
		}
		return in.Rung.Rung.ID + " due " + in.Rung.Due.String(), in.Now, sent
	})
	answer(env, h, activities.Apply, func(in activities.CommandStep) (string, time.Time, activities.Applied) {
		return string(in.Command.Kind) + " " + in.Command.ID, in.Now, activities.Applied{Told: !h.untold}
	})
	answer(env, h, activities.Tell, func(in activities.CommandStep) (string, time.Time, activities.Done) {
		return string(in.Command.Kind) + " " + in.Command.ID, in.Now, activities.Done{}
	})
	answer(env, h, activities.Cancel, func(in activities.CancelStep) (string, time.Time, activities.Done) {
		return in.By, in.Now, activities.Done{}
	})
	answer(env, h, activities.Compile, func(in activities.CycleStep) (string, time.Time, activities.Compiled) {
		h.draft++
		return fmt.Sprint(h.draft), in.Now, activities.Compiled{Draft: h.draft, Submitted: in.Onward && h.onward}
	})
	answer(env, h, activities.SubmitDraft, done)
	answer(env, h, activities.CheckClearance, func(in activities.DraftStep) (string, time.Time, rapporteur.ClearanceOutcome) {
		return fmt.Sprint(in.Draft), in.Now, h.outcome
	})
	answer(env, h, activities.Transmit, func(in activities.TransmitStep) (string, time.Time, activities.Transmitted) {
		return in.Transmittal.Symbol, in.Now, activities.Transmitted{Closed: in.Onward && h.onward}
	})
	inCycle := func(in activities.CycleStep) (string, time.Time, activities.Done) {
		return "", in.Now, activities.Done{}
	}
	answer(env, h, activities.Close, inCycle)
	attention := func(in activities.AttentionStep) (string, time.Time, activities.Done) {
		return in.Text, in.Now, activities.Done{}
	}
	answer(env, h, activities.CallOff, inCycle)
	answer(env, h, activities.ChaseOutcome, inCycle)
	answer(env, h, activities.Attention, attention)
	answer(env, h, activities.AttentionOver, attention)
}

func (h *hand) inclusions(env *testsuite.TestWorkflowEnvironment) {
	step := func(in activities.CycleStep) (string, time.Time, activities.Done) {
		return "", in.Now, activities.Done{}
	}
	answer(env, h, activities.HandOver, step)
	answer(env, h, activities.ChaseIssue, step)
	answer(env, h, activities.RecordIssue, func(in activities.TransmitStep) (string, time.Time, activities.Done) {
		return in.Transmittal.Symbol + " " + in.Transmittal.Paragraphs, in.Now, activities.Done{}
	})
	answer(env, h, activities.PlanCycles, func(in activities.CalendarStep) (string, time.Time, rapporteur.PlannedCycles) {
		return in.String(), in.Now, h.planned(in.Now)
	})
}

func done(in activities.DraftStep) (string, time.Time, activities.Done) {
	return fmt.Sprint(in.Draft), in.Now, activities.Done{}
}

func (h *hand) others(env *testsuite.TestWorkflowEnvironment) {
	answer(env, h, activities.LoadFollowUp, func(in activities.FollowUpStep) (string, time.Time, activities.FollowUpLoaded) {
		return "", in.Now, h.followUp
	})
	answer(env, h, activities.SendFollowUp, func(in activities.FollowUpRungStep) (string, time.Time, activities.Done) {
		return in.Rung.Rung.ID + " due " + in.Rung.Due.String(), in.Now, activities.Done{}
	})
	answer(env, h, activities.LookFollowUp, func(in activities.FollowUpStep) (string, time.Time, rapporteur.Request) {
		return string(h.request.State), in.Now, h.request
	})
	answer(env, h, activities.DecideExtension, func(in activities.ExtensionStep) (string, time.Time, activities.Done) {
		return in.Decision.ID, in.Now, activities.Done{}
	})
	answer(env, h, activities.EndFollowUp, func(in activities.FollowUpEndStep) (string, time.Time, activities.Done) {
		return in.Outcome, in.Now, activities.Done{}
	})
	answer(env, h, activities.SendReminder, func(in activities.FollowUpStep) (string, time.Time, activities.Done) {
		return fmt.Sprint(in.Number), in.Now, activities.Done{}
	})
	answer(env, h, activities.LoadClearance, func(in activities.DraftStep) (string, time.Time, rapporteur.ClearanceState) {
		return "", in.Now, h.clear
	})
	answer(env, h, activities.Announce, func(in activities.DraftStep) (string, time.Time, rapporteur.ClearanceState) {
		h.clear.Announced = true
		return h.clear.Step().ID, in.Now, h.clear
	})
	answer(env, h, activities.Decide, func(in activities.DecisionStep) (string, time.Time, rapporteur.ClearanceState) {
		if next, err := h.clear.Decide(in.Decision, in.Now); err == nil {
			h.clear = next
		}
		return in.Decision.ID + " " + in.Decision.Office, in.Now, h.clear
	})
	answer(env, h, activities.Delegate, func(in activities.DelegationStep) (string, time.Time, rapporteur.ClearanceState) {
		if next, err := h.clear.Delegate(in.Delegation); err == nil {
			h.clear = next
		}
		return in.Delegation.ID, in.Now, h.clear
	})
}

// quiet drops the environment's log.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

// reply is what came of an Update.
type reply struct {
	rejected error
	failed   error
	done     bool
	at       time.Time
}

// problem is the kind of problem with which an Update was refused.
func (r *reply) problem(t *testing.T) rapporteur.ProblemKind {
	t.Helper()
	err := r.rejected
	if err == nil {
		err = r.failed
	}
	if err == nil {
		t.Fatalf("the update was not refused (done: %t)", r.done)
	}
	p := workflows.ProblemOf(err)
	if p == nil {
		t.Fatalf("the update was refused without a problem: %v", err)
	}
	return p.Kind
}

// update sends an Update after a while.
func update(env *testsuite.TestWorkflowEnvironment, after time.Duration, name, id string, arg any) *reply {
	r := &reply{}
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(name, id, &testsuite.TestUpdateCallback{
			OnReject: func(err error) { r.rejected = err },
			OnAccept: func() {},
			OnComplete: func(_ any, err error) {
				r.done, r.failed, r.at = err == nil, err, env.Now()
			},
		}, arg)
	}, after)
	return r
}

// command sends a cycle's command after a while.
func command(env *testsuite.TestWorkflowEnvironment, after time.Duration, c rapporteur.Command) *reply {
	return update(env, after, string(c.Kind), c.ID, c)
}

// at is how long after the beginning a moment comes.
func at(t *testing.T, text string) time.Duration {
	t.Helper()
	moment, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return moment.Sub(began)
}
