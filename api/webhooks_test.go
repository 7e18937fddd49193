package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// delivered sends what waits for endpoints.
func (h *house) delivered() int {
	h.t.Helper()
	for n := 0; ; n++ {
		found, err := h.service.Webhooks.DeliverNext(h.t.Context())
		if err != nil {
			h.t.Fatal(err)
		}
		if !found {
			return n
		}
	}
}

func TestWebhooks(t *testing.T) {
	h := openHouse(t)
	var secrets []string
	status, verified := http.StatusInternalServerError, 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		for _, secret := range secrets {
			verifier, err := standardwebhooks.NewWebhook(secret)
			if err != nil || verifier.VerifyIgnoringTimestamp(body, r.Header) != nil {
				t.Errorf("%s cannot be verified: %v", body, err)
			}
			verified++
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)

	wanted := `{"label": "Dashboard", "address": "` + server.URL + `", "events": ["submission.accepted"]}`
	answer := h.keyed(adminKey, "w1", "/v1/webhooks", wanted).want(http.StatusCreated)
	hook := read[WebhookSecret](answer)
	if again := read[WebhookSecret](h.keyed(adminKey, "w1", "/v1/webhooks", wanted)); again.ID != hook.ID || again.Secret != "" || !strings.HasPrefix(hook.Secret, "whsec_") {
		t.Fatalf("added %+v, again %+v", hook, again)
	}
	at := answer.header.Get("Location")
	secrets = append(secrets, hook.Secret)
	list := h.get(adminKey, "/v1/webhooks").want(http.StatusOK)
	if strings.Contains(string(list.body), "secret") || !strings.Contains(string(list.body), hook.ID) {
		t.Errorf("the list is %s", list.body)
	}

	// Refused once, then taken when it is sent again by hand, then a test.
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	if n := h.delivered(); n != 1 || verified != 1 {
		t.Fatalf("%d messages, %d verified", n, verified)
	}
	type messages struct {
		Items      []WebhookMessage
		NextCursor string `json:"next_cursor"`
	}
	log := read[messages](h.get(adminKey, at+"/deliveries").want(http.StatusOK))
	if len(log.Items) != 1 || log.Items[0].State != "pending" || log.Items[0].Due == nil || len(log.Items[0].Attempts) != 1 ||
		log.Items[0].Attempts[0].Status != 500 || log.Items[0].Attempts[0].Failure != "refused" || !strings.Contains(string(log.Items[0].Payload), "state-ken") {
		t.Errorf("log %+v", log)
	}
	rotated := read[WebhookSecret](h.post(adminKey, at+"/secret", "").want(http.StatusOK))
	secrets = append(secrets, rotated.Secret)
	status = http.StatusOK
	h.post(adminKey, at+"/deliveries/"+log.Items[0].ID+"/redelivery", "").want(http.StatusAccepted)
	h.post(adminKey, at+"/test", "").want(http.StatusAccepted)
	if n := h.delivered(); n != 2 || verified != 5 {
		t.Errorf("%d messages, %d verified", n, verified)
	}
	first := read[messages](h.get(adminKey, at+"/deliveries?limit=1").want(http.StatusOK))
	second := read[messages](h.get(adminKey, at+"/deliveries?limit=1&cursor="+first.NextCursor).want(http.StatusOK))
	if len(first.Items) != 1 || len(second.Items) != 1 || first.Items[0].ID == second.Items[0].ID || second.NextCursor != "" {
		t.Errorf("pages %+v, %+v", first, second)
	}
	for _, m := range append(first.Items, second.Items...) {
		if m.State != "delivered" || m.Due != nil {
			t.Errorf("message %+v", m)
		}
	}
	h.changesWebhook(at, wanted)
	h.call(exchange{key: adminKey, method: http.MethodDelete, path: at}).want(http.StatusNoContent)
	h.get(adminKey, at).problem(http.StatusNotFound, "not-found")
	h.get(adminKey, at+"/deliveries").problem(http.StatusNotFound, "not-found")
	if strings.Contains(h.log.String(), server.URL) || strings.Contains(h.log.String(), "whsec") {
		t.Error("the log holds an address or a secret")
	}
}

// changesWebhook changes an endpoint with its ETag, and sees one overtaken.
func (h *house) changesWebhook(at, wanted string) {
	h.t.Helper()
	tag := h.get(adminKey, at).want(http.StatusOK).header.Get("ETag")
	h.call(exchange{key: adminKey, method: http.MethodGet, path: at, headers: map[string]string{"If-None-Match": tag}}).want(http.StatusNotModified)
	change := exchange{key: adminKey, method: http.MethodPut, path: at, body: strings.Replace(wanted, "Dashboard", "Board", 1), headers: map[string]string{"If-Match": tag}}
	if changed := read[Webhook](h.call(change).want(http.StatusOK)); changed.Label != "Board" || changed.State != "active" {
		h.t.Errorf("changed %+v", changed)
	}
	h.call(change).problem(http.StatusPreconditionFailed, "precondition")
	change.headers, change.body = nil, strings.Replace(wanted, `"label"`, `"disabled": true, "label"`, 1)
	if changed := read[Webhook](h.call(change).want(http.StatusOK)); changed.State != "disabled" {
		h.t.Errorf("disabled %+v", changed)
	}
	h.post(adminKey, at+"/test", "").problem(http.StatusConflict, "conflict")
}

func TestWebhooksRefused(t *testing.T) {
	h := newHouse(t)
	for name, body := range map[string]string{
		"no label":        `{"address": "https://example.org/", "events": ["cycle.closed"]}`,
		"no events":       `{"label": "x", "address": "https://example.org/", "events": []}`,
		"unknown event":   `{"label": "x", "address": "https://example.org/", "events": ["submission.read"]}`,
		"private address": `{"label": "x", "address": "https://10.0.0.1/", "events": ["cycle.closed"]}`,
		"not https":       `{"label": "x", "address": "http://example.org/", "events": ["cycle.closed"]}`,
		"restricted":      `{"label": "x", "address": "https://example.org/", "events": ["cycle.closed"], "restricted": true}`,
		"unknown member":  `{"label": "x", "address": "https://example.org/", "events": ["cycle.closed"], "secret": "mine"}`,
	} {
		answer := h.post(adminKey, "/v1/webhooks", body)
		answer.what += " with " + name
		answer.problem(http.StatusUnprocessableEntity, "invalid")
	}
	if list := h.get(adminKey, "/v1/webhooks").want(http.StatusOK); string(list.body) != "{\"items\":[]}\n" {
		t.Errorf("there is %s", list.body)
	}
}
