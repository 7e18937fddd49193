package store

import "context"

// Floor does the least that any program has to for a submission: one durable
// transaction of two rows. It stands in tables of its own beside the record and
// writes through the same sessions or, on SQLite, the same commits in groups. It
// is for measuring what the record does beside it.
type Floor struct{ store *Store }

// Floor makes the two tables where they are missing.
func (s *Store) Floor(ctx context.Context) (*Floor, error) {
	binary := "BYTEA"
	err := s.on.write(ctx, func(ctx context.Context, t *tx) error {
		if t.dialect == sqlite {
			binary = "BLOB"
		}
		for _, table := range []string{
			"CREATE TABLE IF NOT EXISTS floor_requests (id TEXT PRIMARY KEY, answered_at TEXT NOT NULL, size INTEGER NOT NULL)",
			"CREATE TABLE IF NOT EXISTS floor_bodies (id TEXT PRIMARY KEY, content " + binary + " NOT NULL)",
		} {
			if _, err := t.exec(ctx, table); err != nil {
				return failure("make floor", err)
			}
		}
		return nil
	})
	return &Floor{s}, err
}

// Put keeps a body under the id of its request; an id that has one is a
// ProblemConflict. It is durable when Put returns.
func (f *Floor) Put(ctx context.Context, id string, body []byte) error {
	return f.store.on.write(ctx, func(ctx context.Context, t *tx) error {
		err := t.insert(ctx, "floor request", id, nil,
			"INSERT INTO floor_requests (id, answered_at, size) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", id, t.now(), len(body))
		if err != nil {
			return err
		}
		return t.insert(ctx, "floor body", id, nil, "INSERT INTO floor_bodies (id, content) VALUES (?, ?) ON CONFLICT DO NOTHING", id, body)
	})
}

// Count is how many bodies are kept.
func (f *Floor) Count(ctx context.Context) (int, error) {
	n := 0
	err := f.store.on.read(ctx, func(ctx context.Context, r *reader) error {
		var err error
		n, err = one(ctx, r, nil, scanValue[int], "SELECT COUNT(*) FROM floor_requests JOIN floor_bodies USING (id)")
		return err
	})
	return n, failure("count floor", err)
}

// Size is how many bytes the database takes on disk, its log aside, which says
// little: it is emptied when it is full.
func (s *Store) Size(ctx context.Context) (int64, error) {
	var size int64
	err := s.on.read(ctx, func(ctx context.Context, r *reader) error {
		query := "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
		if r.dialect == postgreSQL {
			query = "SELECT pg_database_size(current_database())"
		}
		var err error
		size, err = one(ctx, r, nil, scanValue[int64], query)
		return err
	})
	return size, failure("measure database", err)
}
