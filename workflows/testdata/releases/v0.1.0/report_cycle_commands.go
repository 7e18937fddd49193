package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows/testdata/releases/v0.1.0/activities"
)

// remembered is how many command ids go from run to run.
const remembered = 200

// listen takes the commands of the Secretariat as Updates, one for each kind,
// and answers the query for the state.
func (r *conductor) listen() error {
	for _, kind := range rapporteur.Commands {
		err := workflow.SetUpdateHandlerWithOptions(r.ctx, string(kind),
			func(ctx workflow.Context, c rapporteur.Command) error {
				return r.command(ctx, numbered(ctx, kind, c))
			},
			workflow.UpdateHandlerOptions{
				Validator: func(ctx workflow.Context, c rapporteur.Command) error {
					return r.admit(ctx, numbered(ctx, kind, c))
				},
			})
		if err != nil {
			return err
		}
	}
	return workflow.SetQueryHandler(r.ctx, QueryState, func() (rapporteur.CycleState, error) { return r.state, nil })
}

// numbered is a command as its Update names it: the Update's id is the key
// under which the record keeps it once.
func numbered(ctx workflow.Context, kind rapporteur.CommandKind, c rapporteur.Command) rapporteur.Command {
	c.Kind, c.ID = kind, workflow.GetCurrentUpdateInfo(ctx).ID
	return c
}

// admit refuses what cannot happen now, before it costs anything.
func (r *conductor) admit(ctx workflow.Context, c rapporteur.Command) error {
	if !r.loaded || slices.Contains(r.applied, c.ID) {
		return nil
	}
	if _, err := r.state.Next(rapporteur.CycleEvent{Command: &c}, r.now(ctx)); err != nil {
		return refusal(err)
	}
	return nil
}

// command brings a command into the record and, when it is there, into the
// state.
func (r *conductor) command(ctx workflow.Context, c rapporteur.Command) error {
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	if err := workflow.Await(ctx, func() bool { return r.loaded }); err != nil {
		return err
	}
	if slices.Contains(r.applied, c.ID) {
		return nil
	}
	return r.act(ctx, c.Kind == rapporteur.CommandCancel, func(ctx workflow.Context) error {
		now := r.now(ctx)
		c.At = now
		if _, err := r.state.Next(rapporteur.CycleEvent{Command: &c}, now); err != nil {
			return err
		}
		in := activities.CommandStep{Cycle: r.cycle, Command: c, Now: now}
		applied, err := do(ctx, quick, activities.Apply, in, string(c.Kind))
		if err != nil {
			return err
		}
		next, err := r.state.Next(rapporteur.CycleEvent{Command: &c}, now)
		if err != nil {
			return err
		}
		r.state = next
		if !applied.Told {
			r.untold = append(r.untold, c)
		}
		if r.applied = append(r.applied, c.ID); len(r.applied) > remembered {
			r.applied = r.applied[1:]
		}
		return nil
	})
}
