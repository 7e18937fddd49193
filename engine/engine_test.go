package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/activities"
	"github.com/rapporteur/rapporteur/engine"
)

func TestErrorsOfTheServerAreProblems(t *testing.T) {
	stale := rapporteur.Problemf(rapporteur.ProblemStale, "Another draft", "Read it.")
	cases := map[string]struct {
		err  error
		want rapporteur.ProblemKind
	}{
		"refused by the workflow": {activities.Failure(stale), rapporteur.ProblemStale},
		"server is away":          {errAway, rapporteur.ProblemUnavailable},
		"no worker":               {client.NewWorkflowUpdateServiceTimeoutOrCanceledError(context.DeadlineExceeded), rapporteur.ProblemUnavailable},
		"too slow":                {serviceerror.NewDeadlineExceeded("slow"), rapporteur.ProblemUnavailable},
		"too much":                {&serviceerror.ResourceExhausted{Message: "busy"}, rapporteur.ProblemUnavailable},
		"not ready":               {serviceerror.NewWorkflowNotReady("not yet"), rapporteur.ProblemUnavailable},
		"caller went away":        {context.Canceled, rapporteur.ProblemUnavailable},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			e := engine.New(&server{update: c.err})
			for _, err := range []error{
				e.Command(t.Context(), someCycle, rapporteur.Command{ID: "1", Kind: rapporteur.CommandOpen}),
				e.Decide(t.Context(), rapporteur.Decision{ID: "1", Cycle: someCycle, Draft: 1}),
				e.Delegate(t.Context(), rapporteur.Delegation{ID: "1", Cycle: someCycle, Draft: 1}),
				e.DecideExtension(t.Context(), someKey, 1, rapporteur.ExtensionDecision{ID: "1"}),
			} {
				if !rapporteur.IsProblem(err, c.want) {
					t.Errorf("got %v, want a problem of kind %s", err, c.want)
				}
			}
		})
	}
}

func TestAnUnknownErrorIsNoProblem(t *testing.T) {
	e := engine.New(&server{update: errors.New("something else")})
	err := e.Command(t.Context(), someCycle, rapporteur.Command{ID: "1", Kind: rapporteur.CommandOpen})
	var p *rapporteur.Problem
	if errors.As(err, &p) || err == nil || !strings.Contains(err.Error(), "something else") {
		t.Fatalf("got %v", err)
	}
}
