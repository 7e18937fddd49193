package activities

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/rapporteur/rapporteur"
)

// moment is when and where a step is carried out. asked is the business time
// at which the workflow asked for it; an attempt that starts later, after an
// outage, happens later in business time too.
func moment(ctx context.Context, asked time.Time) rapporteur.Moment {
	info := activity.GetInfo(ctx)
	if waited := info.StartedTime.Sub(info.ScheduledTime); waited > 0 && !info.ScheduledTime.IsZero() {
		asked = asked.Add(waited)
	}
	return rapporteur.Moment{
		Now: asked.UTC(), Workflow: info.WorkflowExecution.ID, Run: info.WorkflowExecution.RunID, Event: info.ActivityID,
	}
}
