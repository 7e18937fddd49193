package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

// said runs the command line and gives what it prints.
func said(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := commandTo(t, &out, args...)
	return out.String(), err
}

func TestMigrateSaysWhatItWouldDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "record.db")
	url := "--database=sqlite:" + file
	out, err := said(t, "migrate", url, "--dry-run")
	if err != nil || !strings.Contains(out, "version 0 and would go to") || !strings.Contains(out, "00001_record\n") {
		t.Errorf("%v: %s", err, out)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the dry run has made the file: %v", err)
	}
	for range 2 {
		if _, err := said(t, "migrate", url); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := said(t, "migrate", url, "--dry-run"); err != nil || !strings.Contains(out, "nothing is to be done") {
		t.Errorf("%v: %s", err, out)
	}
}

// Programs refuse to start on a schema that is not theirs, and name the command.
func TestWrongSchemaNamesTheCommand(t *testing.T) {
	dir := t.TempDir()
	key := filepath.Join(dir, "sealing.key")
	if err := wiring.MakeSealingKey(key); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "record.db")
	url := "--database=sqlite:" + file
	refused := func(advice string) {
		t.Helper()
		for _, program := range []string{"serve", "worker"} {
			args := []string{program, url, "--sealing-key=" + key}
			if _, err := said(t, args...); err == nil || !strings.Contains(err.Error(), advice) {
				t.Errorf("%s starts, or does not say %q: %v", program, advice, err)
			}
		}
	}
	refused(`run "rapporteur migrate"`)
	if _, err := said(t, "migrate", url); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	run := func(statement string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	run("INSERT INTO schema_version (version_id, is_applied) VALUES (900, TRUE)")
	if _, err := said(t, "key", "list", url); err != nil {
		t.Errorf("on a schema that only grew: %v", err)
	}
	run("UPDATE schema_floor SET floor = 900")
	refused("use the newer program")
	for _, args := range [][]string{{"migrate", url}, {"migrate", url, "--dry-run"}, {"key", "list", url}} {
		if _, err := said(t, args...); err == nil || !strings.Contains(err.Error(), "use the newer program") {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestDoctorLooksAtEverything(t *testing.T) {
	dir := t.TempDir()
	sealing, signing, payloads := filepath.Join(dir, "sealing.key"), filepath.Join(dir, "signing.pem"), filepath.Join(dir, "payload.key")
	if err := wiring.MakeSealingKey(sealing); err != nil {
		t.Fatal(err)
	}
	if err := wiring.MakeSigningKey(signing); err != nil {
		t.Fatal(err)
	}
	if err := wiring.MakePayloadKey(payloads); err != nil {
		t.Fatal(err)
	}
	sink, err := smtpsink.Start(smtpsink.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sink.Stop() }()
	url := "--database=sqlite:" + filepath.Join(dir, "record.db")
	if _, err := said(t, "migrate", url); err != nil {
		t.Fatal(err)
	}
	nowhere := []string{"doctor", "--json", "--reach-within=2s", "--temporal-address=127.0.0.1:1"}
	well := slices.Concat(nowhere, []string{url, "--sealing-key=" + sealing, "--signing-key=" + signing, "--payload-key=" + payloads, "--smtp-url=" + sink.URL()})
	for _, c := range []struct {
		args []string
		bad  []string
	}{
		{well, []string{"Temporal"}},
		{nowhere, []string{"signing keys", "sealing keys", "payload keys", "database", "mail server", "Temporal"}},
		{append(slices.Clone(well), "--payload-key="+filepath.Join(dir, "none")), []string{"payload keys", "Temporal"}},
		{append(slices.Clone(well), "--smtp-url=smtp://127.0.0.1:1"), []string{"mail server", "Temporal"}},
		{append(slices.Clone(well), "--database=sqlite:"+filepath.Join(dir, "none.db")), []string{"schema", "Temporal"}},
		{append(slices.Clone(well), "--build-id=a b", "--link-secret-file="+filepath.Join(dir, "none")), []string{"secret for links", "build", "Temporal"}},
	} {
		out, err := said(t, c.args...)
		if err == nil {
			t.Errorf("%v does not fail", c.args)
		}
		var findings []wiring.Finding
		if err := json.Unmarshal([]byte(out), &findings); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		var bad []string
		for _, f := range findings {
			if f.What == "" || f.Detail == "" || f.OK == (f.Remedy != "") {
				t.Errorf("finding %+v", f)
			}
			if !f.OK {
				bad = append(bad, f.What)
			}
		}
		if !slices.Equal(bad, c.bad) || len(findings) < 8 {
			t.Errorf("%v found %v in\n%s", c.args, bad, out)
		}
	}
	if out, _ := said(t, slices.Concat([]string{"doctor"}, well[2:])...); !strings.Contains(out, "ok      schema: version") || !strings.Contains(out, "remedy: start it, or give another RAPPORTEUR_TEMPORAL_ADDRESS") {
		t.Errorf("it prints\n%s", out)
	}
	if out, err := said(t, slices.Concat([]string{"deployment", "promote"}, well[2:])...); err == nil || !strings.Contains(err.Error(), "is not promoted") {
		t.Errorf("an unwell build is promoted: %v\n%s", err, out)
	}
	if sink.Count() != 0 {
		t.Errorf("the doctor sent %d mails", sink.Count())
	}
}
