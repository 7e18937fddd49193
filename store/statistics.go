package store

import (
	"context"
	"strconv"

	"github.com/rapporteur/rapporteur"
)

const selectRelease = "SELECT cycle, number, sequence, released_at, released_by, sources, figures FROM statistics"

func scanRelease(r row) (rapporteur.Release, error) {
	var s rapporteur.Release
	err := r.Scan(&s.Cycle, &s.Number, &s.Sequence, timeColumn{&s.At}, &s.By, documentColumn{&s.Sources}, documentColumn{&s.Statistics})
	return s, err
}

// Releases lists the published statistics of a stream in the order in which they
// were made.
func (r *reader) Releases(ctx context.Context, instrument, stream string) ([]rapporteur.Release, error) {
	found, err := list(ctx, r, scanRelease, selectRelease+" WHERE instrument = ? AND stream = ? ORDER BY sequence", instrument, stream)
	return found, failure("list statistics", err)
}

// LatestRelease is the newest release of a cycle.
func (r *reader) LatestRelease(ctx context.Context, id rapporteur.CycleID) (rapporteur.Release, error) {
	s, err := one(ctx, r, rapporteur.NoRelease(id), scanRelease, selectRelease+" WHERE cycle = ? ORDER BY number DESC LIMIT 1", id)
	return s, failure("read statistics", err)
}

// InsertRelease adds a release. A number or a place in the stream that is taken
// is a ProblemConflict.
func (t *tx) InsertRelease(ctx context.Context, s rapporteur.Release) error {
	instrument, stream, _, err := s.Cycle.Parts()
	if err != nil {
		return err
	}
	return t.insert(ctx, "statistics", string(s.Cycle)+"/"+strconv.Itoa(s.Number), noCycle(s.Cycle),
		`INSERT INTO statistics (cycle, number, instrument, stream, sequence, released_at, released_by, sources, figures)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		s.Cycle, s.Number, instrument, stream, s.Sequence, s.At, s.By, document{s.Sources}, document{s.Statistics})
}
