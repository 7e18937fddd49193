package store

import (
	"context"
	"strconv"

	"github.com/rapporteur/rapporteur"
)

func draftName(id rapporteur.CycleID, number int) string {
	return string(id) + "/" + strconv.Itoa(number)
}

func noDraft(id rapporteur.CycleID, number int) *rapporteur.Problem {
	return rapporteur.NotFound("draft", draftName(id, number))
}

// Draft reads a draft with its report.
func (r *reader) Draft(ctx context.Context, id rapporteur.CycleID, number int) (rapporteur.Draft, error) {
	scan := func(r row) (rapporteur.Draft, error) {
		var d rapporteur.Draft
		err := r.Scan(&d.Cycle, &d.Number, timeColumn{&d.CompiledAt}, &d.Outcome, &d.Comments, documentColumn{&d.Report})
		return d, err
	}
	d, err := one(ctx, r, noDraft(id, number), scan, `SELECT cycle, number, compiled_at, outcome, comments, report
		FROM drafts WHERE cycle = ? AND number = ?`, id, number)
	return d, failure("read draft", err)
}

// Drafts lists the drafts of a cycle by number, without their reports.
func (r *reader) Drafts(ctx context.Context, id rapporteur.CycleID) ([]rapporteur.Draft, error) {
	scan := func(r row) (rapporteur.Draft, error) {
		var d rapporteur.Draft
		err := r.Scan(&d.Cycle, &d.Number, timeColumn{&d.CompiledAt}, &d.Outcome, &d.Comments)
		return d, err
	}
	found, err := list(ctx, r, scan, "SELECT cycle, number, compiled_at, outcome, comments FROM drafts WHERE cycle = ? ORDER BY number", id)
	return found, failure("list drafts", err)
}

// InsertDraft adds a draft; one that exists is a ProblemConflict.
func (t *tx) InsertDraft(ctx context.Context, d rapporteur.Draft) error {
	return t.insert(ctx, "draft", draftName(d.Cycle, d.Number), noCycle(d.Cycle),
		`INSERT INTO drafts (cycle, number, report, compiled_at, outcome, comments)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		d.Cycle, d.Number, document{d.Report}, d.CompiledAt, d.Outcome, d.Comments)
}

// UpdateDraft stores a draft's outcome, comments and report.
func (t *tx) UpdateDraft(ctx context.Context, d rapporteur.Draft) error {
	return t.update(ctx, "draft", noDraft(d.Cycle, d.Number),
		"UPDATE drafts SET report = ?, outcome = ?, comments = ? WHERE cycle = ? AND number = ?",
		document{d.Report}, d.Outcome, d.Comments, d.Cycle, d.Number)
}

// Observations lists the paragraphs that the Secretariat wrote, in order.
func (r *reader) Observations(ctx context.Context, id rapporteur.CycleID) ([]rapporteur.Observation, error) {
	found, err := one(ctx, r, errNothing, scanObservations, "SELECT observations FROM observations WHERE cycle = ?", id)
	return orEmpty(found, failure("read observations", err))
}

func scanObservations(r row) ([]rapporteur.Observation, error) {
	var found []rapporteur.Observation
	err := r.Scan(documentColumn{&found})
	return found, err
}

// PutObservations replaces the paragraphs; of two who do at once the later one
// stands, whole.
func (t *tx) PutObservations(ctx context.Context, id rapporteur.CycleID, o []rapporteur.Observation) error {
	return t.insert(ctx, "observations", string(id), noCycle(id), `INSERT INTO observations (cycle, observations) VALUES (?, ?)
		ON CONFLICT (cycle) DO UPDATE SET observations = excluded.observations`, id, document{o})
}
