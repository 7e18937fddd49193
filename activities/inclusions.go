package activities

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// Inclusions takes a section from its contributor to the host report.
type Inclusions struct{ Conduct rapporteur.Conduct }

// HandOver compiles the section and hands it to the host report's drafter.
func (a *Inclusions) HandOver(ctx context.Context, in CycleStep) (Done, error) {
	return Done{}, Failure(a.Conduct.HandOver(ctx, in.Cycle, moment(ctx, in.Now)))
}

// ChaseIssue asks the Secretariat what became of the host report.
func (a *Inclusions) ChaseIssue(ctx context.Context, in CycleStep) (Done, error) {
	return Done{}, Failure(a.Conduct.ChaseIssue(ctx, in.Cycle, moment(ctx, in.Now)))
}

// RecordIssue records that the host report has issued, with the section or
// without.
func (a *Inclusions) RecordIssue(ctx context.Context, in TransmitStep) (Done, error) {
	return Done{}, Failure(a.Conduct.RecordIssue(ctx, in.Cycle, in.Transmittal, moment(ctx, in.Now)))
}
