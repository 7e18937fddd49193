package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
)

// patience is how long a server waits for a cycle to come to a point.
const patience = 10 * time.Minute

// carryOut waits for the cycle, or tells what is held of it.
func (h *house) carryOut(ctx context.Context, o order) (report, error) {
	id := rapporteur.CycleID(o.Cycle)
	switch o.Do {
	case doOpened:
		return report{}, h.until(ctx, id, func(p rapporteur.Phase) bool { return p != rapporteur.PhasePlanned })
	case doClosed:
		return report{}, h.until(ctx, id, func(p rapporteur.Phase) bool { return p != rapporteur.PhaseCollecting })
	case doWritten:
		return report{}, h.untilRecorded(ctx, id, rapporteur.ActionRungSent)
	case doDrafted:
		return report{}, h.untilRecorded(ctx, id, rapporteur.ActionClearanceStarted)
	case doTotals:
		return h.totals(ctx, id)
	}
	return report{}, fmt.Errorf("cannot carry out %q", o.Do)
}

// until waits for a phase.
func (h *house) until(ctx context.Context, id rapporteur.CycleID, there func(rapporteur.Phase) bool) error {
	return h.waitFor(ctx, func(ctx context.Context, r rapporteur.Reader) (bool, error) {
		cycle, err := r.Cycle(ctx, id)
		return err == nil && there(cycle.Phase), err
	})
}

// untilRecorded waits for an audit record of a sort.
func (h *house) untilRecorded(ctx context.Context, id rapporteur.CycleID, action rapporteur.Action) error {
	return h.waitFor(ctx, func(ctx context.Context, r rapporteur.Reader) (bool, error) {
		found, err := r.AuditTrail(ctx, rapporteur.AuditFilter{Cycle: id, Actions: []rapporteur.Action{action}, Order: rapporteur.NewestFirst, Limit: 1})
		return len(found) > 0, err
	})
}

// waitFor looks again and again, less often where it takes long, so that looking
// costs next to nothing.
func (h *house) waitFor(ctx context.Context, there func(context.Context, rapporteur.Reader) (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for pause := poll; ; pause = min(pause+poll/2, 50*time.Millisecond) {
		done := false
		err := h.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
			var err error
			done, err = there(ctx, r)
			return err
		})
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// totals are what the record and the engine hold.
func (h *house) totals(ctx context.Context, id rapporteur.CycleID) (report, error) {
	var r report
	err := h.Store.Read(ctx, func(ctx context.Context, reader rapporteur.Reader) error {
		submissions, err := reader.Submissions(ctx, rapporteur.RequestKey{Cycle: id})
		if err != nil {
			return err
		}
		counts, err := reader.Counts(ctx, id)
		r.Submissions, r.Settled = len(submissions), counts.Settled
		return err
	})
	if err != nil {
		return r, err
	}
	if r.Size, err = h.Store.Size(ctx); err != nil {
		return r, err
	}
	about, err := h.client.DescribeWorkflowExecution(ctx, rapporteur.CycleWorkflowID(id), "")
	if err != nil {
		return r, fmt.Errorf("cannot ask the engine: %w", err)
	}
	r.Events, r.HistoryBytes = about.GetWorkflowExecutionInfo().GetHistoryLength(), about.GetWorkflowExecutionInfo().GetHistorySizeBytes()
	r.EngineSize, err = h.engineSize()
	return r, err
}

// engineSize is the size of the files of Temporal's database.
func (h *house) engineSize() (int64, error) {
	files, err := os.ReadDir(h.dir)
	if err != nil {
		return 0, fmt.Errorf("cannot measure engine's database: %w", err)
	}
	var size int64
	for _, f := range files {
		if !strings.HasPrefix(filepath.Base(f.Name()), "temporal.db") {
			continue
		}
		info, err := f.Info()
		if err != nil {
			return 0, fmt.Errorf("cannot measure engine's database: %w", err)
		}
		size += info.Size()
	}
	return size, nil
}
