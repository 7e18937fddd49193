package store

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

const selectStreamCalendar = `SELECT instrument, stream, starts, clock_offset, started_at, started_by, paused_at, attention,
	events, changes, revision FROM stream_calendars`

func scanStreamCalendar(r row) (rapporteur.StreamCalendar, error) {
	var c rapporteur.StreamCalendar
	err := r.Scan(&c.Instrument, &c.Stream, dateColumn{&c.From}, &c.ClockOffset, timeColumn{&c.StartedAt}, &c.StartedBy,
		timeColumn{&c.PausedAt}, &c.Attention, documentColumn{&c.Events}, documentColumn{&c.Changes}, &c.Revision)
	return c, err
}

func noStreamCalendar(key rapporteur.StreamKey) *rapporteur.Problem {
	return rapporteur.NotFound("calendar of stream", key.String())
}

// StreamCalendar reads the calendar of a stream.
func (r *reader) StreamCalendar(ctx context.Context, key rapporteur.StreamKey) (rapporteur.StreamCalendar, error) {
	c, err := one(ctx, r, noStreamCalendar(key), scanStreamCalendar, selectStreamCalendar+" WHERE instrument = ? AND stream = ?", key.Instrument, key.Stream)
	return c, failure("read calendar", err)
}

// StreamCalendars lists the calendars by instrument and stream.
func (r *reader) StreamCalendars(ctx context.Context) ([]rapporteur.StreamCalendar, error) {
	found, err := list(ctx, r, scanStreamCalendar, selectStreamCalendar+" ORDER BY instrument, stream")
	return found, failure("list calendars", err)
}

// InsertStreamCalendar adds a calendar; a stream that has one is a
// ProblemConflict.
func (t *tx) InsertStreamCalendar(ctx context.Context, c rapporteur.StreamCalendar) error {
	return t.insert(ctx, "calendar of stream", c.String(), nil, `INSERT INTO stream_calendars (instrument, stream, starts,
		clock_offset, started_at, started_by, paused_at, attention, events, changes, revision)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		c.Instrument, c.Stream, c.From, c.ClockOffset, c.StartedAt, c.StartedBy, c.PausedAt, c.Attention,
		document{c.Events}, document{c.Changes}, c.Revision)
}

// LockStreamCalendar reads a calendar that the transaction means to change.
func (t *tx) LockStreamCalendar(ctx context.Context, key rapporteur.StreamKey) (rapporteur.StreamCalendar, error) {
	c, err := one(ctx, t.reader, noStreamCalendar(key), scanStreamCalendar,
		selectStreamCalendar+" WHERE instrument = ? AND stream = ?"+t.dialect.lock, key.Instrument, key.Stream)
	return c, failure("lock calendar", err)
}

// UpdateStreamCalendar stores a calendar as it was read and changed, one
// revision on. One that was changed since is a ProblemConflict.
func (t *tx) UpdateStreamCalendar(ctx context.Context, c rapporteur.StreamCalendar) error {
	n, err := t.exec(ctx, `UPDATE stream_calendars SET starts = ?, clock_offset = ?, started_at = ?, started_by = ?, paused_at = ?,
		attention = ?, events = ?, changes = ?, revision = revision + 1 WHERE instrument = ? AND stream = ? AND revision = ?`,
		c.From, c.ClockOffset, c.StartedAt, c.StartedBy, c.PausedAt, c.Attention,
		document{c.Events}, document{c.Changes}, c.Instrument, c.Stream, c.Revision)
	if err != nil || n > 0 {
		return failure("update calendar", err)
	}
	if _, err := t.StreamCalendar(ctx, c.StreamKey); err != nil {
		return err
	}
	return changed("calendar")
}
