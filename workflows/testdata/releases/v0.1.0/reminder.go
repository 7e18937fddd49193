package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows/testdata/releases/v0.1.0/activities"
)

// NameReminder is the registered name of Reminder.
const NameReminder = "Reminder"

// ReminderInput starts a Reminder.
type ReminderInput struct {
	rapporteur.RequestKey
	Number int
	Clock  time.Duration
}

// Reminder sends one contributor a reminder that a person asked for out of turn.
// Whether it is still wanted is asked when it is sent. What cannot be sent is put
// before a person and tried again every hour. Cancelled in Temporal, it ends.
func Reminder(ctx workflow.Context, in ReminderInput) error {
	d, own := newDesk(ctx, fmt.Sprintf("Reminder %d to %s", in.Number, in.Contributor), in.Cycle, in.Clock)
	step := string(activities.SendReminder)
	for sent := false; !sent && !d.wished; {
		if !d.may(own, step) {
			if err := d.wait(own, d.tryAt, false, step); err != nil {
				return err
			}
			continue
		}
		err := d.attempt(own, step, func(ctx workflow.Context) error {
			send := activities.FollowUpStep{RequestKey: in.RequestKey, Number: in.Number, Now: d.now(ctx)}
			_, err := do(ctx, quick, activities.SendReminder, send, rapporteur.ReminderRung(in.Number))
			sent = err == nil
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := d.leave(own); err != nil {
		return err
	}
	if d.wished {
		return temporal.NewCanceledError()
	}
	return nil
}
