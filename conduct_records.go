package rapporteur

import (
	"context"
	"slices"
	"time"
)

// streamRecords gathers what the other streams of a report's instrument have
// for it: what has come, been held or issued since the report before it, or
// else since the adoption.
func (c Conduct) streamRecords(ctx context.Context, r Reader, report Cycle, m Moment) ([]StreamRecord, error) {
	instrumentID, reporting, _, err := report.ID.Parts()
	if err != nil {
		return nil, err
	}
	instrument, err := c.Catalogue.Instrument(instrumentID)
	if err != nil {
		return nil, err
	}
	others, err := cyclesUnder(ctx, r, instrumentID+"/")
	if err != nil {
		return nil, err
	}
	since, err := reportedUntil(ctx, r, others, report, reporting)
	if err != nil {
		return nil, err
	}
	var all []StreamRecord
	for _, stream := range instrument.Streams {
		own := slices.DeleteFunc(slices.Clone(others), func(c Cycle) bool {
			_, of, _, err := c.ID.Parts()
			return err != nil || of != stream.ID
		})
		records, err := c.recordsOf(ctx, r, stream, own, since, m)
		if err != nil {
			return nil, err
		}
		all = append(all, records...)
	}
	return all, nil
}

// recordsOf is what the cycles of a stream have for a report, by its shape: a
// window and an event each their own, sections one together, for they are many.
func (c Conduct) recordsOf(ctx context.Context, r Reader, stream Stream, cycles []Cycle, since time.Time, m Moment) ([]StreamRecord, error) {
	switch stream.Shape {
	case ShapeInclusion:
		if record, ok := inclusionRecord(stream, cycles, DateOf(since)); ok {
			return []StreamRecord{record}, nil
		}
	case ShapeIntake:
		return c.intakeRecords(ctx, r, cycles, since, m)
	case ShapeOccasion:
		return c.occasionRecords(ctx, r, stream, cycles, since)
	case ShapeReport:
	}
	return nil, nil
}

// reportedUntil is when the draft of the report before was compiled that was
// transmitted; the zero time where there was none. What came later is news.
func reportedUntil(ctx context.Context, r Reader, cycles []Cycle, report Cycle, stream string) (time.Time, error) {
	var until time.Time
	for _, cycle := range cycles {
		_, of, _, err := cycle.ID.Parts()
		if err != nil || of != stream || cycle.ID == report.ID || cycle.Symbol == "" {
			continue
		}
		draft, err := r.Draft(ctx, cycle.ID, cycle.Draft)
		if err != nil {
			return until, err
		}
		if draft.CompiledAt.After(until) {
			until = draft.CompiledAt
		}
	}
	return until, nil
}

// intakeRecords is what came in each window, by its consents; nothing of one in
// which nothing came.
func (c Conduct) intakeRecords(ctx context.Context, r Reader, windows []Cycle, since time.Time, m Moment) ([]StreamRecord, error) {
	var all []StreamRecord
	for _, window := range windows {
		content, err := c.windowContent(ctx, r, window, since, m)
		if err != nil {
			return nil, err
		}
		records, err := excerpt(content)
		if err != nil {
			return nil, err
		}
		all = append(all, records...)
	}
	return all, nil
}
