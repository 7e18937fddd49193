package activities

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// Requests opens a cycle's requests, chases them along the common ladder and
// carries out what people command.
type Requests struct{ Conduct rapporteur.Conduct }

// Preflight counts who cannot be reached, and onward opens the cycle where all can.
func (a *Requests) Preflight(ctx context.Context, in CycleStep) (Reach, error) {
	missing, err := a.Conduct.Preflight(ctx, in.Cycle, moment(ctx, in.Now))
	if err != nil || len(missing) > 0 || !in.Onward {
		return Reach{Unreachable: len(missing)}, Failure(err)
	}
	counts, err := a.Open(ctx, in)
	return Reach{Opened: &counts}, err
}

// Open makes every request of the cycle.
func (a *Requests) Open(ctx context.Context, in CycleStep) (rapporteur.Counts, error) {
	counts, err := a.Conduct.Open(ctx, in.Cycle, moment(ctx, in.Now))
	return counts, Failure(err)
}

// SendRung climbs one rung of the common ladder, and onward collects after it. What
// cannot be collected does not keep the rung from being climbed: collecting is
// then a step of its own.
func (a *Requests) SendRung(ctx context.Context, in RungStep) (RungSent, error) {
	var result RungSent
	at := moment(ctx, in.Now)
	err := mailing(ctx, a.Conduct, func(ctx context.Context, conduct rapporteur.Conduct, progress func(int)) (err error) {
		result.SendResult, err = conduct.SendRung(ctx, in.Cycle, in.Rung, at, progress)
		if err != nil || !in.Onward || in.Rung.Rung.ID == rapporteur.RungRequest {
			return err
		}
		if found, err := collect(ctx, conduct, in.Cycle, at, true, progress); err == nil {
			result.Collected = &found
		}
		return nil
	})
	return result, err
}

// Apply puts a command into the record and finds out whether anybody must be
// told. Telling is Tell's, so that a person's command is answered when it is
// committed, however slow the mail is.
func (a *Requests) Apply(ctx context.Context, in CommandStep) (Applied, error) {
	tell, err := a.Conduct.Apply(ctx, in.Cycle, in.Command, moment(ctx, in.Now))
	return Applied{Told: !tell}, Failure(err)
}

// Tell writes to those whom an applied command touches.
func (a *Requests) Tell(ctx context.Context, in CommandStep) (Done, error) {
	at := moment(ctx, in.Now)
	return Done{}, mailing(ctx, a.Conduct, func(ctx context.Context, conduct rapporteur.Conduct, _ func(int)) error {
		return conduct.Tell(ctx, in.Cycle, in.Command, at)
	})
}

// Cancel ends the cycle and tells those who had been asked.
func (a *Requests) Cancel(ctx context.Context, in CancelStep) (Done, error) {
	at := moment(ctx, in.Now)
	return Done{}, mailing(ctx, a.Conduct, func(ctx context.Context, conduct rapporteur.Conduct, progress func(int)) error {
		return conduct.Cancel(ctx, in.Cycle, in.Reason, in.By, at, progress)
	})
}
