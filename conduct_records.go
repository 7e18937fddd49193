package rapporteur

import (
	"context"
	"strings"
	"time"
)

// streamRecords gathers what the other streams of a report's instrument have
// for it: what has come, been held or issued since the report before it, or
// else since the adoption.
func (c Conduct) streamRecords(ctx context.Context, r Reader, report Cycle, m Moment) ([]StreamRecord, error) {
	instrument, stream, _, err := report.ID.Parts()
	if err != nil {
		return nil, err
	}
	others, err := cyclesUnder(ctx, r, instrument+"/")
	if err != nil {
		return nil, err
	}
	since, err := reportedUntil(ctx, r, others, report, stream)
	if err != nil {
		return nil, err
	}
	var all []StreamRecord
	for _, cycle := range others {
		records, err := c.recordsOf(ctx, r, cycle, since, m)
		if err != nil {
			return nil, err
		}
		all = append(all, records...)
	}
	sections, err := c.sectionRecords(instrument, others, since)
	return append(all, sections...), err
}

// sectionRecords is what the inclusion streams of an instrument have for a
// report: one record each, for sections are many.
func (c Conduct) sectionRecords(instrument string, cycles []Cycle, since time.Time) ([]StreamRecord, error) {
	i, err := c.Catalogue.Instrument(instrument)
	if err != nil {
		return nil, err
	}
	var all []StreamRecord
	for _, stream := range i.Streams {
		prefix := StreamKey{Instrument: instrument, Stream: stream.ID}.String() + "/"
		var own []Cycle
		for _, cycle := range cycles {
			if cycle.Shape == ShapeInclusion && strings.HasPrefix(string(cycle.ID), prefix) {
				own = append(own, cycle)
			}
		}
		if record, ok := inclusionRecord(stream, own, DateOf(since)); ok {
			all = append(all, record)
		}
	}
	return all, nil
}

// recordsOf is what one cycle has for a report by itself, by its shape. Sections
// are told of together.
func (c Conduct) recordsOf(ctx context.Context, r Reader, cycle Cycle, since time.Time, m Moment) ([]StreamRecord, error) {
	switch cycle.Shape {
	case ShapeIntake:
		return c.intakeRecords(ctx, r, cycle, since, m)
	case ShapeOccasion:
		return c.occasionRecords(ctx, r, cycle, since)
	case ShapeReport, ShapeInclusion:
	}
	return nil, nil
}

// reportedUntil is when the draft of the report before was compiled that was
// transmitted; the zero time where there was none. What came later is news.
func reportedUntil(ctx context.Context, r Reader, cycles []Cycle, report Cycle, stream string) (time.Time, error) {
	var until time.Time
	for _, cycle := range cycles {
		_, of, _, err := cycle.ID.Parts()
		if err != nil || of != stream || cycle.ID == report.ID || cycle.Symbol == "" || cycle.Draft == 0 {
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

// intakeRecords is what came in a window, by its consents; nothing where
// nothing came.
func (c Conduct) intakeRecords(ctx context.Context, r Reader, window Cycle, since time.Time, m Moment) ([]StreamRecord, error) {
	content, err := c.windowContent(ctx, r, window, since, m)
	if err != nil {
		return nil, err
	}
	return excerpt(content)
}
