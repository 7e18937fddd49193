package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
)

// attributes is what a workflow shows of itself to operators, beside what it
// was started with.
type attributes struct {
	phase   string
	due     rapporteur.Date
	overdue bool
}

// put writes the attributes where they differ from those shown.
func (a attributes) put(ctx workflow.Context, shown *attributes) error {
	if a == *shown {
		return nil
	}
	*shown = a
	return workflow.UpsertTypedSearchAttributes(ctx,
		keyPhase.ValueSet(a.phase), keyDueDate.ValueSet(a.due.Start()), keyOverdue.ValueSet(a.overdue))
}

// show brings a cycle's search attributes and details up to date.
func (r *conductor) show() error {
	workflow.SetCurrentDetails(r.ctx, r.state.String())
	due := r.state.Plan.Date(rapporteur.DateDue)
	now := attributes{phase: string(r.state.Phase), due: due, overdue: r.overdue(due.End())}
	return now.put(r.ctx, &r.shown)
}

// overdue reports whether answers are still awaited after the deadline.
func (r *conductor) overdue(end time.Time) bool {
	return r.state.Phase == rapporteur.PhaseCollecting && !r.now(r.ctx).Before(end) && r.state.Counts.Pending()
}
