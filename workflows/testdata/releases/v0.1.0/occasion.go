package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows/testdata/releases/v0.1.0/activities"
)

// Occasion conducts an event that a provision is about (OP23.a: a briefing to
// the Council): invitations go out, replies and reports are chased before and
// after the event, and the cycle waits for its outcome. Steps and times are
// rapporteur.CycleState's, as in ReportCycle; so are commands and cancelling.
func Occasion(ctx workflow.Context, in CycleInput) error {
	return conduct(ctx, NameOccasion, in)
}

// occasion carries out the steps that only occasions have.
func (r *conductor) occasion(ctx workflow.Context, step rapporteur.CycleStep, in activities.CycleStep) (rapporteur.CycleEvent, error) {
	if step == rapporteur.StepCallOff {
		_, err := do(ctx, mailing, activities.CallOff, in, "")
		return rapporteur.CycleEvent{CalledOff: true}, err
	}
	_, err := do(ctx, quick, activities.ChaseOutcome, in, "")
	return rapporteur.CycleEvent{OutcomeChased: true}, err
}
