package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// schemaVersion is the version of the schema that the program is made for: the
// number of the last migration.
const schemaVersion = 20

// versionTable is where the database remembers which migrations it has had.
const versionTable = "schema_version"

//go:embed migrations
var migrations embed.FS

// SchemaError says that a database does not have the program's schema.
type SchemaError struct {
	Stored  int64 // version of the database, 0 for none
	Program int64 // version that the program is made for
}

// Error says what to do.
func (e *SchemaError) Error() string {
	if e.Stored > e.Program {
		return fmt.Sprintf("the database has schema version %d and this program is made for %d: use the newer program", e.Stored, e.Program)
	}
	return fmt.Sprintf("the database has schema version %d and this program needs %d: run \"rapporteur migrate\"", e.Stored, e.Program)
}

// Migrate brings the database at a URL to the program's schema; it does nothing
// where the database has it. A database of a newer program is a *SchemaError.
// A missing SQLite file is created, readable by its owner only. Programs that
// migrate the same PostgreSQL database at once wait for each other.
func Migrate(ctx context.Context, url string) error {
	at, err := locate(url)
	if err != nil {
		return err
	}
	if at.dialect == postgreSQL {
		return migratePostgres(ctx, at.target)
	}
	if at.target == "" {
		return nil // Open does it
	}
	return migrateFile(ctx, at.target)
}

func migratePostgres(ctx context.Context, url string) error {
	db, err := openSessions(url, Options{})
	if err != nil {
		return fmt.Errorf("cannot migrate database: %w", err)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120), lock.WithUnlockTimeout(1, 30))
	if err != nil {
		return errors.Join(fmt.Errorf("cannot migrate database: %w", err), db.Close())
	}
	return errors.Join(migrate(ctx, db, postgreSQL, goose.DialectPostgres, goose.WithSessionLocker(locker)), db.Close())
}

func migrateFile(ctx context.Context, path string) error {
	if err := createFile(path); err != nil {
		return err
	}
	db, err := openPool(path, 1, "synchronous(full)")
	if err != nil {
		return fmt.Errorf("cannot migrate database: %w", err)
	}
	// Of two programs that migrate a file at once, one finds what it was about
	// to do done, and fails. It looks again, and finds all of it done.
	for range attempts {
		if err = migrate(ctx, db, sqlite, goose.DialectSQLite3); err == nil || ctx.Err() != nil {
			break
		}
	}
	return errors.Join(err, db.Close())
}

// createFile makes an empty database where there is none. It will hold personal
// data, so nobody else may read it.
func createFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("cannot make database's folder: %w", err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("cannot create database: %w", err)
	}
	return file.Close()
}

func migrate(ctx context.Context, db *sql.DB, d *dialect, kind goose.Dialect, opts ...goose.ProviderOption) error {
	stored, err := storedVersion(ctx, db, d)
	if err != nil {
		return err
	}
	switch {
	case stored == schemaVersion:
		return nil
	case stored > schemaVersion:
		return &SchemaError{Stored: stored, Program: schemaVersion}
	}
	folder, err := fs.Sub(migrations, "migrations/"+d.name)
	if err != nil {
		return fmt.Errorf("cannot find migrations: %w", err)
	}
	opts = append(opts, goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	provider, err := goose.NewProvider(kind, db, folder, opts...)
	if err != nil {
		return fmt.Errorf("cannot read migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("cannot migrate database: %w", err)
	}
	return nil
}

// checkSchema refuses a database that is not of the program's version.
func checkSchema(ctx context.Context, db *sql.DB, d *dialect) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	stored, err := storedVersion(ctx, db, d)
	if err != nil {
		return err
	}
	if stored != schemaVersion {
		return &SchemaError{Stored: stored, Program: schemaVersion}
	}
	return nil
}

// storedVersion is the version of the database's schema, 0 where it has none.
// It changes nothing.
func storedVersion(ctx context.Context, db *sql.DB, d *dialect) (int64, error) {
	exists := "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
	if d == postgreSQL {
		exists = "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass(?)"
	}
	var tables int
	if err := db.QueryRowContext(ctx, d.query(exists), versionTable).Scan(&tables); err != nil {
		return 0, fmt.Errorf("cannot read schema version: %w", err)
	}
	if tables == 0 {
		return 0, nil
	}
	var version int64
	if err := db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM "+versionTable).Scan(&version); err != nil {
		return 0, fmt.Errorf("cannot read schema version: %w", err)
	}
	return version, nil
}
