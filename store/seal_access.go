package store

import "context"

// sealedRow is a row with one sealed column.
type sealedRow struct {
	id     string
	sealed []byte
}

// resealer seals anew one sealed column of a table, some rows at a time. Query
// and update name table and column; about is the place that a row is sealed for.
func resealer(list, update string, about func(id string) string) func(t *tx, ctx context.Context, after string) (int, string, error) {
	return func(t *tx, ctx context.Context, after string) (int, string, error) {
		found, err := rowsAfter(ctx, t, list, after)
		if err != nil {
			return 0, "", failure("list what is sealed", err)
		}
		n, last := 0, ""
		for _, row := range found {
			last = row.id
			if !t.vault.Stale(row.sealed) {
				continue
			}
			content, err := t.vault.Open(row.sealed, about(row.id))
			if err != nil {
				return 0, "", failure("open what is sealed", err)
			}
			again, err := t.vault.Seal(content, about(row.id))
			if err != nil {
				return 0, "", failure("seal again", err)
			}
			if _, err := t.exec(ctx, update, again, row.id); err != nil {
				return 0, "", failure("seal again", err)
			}
			n++
		}
		return n, last, nil
	}
}

func rowsAfter(ctx context.Context, t *tx, query, after string) ([]sealedRow, error) {
	scan := func(r row) (sealedRow, error) {
		var s sealedRow
		err := r.Scan(&s.id, &s.sealed)
		return s, err
	}
	return list(ctx, t.reader, scan, query, after, chunk)
}

// The names that are sealed. Sessions are not sealed again: they end before an
// older key is taken away, or with it.
var (
	resealPersons = resealer("SELECT id, label FROM persons WHERE id > ? ORDER BY id LIMIT ?",
		"UPDATE persons SET label = ? WHERE id = ?", aboutPerson)
	resealColleagues = resealer("SELECT id, details FROM colleagues WHERE id > ? ORDER BY id LIMIT ?",
		"UPDATE colleagues SET details = ? WHERE id = ?", aboutColleague)
)
