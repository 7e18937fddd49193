package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/cmd/standalone/demo"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/store"
)

// TestDemoOnPostgreSQL plays the year on PostgreSQL, record and engine, and finds
// both there; it is not played a second time over the first.
func TestDemoOnPostgreSQL(t *testing.T) {
	database := needs.StartPostgreSQL(t)
	command := demoCommand{Out: t.TempDir(), Seed: 2388, Database: database, Listen: "127.0.0.1:0"}
	p, err := command.start(t.Context(), zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	sum, err := demo.Run(t.Context(), p.stage(), command.options(io.Discard))
	p.stop()
	if err != nil {
		t.Fatal(err)
	}
	if all := sum.Rows[len(sum.Rows)-1]; all.Answered == 0 || sum.Words == 0 || !sum.Balanced() {
		t.Errorf("the year shows too little: %+v", all)
	}
	for name, query := range map[string]string{
		"":                     "SELECT count(*) FROM cycles",
		"_temporal":            "SELECT count(*) FROM executions",
		"_temporal_visibility": "SELECT count(*) FROM executions_visibility",
	} {
		if n := count(t, database, name, query); n == 0 {
			t.Errorf("the database …%s has nothing from the year", name)
		}
	}
	if _, err := os.Stat(filepath.Join(command.record(), "rapporteur.db")); err == nil {
		t.Error("there is a record in the folder too")
	}
	command.Out = t.TempDir()
	if p, err := command.start(t.Context(), zerolog.Nop()); err == nil {
		p.stop()
		t.Error("a year is played over another")
	} else if !strings.Contains(err.Error(), "a new, empty database") {
		t.Errorf("got %v", err)
	}
}

// count asks one of the databases beside the given one.
func count(t *testing.T, database, suffix, query string) int {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	config.Database += suffix
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	var n int
	if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDemoWantsAnEmptyRecord(t *testing.T) {
	database := needs.StartPostgreSQL(t)
	if err := store.Migrate(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{database: "holds a record already", "sqlite:record.db": "want postgres://"} {
		p, err := demoCommand{Out: t.TempDir(), Database: url, Listen: "127.0.0.1:0"}.start(t.Context(), zerolog.Nop())
		if err == nil {
			p.stop()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", url, err, want)
		}
	}
}

// An engine that was left in the folder is somebody's: cycles on PostgreSQL whose
// workflows are in the file.
func TestAnEngineInTheFolderIsNotLeftBehind(t *testing.T) {
	dir := t.TempDir()
	put := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := refuseLeft(dir); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
	put("temporal.db")
	if err := refuseLeft(dir); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "temporal.db")) {
		t.Errorf("an engine without its record: %v", err)
	}
	watch, err := wiring.Telemetry{}.Watch(t.Context(), "test", zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Unwatch()
	on := settings{Dir: dir, Database: "postgres://nowhere.invalid/x", Payloads: wiring.Payloads{PlainPayloads: true}}
	if err := (&process{watch: watch}).startTemporal(t.Context(), on); err == nil || !strings.Contains(err.Error(), "move the file away") {
		t.Errorf("the program goes on: %v", err)
	}
	put("rapporteur.db")
	if err := refuseLeft(dir); err != nil {
		t.Errorf("a folder that was used by itself: %v", err)
	}
}
