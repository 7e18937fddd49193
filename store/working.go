package store

import (
	"context"
	"fmt"

	"github.com/rapporteur/rapporteur"
)

// sectionName is a section of a working answer as a place and in a problem.
func sectionName(key rapporteur.RequestKey, section string) string {
	return requestName(key) + "/" + section
}

// aboutSection is the place that the content of a section is sealed for: one
// revision, so that an older content cannot be put back.
func aboutSection(key rapporteur.RequestKey, section string, revision int) string {
	return fmt.Sprintf("working/%s/%d", sectionName(key, section), revision)
}

// WorkingAnswer reads a working answer with its sections.
func (r *reader) WorkingAnswer(ctx context.Context, key rapporteur.RequestKey) (rapporteur.WorkingAnswer, error) {
	scan := func(r row) (rapporteur.WorkingAnswer, error) {
		var w rapporteur.WorkingAnswer
		err := r.Scan(&w.Cycle, &w.Contributor, &w.Revision, &w.Submitted.Version, &w.Submitted.Revision)
		return w, err
	}
	w, err := one(ctx, r, rapporteur.NotFound("working answer of", requestName(key)), scan, `SELECT cycle, contributor, revision,
		submitted_version, submitted_revision FROM working_answers WHERE cycle = ? AND contributor = ?`, key.Cycle, key.Contributor)
	if err != nil {
		return w, failure("read working answer", err)
	}
	w.Sections, err = list(ctx, r, scanSection, `SELECT a.section, a.content, a.marks, a.revision,
		s.section, s.act, s.saved_by, s.first, s.last, s.times, s.began_at, s.ended_at, s.size
		FROM working_sections a JOIN working_saves s
		ON s.cycle = a.cycle AND s.contributor = a.contributor AND s.section = a.section AND s.first = a.saved
		WHERE a.cycle = ? AND a.contributor = ? ORDER BY a.section`, key.Cycle, key.Contributor)
	if err != nil {
		return w, failure("read working answer", err)
	}
	for n, s := range w.Sections {
		if s.Content == nil {
			continue
		}
		if w.Sections[n].Content, err = r.vault.Open(s.Content, aboutSection(key, s.ID, s.Revision)); err != nil {
			return rapporteur.WorkingAnswer{}, failure("open working answer", err)
		}
	}
	return w, nil
}

func scanSection(r row) (rapporteur.WorkingSection, error) {
	var s rapporteur.WorkingSection
	save := &s.Saved
	err := r.Scan(&s.ID, &s.Content, documentColumn{&s.Marks}, &s.Revision, &save.Section, &save.Act, &save.By, &save.First, &save.Last,
		&save.Times, timeColumn{&save.From}, timeColumn{&save.Until}, &save.Size)
	return s, err
}

// WorkingSaves lists the history of a working answer. A line stands where it
// began.
func (r *reader) WorkingSaves(ctx context.Context, key rapporteur.RequestKey) ([]rapporteur.WorkingSave, error) {
	scan := func(r row) (rapporteur.WorkingSave, error) {
		var s rapporteur.WorkingSave
		err := r.Scan(&s.Section, &s.Act, &s.By, &s.First, &s.Last, &s.Times, timeColumn{&s.From}, timeColumn{&s.Until}, &s.Size)
		return s, err
	}
	found, err := list(ctx, r, scan, `SELECT section, act, saved_by, first, last, times, began_at, ended_at, size
		FROM working_saves WHERE cycle = ? AND contributor = ? ORDER BY first, section`, key.Cycle, key.Contributor)
	return found, failure("list saves of working answer", err)
}

// PutWorkingAnswer stores a working answer that is one revision on. A section is
// sealed anew with each change.
func (t *tx) PutWorkingAnswer(ctx context.Context, w rapporteur.WorkingAnswer) error {
	var n int64
	var err error
	if w.Revision == 1 {
		n, err = t.exec(ctx, `INSERT INTO working_answers (cycle, contributor, revision, submitted_version, submitted_revision)
			VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, w.Cycle, w.Contributor, w.Revision, w.Submitted.Version, w.Submitted.Revision)
	} else {
		n, err = t.exec(ctx, `UPDATE working_answers SET revision = ?, submitted_version = ?, submitted_revision = ?
			WHERE cycle = ? AND contributor = ? AND revision = ?`,
			w.Revision, w.Submitted.Version, w.Submitted.Revision, w.Cycle, w.Contributor, w.Revision-1)
	}
	switch {
	case err != nil && t.dialect.orphan(err):
		return noRequest(w.RequestKey)
	case err != nil:
		return failure("put working answer", err)
	case n == 0:
		return changed("working answer")
	}
	for _, s := range w.Sections {
		if s.Revision != w.Revision {
			continue
		}
		if err := t.putSection(ctx, w.RequestKey, s); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) putSection(ctx context.Context, key rapporteur.RequestKey, s rapporteur.WorkingSection) error {
	var content any // nothing where it was removed
	if len(s.Content) > 0 {
		sealed, err := t.vault.Seal(s.Content, aboutSection(key, s.ID, s.Revision))
		if err != nil {
			return failure("seal working answer", err)
		}
		content = sealed
	}
	_, err := t.exec(ctx, `INSERT INTO working_sections (cycle, contributor, section, content, marks, revision, saved)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (cycle, contributor, section) DO UPDATE SET content = excluded.content,
		marks = excluded.marks, revision = excluded.revision, saved = excluded.saved`,
		key.Cycle, key.Contributor, s.ID, content, document{s.Marks}, s.Revision, s.Saved.First)
	if err != nil {
		return failure("put section of working answer", err)
	}
	_, err = t.exec(ctx, `INSERT INTO working_saves (cycle, contributor, section, first, last, act, saved_by, times, began_at, ended_at, size)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (cycle, contributor, section, first) DO UPDATE SET last = excluded.last,
		times = excluded.times, ended_at = excluded.ended_at, size = excluded.size`,
		key.Cycle, key.Contributor, s.ID, s.Saved.First, s.Saved.Last, s.Saved.Act, s.Saved.By, s.Saved.Times, s.Saved.From, s.Saved.Until, s.Saved.Size)
	return failure("put save of working answer", err)
}

// DeleteWorkingAnswers takes away the working answers of a cycle, their sections
// and their history.
func (t *tx) DeleteWorkingAnswers(ctx context.Context, id rapporteur.CycleID) (int, error) {
	n, err := t.exec(ctx, "DELETE FROM working_answers WHERE cycle = ?", id)
	return int(n), failure("delete working answers", err)
}
