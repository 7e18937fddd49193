package webhook_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/webhook"
	"github.com/rapporteur/rapporteur/store"
)

var administrator = rapporteur.Principal{ID: "key-admin", Role: rapporteur.RoleAdministrator}

// open is a record in a file whose audit records are all told of.
func open(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.Options{Relaxed: true, Announcer: func(a rapporteur.AuditRecord) (rapporteur.HookEvent, bool) {
		return rapporteur.HookEvent{Type: a.Action, Payload: fmt.Appendf(nil, `{"key":%q}`, a.Key)}, a.Cycle != ""
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Three processes send beside each other while messages are written: each is sent
// once, whole and signed; when they end, Run ends.
func TestSeveralProcessesSendEachMessageOnce(t *testing.T) {
	const messages, endpoints = 40, 3
	url := "sqlite:" + filepath.Join(t.TempDir(), "record.db")
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var mutex sync.Mutex
	got := map[string]int{}
	all := make(chan struct{})
	secrets := map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		mutex.Lock()
		defer mutex.Unlock()
		verifier, err2 := standardwebhooks.NewWebhook(secrets[r.URL.Path])
		if err != nil || err2 != nil || verifier.Verify(body, r.Header) != nil {
			t.Errorf("a message cannot be verified: %v, %v", err, err2)
		}
		got[r.Header.Get("webhook-id")]++
		if len(got) == messages*endpoints {
			close(all)
		}
	}))
	t.Cleanup(server.Close)

	processes := make([]*webhook.Dispatcher, 3)
	var running sync.WaitGroup
	for n := range processes {
		processes[n] = &webhook.Dispatcher{Every: time.Millisecond, Webhooks: rapporteur.Webhooks{
			Store: open(t, url), Sender: webhook.New(webhook.Config{Loopback: true}), Clock: time.Now,
		}}
	}
	for n := range endpoints {
		path := fmt.Sprintf("/%d", n)
		mutex.Lock()
		hook, err := processes[0].Webhooks.Add(ctx, administrator, rapporteur.WebhookWanted{
			Label: "x", Address: server.URL + path, Events: []rapporteur.Action{rapporteur.ActionSubmitted},
		})
		if err == nil {
			secrets[path] = hook.Secrets[0].Value
		}
		mutex.Unlock()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range processes {
		running.Go(func() {
			if err := p.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	writer := open(t, url)
	for n := range messages {
		err := writer.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
			_, err := tx.AppendAudit(ctx, rapporteur.AuditRecord{Key: fmt.Sprint(n), Cycle: "i/s/2018", Action: rapporteur.ActionSubmitted})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		processes[n%3].Nudge()
	}
	select {
	case <-all:
	case <-time.After(time.Minute): // no longer than a lease, so that a lost one is noticed
		t.Error("not everything was sent")
	}
	stop()
	running.Wait()
	mutex.Lock()
	defer mutex.Unlock()
	for id, n := range got {
		if n != 1 {
			t.Errorf("%s was sent %d times", id, n)
		}
	}
}
