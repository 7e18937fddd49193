package wiring_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/store"
)

var lighthouses = wiring.Instruments{Instruments: filepath.Join("testdata", "lighthouses")}

// secondHouse is the product over the release's instruments and those of a
// folder, in April 2031. Its Temporal server is never spoken to.
type secondHouse struct {
	t       *testing.T
	handler http.Handler
	key     string
}

func newSecondHouse(t *testing.T) *secondHouse {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "record.db")
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	house, err := wiring.Open(t.Context(), url, lighthouses, store.Options{Relaxed: true}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := house.Close(); err != nil {
			t.Error(err)
		}
	})
	house.Clock = func() time.Time { return time.Date(2031, time.April, 7, 12, 0, 0, 0, time.UTC) }
	temporal, err := client.NewLazyClient(client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(temporal.Close)
	key, err := house.IssueKey(t.Context(), wiring.NewKey{Role: rapporteur.RoleSecretariat, Label: "for a test"})
	if err != nil {
		t.Fatal(err)
	}
	return &secondHouse{t: t, handler: house.Handler(temporal, house.Relay(temporal)), key: key}
}

func (h *secondHouse) call(method, path, body string, status int, into any) {
	h.t.Helper()
	var reader io.Reader = http.NoBody
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequestWithContext(h.t.Context(), method, path, reader)
	r.Header.Set("Authorization", "Bearer "+h.key)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	if w.Code != status {
		h.t.Fatalf("%s %s: status %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		h.t.Fatalf("%s %s: %v: %s", method, path, err, w.Body)
	}
}

// page reads a page without a key.
func (h *secondHouse) page(path string, status int, says string) {
	h.t.Helper()
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, httptest.NewRequestWithContext(h.t.Context(), http.MethodGet, path, http.NoBody))
	if w.Code != status || !strings.Contains(w.Body.String(), says) {
		h.t.Errorf("%s: status %d, want %d and %q:\n%s", path, w.Code, status, says, w.Body)
	}
}

// A resolution that the release does not know is dropped into a folder, and its
// cycle is previewed and started as any other's.
func TestASecondInstrumentRunsFromAFolder(t *testing.T) {
	h := newSecondHouse(t)
	var list struct{ Items []struct{ ID string } }
	h.call(http.MethodGet, "/v1/instruments", "", http.StatusOK, &list)
	if len(list.Items) != 2 || list.Items[0].ID != "s-res-2388-2017" || list.Items[1].ID != "s-res-9001-2031" {
		t.Fatalf("instruments are %+v", list.Items)
	}
	start := `{"instrument": "s-res-9001-2031", "stream": "op2", "only": ["entity-unlamp", "entity-unodc"]}`
	var preview struct {
		Calendar    []struct{ Key, Date string }
		Unreachable []string
	}
	h.call(http.MethodPost, "/v1/cycles?dry_run=true", start, http.StatusOK, &preview)
	dates := map[string]string{}
	for _, d := range preview.Calendar {
		dates[d.Key] = d.Date
	}
	if dates["adoption"] != "2031-03-03" || dates["mandated"] != "2031-12-03" || dates["opens"] != "2031-08-03" {
		t.Errorf("the calendar is %v", dates)
	}
	if strings.Join(preview.Unreachable, " ") != "entity-unlamp entity-unodc" {
		t.Errorf("nobody has a mailbox yet, but %v cannot be reached", preview.Unreachable)
	}
	for _, who := range preview.Unreachable {
		h.call(http.MethodPut, "/v1/contributors/"+who+"/contacts",
			`{"contacts":[{"role":"focal-point","name":"A. Keeper","address":"keeper@example.org","language":"en"}]}`, http.StatusOK, nil)
	}
	h.call(http.MethodPost, "/v1/cycles", start, http.StatusCreated, nil)
	var cycle struct{ ID, Phase string }
	h.call(http.MethodGet, "/v1/cycles/s-res-9001-2031/op2/2031", "", http.StatusOK, &cycle)
	if cycle.ID != "s-res-9001-2031/op2/2031" || cycle.Phase != "planned" {
		t.Errorf("the cycle is %+v", cycle)
	}
	h.page("/instruments/s-res-9001-2031/coverage", http.StatusOK, "3 of 3 provisions accounted for")
	h.page("/instruments/s-res-2388-2017/coverage", http.StatusOK, "of 48 provisions accounted for")
	h.page("/instruments/none/coverage", http.StatusNotFound, "Not found")
	var coverage struct{ Summary string }
	h.call(http.MethodGet, "/v1/instruments/s-res-9001-2031/coverage", "", http.StatusOK, &coverage)
	if coverage.Summary != "3 of 3 provisions accounted for" {
		t.Errorf("the account says %q", coverage.Summary)
	}
}

// What is wrong in a folder stops the start, and is named.
func TestABadFolderStopsTheStart(t *testing.T) {
	good, err := os.ReadFile(filepath.Join("testdata", "lighthouses", "s-res-9001-2031.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file, text string
		says       []string
	}{
		"no instrument": {"notes.txt", "nothing", []string{"want instruments"}},
		"an unknown key": {
			"a.yaml", strings.Replace(string(good), "title: Lighthouses", "titel: Lighthouses", 1), []string{"a.yaml: line 4", "unknown field"},
		},
		"a questionnaire that no file defines": {
			"instruments/a.yaml", string(good), []string{"instruments/a.yaml: line", `no questionnaire "lamp-entity"`},
		},
		"the release's own id": {
			"a.yaml", strings.NewReplacer("id: s-res-9001-2031", "id: s-res-2388-2017", "questionnaire: lamp-entity", "questionnaire: entity").Replace(string(good)),
			[]string{"a.yaml: line 1: id", "already in"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.MkdirAll(filepath.Join(folder, "instruments"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, c.file), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := wiring.Open(t.Context(), "sqlite::memory:", wiring.Instruments{Instruments: folder}, store.Options{}, zerolog.Nop())
			if err == nil {
				t.Fatal("it opened")
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v does not say %q", err, want)
				}
			}
		})
	}
}
