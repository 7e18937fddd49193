package embedded

import (
	"context"

	"go.temporal.io/server/common/config"
)

// stores are the databases under one server: SQLite has one for everything, PostgreSQL one for executions and one for
// lists of them.
type stores struct {
	main, visibility *config.SQL
	postgres         *postgres // nil on SQLite, whose file keeps others out by itself
}

// openStores brings the databases to the state the server needs before it starts: tables, namespace, retention and
// search attributes. Doing this underneath the server, not through its API, means nothing has to be awaited afterwards:
// every service reads the finished namespace when it starts.
func openStores(ctx context.Context, o Options) (*stores, error) {
	s, err := prepareStores(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := prepareNamespace(ctx, o, s.main); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func prepareStores(ctx context.Context, o Options) (*stores, error) {
	if o.Database == "" {
		file := sqlConfig(o)
		return &stores{main: file, visibility: file}, prepareFile(o, file)
	}
	p, err := newPostgres(o)
	if err != nil {
		return nil, err
	}
	s := &stores{
		main: p.sqlConfig(p.main, mainConnections), visibility: p.sqlConfig(p.visibility, visibilityConnections), postgres: p,
	}
	if err := p.prepare(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// lost receives an error when another process has taken the databases over.
func (s *stores) lost() <-chan error {
	if s.postgres == nil {
		return nil
	}
	return s.postgres.lock.lost
}

func (s *stores) close() {
	if s.postgres != nil {
		s.postgres.close()
	}
}
