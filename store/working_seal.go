package store

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// resealSections looks through the sections of some working answers after one,
// named by its cycle and contributor.
func (t *tx) resealSections(ctx context.Context, after string) (int, string, error) {
	scan := func(r row) (rapporteur.RequestKey, error) {
		var k rapporteur.RequestKey
		err := r.Scan(&k.Cycle, &k.Contributor)
		return k, err
	}
	keys, err := list(ctx, t.reader, scan, `SELECT cycle, contributor FROM working_answers
		WHERE cycle || '/' || contributor > ? ORDER BY cycle || '/' || contributor LIMIT ?`, after, chunk)
	if err != nil {
		return 0, "", failure("list working answers", err)
	}
	sealed, last := 0, ""
	for _, key := range keys {
		n, err := t.resealAnswer(ctx, key)
		if err != nil {
			return 0, "", failure("seal working answer", err)
		}
		sealed, last = sealed+n, requestName(key)
	}
	return sealed, last, nil
}

// sealedSection is the content of a section as it is stored.
type sealedSection struct {
	id       string
	content  []byte
	revision int
}

func scanSealedSection(r row) (sealedSection, error) {
	var s sealedSection
	err := r.Scan(&s.id, &s.content, &s.revision)
	return s, err
}

// resealAnswer seals the sections of one working answer anew. Its request is
// locked, so that nobody saves between looking and sealing.
func (t *tx) resealAnswer(ctx context.Context, key rapporteur.RequestKey) (int, error) {
	if _, err := t.LockRequest(ctx, key); err != nil {
		return 0, err
	}
	sections, err := list(ctx, t.reader, scanSealedSection, `SELECT section, content, revision FROM working_sections
		WHERE cycle = ? AND contributor = ? AND content IS NOT NULL`, key.Cycle, key.Contributor)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, s := range sections {
		if !t.vault.Stale(s.content) {
			continue
		}
		about := aboutSection(key, s.id, s.revision)
		content, err := t.vault.Open(s.content, about)
		if err != nil {
			return 0, err
		}
		if s.content, err = t.vault.Seal(content, about); err != nil {
			return 0, err
		}
		if _, err := t.exec(ctx, "UPDATE working_sections SET content = ? WHERE cycle = ? AND contributor = ? AND section = ?",
			s.content, key.Cycle, key.Contributor, s.id); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}
