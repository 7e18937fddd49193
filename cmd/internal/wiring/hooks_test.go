package wiring

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/store"
)

func hookedHouse(t *testing.T) *House {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "record.db")
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	h, err := Open(t.Context(), url, Instruments{}, store.Options{Relaxed: true}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// What staff do through a house that was opened as a program opens it reaches an
// endpoint.
func TestAHouseTellsEndpoints(t *testing.T) {
	h := hookedHouse(t)
	h.Hook(Webhooks{WebhookLoopback: true})
	got := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got <- string(body)
	}))
	t.Cleanup(server.Close)
	administrator := rapporteur.Principal{ID: "key-a", Role: rapporteur.RoleAdministrator}
	_, err := h.Webhooks().Add(t.Context(), administrator, rapporteur.WebhookWanted{
		Label: "x", Address: server.URL, Events: []rapporteur.Action{rapporteur.ActionCalendarStarted},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.Dispatcher().Run(ctx) }()
	secretariat := rapporteur.Secretariat{Store: h.Store, Catalogue: h.Catalogue, Clock: h.Clock}
	key := rapporteur.StreamKey{Instrument: "s-res-2388-2017", Stream: "op33"}
	if _, err := secretariat.StartCalendar(t.Context(), rapporteur.Principal{ID: "key-s", Role: rapporteur.RoleSecretariat}, key, rapporteur.Date{}); err != nil {
		t.Fatal(err)
	}
	select {
	case body := <-got:
		if !strings.Contains(body, `"type":"calendar.started"`) || !strings.Contains(body, "op33") {
			t.Errorf("told %s", body)
		}
	case <-time.After(time.Minute):
		t.Error("nobody was told")
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestLoopbackIsRefusedUnlessItIsAllowed(t *testing.T) {
	h := hookedHouse(t)
	wanted := rapporteur.WebhookWanted{Label: "x", Address: "https://127.0.0.1/", Events: []rapporteur.Action{rapporteur.ActionCalendarStarted}}
	h.Hook(Webhooks{})
	if _, err := h.Webhooks().Add(t.Context(), rapporteur.Principal{ID: "key-a"}, wanted); !rapporteur.IsProblem(err, rapporteur.ProblemInvalid) {
		t.Errorf("error %v", err)
	}
}

func TestWhereTheHouseIsReached(t *testing.T) {
	h := &House{}
	for _, base := range []string{"", "rapporteur.un.example", "ftp://rapporteur.un.example", "https://", "https://a b/"} {
		if err := h.LetIn(t.Context(), SignIn{}, Mail{BaseURL: base}); err == nil || !strings.Contains(err.Error(), "RAPPORTEUR_BASE_URL") {
			t.Errorf("%q: %v", base, err)
		}
	}
	if got := h.Feeds().Writer.Address("T"); got != "/feeds/T.ics" {
		t.Errorf("without an address a feed is at %q", got)
	}
	if err := h.LetIn(t.Context(), SignIn{}, Mail{BaseURL: "https://rapporteur.un.example/reports"}); err != nil {
		t.Fatal(err)
	}
	if got := h.Feeds().Writer.Address("T"); got != "https://rapporteur.un.example/reports/feeds/T.ics" {
		t.Errorf("a feed is at %q", got)
	}
}
