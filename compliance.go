package rapporteur

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Compliance tells how contributors comply with an instrument. It only reads,
// and needs no running engine.
type Compliance struct {
	Store     Store
	Catalogue Catalogue
	Clock     Clock
	// ClockOffset is business time minus wall time where no cycle says it; zero
	// in production.
	ClockOffset time.Duration
}

// MatrixQuery says which part of an instrument's matrix is wanted; zero fields
// do not narrow. Measures are of all that Instrument to Contributor let
// through; After and Limit page the rows alone.
type MatrixQuery struct {
	Instrument  string
	Stream      string
	Period      string // label of the cycles' period
	From, To    Date   // of the cycles' mandated date, both included
	Contributor ContributorID
	AsOf        Date          // now where none; a date that lies ahead is a ProblemInvalid
	After       ContributorID // rows of contributors after this one
	Limit       int           // of how many contributors at most
	// MeasuresOnly leaves the rows out, and with them the reading of answers.
	MeasuresOnly bool
}

// Matrix reads an instrument's compliance matrix on one consistent view of the
// record. Answers are read only for the rows that it gives, a few at a time.
func (c Compliance) Matrix(ctx context.Context, q MatrixQuery) (Matrix, error) {
	instrument, err := c.Catalogue.Instrument(q.Instrument)
	if err != nil {
		return Matrix{}, err
	}
	if _, ok := instrument.Stream(q.Stream); q.Stream != "" && !ok {
		return Matrix{}, NotFound("stream", q.Stream)
	}
	var m Matrix
	err = c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		record := MatrixRecord{Instrument: instrument, Questionnaires: map[QuestionnaireRef]Questionnaire{}}
		if err := c.gather(ctx, r, q, &record); err != nil {
			return err
		}
		if m = NewMatrix(record); q.MeasuresOnly {
			m.Rows = nil
			return nil
		}
		m = m.Page(q.After, q.Limit)
		return c.read(ctx, r, m.Rows)
	})
	if err != nil {
		return Matrix{}, fmt.Errorf("cannot read compliance matrix: %w", err)
	}
	return m, nil
}

// gather reads what the matrix is reckoned from.
func (c Compliance) gather(ctx context.Context, r Reader, q MatrixQuery, record *MatrixRecord) error {
	cycles, err := q.cycles(ctx, r)
	if err != nil {
		return err
	}
	wall := c.Clock()
	if record.AsOf, err = q.asOf(cycles, wall, c.ClockOffset); err != nil {
		return err
	}
	if len(cycles) == 0 && q.Contributor != "" {
		if _, err := c.Catalogue.Contributor(q.Contributor, record.AsOf); err != nil {
			return err
		}
	}
	for _, cycle := range cycles {
		told, err := c.cycle(ctx, r, q, cycle, cycle.AsOf(q.AsOf, wall))
		if err != nil {
			return err
		}
		for _, ref := range told.questionnaires() {
			if ref == (QuestionnaireRef{}) { // of which only receipts are kept
				continue
			}
			if record.Questionnaires[ref], err = c.Catalogue.Questionnaire(ref); err != nil {
				return err
			}
		}
		record.Cycles = append(record.Cycles, told)
	}
	return nil
}

// asOf is the date that the matrix is of. Business time is each cycle's own;
// the latest decides what lies ahead. Where there is no cycle it is the wall's
// with the offset that new ones get.
func (q MatrixQuery) asOf(cycles []Cycle, wall time.Time, offset time.Duration) (Date, error) {
	now := wall.Add(offset)
	for n, cycle := range cycles {
		if at := cycle.Now(wall); n == 0 || at.After(now) {
			now = at
		}
	}
	switch {
	case q.AsOf.IsZero():
		return DateOf(now), nil
	case q.AsOf.Start().After(now):
		return Date{}, Problemf(ProblemInvalid, "The date lies ahead", "It is %s; ask for a date that is not after it.", DateOf(now))
	}
	return q.AsOf, nil
}

// cycles lists the cycles that the query is about, by id.
func (q MatrixQuery) cycles(ctx context.Context, r Reader) ([]Cycle, error) {
	if q.Contributor != "" {
		return q.cyclesOfContributor(ctx, r)
	}
	prefix := q.Instrument + "/"
	switch {
	case q.Stream != "" && q.Period != "":
		return q.only(r.Cycle(ctx, NewCycleID(q.Instrument, q.Stream, q.Period)))
	case q.Stream != "":
		prefix += q.Stream + "/"
	}
	cycles, err := cyclesUnder(ctx, r, prefix)
	return slices.DeleteFunc(cycles, func(c Cycle) bool { return !q.wants(c) }), err
}

// only is the one cycle that there can be, if there is it.
func (q MatrixQuery) only(cycle Cycle, err error) ([]Cycle, error) {
	switch {
	case IsProblem(err, ProblemNotFound) || (err == nil && !q.wants(cycle)):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []Cycle{cycle}, nil
}

// cyclesOfContributor lists those in which the contributor is asked.
func (q MatrixQuery) cyclesOfContributor(ctx context.Context, r Reader) ([]Cycle, error) {
	requests, err := r.Requests(ctx, RequestFilter{Contributor: q.Contributor})
	if err != nil {
		return nil, err
	}
	var cycles []Cycle
	for _, request := range requests {
		if instrument, stream, _, err := request.Cycle.Parts(); err != nil || instrument != q.Instrument || (q.Stream != "" && stream != q.Stream) {
			continue
		}
		cycle, err := r.Cycle(ctx, request.Cycle)
		if err != nil {
			return nil, err
		}
		if q.wants(cycle) {
			cycles = append(cycles, cycle)
		}
	}
	return cycles, nil
}

// wants reports whether a cycle is of the period that is asked for.
func (q MatrixQuery) wants(c Cycle) bool {
	_, _, period, err := c.ID.Parts()
	mandated := c.Plan.Date(DateMandated)
	return err == nil && (q.Period == "" || period == q.Period) &&
		(q.From.IsZero() || !mandated.Before(q.From)) && (q.To.IsZero() || !mandated.After(q.To))
}

// cycle reads what the record holds of one cycle up to an instant: a few
// queries, however many contributors it asks.
func (c Compliance) cycle(ctx context.Context, r Reader, q MatrixQuery, cycle Cycle, at time.Time) (CycleRecord, error) {
	told := CycleRecord{Cycle: cycle, At: at, Contributors: map[ContributorID]Contributor{}}
	var err error
	if told.Requests, err = r.Requests(ctx, RequestFilter{Cycle: cycle.ID, Contributor: q.Contributor}); err != nil || len(told.Requests) == 0 {
		return told, err
	}
	filter := AuditFilter{Cycle: cycle.ID, Contributor: q.Contributor, Actions: MatrixActions, Until: at}
	if told.Audit, err = r.AuditTrail(ctx, filter); err != nil {
		return told, err
	}
	filter.Actions, filter.Until = []Action{ActionMigrationOrdered, ActionMigrated}, time.Time{}
	if told.Migrations, err = r.AuditTrail(ctx, filter); err != nil {
		return told, err
	}
	asks, err := r.Questionnaires(ctx, cycle.ID, at)
	if err != nil {
		return told, err
	}
	told.Asks = told.askedThen(asks)
	for _, request := range told.Requests {
		// Whoever the registry does not know any more is shown by its id.
		if who, err := c.Catalogue.Contributor(request.Contributor, DateOf(request.OpenedAt)); err == nil {
			told.Contributors[request.Contributor] = who
		}
	}
	return told, nil
}

// bodyBatch is how many answers are in memory at once.
const bodyBatch = 50

// read reads the answers on which cells of the rows depend.
func (c Compliance) read(ctx context.Context, r Reader, rows []MatrixRow) error {
	var open []int
	for n, row := range rows {
		if row.ToRead() {
			open = append(open, n)
		}
	}
	for batch := range slices.Chunk(open, bodyBatch) {
		hashes := make([]string, len(batch))
		for i, n := range batch {
			hashes[i] = rows[n].Body()
		}
		bodies, err := r.Bodies(ctx, hashes)
		if err != nil {
			return err
		}
		for _, n := range batch {
			document, _, err := c.Catalogue.Check(ctx, rows[n].Questionnaire, bodies[rows[n].Body()])
			if err != nil {
				return fmt.Errorf("cannot read submission %d of %s: %w", rows[n].Version, rows[n].Contributor, err)
			}
			rows[n] = rows[n].Read(document)
		}
	}
	return nil
}
