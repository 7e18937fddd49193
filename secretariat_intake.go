package rapporteur

import (
	"context"
	"fmt"
)

// StartIntake opens an intake for good: its first window begins today, or on
// the day from which its policy takes deliveries, and from then on one window
// follows the other until the intake is stopped. It refuses where a destination
// cannot be reached. An intake that runs stays as it is; the engine is told of
// it again, which takes up one whose workflow was ended by mistake. One that was
// stopped begins anew.
func (s Secretariat) StartIntake(ctx context.Context, actor Principal, instrument, stream string) (Cycle, error) {
	i, st, err := intakeOf(s.Catalogue, instrument, stream)
	if err != nil {
		return Cycle{}, err
	}
	if st.Shape != ShapeIntake {
		return Cycle{}, Problemf(ProblemUnsupported, "Not an intake", "%s is a stream of shape %s; its receipts belong to its cycles.", stream, st.Shape)
	}
	window, err := s.startIntake(ctx, actor, i, st)
	if IsProblem(err, ProblemConflict) { // somebody else has just started it
		return s.startIntake(ctx, actor, i, st)
	}
	return window, err
}

func (s Secretariat) startIntake(ctx context.Context, actor Principal, i Instrument, st Stream) (Cycle, error) {
	var window Cycle
	err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		windows, err := lockWindows(ctx, tx, i.ID, st.ID)
		if err != nil && !IsProblem(err, ProblemClosed) {
			return err
		}
		running := len(windows) > 0 && !windows[len(windows)-1].Phase.Final()
		if running {
			window = windows[len(windows)-1]
		} else if window, err = s.firstWindow(ctx, tx, actor, i, st, windows); err != nil {
			return err
		}
		return tx.Enqueue(ctx, Message{Kind: MessageStartCycle, Cycle: window.ID})
	})
	return window, err
}

func (s Secretariat) firstWindow(ctx context.Context, tx Tx, actor Principal, i Instrument, st Stream, before []Cycle) (Cycle, error) {
	missing, err := tx.Unreachable(ctx, st.Intake.Destinations)
	if err != nil {
		return Cycle{}, err
	}
	if len(missing) > 0 {
		return Cycle{}, Problemf(ProblemUnreachable, "Not every destination can be reached",
			"Give a focal point to each of %s.", joinIDs(missing, len(missing)))
	}
	now := Cycle{ClockOffset: s.ClockOffset}.Now(s.Clock())
	w := st.Intake.WindowOn(DateOf(now))
	if today := DateOf(now); w.Holds(today) {
		w.First = today
	}
	window := windowCycle(i, st, freshLabel(w, before))
	window.ClockOffset, window.StartedAt, window.StartedBy = s.ClockOffset, now, actor.ID
	if err := tx.InsertCycle(ctx, window); err != nil {
		return window, err
	}
	_, err = tx.AppendAudit(ctx, AuditRecord{
		Key: string(ActionIntakeStarted) + "/" + string(window.ID), Cycle: window.ID, At: now, Actor: actor.ID,
		Action: ActionIntakeStarted, Details: map[string]string{
			"first": w.First.String(), "last": w.Last.String(), "destinations": joinIDs(st.Intake.Destinations, len(st.Intake.Destinations)),
		},
	})
	return window, err
}

// freshLabel gives a window that begins anew in the span of a stopped one a
// label of its own, which still sorts before those of later windows.
func freshLabel(w Window, before []Cycle) Window {
	label := w.Label
	for n := 2; ; n++ {
		taken := false
		for _, b := range before {
			taken = taken || b.Window().Label == w.Label
		}
		if !taken {
			return w
		}
		w.Label = fmt.Sprintf("%s-%d", label, n)
	}
}
