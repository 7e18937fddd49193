package rapporteur

import (
	"context"
	"crypto/rand"
	"time"
)

// hookRetries are the times from one attempt to the next, as the Standard Webhooks
// scheme proposes them. After the last the message is given up.
var hookRetries = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

const (
	// hookLease is how long a message is left to whoever took it: longer than any
	// call may last.
	hookLease = time.Minute
	// hookLogDays is how long messages and their log are kept once they wait no
	// longer.
	hookLogDays = 60
	pruneBatch  = 500
)

// LoggedMessage is a message with its attempts.
type LoggedMessage struct {
	HookMessage
	Log []HookAttempt
}

// Log lists the messages to an endpoint with their attempts, newest first.
func (w Webhooks) Log(ctx context.Context, id, before string, limit int) ([]LoggedMessage, error) {
	var logged []LoggedMessage
	err := w.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		if _, err := r.Webhook(ctx, id); err != nil {
			return err
		}
		messages, err := r.HookMessages(ctx, id, before, limit)
		if err != nil {
			return err
		}
		logged = make([]LoggedMessage, len(messages))
		for n, m := range messages {
			logged[n].HookMessage = m
			if logged[n].Log, err = r.HookAttempts(ctx, m.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return logged, err
}

// Test queues a message of the type webhook.test to an endpoint.
func (w Webhooks) Test(ctx context.Context, actor Principal, id string) (HookMessage, error) {
	now := w.Clock().UTC()
	m := HookMessage{
		ID: "msg_" + rand.Text(), Webhook: id, Type: HookTest, At: now, State: HookPending, Due: now,
		Payload: hookPayload(HookTest, now, map[string]any{"webhook": id}),
	}
	return m, w.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		hook, err := tx.LockWebhook(ctx, id)
		if err != nil {
			return err
		}
		if hook.State == WebhookDisabled {
			return invalidStep("The endpoint is disabled; enable it first.")
		}
		if err := tx.InsertHookMessage(ctx, m); err != nil {
			return err
		}
		return hookAudit(ctx, tx, ActionWebhookTested, actor.ID, id, now)
	})
}

// Redeliver queues a message again, whatever became of it, with its id and
// payload. One that waits is tried at once.
func (w Webhooks) Redeliver(ctx context.Context, actor Principal, id, message string) (HookMessage, error) {
	now := w.Clock().UTC()
	var m HookMessage
	err := w.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		hook, err := tx.LockWebhook(ctx, id)
		if err != nil {
			return err
		}
		if m, err = tx.HookMessage(ctx, message); err != nil {
			return err
		}
		switch {
		case m.Webhook != id:
			return NotFound("message", message)
		case hook.State == WebhookDisabled:
			return invalidStep("The endpoint is disabled; enable it first.")
		case m.Leased.After(now):
			return invalidStep("The message is being sent just now.")
		}
		m.State, m.Tries, m.Due, m.Leased = HookPending, 0, now, time.Time{}
		if err := tx.UpdateHookMessage(ctx, m); err != nil {
			return err
		}
		return hookAudit(ctx, tx, ActionWebhookRepeated, actor.ID, id, now)
	})
	return m, err
}

// DeliverNext sends the message that is due longest, and reports whether there was
// one. Any number of processes may call it: a message is leased to one of them at
// a time. One that dies while sending leaves the message to the next, which sends
// it again with the same id.
func (w Webhooks) DeliverNext(ctx context.Context) (bool, error) {
	now := w.Clock().UTC()
	var m HookMessage
	var hook Webhook
	found := false
	// Most looks find nothing: they must not wait for, or hold up, whoever writes.
	err := w.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		found, err = r.HookMessageDue(ctx, now)
		return err
	})
	if err != nil || !found {
		return false, err
	}
	err = w.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if m, found, err = tx.ClaimHookMessage(ctx, now, now.Add(hookLease)); err != nil || !found {
			return err
		}
		hook, err = tx.Webhook(ctx, m.Webhook)
		return err
	})
	if err != nil || !found {
		return false, err
	}
	attempt := w.Sender.Send(ctx, HookCall{ID: m.ID, Address: hook.Address, Secrets: hook.signing(now), At: now, Payload: m.Payload})
	if attempt.Failure != "" && ctx.Err() != nil {
		return false, ctx.Err() // the process ends: it says nothing of the endpoint
	}
	return true, w.settle(ctx, m, attempt)
}

// signing lists the secrets that sign at a time.
func (w Webhook) signing(now time.Time) []string {
	var secrets []string
	for _, s := range w.Secrets {
		if s.Until.IsZero() || s.Until.After(now) {
			secrets = append(secrets, s.Value)
		}
	}
	return secrets
}

// settle notes what came of an attempt. Where the lease ran out and another
// process has the message, it notes nothing.
func (w Webhooks) settle(ctx context.Context, claimed HookMessage, a HookAttempt) error {
	now := w.Clock().UTC()
	return w.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		m, err := tx.HookMessage(ctx, claimed.ID)
		if IsProblem(err, ProblemNotFound) || err == nil && !m.Leased.Equal(claimed.Leased) {
			return nil // its endpoint was deleted, or the lease ran out
		}
		if err != nil {
			return err
		}
		next := m.after(a, now)
		a.Message, a.Number = m.ID, next.Attempts
		if err := tx.InsertHookAttempt(ctx, a); err != nil {
			return err
		}
		if err := tx.UpdateHookMessage(ctx, next); err != nil {
			return err
		}
		return markEndpoint(ctx, tx, next, a.Failure, now)
	})
}

// after is the message after an attempt.
func (m HookMessage) after(a HookAttempt, now time.Time) HookMessage {
	m.Attempts, m.Tries, m.Leased = m.Attempts+1, m.Tries+1, time.Time{}
	switch {
	case a.Failure == "":
		m.State = HookDelivered
	case m.Tries > len(hookRetries):
		m.State = HookFailed
	default:
		m.Due = now.Add(hookRetries[m.Tries-1])
	}
	return m
}

// markEndpoint says of an endpoint what the attempt tells of it.
func markEndpoint(ctx context.Context, tx Tx, m HookMessage, failure HookFailure, now time.Time) error {
	var state WebhookState
	var action Action
	switch {
	case failure == HookGone:
		state, action = WebhookDisabled, ActionWebhookGone
	case m.State == HookFailed:
		state, action = WebhookFailing, ActionWebhookFailing
	case m.State == HookDelivered:
		state, action = WebhookActive, ActionWebhookRecovered
	default:
		return nil
	}
	changed, err := tx.MarkWebhook(ctx, m.Webhook, state, now)
	if err != nil || !changed {
		return err
	}
	return hookAudit(ctx, tx, action, ActorEngine, m.Webhook, now)
}

// Prune deletes messages that wait no longer and their log after some weeks, and
// tells how many.
func (w Webhooks) Prune(ctx context.Context) (int, error) {
	before, all := w.Clock().UTC().AddDate(0, 0, -hookLogDays), 0
	for {
		n := 0
		err := w.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
			var err error
			n, err = tx.PruneHookMessages(ctx, before, pruneBatch)
			return err
		})
		if all += n; err != nil || n < pruneBatch {
			return all, err
		}
	}
}
