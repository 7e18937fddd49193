package store

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is how one database differs from the other where the queries are the
// same.
type dialect struct {
	name string
	// product is what people call it, version asks for its version.
	product, version string
	// lock ends a SELECT of rows that the transaction will change. SQLite has
	// one writer, which locks everything.
	lock string
	// numbered tells that parameters are $1, $2, … instead of ?.
	numbered bool
	// lastID tells that a statement knows the id of the row that it inserted.
	lastID bool
	// orphan reports whether an error says that a row's parent is missing.
	orphan func(error) bool
}

var sqlite = &dialect{
	name: "sqlite", product: "SQLite", version: "SELECT sqlite_version()", lastID: true,
	orphan: func(err error) bool {
		var e *sqlitedriver.Error
		return errors.As(err, &e) && e.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
	},
}

// postgreSQL locks rows as strongly as an UPDATE of them would, which lets
// others still refer to them.
var postgreSQL = &dialect{
	name: "postgres", product: "PostgreSQL", version: "SELECT current_setting('server_version')", lock: " FOR NO KEY UPDATE", numbered: true,
	orphan: func(err error) bool { return hasCode(err, "23503") },
}

// hasCode reports whether PostgreSQL refused with one of the SQLSTATE codes.
func hasCode(err error, codes ...string) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && slices.Contains(codes, e.Code)
}

// numberedQueries remembers queries with their parameters numbered.
var numberedQueries sync.Map

// query writes a query in the database's way. The queries of this package hold
// no question marks but those of parameters.
func (d *dialect) query(text string) string {
	if !d.numbered {
		return text
	}
	if known, ok := numberedQueries.Load(text); ok {
		if query, ok := known.(string); ok {
			return query
		}
	}
	parts := strings.Split(text, "?")
	var b strings.Builder
	b.WriteString(parts[0])
	for n, part := range parts[1:] {
		b.WriteString("$" + strconv.Itoa(n+1) + part)
	}
	query := b.String()
	numberedQueries.Store(text, query)
	return query
}

// marks is n parameters in a list: ?, ?, ?.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }
