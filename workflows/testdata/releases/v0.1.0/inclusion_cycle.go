package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows/testdata/releases/v0.1.0/activities"
)

// InclusionCycle conducts a section in somebody else's report (OP33: a regular
// report on a mission): it asks for the section ahead of the host report,
// chases it, hands it to the host report's drafter and waits until that report
// has issued, with the section or without. Steps and times are
// rapporteur.CycleState's, as in ReportCycle; so are commands and cancelling.
func InclusionCycle(ctx workflow.Context, in CycleInput) error {
	return conduct(ctx, NameInclusionCycle, in)
}

// include carries out the steps that only inclusions have.
func (r *conductor) include(ctx workflow.Context, step rapporteur.CycleStep, in activities.CycleStep) (rapporteur.CycleEvent, error) {
	switch step {
	case rapporteur.StepHandOver:
		_, err := do(ctx, quick, activities.HandOver, in, "")
		return rapporteur.CycleEvent{HandedOver: true}, err
	case rapporteur.StepChaseIssue:
		_, err := do(ctx, quick, activities.ChaseIssue, in, "")
		return rapporteur.CycleEvent{IssueChased: true}, err
	}
	issue := activities.TransmitStep{Cycle: r.cycle, Transmittal: r.state.Transmittal, Now: in.Now}
	_, err := do(ctx, quick, activities.RecordIssue, issue, r.state.Transmittal.Symbol)
	return rapporteur.CycleEvent{Transmitted: true}, err
}
