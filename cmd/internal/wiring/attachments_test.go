package wiring

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/store"
)

func TestWhereFilesAreKept(t *testing.T) {
	for _, c := range []struct{ setting, database, want string }{
		{"", "sqlite:/srv/data/rapporteur.db", "file:/srv/data/attachments"}, {"", "sqlite:rapporteur.db", "file:attachments"},
		{"", "sqlite://data/r.db", "file:data/attachments"}, {"", "sqlite::memory:", "mem:"}, {"", "postgres://host/db", ""},
		{"s3://files", "sqlite:r.db", "s3://files"}, {"file:/srv/files", "postgres://host/db", "file:/srv/files"},
	} {
		if got := (Attachments{Attachments: c.setting}).at(c.database); got != c.want {
			t.Errorf("%q beside %s: %q, want %q", c.setting, c.database, got, c.want)
		}
	}
}

// The house seals files with the key of its record, and sweeps what is left over.
func TestTheHouseKeepsAndSweepsFiles(t *testing.T) {
	dir := t.TempDir()
	key, err := access.NewSealingKey()
	if err != nil {
		t.Fatal(err)
	}
	keyFile, url := filepath.Join(dir, "sealing.key"), "sqlite:"+filepath.Join(dir, "record.db")
	if err := os.WriteFile(keyFile, key, 0o600); err != nil {
		t.Fatal(err)
	}
	vault, err := access.LoadVault(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	house, err := Open(t.Context(), url, Instruments{}, store.Options{Vault: vault, Relaxed: true}, zerolog.New(&log))
	if err != nil {
		t.Fatal(err)
	}
	if err := house.Attach(t.Context(), Attachments{}, url); err != nil {
		t.Fatal(err)
	}
	house.Clock = func() time.Time { return time.Date(2018, time.June, 1, 12, 0, 0, 0, time.UTC) }
	of := rapporteur.RequestKey{Cycle: "s/op34/2018", Contributor: "state-ken"}
	write := func(fn func(ctx context.Context, tx rapporteur.Tx) error) {
		t.Helper()
		if err := house.Store.Write(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	write(func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.InsertCycle(ctx, rapporteur.Cycle{ID: of.Cycle, Phase: rapporteur.PhaseCollecting}); err != nil {
			return err
		}
		return tx.InsertRequests(ctx, []rapporteur.Request{{RequestKey: of, State: rapporteur.RequestOpen}})
	})
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	by := rapporteur.Principal{ID: "key-1", Role: rapporteur.RoleContributor, Contributor: of.Contributor}
	f, err := house.Attachments().Add(t.Context(), by, of, rapporteur.IncomingFile{Content: picture.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	blob := filepath.Join(dir, "attachments", f.Blob)
	stored, err := os.ReadFile(blob)
	if err != nil || !bytes.Contains(stored, []byte(rapporteur.SealMark)) || bytes.Contains(stored, []byte("IHDR")) {
		t.Errorf("stored is %q, %v", stored, err)
	}
	write(func(ctx context.Context, tx rapporteur.Tx) error {
		c, err := tx.LockCycle(ctx, of.Cycle)
		if err != nil {
			return err
		}
		c.Phase = rapporteur.PhaseClosed
		return tx.UpdateCycle(ctx, c)
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- house.Sweep(ctx) }()
	for {
		if _, err := os.Stat(blob); os.IsNotExist(err) {
			break
		}
		if t.Context().Err() != nil {
			t.Fatal("nothing was swept")
		}
		runtime.Gosched()
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := house.Close(); err != nil {
		t.Error(err)
	}
}

func TestAHouseWithoutAPlaceForFiles(t *testing.T) {
	house := newHouse(t)
	var log bytes.Buffer
	house.Logger = zerolog.New(&log)
	if err := house.Attach(t.Context(), Attachments{}, "postgres://host/db"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "RAPPORTEUR_ATTACHMENTS") {
		t.Errorf("the log says %q", log.String())
	}
	_, err := house.Attachments().Add(t.Context(), rapporteur.Principal{}, rapporteur.RequestKey{}, rapporteur.IncomingFile{})
	if !rapporteur.IsProblem(err, rapporteur.ProblemUnsupported) {
		t.Errorf("a file: %v", err)
	}
	if err := house.Attach(t.Context(), Attachments{Attachments: "ftp://host"}, "sqlite:r.db"); err == nil {
		t.Error("an unknown place was taken")
	}
}
