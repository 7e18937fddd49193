package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/xuri/excelize/v2"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/store"
)

const askedCycle = "s-res-2388-2017/op34/2018"

// answeringHouse is the product over a record of its own, with a cycle that asks
// Kenya. Its Temporal server is never spoken to.
func answeringHouse(t *testing.T) (address, keyFile string) {
	t.Helper()
	database := "sqlite:" + filepath.Join(t.TempDir(), "record.db")
	if err := store.Migrate(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	house, err := wiring.Open(t.Context(), database, wiring.Instruments{}, store.Options{Relaxed: true}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := house.Close(); err != nil {
			t.Error(err)
		}
	})
	signing := filepath.Join(t.TempDir(), "signing.pem")
	if err := wiring.MakeSigningKey(signing); err != nil {
		t.Fatal(err)
	}
	if err := house.Sign(wiring.Signing{SigningKey: []string{signing}}); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2018, time.January, 15, 12, 0, 0, 0, time.UTC)
	house.Clock = func() time.Time { return now }
	temporal, err := client.NewLazyClient(client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(temporal.Close)
	server := httptest.NewServer(house.Handler(temporal, house.Relay(temporal)))
	t.Cleanup(server.Close)
	key := func(role rapporteur.Role, contributor rapporteur.ContributorID) string {
		secret, err := house.IssueKey(t.Context(), wiring.NewKey{Role: role, Contributor: contributor, Label: "for a test"})
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
	staff := remote.New(server.URL, key(rapporteur.RoleSecretariat, ""))
	contacts := []byte(`{"contacts":[{"role":"focal-point","name":"A. Person","address":"focal@example.org","language":"en"}]}`)
	if err := staff.JSON(t.Context(), remote.Call{Method: http.MethodPut, Path: "/v1/contributors/state-ken/contacts", Body: contacts}, nil); err != nil {
		t.Fatal(err)
	}
	start := map[string]any{"instrument": "s-res-2388-2017", "stream": "op34", "only": []string{"state-ken"}}
	if err := staff.JSON(t.Context(), remote.Call{Method: http.MethodPost, Path: "/v1/cycles", Body: start}, nil); err != nil {
		t.Fatal(err)
	}
	now = time.Date(2018, time.June, 1, 13, 0, 0, 0, time.UTC)
	conduct := rapporteur.Conduct{Store: house.Store, Catalogue: house.Catalogue}
	moment := rapporteur.Moment{Now: now, Workflow: rapporteur.CycleWorkflowID(askedCycle), Run: "run", Event: "5"}
	if _, err := conduct.Open(t.Context(), askedCycle, moment); err != nil {
		t.Fatal(err)
	}
	keyFile = filepath.Join(t.TempDir(), "kenya.key")
	if err := os.WriteFile(keyFile, []byte(key(rapporteur.RoleContributor, "state-ken")), 0o600); err != nil {
		t.Fatal(err)
	}
	return server.URL, keyFile
}

// fillIn fills in a workbook by a script, which finds rows by their keys.
func fillIn(t *testing.T, file string, values map[string]any) {
	t.Helper()
	f, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for n, row := range rows {
			if len(row) == 0 || values[row[0]] == nil {
				continue
			}
			at, err := excelize.CoordinatesToCellName(4, n+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellValue(sheet, at, values[row[0]]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
}

// A questionnaire is exported, filled in by a script, and submitted: it ends in
// an accepted submission with a receipt that verifies.
func TestAWorkbookGoesOutAndComesBack(t *testing.T) {
	address, key := answeringHouse(t)
	file := filepath.Join(t.TempDir(), "kenya.xlsx")
	remotely := []string{"--server", address, "--key-file", key}
	if err := command(t, append([]string{"questionnaire", "export", askedCycle, "state-ken", file, "--xlsx"}, remotely...)...); err != nil {
		t.Fatal(err)
	}
	submit := append([]string{"submit", askedCycle, "state-ken", "--xlsx", file}, remotely...)
	if err := command(t, submit...); err == nil || !strings.Contains(err.Error(), "at Header!D4 Kind of return (/return_type)") {
		t.Errorf("a blank workbook is answered with %v", err)
	}
	fillIn(t, file, map[string]any{
		"field /return_type": "Answered", "field /language": "English", "field /header/authority": "Ministry of Justice",
		"field /header/period/from": "2017-11-21", "field /header/period/to": "2018-06-30", "field /header/may_be_quoted": "Yes",
		"field /header/classification": "Unclassified", "field /answers/Q3.1/status": "Yes",
	})
	if err := command(t, append(submit, "--check")...); err != nil {
		t.Fatal(err)
	}
	receipt := filepath.Join(t.TempDir(), "receipt.json")
	if err := command(t, append(submit, "--receipt", receipt)...); err != nil {
		t.Fatal(err)
	}
	body := fetched(t, address, key, requestPath(askedCycle, "state-ken")+"/submissions/1/body")
	keys := fetched(t, address, key, "/v1/signing-keys")
	if err := command(t, "receipt", "verify", receipt, "--keys", keys, "--body", body); err != nil {
		t.Errorf("the receipt does not verify: %v", err)
	}
	var accepted map[string]any
	content, err := os.ReadFile(body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &accepted); err != nil || accepted["return_type"] != "answered" {
		t.Errorf("accepted is %v (%v)", accepted, err)
	}
}

// fetched is a file with what is at an address.
func fetched(t *testing.T, address, key, path string) string {
	t.Helper()
	secret, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	content, err := remote.New(address, string(secret)).Bytes(t.Context(), remote.Call{Method: http.MethodGet, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "fetched.json")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestQuestionnairesAreExportedInEachForm(t *testing.T) {
	address, key := answeringHouse(t)
	for _, c := range []struct {
		flags []string
		says  string
	}{
		{nil, `"x-questionnaire": "member-state"`}, {[]string{"--csv"}, "question,part,sex,age,form,value"},
		{[]string{"--xlsx", "--language", "ar"}, "PK"},
	} {
		file := filepath.Join(t.TempDir(), "out")
		args := append([]string{"questionnaire", "export", askedCycle, "state-ken", file, "--server", address, "--key-file", key}, c.flags...)
		if err := command(t, args...); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(content), c.says) {
			t.Errorf("%v wrote %.80q (%v)", c.flags, content, err)
		}
		if c.flags == nil && !json.Valid(content) {
			t.Error("the schema is no JSON")
		}
	}
}

func TestSubmitWantsOneFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{}, {file, "--xlsx", file}} {
		err := command(t, append([]string{"submit", askedCycle, "state-ken", "--server", "http://127.0.0.1:1", "--key-file", file}, args...)...)
		if err == nil || !strings.Contains(err.Error(), "give one file") {
			t.Errorf("%v: %v", args, err)
		}
	}
}
