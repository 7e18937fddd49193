package wiring

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/engine/payload"
	"github.com/rapporteur/rapporteur/store"
)

// recordOf is a new record in a folder, sealed with a new key; both as settings.
func recordOf(t *testing.T) (Checkup, *store.Store) {
	t.Helper()
	dir := t.TempDir()
	c := Checkup{ReachWithin: time.Minute, ReplayFor: time.Minute, Sealing: Sealing{SealingKey: []string{filepath.Join(dir, "sealing.key")}}}
	c.Database.Database = "sqlite:" + filepath.Join(dir, "record.db")
	if err := MakeSealingKey(c.SealingKey[0]); err != nil {
		t.Fatal(err)
	}
	if err := store.Migrate(t.Context(), c.Database.Database); err != nil {
		t.Fatal(err)
	}
	vault, err := access.LoadVault(c.SealingKey...)
	if err != nil {
		t.Fatal(err)
	}
	record, err := store.Open(t.Context(), c.Database.Database, store.Options{Vault: vault})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = record.Close() })
	return c, record
}

// Keys that do not fit the record are found before anybody is answered with them.
func TestDoctorTriesTheSealingKeys(t *testing.T) {
	c, record := recordOf(t)
	err := record.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.PutPerson(ctx, rapporteur.Person{ID: "p", Label: "Ada"})
	})
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other.key")
	if err := MakeSealingKey(other); err != nil {
		t.Fatal(err)
	}
	right := c.SealingKey[0]
	for _, s := range []struct {
		keys []string
		ok   bool
	}{{[]string{right}, true}, {[]string{other, right}, true}, {[]string{other}, false}} {
		c.SealingKey = s.keys
		var found []Finding
		c.Examine(t.Context(), zerolog.Nop(), func(f Finding) { found = append(found, f) })
		n := slices.IndexFunc(found, func(f Finding) bool { return f.What == "sealed content" })
		if n < 0 || found[n].OK != s.ok || (found[n].Remedy == "") != s.ok {
			t.Errorf("with %d keys, the right one among them: %v; found %+v", len(s.keys), s.ok, found)
		}
	}
}

// After a restore the record may know cycles that the engine does not, and the
// other way round. A cycle that has ended, or of which the engine is still to be
// told, need not run.
func TestDoctorComparesRecordAndEngine(t *testing.T) {
	_, record := recordOf(t)
	err := record.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		var failed error
		for id, phase := range map[rapporteur.CycleID]rapporteur.Phase{
			"i/op34/2018": rapporteur.PhaseCollecting, "i/op34/2019": rapporteur.PhaseCollecting, "i/op34/2016": rapporteur.PhaseClosed,
			"i/op34/2020": rapporteur.PhasePlanned, "i/op9/window-1": rapporteur.PhaseClosed, "i/op9/window-2": rapporteur.PhaseCollecting,
		} {
			failed = errors.Join(failed, tx.InsertCycle(ctx, rapporteur.Cycle{ID: id, Phase: phase}))
		}
		return errors.Join(failed,
			tx.Enqueue(ctx, rapporteur.Message{Kind: rapporteur.MessageStartCycle, Cycle: "i/op34/2020"}),
			tx.Enqueue(ctx, rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: "i/op34/2019"}))
	})
	if err != nil {
		t.Fatal(err)
	}
	known, err := readCycles(t.Context(), record)
	if err != nil {
		t.Fatal(err)
	}
	lost, unknown := compareEngine(known, []string{
		"cycle/i/op34/2018", "cycle/i/op34/2016", "cycle/i/op34/2017", "occasion/i/op23a/1", "calendar/i/op33", "clearance/i/op34/2018/1", "follow-up/i/op34/2017/state-ken/1",
	})
	if want := []string{"cycle/i/op34/2019", rapporteur.CycleWorkflowID("i/op9/window-2")}; !slices.Equal(lost, want) {
		t.Errorf("the engine has lost %v, want %v", lost, want)
	}
	if want := []string{"cycle/i/op34/2017", "occasion/i/op23a/1"}; !slices.Equal(unknown, want) {
		t.Errorf("the record does not know %v, want %v", unknown, want)
	}
}

// A build is not blamed for a key that is not given.
func TestRemedyForAHistory(t *testing.T) {
	if got := remedyFor((&payload.KeyError{ID: "k"}).Error()); !strings.Contains(got, "key") || strings.Contains(got, "GetVersion") {
		t.Errorf("for a missing key: %s", got)
	}
	if got := remedyFor("[TMPRL1100] nondeterministic workflow"); !strings.Contains(got, "GetVersion") {
		t.Errorf("for a workflow that was changed: %s", got)
	}
}

func TestSomeOfMany(t *testing.T) {
	if got := some(strings.Split("abcdefghijkl", "")); got != "a, b, c, d, e, f, g, h, i, j and 2 more" {
		t.Error(got)
	}
}
