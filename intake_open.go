package rapporteur

import (
	"context"
	"time"
)

// lockWindows lists the windows of an intake, oldest first, with the newest
// locked. Whoever opens or closes a window of an intake goes through here, so
// that they do so one after the other.
func lockWindows(ctx context.Context, tx Tx, instrument, stream string) ([]Cycle, error) {
	for {
		before, err := tx.Windows(ctx, instrument, stream)
		if err != nil {
			return nil, err
		}
		if len(before) == 0 {
			return nil, Problemf(ProblemClosed, "The intake is not open", "The Secretariat has not started %s/%s.", instrument, stream)
		}
		newest := before[len(before)-1].ID
		if _, err := tx.LockCycle(ctx, newest); err != nil {
			return nil, err
		}
		// While the lock was awaited its holder may have opened another.
		windows, err := tx.Windows(ctx, instrument, stream)
		if err != nil || windows[len(windows)-1].ID == newest {
			return windows, err
		}
	}
}

// presentWindow is the window that takes what comes at this moment of business
// time, locked and open. Where time has gone past the newest window the next
// are opened here: an intake takes deliveries whether or not the engine runs.
func presentWindow(ctx context.Context, tx Tx, i Instrument, s Stream, wall time.Time) (Cycle, error) {
	windows, err := lockWindows(ctx, tx, i.ID, s.ID)
	if err != nil {
		return Cycle{}, err
	}
	newest := windows[len(windows)-1]
	m := Moment{Now: newest.Now(wall)}
	today := DateOf(m.Now)
	switch {
	case newest.Phase.Final():
		return Cycle{}, Problemf(ProblemClosed, "The intake was stopped", "It takes nothing more; write to the Secretariat.")
	case today.Before(newest.Window().First) && newest.Phase == PhasePlanned:
		return Cycle{}, Problemf(ProblemClosed, "The intake is not open yet", "It opens on %s.", newest.Window().First)
	case today.Before(newest.Window().First) && len(windows) > 1:
		// The next window was opened by a clock that is ahead. The one before
		// stays open for a while; later than that the next takes everything.
		before, err := tx.LockCycle(ctx, windows[len(windows)-2].ID)
		if err != nil || before.Phase == PhaseCollecting {
			return before, err
		}
	}
	if newest, err = opened(ctx, tx, newest, m); err != nil {
		return newest, err
	}
	for today.After(newest.Window().Last) {
		if newest, err = openNext(ctx, tx, i, s, newest, m); err != nil {
			return newest, err
		}
	}
	return newest, nil
}

// opened is a window that takes deliveries from now on; done before, nothing
// changes.
func opened(ctx context.Context, tx Tx, window Cycle, m Moment) (Cycle, error) {
	if window.Phase != PhasePlanned {
		return window, nil
	}
	window.Phase = PhaseCollecting
	if _, err := tx.AppendAudit(ctx, windowOpened(window, m)); err != nil {
		return window, err
	}
	if err := tx.UpdateCycle(ctx, window); err != nil {
		return window, err
	}
	return tx.LockCycle(ctx, window.ID)
}

// openNext adds the window that follows the newest one.
func openNext(ctx context.Context, tx Tx, i Instrument, s Stream, newest Cycle, m Moment) (Cycle, error) {
	next := windowCycle(i, s, s.Intake.After(newest.Window()))
	next.Phase, next.ClockOffset = PhaseCollecting, newest.ClockOffset
	next.StartedAt, next.StartedBy = m.Now, newest.StartedBy
	if err := tx.InsertCycle(ctx, next); err != nil {
		return next, err
	}
	_, err := tx.AppendAudit(ctx, windowOpened(next, m))
	return next, err
}

func windowOpened(window Cycle, m Moment) AuditRecord {
	record := m.record(window.ID, ActionWindowOpened, string(ActionWindowOpened)+"/"+string(window.ID))
	record.Details["first"], record.Details["last"] = window.Window().First.String(), window.Window().Last.String()
	return record
}
