package workflows_test

import (
	"errors"
	"testing"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/rapporteur/rapporteur/workflows"
)

var secondReminder = workflows.ReminderInput{RequestKey: theKey, Number: 2, Clock: -24 * time.Hour}

func TestReminderIsSentAtOnce(t *testing.T) {
	env, h := environment(t)
	env.ExecuteWorkflow(workflows.NameReminder, secondReminder)
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	want(t, h.did(), "2018-05-31 09:00 follow-ups.remind 2")
}

// The mail server is away for two days: a person is told after one, and the
// reminder goes out when it is back.
func TestReminderWaitsForTheMailServer(t *testing.T) {
	env, h := environment(t)
	back := began.Add(2 * day)
	h.fails["follow-ups.remind"] = func(now time.Time) error {
		if now.Before(back) {
			return errAway
		}
		return nil
	}
	env.ExecuteWorkflow(workflows.NameReminder, secondReminder)
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if told := h.did("reports.attention", "reports.attention-over"); len(told) != 2 {
		t.Errorf("a person was told %q", told)
	}
	if env.Now().Before(back) || env.Now().After(back.Add(2*time.Hour)) {
		t.Errorf("it ended at %s", env.Now())
	}
}

func TestReminderIsCancelledInTemporal(t *testing.T) {
	env, h := environment(t)
	h.fails["follow-ups.remind"] = func(time.Time) error { return errAway }
	env.RegisterDelayedCallback(env.CancelWorkflow, 30*time.Hour)
	env.ExecuteWorkflow(workflows.NameReminder, secondReminder)
	var cancelled *temporal.CanceledError
	if err := env.GetWorkflowError(); !errors.As(err, &cancelled) {
		t.Fatalf("it ended with %v", err)
	}
}
