package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// SchemaError says that the program cannot work on a database's schema.
type SchemaError struct {
	Stored  int64 // version of the database, 0 for none
	Program int64 // version that the program is made for
	// Floor is the oldest version whose programs can work on the database; 0
	// where it does not say.
	Floor int64
}

// Error says what to do.
func (e *SchemaError) Error() string {
	switch {
	case e.Stored <= e.Program:
		return fmt.Sprintf("the database has schema version %d and this program needs %d: run \"rapporteur migrate\"", e.Stored, e.Program)
	case e.Floor > 0:
		return fmt.Sprintf("the database has schema version %d, on which programs made for %d and later work, and this one is made for %d: use the newer program",
			e.Stored, e.Floor, e.Program)
	}
	return fmt.Sprintf("the database has schema version %d and this program is made for %d: use the newer program", e.Stored, e.Program)
}

// Schema is how a database's schema and the program stand to each other.
type Schema struct {
	Stored  int64    `json:"stored"`  // version of the database, 0 for none
	Program int64    `json:"program"` // version that the program is made for
	Floor   int64    `json:"floor"`   // oldest version whose programs can work on it; 0 where it does not say
	Pending []string `json:"pending"` // names of the migrations that Migrate would run, in order
}

// check is a *SchemaError where the program cannot work on the database.
func (s Schema) check() error {
	if s.Stored == s.Program || (s.Stored > s.Program && s.Floor > 0 && s.Program >= s.Floor) {
		return nil
	}
	return &SchemaError{Stored: s.Stored, Program: s.Program, Floor: s.Floor}
}

// LookAtSchema reads how the schema of the database at a URL stands, and fails
// with a *SchemaError, beside what it read, where the program cannot work on it.
// It changes nothing; a SQLite file that is not there has version 0, and so has
// a record in memory, which Open makes.
func LookAtSchema(ctx context.Context, url string) (Schema, error) {
	none := Schema{Program: schemaVersion}
	at, err := locate(url)
	if err != nil {
		return none, err
	}
	var db *sql.DB
	switch {
	case at.dialect == postgreSQL:
		var config *pgx.ConnConfig
		if config, err = sessionConfig(url, Options{}); err == nil {
			db = openSessions(config, Options{Connections: 1})
		}
	case at.target == "":
		none.Pending, err = pendingAfter(sqlite, 0)
		return none, err
	default:
		if _, err := os.Stat(at.target); errors.Is(err, os.ErrNotExist) {
			if none.Pending, err = pendingAfter(sqlite, 0); err != nil {
				return none, err
			}
			return none, none.check()
		}
		db, err = openPool(at.target, 1, "query_only(1)")
	}
	if err != nil {
		return none, fmt.Errorf("cannot read schema: %w", err)
	}
	s, err := readSchema(ctx, db, at.dialect)
	if err := errors.Join(err, db.Close()); err != nil {
		return none, err
	}
	return s, s.check()
}

// checkSchema refuses a database on which the program cannot work, and gives the
// version of its schema.
func checkSchema(ctx context.Context, db *sql.DB, d *dialect) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	s, err := readSchema(ctx, db, d)
	if err != nil {
		return 0, err
	}
	return s.Stored, s.check()
}

// readSchema reads how a schema stands. It changes nothing.
func readSchema(ctx context.Context, db *sql.DB, d *dialect) (Schema, error) {
	s := Schema{Program: schemaVersion}
	var err error
	if s.Stored, err = number(ctx, db, d, versionTable, "MAX(version_id)"); err != nil {
		return s, err
	}
	if s.Floor, err = number(ctx, db, d, floorTable, "MAX(floor)"); err != nil {
		return s, err
	}
	s.Pending, err = pendingAfter(d, s.Stored)
	return s, err
}

// floorTable says which programs can work on the schema.
const floorTable = "schema_floor"

// number reads one number of a table, 0 where there is none or no such table.
func number(ctx context.Context, db *sql.DB, d *dialect, table, expression string) (int64, error) {
	exists := "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
	if d == postgreSQL {
		exists = "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass(?)"
	}
	var tables int
	if err := db.QueryRowContext(ctx, d.query(exists), table).Scan(&tables); err != nil {
		return 0, fmt.Errorf("cannot read schema version: %w", err)
	}
	if tables == 0 {
		return 0, nil
	}
	var n int64
	if err := db.QueryRowContext(ctx, "SELECT COALESCE("+expression+", 0) FROM "+table).Scan(&n); err != nil {
		return 0, fmt.Errorf("cannot read schema version: %w", err)
	}
	return n, nil
}

// pendingAfter names the migrations after a version.
func pendingAfter(d *dialect, version int64) ([]string, error) {
	files, err := fs.ReadDir(migrations, "migrations/"+d.name)
	if err != nil {
		return nil, fmt.Errorf("cannot find migrations: %w", err)
	}
	pending := []string{}
	for _, f := range files {
		number, _, _ := strings.Cut(f.Name(), "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("cannot read number of migration %s: %w", f.Name(), err)
		}
		if n > version {
			pending = append(pending, strings.TrimSuffix(f.Name(), path.Ext(f.Name())))
		}
	}
	return pending, nil
}
