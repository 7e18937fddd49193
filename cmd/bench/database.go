package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"crypto/rand"

	"github.com/jackc/pgx/v5"

	"github.com/rapporteur/rapporteur/internal/pgserver"
)

// databaseHost makes new, empty databases of one kind.
type databaseHost interface {
	name() string
	// create makes a database and returns its URL; path is where a file may be.
	create(ctx context.Context, path string) (string, error)
	// cpu is the processor time of the database's own processes so far; 0 where
	// there are none or they cannot be seen.
	cpu() time.Duration
	close() error
}

func (s settings) openDatabase(ctx context.Context, name string) (databaseHost, error) {
	switch {
	case name == onSQLite:
		return files{}, nil
	case s.postgres != "":
		return &foreign{url: s.postgres}, nil
	}
	// As Debian ships it: only the settings of a cluster that was just made.
	server, err := pgserver.Start(ctx, pgserver.Options{Durable: true, Settings: []string{"shared_buffers=128MB", "max_connections=100"}})
	if err != nil {
		return nil, fmt.Errorf("cannot start PostgreSQL: %w", err)
	}
	return &own{server: server}, nil
}

// files are SQLite's.
type files struct{}

func (files) name() string                                          { return onSQLite }
func (files) create(_ context.Context, path string) (string, error) { return "sqlite:" + path, nil }
func (files) cpu() time.Duration                                    { return 0 }
func (files) close() error                                          { return nil }

// own is a PostgreSQL server that was started for this.
type own struct {
	server *pgserver.Server
	made   int
}

func (o *own) name() string { return onPostgres }
func (o *own) create(ctx context.Context, _ string) (string, error) {
	o.made++
	return o.server.CreateDatabase(ctx, fmt.Sprintf("bench_%d", o.made))
}
func (o *own) cpu() time.Duration { return cpuBelow(o.server.Dir()) }
func (o *own) close() error       { return o.server.Close() }

// foreign is a PostgreSQL server of somebody's own. What is made there is dropped
// afterwards.
type foreign struct {
	url  string
	made []string
}

func (f *foreign) name() string { return onPostgres }

func (f *foreign) create(ctx context.Context, _ string) (string, error) {
	at, err := url.Parse(f.url)
	if err != nil {
		return "", fmt.Errorf("cannot read -postgres: want postgres://user:password@host:port/database")
	}
	name := "rapporteur_bench_" + strings.ToLower(rand.Text()[:10])
	if err := f.execute(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	f.made = append(f.made, name)
	at.Path = "/" + name
	return at.String(), nil
}

func (f *foreign) execute(ctx context.Context, statement string) error {
	connection, err := pgx.Connect(ctx, f.url)
	if err != nil {
		return fmt.Errorf("cannot reach PostgreSQL: %w", err)
	}
	defer func() { _ = connection.Close(ctx) }()
	if _, err := connection.Exec(ctx, statement); err != nil {
		return fmt.Errorf("cannot prepare PostgreSQL: %w", err)
	}
	return nil
}

func (f *foreign) cpu() time.Duration { return 0 }

func (f *foreign) close() error {
	for _, name := range f.made {
		if err := f.execute(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	return nil
}
