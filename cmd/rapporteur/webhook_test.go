package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestFeedAndWebhookCommands(t *testing.T) {
	for line, want := range map[string]string{
		"feed make": `POST /v1/feeds  {"language":"en"}`,
		"feed make --cycle=s/op34/2018 --language=fr --idempotency-key=1": `POST /v1/feeds 1 {"cycle":"s/op34/2018","language":"fr"}`,
		"feed list":          "GET /v1/feeds",
		"feed revoke feed-1": "DELETE /v1/feeds/feed-1",
		"webhook add --label=Board --event=cycle.closed --event=draft.compiled https://example.org/h --idempotency-key=2":               `POST /v1/webhooks 2 {"label":"Board","events":["cycle.closed","draft.compiled"],"address":"https://example.org/h"}`,
		"webhook add --label=Board --event=cycle.closed,draft.compiled --instrument=s --stream=op30 --restricted https://example.org/h": `POST /v1/webhooks  {"label":"Board","events":["cycle.closed","draft.compiled"],"instrument":"s","stream":"op30","restricted":true,"address":"https://example.org/h"}`,
		"webhook list":        "GET /v1/webhooks",
		"webhook show hook-1": "GET /v1/webhooks/hook-1",
		"webhook change hook-1 https://example.org/h --label=Board --event=cycle.closed --disabled": `PUT /v1/webhooks/hook-1  {"label":"Board","events":["cycle.closed"],"address":"https://example.org/h","disabled":true}`,
		"webhook delete hook-1":          "DELETE /v1/webhooks/hook-1",
		"webhook rotate hook-1":          "POST /v1/webhooks/hook-1/secret",
		"webhook test hook-1":            "POST /v1/webhooks/hook-1/test",
		"webhook log hook-1":             "GET /v1/webhooks/hook-1/deliveries",
		"webhook log hook-1 --json":      "GET /v1/webhooks/hook-1/deliveries",
		"webhook redeliver hook-1 msg_1": "POST /v1/webhooks/hook-1/deliveries/msg_1/redelivery",
	} {
		asked, err := run(t, `{}`, strings.Fields(line)...)
		if err != nil || strings.TrimSpace(asked) != want {
			t.Errorf("%s\nasked %s (%v)\nwant  %s", line, asked, err, want)
		}
	}
	for line, says := range map[string]string{
		"feed make --language=de":                            "--language",
		"webhook add https://example.org --event=x":          "--label",
		"webhook add https://example.org --label=x":          "--event",
		"webhook redeliver hook-1":                           "message",
		"webhook change hook-1 --label=x --event=cycle.open": "address",
	} {
		if asked, err := run(t, `{}`, strings.Fields(line)...); err == nil || asked != "" || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: asked %q, error %v does not say %q", line, asked, err, says)
		}
	}
}

func TestTheDeliveryLogIsPrinted(t *testing.T) {
	var log webhookLog
	err := json.Unmarshal([]byte(`{"items": [
		{"id": "msg_2", "type": "cycle.closed", "state": "pending", "at": "2018-06-02T09:00:00Z", "due": "2018-06-02T09:05:05Z", "attempts": [
			{"number": 1, "at": "2018-06-02T09:00:00Z", "milliseconds": 10000, "failure": "timeout"},
			{"number": 2, "at": "2018-06-02T09:00:05Z", "status": 500, "milliseconds": 12, "failure": "refused"}]},
		{"id": "msg_1", "type": "draft.compiled", "state": "delivered", "at": "2018-06-01T09:00:00Z", "attempts": [
			{"number": 1, "at": "2018-06-01T09:00:00Z", "status": 204, "milliseconds": 8}]}]}`), &log)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := log.print(&out); err != nil {
		t.Fatal(err)
	}
	want := `2018-06-02T09:00:00Z    msg_2      cycle.closed    pending    next at 2018-06-02T09:05:05Z
  2018-06-02T09:00:00Z  attempt 1  no answer       timeout    10000 ms
  2018-06-02T09:00:05Z  attempt 2  500             refused    12 ms
2018-06-01T09:00:00Z    msg_1      draft.compiled  delivered  
  2018-06-01T09:00:00Z  attempt 1  204             taken      8 ms
`
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}
}
