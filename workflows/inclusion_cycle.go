package workflows

import "go.temporal.io/sdk/workflow"

// InclusionCycle conducts a section in somebody else's report (OP33: a regular
// report on a mission): it asks for the section ahead of the host report,
// chases it, hands it to the host report's drafter and waits until that report
// has issued, with the section or without. Steps and times are
// rapporteur.CycleState's, as in ReportCycle; so are commands and cancelling.
func InclusionCycle(ctx workflow.Context, in CycleInput) error {
	return conduct(ctx, NameInclusionCycle, in)
}
