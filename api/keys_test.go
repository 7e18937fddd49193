package api

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

func TestKeys(t *testing.T) {
	h := newHouse(t)
	body := `{"role": "contributor", "contributor": "mission-minusma", "label": "Reporting desk"}`
	answer := h.keyed(adminKey, "k1", "/v1/keys", body).want(http.StatusCreated)
	issued := read[IssuedKey](answer)
	if issued.Secret == "" || issued.Principal != "key-"+issued.ID || answer.header.Get("Location") != "/v1/keys/"+issued.ID {
		t.Fatalf("key %+v", issued)
	}
	// A repetition makes no second key, and does not show the secret again.
	again := read[IssuedKey](h.keyed(adminKey, "k1", "/v1/keys", body).want(http.StatusCreated))
	if again.ID != issued.ID || again.Secret != "" {
		t.Errorf("repetition %+v", again)
	}
	h.secrets["new"] = issued.Secret
	h.get("new", "/v1/instruments").want(http.StatusOK)
	list := h.get(adminKey, "/v1/keys").want(http.StatusOK)
	if strings.Contains(string(list.body), `"secret"`) || strings.Contains(string(list.body), "hash") {
		t.Errorf("the list tells secrets: %s", list.body)
	}
	revoke := exchange{key: adminKey, method: "DELETE", path: "/v1/keys/" + issued.ID}
	h.call(revoke).want(http.StatusNoContent)
	h.get("new", "/v1/instruments").problem(http.StatusUnauthorized, "unidentified")
	before := h.weightOfKeys()
	h.call(revoke).want(http.StatusNoContent)
	if after := h.weightOfKeys(); after != before {
		t.Errorf("revoked twice: %s, then %s", before, after)
	}
	h.call(exchange{key: adminKey, method: "DELETE", path: "/v1/keys/0000000000000000"}).problem(http.StatusNotFound, "not-found")
}

// weightOfKeys is the list of keys as it is shown.
func (h *house) weightOfKeys() string { return string(h.get(adminKey, "/v1/keys").body) }

func TestKeysRefused(t *testing.T) {
	h := newHouse(t)
	before := h.weightOfKeys()
	for name, c := range map[string]struct {
		body   string
		status int
		kind   string
	}{
		"unknown role":             {`{"role": "king", "label": "x"}`, 422, "invalid"},
		"no label":                 {`{"role": "secretariat"}`, 422, "invalid"},
		"unbound contributor":      {`{"role": "contributor", "label": "x"}`, 422, "invalid"},
		"unbound officer":          {`{"role": "clearance", "label": "x"}`, 422, "invalid"},
		"bound administrator":      {`{"role": "administrator", "contributor": "state-ken", "label": "x"}`, 422, "invalid"},
		"unknown contributor":      {`{"role": "contributor", "contributor": "state-xyz", "label": "x"}`, 404, "not-found"},
		"over before it is issued": {`{"role": "secretariat", "label": "x", "expires_at": "2017-01-01T00:00:00Z"}`, 422, "invalid"},
	} {
		answer := h.post(adminKey, "/v1/keys", c.body)
		answer.what += ": " + name
		answer.problem(c.status, c.kind)
	}
	if after := h.weightOfKeys(); after != before {
		t.Errorf("keys were issued: %s", after)
	}
}

func TestExpiredKeysOpenNothing(t *testing.T) {
	h := newHouse(t)
	body := `{"role": "secretariat", "label": "x", "expires_at": "2018-02-01T00:00:00Z"}`
	issued := read[IssuedKey](h.post(adminKey, "/v1/keys", body).want(http.StatusCreated))
	h.secrets["brief"] = issued.Secret
	h.get("brief", "/v1/cycles").want(http.StatusOK)
	h.setClock(time.Date(2018, time.February, 1, 0, 0, 0, 0, time.UTC))
	h.get("brief", "/v1/cycles").problem(http.StatusUnauthorized, "unidentified")
}

// meetingStore keeps the first write waiting for a second request to have looked
// whether there is an answer, for as long as such a request would need.
type meetingStore struct {
	rapporteur.Store
	reads  atomic.Int32
	second chan struct{}
}

func (m *meetingStore) Read(ctx context.Context, fn func(context.Context, rapporteur.Reader) error) error {
	err := m.Store.Read(ctx, fn)
	if m.reads.Add(1) == 2 {
		close(m.second)
	}
	return err
}

func (m *meetingStore) Write(ctx context.Context, fn func(context.Context, rapporteur.Tx) error) error {
	select {
	case <-m.second:
	case <-time.After(200 * time.Millisecond):
	}
	return m.Store.Write(ctx, fn)
}

// TestConcurrentRepetitionsIssueOneKey holds what only the order of requests
// with the same idempotency key can: issuing is not idempotent by itself.
func TestConcurrentRepetitionsIssueOneKey(t *testing.T) {
	h := newHouse(t)
	body := `{"role": "secretariat", "label": "Desk"}`
	ids, secrets := make([]string, 16), make([]string, 16)
	config := h.service.Config
	config.Store = &meetingStore{Store: h.store, second: make(chan struct{})}
	h.handler = New(config)
	var group sync.WaitGroup
	for n := range ids {
		group.Go(func() {
			issued := read[IssuedKey](h.keyed(adminKey, "once", "/v1/keys", body))
			ids[n], secrets[n] = issued.ID, issued.Secret
		})
	}
	group.Wait()
	shown := 0
	for n := range ids {
		if ids[n] != ids[0] || ids[n] == "" {
			t.Errorf("keys %v", ids)
		}
		if secrets[n] != "" {
			shown++
		}
	}
	if shown != 1 {
		t.Errorf("the secret was shown %d times", shown)
	}
}
