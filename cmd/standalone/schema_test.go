package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	_ "modernc.org/sqlite"

	"github.com/rapporteur/rapporteur/embedded"
	"github.com/rapporteur/rapporteur/store"
)

// A folder that a newer release has migrated, and that the older cannot work on,
// is refused in words.
func TestAFolderOfANewerReleaseIsRefused(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "rapporteur.db")
	if err := store.Migrate(t.Context(), "sqlite:"+file); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"INSERT INTO schema_version (version_id, is_applied) VALUES (900, TRUE)", "UPDATE schema_floor SET floor = 900",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	p, err := startProcess(t.Context(), settings{Dir: dir, Listen: "127.0.0.1:0", UIPort: embedded.NoUI, Logger: zerolog.Nop(), MailDir: filepath.Join(dir, "mail")})
	if err == nil {
		p.stop()
		t.Fatal("it starts")
	}
	if !strings.Contains(err.Error(), "use the newer program") {
		t.Errorf("it says %v", err)
	}
}
