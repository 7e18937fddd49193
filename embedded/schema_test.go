package embedded

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	persistencesql "go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/common/resolver"
	"go.temporal.io/server/schema/sqlite"
)

func open(t *testing.T, o Options) sqlplugin.AdminDB {
	t.Helper()
	db, err := persistencesql.NewSQLAdminDB(sqlplugin.DbKindMain, sqlConfig(o), resolver.NewNoopResolver(), log.NewNoopLogger(), metrics.NoopMetricsHandler)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestTablesAreCreatedAllOrNone(t *testing.T) {
	o := Options{Dir: t.TempDir()}.withDefaults()
	db := open(t, o)
	// A process that dies half way leaves its transaction open; here it is rolled back by hand, as the next one to open
	// the file would do.
	if err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.SetupSchemaOnDB(db); err != nil {
		t.Fatal(err)
	}
	if err := db.Exec("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if tables, err := db.ListTables(""); err != nil || len(tables) > 0 {
		t.Fatalf("tables %v (%v) survived", tables, err)
	}
	for range 2 { // the second time changes nothing
		if err := prepare(t, o); err != nil {
			t.Fatal(err)
		}
	}
	if v, err := db.ReadSchemaVersion(versionName); err != nil || v != schemaVersion() {
		t.Fatalf("schema version %q (%v), want %q", v, err, schemaVersion())
	}
}

func TestAFileOfAnotherVersionIsRefused(t *testing.T) {
	o := Options{Dir: t.TempDir()}.withDefaults()
	if err := prepare(t, o); err != nil {
		t.Fatal(err)
	}
	if err := open(t, o).UpdateSchemaVersion(versionName, "0.1/0.1", "0.1/0.1"); err != nil {
		t.Fatal(err)
	}
	err := prepare(t, o)
	if err == nil || !strings.Contains(err.Error(), "it has schema version 0.1/0.1, this program needs "+schemaVersion()) {
		t.Fatalf("got %v", err)
	}
}

func TestTheFolderIsMadeWhateverItsName(t *testing.T) {
	o := Options{Dir: filepath.Join(t.TempDir(), "50 % of a year?", "#1")}.withDefaults()
	if err := prepare(t, o); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(o.Dir, "temporal.db")); err != nil {
		t.Fatal(err)
	}
}

func prepare(t *testing.T, o Options) error {
	t.Helper()
	_, err := openStores(t.Context(), o)
	return err
}
