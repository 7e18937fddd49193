package rapporteur

import (
	"context"
	"fmt"
)

// ofWindow finds instrument and stream of an intake's window.
func (c Conduct) ofWindow(id CycleID) (Instrument, Stream, error) {
	instrument, stream, _, err := id.Parts()
	if err != nil {
		return Instrument{}, Stream{}, err
	}
	return intakeOf(c.Catalogue, instrument, stream)
}

// LoadIntake is the state from which the workflow of an intake starts: it takes
// up the oldest window that is not done with, whichever it was started for.
func (c Conduct) LoadIntake(ctx context.Context, id CycleID) (IntakeState, error) {
	instrument, stream, _, err := id.Parts()
	if err != nil {
		return IntakeState{}, err
	}
	var state IntakeState
	err = c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		windows, err := r.Windows(ctx, instrument, stream)
		if err != nil {
			return err
		}
		if len(windows) == 0 {
			return NotFound("window", string(id))
		}
		for n, window := range windows {
			var next *Cycle
			if n+1 < len(windows) {
				next = &windows[n+1]
			}
			if state = NewIntakeState(window, next); !state.done() {
				break
			}
		}
		return nil
	})
	return state, err
}

// OpenWindow opens a window whose time has come. Done before, it changes
// nothing.
func (c Conduct) OpenWindow(ctx context.Context, id CycleID, m Moment) error {
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		window, err := tx.LockCycle(ctx, id)
		if err == nil {
			_, err = opened(ctx, tx, window, m)
		}
		return err
	})
}

// OpenNextWindow opens the window that follows another, unless a delivery has
// done so before.
func (c Conduct) OpenNextWindow(ctx context.Context, id CycleID, m Moment) (NextWindow, error) {
	i, s, err := c.ofWindow(id)
	if err != nil {
		return NextWindow{}, err
	}
	var next NextWindow
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		windows, err := lockWindows(ctx, tx, i.ID, s.ID)
		if err != nil {
			return err
		}
		for n, window := range windows[:len(windows)-1] {
			if window.ID == id {
				next = *nextWindow(windows[n+1])
				return nil
			}
		}
		newest := windows[len(windows)-1]
		if newest.ID != id || newest.Phase.Final() {
			return invalidStep("The intake has stopped.")
		}
		opened, err := openNext(ctx, tx, i, s, newest, m)
		next = *nextWindow(opened)
		return err
	})
	return next, err
}

// CloseWindow ends a window: it takes nothing more. Done before, it changes
// nothing.
func (c Conduct) CloseWindow(ctx context.Context, id CycleID, m Moment) error {
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		window, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		return closeWindow(ctx, tx, window, m)
	})
}

func closeWindow(ctx context.Context, tx Tx, window Cycle, m Moment) error {
	count, err := tx.DeliveryCount(ctx, window.ID)
	if err != nil || window.Phase.Final() {
		return err
	}
	record := m.record(window.ID, ActionWindowClosed, string(ActionWindowClosed)+"/"+string(window.ID))
	record.Details["deliveries"] = fmt.Sprint(count)
	if _, err := tx.AppendAudit(ctx, record); err != nil {
		return err
	}
	if window.Phase == PhasePlanned {
		window.Phase = PhaseCancelled
	} else {
		window.Phase = PhaseClosed
	}
	return tx.UpdateCycle(ctx, window)
}

// StopIntake ends an intake: every window that is open is closed at once. The
// same command again changes nothing.
func (c Conduct) StopIntake(ctx context.Context, id CycleID, stop IntakeStop, m Moment) error {
	instrument, stream, _, err := id.Parts()
	if err != nil {
		return err
	}
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		windows, err := lockWindows(ctx, tx, instrument, stream)
		if err != nil {
			return err
		}
		record := m.record(id, ActionIntakeStopped, "command/"+string(id)+"/"+stop.ID)
		record.Actor, record.Reason = stop.Actor, stop.Reason
		if added, err := tx.AppendAudit(ctx, record); err != nil || !added {
			return err
		}
		for _, window := range windows {
			if window.Phase.Final() {
				continue
			}
			if window, err = tx.LockCycle(ctx, window.ID); err != nil {
				return err
			}
			if err := closeWindow(ctx, tx, window, m); err != nil {
				return err
			}
		}
		return nil
	})
}
