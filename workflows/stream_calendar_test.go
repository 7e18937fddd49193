package workflows_test

import (
	"errors"
	"testing"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows"
)

var missions = rapporteur.StreamKey{Instrument: "s-res-2388-2017", Stream: "op33"}

// agenda is a calendar with cycles to be planned at these moments.
func agenda(t *testing.T, moments ...string) func(time.Time) rapporteur.PlannedCycles {
	t.Helper()
	return func(now time.Time) rapporteur.PlannedCycles {
		for _, m := range moments {
			if next := began.Add(at(t, m)); next.After(now) {
				return rapporteur.PlannedCycles{Next: next}
			}
		}
		return rapporteur.PlannedCycles{}
	}
}

func calendar(t *testing.T, moments ...string) (*testsuite.TestWorkflowEnvironment, *hand) {
	t.Helper()
	env, h := environment(t)
	h.planned = agenda(t, moments...)
	return env, h
}

func runCalendar(t *testing.T, env *testsuite.TestWorkflowEnvironment, until string) {
	t.Helper()
	env.RegisterDelayedCallback(env.CancelWorkflow, at(t, until))
	env.ExecuteWorkflow(workflows.NameStreamCalendar, workflows.CalendarInput{StreamKey: missions})
	if !temporal.IsCanceledError(env.GetWorkflowError()) {
		t.Fatalf("the calendar ended with %v", env.GetWorkflowError())
	}
}

func TestCalendarLooksWhenCyclesAreToBePlannedAndOnceAWeek(t *testing.T) {
	env, h := calendar(t, "2018-06-04 13:00", "2018-06-20 13:00")
	runCalendar(t, env, "2018-07-01 10:00")
	want(t, h.did(),
		"2018-06-01 09:00 calendars.plan s-res-2388-2017/op33",
		"2018-06-04 13:00 calendars.plan s-res-2388-2017/op33",
		"2018-06-11 13:00 calendars.plan s-res-2388-2017/op33",
		"2018-06-18 13:00 calendars.plan s-res-2388-2017/op33",
		"2018-06-20 13:00 calendars.plan s-res-2388-2017/op33",
		"2018-06-27 13:00 calendars.plan s-res-2388-2017/op33",
	)
}

func TestCalendarLooksWhenItIsTold(t *testing.T) {
	env, h := calendar(t)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.SignalHint, workflows.Hint{}) }, at(t, "2018-06-02 10:00"))
	runCalendar(t, env, "2018-06-05 10:00")
	want(t, h.did(),
		"2018-06-01 09:00 calendars.plan s-res-2388-2017/op33",
		"2018-06-02 10:00 calendars.plan s-res-2388-2017/op33",
	)
}

func TestCalendarOutlivesAnOutage(t *testing.T) {
	env, h := calendar(t, "2018-06-20 13:00")
	h.fails["calendars.plan"] = func(now time.Time) error {
		if now.Before(began.Add(at(t, "2018-06-03 00:00"))) {
			return errAway
		}
		return nil
	}
	runCalendar(t, env, "2018-06-21 10:00")
	if told := h.did("reports.attention", "reports.attention-over"); len(told) != 0 && len(told) != 2 {
		t.Errorf("attention: %v", told)
	}
	steps := h.did("calendars.plan")
	if last := steps[len(steps)-1]; last != "2018-06-20 13:00 calendars.plan s-res-2388-2017/op33" {
		t.Errorf("the last look: %s", last)
	}
}

func TestCalendarContinuesAsNewAndDoesNotLookTwice(t *testing.T) {
	env, _ := calendar(t, "2018-06-20 13:00")
	env.RegisterDelayedCallback(func() { env.SetContinueAsNewSuggested(true) }, at(t, "2018-06-03 10:00"))
	env.ExecuteWorkflow(workflows.NameStreamCalendar, workflows.CalendarInput{StreamKey: missions})
	var again *workflow.ContinueAsNewError
	if !errors.As(env.GetWorkflowError(), &again) {
		t.Fatalf("did not continue as new: %v", env.GetWorkflowError())
	}
	var next workflows.CalendarInput
	if err := converter.GetDefaultDataConverter().FromPayloads(again.Input, &next); err != nil {
		t.Fatal(err)
	}
	if next.StreamKey != missions || !next.Next.Equal(began.Add(at(t, "2018-06-20 13:00"))) {
		t.Fatalf("next run's input: %+v", next)
	}
	env, h := calendar(t, "2018-06-20 13:00")
	env.SetStartTime(began.Add(at(t, "2018-06-08 09:00")))
	env.RegisterDelayedCallback(env.CancelWorkflow, 13*day)
	env.ExecuteWorkflow(workflows.NameStreamCalendar, next)
	want(t, h.did(),
		"2018-06-15 09:00 calendars.plan s-res-2388-2017/op33",
		"2018-06-20 13:00 calendars.plan s-res-2388-2017/op33",
	)
}
