package embedded

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// create makes a database unless it is there.
func (p *postgres) create(ctx context.Context, name string) error {
	conn, err := p.reach(ctx, name)
	if err == nil {
		return conn.Close(ctx)
	}
	if !hasCode(err, codeNoDatabase) {
		return fmt.Errorf("cannot open Temporal database %s: %w", name, err)
	}
	// Some database has to be open to make another. That it is the one that the URL names keeps a slip in the name from
	// leaving databases behind.
	conn, err = p.reach(ctx, p.server.Database)
	if hasCode(err, codeNoDatabase) {
		return fmt.Errorf("cannot create Temporal database %s beside one that is not there. Whoever administers the server can create that:\n  %s\n%w",
			name, p.statement(p.server.Database), err)
	}
	if err != nil {
		return fmt.Errorf("cannot create Temporal database %s: %w", name, err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	_, err = conn.Exec(ctx, "CREATE DATABASE "+quote(name))
	switch {
	case err == nil, hasCode(err, codeDuplicateDatabase, codeUnique): // perhaps by another process, just now
		return nil
	case hasCode(err, codeNotAllowed):
		return fmt.Errorf("cannot create Temporal database %s, because the role may not. Whoever administers the server can:\n  %s\n  %s\n%w",
			name, p.statement(p.main), p.statement(p.visibility), err)
	default:
		return fmt.Errorf("cannot create Temporal database %s: %w", name, err)
	}
}

// statement is what an administrator runs where the role may not.
func (p *postgres) statement(name string) string {
	return fmt.Sprintf("CREATE DATABASE %s OWNER %s;", quote(name), quote(p.server.User))
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// remedy adds to an error of the schema what an administrator can do about it.
func (p *postgres) remedy(name string, err error) error {
	switch {
	case hasCode(err, codeNotAllowed):
		return fmt.Errorf("%w. Whoever administers the server can give the database to the role:\n  ALTER DATABASE %s OWNER TO %s;\n"+
			"and, before PostgreSQL 13, in that database:\n  CREATE EXTENSION btree_gin;", err, quote(name), quote(p.server.User))
	case hasCode(err, codeNotSupported, codeNoFile):
		return fmt.Errorf("%w. Temporal needs the extension btree_gin, which is among PostgreSQL's contrib modules", err)
	default:
		return err
	}
}
