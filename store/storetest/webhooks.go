package storetest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/rapporteur/rapporteur"
)

func hook(id string, age time.Duration) rapporteur.Webhook {
	return rapporteur.Webhook{
		ID: id, State: rapporteur.WebhookActive, CreatedAt: instant.Add(-age), Address: "https://example.org/" + id,
		Events: []rapporteur.Action{rapporteur.ActionSubmitted}, Secrets: []rapporteur.HookSecret{{Value: "secret of " + id}},
	}
}

func readHook(id string) func(context.Context, rapporteur.Reader) (rapporteur.Webhook, error) {
	return func(ctx context.Context, r rapporteur.Reader) (rapporteur.Webhook, error) { return r.Webhook(ctx, id) }
}

func insertHook(w rapporteur.Webhook) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertWebhook(ctx, w) }
}

func message(id, webhook string, after time.Duration) rapporteur.HookMessage {
	return rapporteur.HookMessage{
		ID: id, Webhook: webhook, Type: rapporteur.ActionSubmitted, Payload: []byte(`{"data":{}}`), At: instant.Add(after),
		State: rapporteur.HookPending, Due: instant.Add(after),
	}
}

func queue(t tb, s rapporteur.Store, messages ...rapporteur.HookMessage) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
		for _, m := range messages {
			if err := tx.InsertHookMessage(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// claim leases what is due some time after the instant, for a minute.
func claim(t tb, s rapporteur.Store, after time.Duration) string {
	t.Helper()
	var m rapporteur.HookMessage
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) (err error) {
		now := instant.Add(after)
		due, err := tx.HookMessageDue(ctx, now)
		if err != nil {
			return err
		}
		var found bool
		m, found, err = tx.ClaimHookMessage(ctx, now, now.Add(time.Minute))
		if err == nil && found && !due { // due and not found is what somebody else is claiming
			t.Errorf("%s is claimed and was not due", m.ID)
		}
		if err == nil && found && !m.Leased.Equal(now.Add(time.Minute)) {
			t.Errorf("%s is leased until %s", m.ID, m.Leased)
		}
		return err
	})
	return m.ID
}

func update(t tb, s rapporteur.Store, id string, change func(*rapporteur.HookMessage)) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
		m, err := tx.HookMessage(ctx, id)
		if err != nil {
			return err
		}
		change(&m)
		return tx.UpdateHookMessage(ctx, m)
	})
}

func listHookMessages(t tb, s rapporteur.Store, webhook, before string, limit int) []string {
	t.Helper()
	ids := []string{}
	for _, m := range get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.HookMessage, error) {
		return r.HookMessages(ctx, webhook, before, limit)
	}) {
		ids = append(ids, m.ID)
	}
	return ids
}

var webhookTests = []test{
	{"every field comes back", func(t tb, s rapporteur.Store) {
		want := Filled[rapporteur.Webhook]()
		missing(t, s, "webhook", readHook(want.ID))
		write(t, s, insertHook(want))
		same(t, "webhook", get(t, s, readHook(want.ID)), want)
		refused(t, s, rapporteur.ProblemConflict, insertHook(want))
		m := Filled[rapporteur.HookMessage]()
		m.Payload = []byte(`{"a":"é"}`)
		a := Filled[rapporteur.HookAttempt]()
		a.Message = m.ID
		queue(t, s, m, m) // twice is as good as once
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertHookAttempt(ctx, a) })
		same(t, "message", get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.HookMessage, error) {
			return r.HookMessage(ctx, m.ID)
		}), m)
		same(t, "attempts", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.HookAttempt, error) {
			return r.HookAttempts(ctx, m.ID)
		}), []rapporteur.HookAttempt{a})
		a.Message = "none"
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertHookAttempt(ctx, a) })
	}},
	{"updates store every field but what is the endpoint's own", func(t tb, s rapporteur.Store) {
		before := rapporteur.Webhook{ID: "a", CreatedAt: instant, CreatedBy: "key-1"}
		write(t, s, insertHook(before))
		want := Filled[rapporteur.Webhook]()
		want.ID, want.CreatedAt, want.CreatedBy, want.Revision = "a", instant, "key-1", 1
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			if _, err := tx.LockWebhook(ctx, "a"); err != nil {
				return err
			}
			return tx.UpdateWebhook(ctx, want)
		})
		same(t, "webhook", get(t, s, readHook("a")), want)
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error { return tx.UpdateWebhook(ctx, hook("b", 0)) })
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error { _, err := tx.LockWebhook(ctx, "b"); return err })
	}},
	{"endpoints are listed by age, and go with all that is theirs", func(t tb, s rapporteur.Store) {
		for _, w := range []rapporteur.Webhook{hook("a", time.Hour), hook("c", 2*time.Hour), hook("b", time.Hour)} {
			write(t, s, insertHook(w))
		}
		all := func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Webhook, error) { return r.Webhooks(ctx) }
		same(t, "webhooks", get(t, s, all), []rapporteur.Webhook{hook("c", 2*time.Hour), hook("a", time.Hour), hook("b", time.Hour)})
		queue(t, s, message("1", "a", 0), message("2", "b", 0))
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			if err := tx.InsertHookAttempt(ctx, rapporteur.HookAttempt{Message: "1", Number: 1}); err != nil {
				return err
			}
			return tx.DeleteWebhook(ctx, "a")
		})
		same(t, "webhooks left", get(t, s, all), []rapporteur.Webhook{hook("c", 2*time.Hour), hook("b", time.Hour)})
		same(t, "messages of the one that is gone", listHookMessages(t, s, "a", "", 0), []string{})
		same(t, "messages of the other", listHookMessages(t, s, "b", "", 0), []string{"2"})
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error { return tx.DeleteWebhook(ctx, "a") })
	}},
	{"what sending shows of an endpoint is noted, and enables none", func(t tb, s rapporteur.Store) {
		write(t, s, insertHook(hook("a", 0)))
		mark := func(state rapporteur.WebhookState) (changed bool) {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) (err error) {
				changed, err = tx.MarkWebhook(ctx, "a", state, instant)
				return err
			})
			return changed
		}
		for _, step := range []struct {
			to, then rapporteur.WebhookState
			changed  bool
		}{
			{rapporteur.WebhookActive, rapporteur.WebhookActive, false}, {rapporteur.WebhookFailing, rapporteur.WebhookFailing, true},
			{rapporteur.WebhookFailing, rapporteur.WebhookFailing, false}, {rapporteur.WebhookActive, rapporteur.WebhookActive, true},
			{rapporteur.WebhookDisabled, rapporteur.WebhookDisabled, true}, {rapporteur.WebhookActive, rapporteur.WebhookDisabled, false},
			{rapporteur.WebhookFailing, rapporteur.WebhookDisabled, false},
		} {
			if changed := mark(step.to); changed != step.changed {
				t.Errorf("marked %s: changed is %t", step.to, changed)
			}
			if got := get(t, s, readHook("a")); got.State != step.then || got.Revision != 0 {
				t.Errorf("marked %s it is %s, revision %d", step.to, got.State, got.Revision)
			}
		}
	}},
	{"messages are claimed by time, one an endpoint, and again when the lease is over", claimsMessages},
	{"one of many claims a message", func(t tb, s rapporteur.Store) {
		write(t, s, insertHook(hook("a", 0)))
		queue(t, s, message("1", "a", 0))
		var mutex sync.Mutex
		var got []string
		atOnce(16, func(int) {
			id := claim(t, s, 0)
			mutex.Lock()
			defer mutex.Unlock()
			if id != "" {
				got = append(got, id)
			}
		})
		same(t, "claims", got, []string{"1"})
	}},
	{"the log is read in pages, newest first", func(t tb, s rapporteur.Store) {
		for n := range 7 {
			queue(t, s, message(fmt.Sprint(n), "a", time.Duration(n/2)*time.Second))
		}
		same(t, "first", listHookMessages(t, s, "a", "", 3), []string{"6", "5", "4"})
		same(t, "second", listHookMessages(t, s, "a", "4", 3), []string{"3", "2", "1"})
		same(t, "third", listHookMessages(t, s, "a", "1", 3), []string{"0"})
		same(t, "after one that is gone", listHookMessages(t, s, "a", "9", 3), []string{})
	}},
	{"what waits no longer is pruned with its log", func(t tb, s rapporteur.Store) {
		write(t, s, insertHook(hook("a", 0)))
		queue(t, s, message("old", "a", 0), message("waits", "a", 0), message("stray", "b", 0), message("new", "a", time.Hour))
		update(t, s, "old", func(m *rapporteur.HookMessage) { m.State = rapporteur.HookDelivered })
		update(t, s, "new", func(m *rapporteur.HookMessage) { m.State = rapporteur.HookFailed })
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.InsertHookAttempt(ctx, rapporteur.HookAttempt{Message: "old", Number: 1})
		})
		for _, want := range []int{1, 1, 0} {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
				n, err := tx.PruneHookMessages(ctx, instant.Add(time.Minute), 1)
				if n != want {
					t.Errorf("pruned %d, want %d", n, want)
				}
				return err
			})
		}
		same(t, "left", listHookMessages(t, s, "a", "", 0), []string{"new", "waits"})
	}},
}

func claimsMessages(t tb, s rapporteur.Store) {
	off := hook("off", 0)
	off.State = rapporteur.WebhookDisabled
	for _, w := range []rapporteur.Webhook{hook("a", 0), hook("b", 0), off} {
		write(t, s, insertHook(w))
	}
	if id := claim(t, s, time.Hour); id != "" {
		t.Errorf("of nothing %s is claimed", id)
	}
	queue(t, s, message("a2", "a", 2*time.Second), message("a1", "a", time.Second), message("b1", "b", 3*time.Second),
		message("off1", "off", 0), message("gone1", "gone", 0))
	if id := claim(t, s, 0); id != "" {
		t.Errorf("before anything is due %s is claimed", id)
	}
	for _, want := range []string{"a1", "b1", ""} { // a2 waits until a1 is through
		if id := claim(t, s, 4*time.Second); id != want {
			t.Errorf("claimed %q, want %q", id, want)
		}
	}
	update(t, s, "a1", func(m *rapporteur.HookMessage) { m.State, m.Leased = rapporteur.HookDelivered, time.Time{} })
	if id := claim(t, s, 5*time.Second); id != "a2" {
		t.Errorf("after a1 %q is claimed", id)
	}
	// Whoever had b1 died: its lease is over at 64 s, that of a2 at 65 s.
	if id := claim(t, s, 64*time.Second); id != "b1" {
		t.Errorf("after the lease %q is claimed", id)
	}
	update(t, s, "a2", func(m *rapporteur.HookMessage) { m.Due, m.Leased = instant.Add(time.Hour), time.Time{} })
	if id := claim(t, s, 10*time.Minute); id != "b1" { // again over
		t.Errorf("%q is claimed, want the one whose lease is over", id)
	}
	update(t, s, "b1", func(m *rapporteur.HookMessage) { m.State, m.Leased = rapporteur.HookFailed, time.Time{} })
	if get(t, s, func(ctx context.Context, r rapporteur.Reader) (bool, error) {
		return r.HookMessageDue(ctx, instant.Add(20*time.Minute))
	}) {
		t.Error("something is due where nothing can be claimed")
	}
	if id := claim(t, s, 20*time.Minute); id != "" {
		t.Errorf("%q is claimed, but nothing is due", id)
	}
}
