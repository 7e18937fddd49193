package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// sealHead is how many bytes of what is sealed say by which key it was: the mark
// and the key's id.
const sealHead = len(rapporteur.SealMark) + 8

// sealedSorts are what the record keeps sealed for longer than a session lasts:
// one list for whoever seals anew and for whoever tries the keys. Each query gives
// one row for each key that has sealed in its table.
var sealedSorts = []struct {
	what   string
	query  string
	scan   func(row) (example, error)
	reseal func(t *tx, ctx context.Context, after string) (int, string, error)
}{
	{
		"answers", "SELECT hash, content FROM bodies WHERE hash IN (SELECT MIN(hash) FROM bodies GROUP BY substr(content, 1, ?))",
		exampleOf(aboutBody), (*tx).resealBodies,
	},
	{
		"working answers", `SELECT cycle, contributor, section, content, revision FROM working_sections WHERE cycle || '/' || contributor || '/' || section IN
			(SELECT MIN(cycle || '/' || contributor || '/' || section) FROM working_sections WHERE content IS NOT NULL GROUP BY substr(content, 1, ?))`,
		exampleSection, (*tx).resealSections,
	},
	{
		"webhooks", "SELECT id, sealed FROM webhooks WHERE id IN (SELECT MIN(id) FROM webhooks GROUP BY substr(sealed, 1, ?))",
		exampleOf(aboutWebhook), (*tx).resealWebhooks,
	},
	{
		"persons", "SELECT id, label FROM persons WHERE id IN (SELECT MIN(id) FROM persons GROUP BY substr(label, 1, ?))",
		exampleOf(aboutPerson), resealPersons,
	},
	{
		"colleagues", "SELECT id, details FROM colleagues WHERE id IN (SELECT MIN(id) FROM colleagues GROUP BY substr(details, 1, ?))",
		exampleOf(aboutColleague), resealColleagues,
	},
}

// example is something sealed and the place that it was sealed for.
type example struct {
	about  string
	sealed []byte
}

func exampleOf(about func(id string) string) func(row) (example, error) {
	return func(r row) (example, error) {
		var id string
		var e example
		err := r.Scan(&id, &e.sealed)
		e.about = about(id)
		return e, err
	}
}

func exampleSection(r row) (example, error) {
	var key rapporteur.RequestKey
	var section string
	var revision int
	var e example
	err := r.Scan(&key.Cycle, &key.Contributor, &section, &e.sealed, &revision)
	e.about = aboutSection(key, section, revision)
	return e, err
}

// Opens reports whether the store's keys open what the record holds: of each
// sort and for each key that sealed it, one example. The error says which sorts
// do not open, and why, and nothing of what is in them. Nothing is changed.
func (s *Store) Opens(ctx context.Context) error {
	var closed []string
	var why error
	err := s.on.read(ctx, func(ctx context.Context, r *reader) error {
		for _, sort := range sealedSorts {
			examples, err := list(ctx, r, sort.scan, sort.query, sealHead)
			if err != nil {
				return failure("list what is sealed", err)
			}
			for _, e := range examples {
				if _, err := s.vault.Open(e.sealed, e.about); err != nil {
					closed, why = append(closed, sort.what), err
				}
			}
		}
		return nil
	})
	if err != nil || why == nil {
		return err
	}
	return fmt.Errorf("%s in the record: %w", strings.Join(slices.Compact(closed), ", "), why)
}
