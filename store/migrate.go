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

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// schemaVersion is the version of the schema that the program is made for: the
// number of the last migration.
const schemaVersion = 22

// versionTable is where the database remembers which migrations it has had.
const versionTable = "schema_version"

//go:embed migrations
var migrations embed.FS

// Migrate brings the database at a URL to the program's schema; it does nothing
// where the database has it, or a newer one on which the program can work. One on
// which it cannot is a *SchemaError.
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
	config, err := sessionConfig(url, Options{})
	if err != nil {
		return fmt.Errorf("cannot migrate database: %w", err)
	}
	db := openSessions(config, Options{})
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
	s, err := readSchema(ctx, db, d)
	if err != nil {
		return err
	}
	if s.Stored >= schemaVersion {
		return s.check()
	}
	provider, err := migrator(db, d, kind, opts...)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("cannot migrate database: %w", err)
	}
	return nil
}

func migrator(db *sql.DB, d *dialect, kind goose.Dialect, opts ...goose.ProviderOption) (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations/"+d.name)
	if err != nil {
		return nil, fmt.Errorf("cannot find migrations: %w", err)
	}
	opts = append(opts, goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	provider, err := goose.NewProvider(kind, db, folder, opts...)
	if err != nil {
		return nil, fmt.Errorf("cannot read migrations: %w", err)
	}
	return provider, nil
}
