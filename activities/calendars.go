package activities

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// Calendars starts cycles by the due dates of their stream.
type Calendars struct{ Conduct rapporteur.Conduct }

// Plan starts the cycles whose time to be planned has come.
func (a *Calendars) Plan(ctx context.Context, in CalendarStep) (rapporteur.PlannedCycles, error) {
	planned, err := a.Conduct.PlanCycles(ctx, in.StreamKey, moment(ctx, in.Now))
	return planned, Failure(err)
}
