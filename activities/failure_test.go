package activities_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/activities"
)

// through sends an error over the wire and back, as the server keeps it.
func through(err error) error {
	failures := temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{DataConverter: converter.GetDefaultDataConverter()})
	return failures.FailureToError(failures.ErrorToFailure(err))
}

func TestProblemsSurviveTheEngine(t *testing.T) {
	problem := rapporteur.Problemf(rapporteur.ProblemStale, "Another draft", "Read draft %d.", 2)
	for name, err := range map[string]error{"plain": problem, "wrapped": fmt.Errorf("cannot decide: %w", problem)} {
		t.Run(name, func(t *testing.T) {
			got := activities.ProblemOf(through(activities.Failure(err)))
			if got == nil || got.Kind != problem.Kind || got.Title != problem.Title || got.Detail != problem.Detail {
				t.Fatalf("got %+v", got)
			}
			var failure *temporal.ApplicationError
			if !errors.As(through(activities.Failure(err)), &failure) || !failure.NonRetryable() || failure.Type() != "problem/stale" {
				t.Fatalf("a problem is tried again, or has another type: %v", failure)
			}
		})
	}
}

func TestPassingProblemsAreTriedAgain(t *testing.T) {
	for _, kind := range []rapporteur.ProblemKind{rapporteur.ProblemUnavailable, rapporteur.ProblemLimited} {
		err := through(activities.Failure(rapporteur.Problemf(kind, "Not now", "Try again.")))
		var failure *temporal.ApplicationError
		if !errors.As(err, &failure) || failure.NonRetryable() {
			t.Errorf("%s is not tried again: %v", kind, err)
		}
		if p := activities.ProblemOf(err); p == nil || p.Kind != kind || p.Detail != "Try again." {
			t.Errorf("%s became %+v", kind, p)
		}
	}
}

func TestOtherFailuresAreTriedAgain(t *testing.T) {
	err := through(activities.Failure(errors.New("disk is full")))
	var failure *temporal.ApplicationError
	if !errors.As(err, &failure) || failure.NonRetryable() || failure.Message() != "disk is full" {
		t.Fatalf("got %#v", err)
	}
	if p := activities.ProblemOf(err); p != nil {
		t.Fatalf("it became a problem: %v", p)
	}
	if activities.ProblemOf(nil) != nil || activities.Failure(nil) != nil {
		t.Fatal("nothing is not a failure")
	}
	if err := activities.Failure(fmt.Errorf("stopped: %w", context.Canceled)); !errors.Is(err, context.Canceled) {
		t.Fatalf("a cancellation became %v", err)
	}
}

func TestFailuresHoldNoAddress(t *testing.T) {
	err := activities.Failure(fmt.Errorf("cannot send: %w", errors.New("451 4.7.1 <desk@mail.example>: greylisted, write to postmaster@mail.example")))
	text := fmt.Sprint(through(err))
	if strings.Contains(text, "@") || strings.Contains(text, "mail.example") || !strings.Contains(text, "greylisted") {
		t.Fatalf("the history would hold %q", text)
	}
}
