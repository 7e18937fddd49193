package activities

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// Intakes opens and closes the windows of intakes, routes what is delivered and
// makes digests.
type Intakes struct{ Conduct rapporteur.Conduct }

// Load reads the state from which an intake starts.
func (a *Intakes) Load(ctx context.Context, in IntakeStep) (rapporteur.IntakeState, error) {
	state, err := a.Conduct.LoadIntake(ctx, in.Window)
	return state, Failure(err)
}

// OpenWindow opens a window whose time has come.
func (a *Intakes) OpenWindow(ctx context.Context, in IntakeStep) (Done, error) {
	return Done{}, Failure(a.Conduct.OpenWindow(ctx, in.Window, moment(ctx, in.Now)))
}

// OpenNext opens the window that follows.
func (a *Intakes) OpenNext(ctx context.Context, in IntakeStep) (rapporteur.NextWindow, error) {
	next, err := a.Conduct.OpenNextWindow(ctx, in.Window, moment(ctx, in.Now))
	return next, Failure(err)
}

// Route acknowledges what was delivered, and sends its signed records.
func (a *Intakes) Route(ctx context.Context, in IntakeStep) (rapporteur.RouteResult, error) {
	var result rapporteur.RouteResult
	at := moment(ctx, in.Now)
	err := mailing(ctx, a.Conduct, func(ctx context.Context, conduct rapporteur.Conduct, progress func(int)) (err error) {
		result, err = conduct.Route(ctx, in.Window, at, progress)
		return err
	})
	return result, err
}

// CloseWindow ends a window.
func (a *Intakes) CloseWindow(ctx context.Context, in IntakeStep) (Done, error) {
	return Done{}, Failure(a.Conduct.CloseWindow(ctx, in.Window, moment(ctx, in.Now)))
}

// Digest makes the digest of a closed window.
func (a *Intakes) Digest(ctx context.Context, in IntakeStep) (Compiled, error) {
	number, err := a.Conduct.Digest(ctx, in.Window, moment(ctx, in.Now))
	return Compiled{Draft: number}, Failure(err)
}

// Stop ends the intake: every window that is open is closed.
func (a *Intakes) Stop(ctx context.Context, in IntakeStopStep) (Done, error) {
	return Done{}, Failure(a.Conduct.StopIntake(ctx, in.Window, in.Stop, moment(ctx, in.Now)))
}
