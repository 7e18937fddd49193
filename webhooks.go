package rapporteur

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The actions on webhooks that leave an audit record.
const (
	ActionWebhookAdded     Action = "webhook.added"
	ActionWebhookChanged   Action = "webhook.changed"
	ActionWebhookDeleted   Action = "webhook.deleted"
	ActionWebhookRotated   Action = "webhook.secret-rotated"
	ActionWebhookTested    Action = "webhook.test-asked"
	ActionWebhookRepeated  Action = "webhook.redelivery-asked"
	ActionWebhookFailing   Action = "webhook.failing"
	ActionWebhookRecovered Action = "webhook.recovered"
	ActionWebhookGone      Action = "webhook.gone"
)

// Webhooks is what administrators do with endpoints of other systems, and the
// sending of messages to them. Who may do it is asked by the caller.
type Webhooks struct {
	Store  Store
	Sender HookSender
	Clock  Clock // wall time: receivers hold the times of messages against their own
}

// WebhookWanted is what a person says of an endpoint.
type WebhookWanted struct {
	Label      string
	Address    string
	Events     []Action
	Instrument string
	Stream     string
	Restricted bool
	Disabled   bool
	// Once has whoever adds it twice with the same get a ProblemConflict the second
	// time; empty for no such thing.
	Once string
}

// The bounds of what is said of an endpoint, and how long a secret that was
// replaced still signs beside the new one.
const (
	maxWebhookLabel   = 120
	maxWebhookAddress = 500
	hookSecretOverlap = 24 * time.Hour
	hookSecretBytes   = 32
)

// Add registers an endpoint. Its secret is in what is returned and can be read by
// nobody afterwards.
func (w Webhooks) Add(ctx context.Context, actor Principal, wanted WebhookWanted) (Webhook, error) {
	if err := w.check(wanted); err != nil {
		return Webhook{}, err
	}
	now := w.Clock().UTC()
	hook := Webhook{
		ID: randomID("hook-"), State: WebhookActive, Since: now, CreatedAt: now, CreatedBy: actor.ID,
		Secrets: []HookSecret{{Value: newHookSecret()}},
	}
	hook = hook.with(wanted, now)
	return hook, w.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		record := hookRecord(ActionWebhookAdded, actor.ID, hook.ID, now)
		if wanted.Once != "" {
			record.Key = "webhook-added/" + wanted.Once
		}
		switch added, err := tx.AppendAudit(ctx, record); {
		case err != nil:
			return err
		case !added:
			return Problemf(ProblemConflict, "Added already",
				"This form was sent before and its endpoint was added then. Its secret is shown once; if it is lost, give the endpoint a new one.")
		}
		return tx.InsertWebhook(ctx, hook)
	})
}

// with is the endpoint as somebody wants it.
func (w Webhook) with(wanted WebhookWanted, now time.Time) Webhook {
	w.Label, w.Address, w.Events = wanted.Label, wanted.Address, slices.Clone(wanted.Events)
	w.Instrument, w.Stream, w.Restricted = wanted.Instrument, wanted.Stream, wanted.Restricted
	switch {
	case wanted.Disabled && w.State != WebhookDisabled:
		w.State, w.Since = WebhookDisabled, now
	case !wanted.Disabled && w.State == WebhookDisabled:
		w.State, w.Since = WebhookActive, now
	}
	return w
}

func (w Webhooks) check(wanted WebhookWanted) error {
	switch {
	case strings.TrimSpace(wanted.Label) == "" || utf8.RuneCountInString(wanted.Label) > maxWebhookLabel || strings.ContainsFunc(wanted.Label, unicode.IsControl):
		return invalidWebhook("Say on one line, in at most %d characters, what the endpoint is for.", maxWebhookLabel)
	case len(wanted.Address) > maxWebhookAddress:
		return invalidWebhook("An address has at most %d characters.", maxWebhookAddress)
	case wanted.Stream != "" && wanted.Instrument == "":
		return invalidWebhook("Name the instrument of the stream.")
	case wanted.Restricted && wanted.Stream == "":
		return invalidWebhook("An endpoint is told of what is restricted only where its instrument and stream are named.")
	}
	if err := checkHookTypes(wanted.Events); err != nil {
		return err
	}
	return w.Sender.CheckAddress(wanted.Address)
}

// Get reads an endpoint, without its secrets.
func (w Webhooks) Get(ctx context.Context, id string) (Webhook, error) {
	var hook Webhook
	err := w.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		hook, err = r.Webhook(ctx, id)
		return err
	})
	hook.Secrets = nil
	return hook, err
}

// List lists endpoints, oldest first, without their secrets.
func (w Webhooks) List(ctx context.Context) ([]Webhook, error) {
	var hooks []Webhook
	err := w.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		hooks, err = r.Webhooks(ctx)
		return err
	})
	for n := range hooks {
		hooks[n].Secrets = nil
	}
	return hooks, err
}

// Change replaces what is said of an endpoint. Enabled again, what waited for it
// is sent. matches refuses a state other than the one that was read; nil takes any.
func (w Webhooks) Change(ctx context.Context, actor Principal, id string, wanted WebhookWanted, matches func(revision int) error) (Webhook, error) {
	if err := w.check(wanted); err != nil {
		return Webhook{}, err
	}
	return w.on(ctx, id, matches, func(hook *Webhook, now time.Time) (Action, error) {
		*hook = hook.with(wanted, now)
		return ActionWebhookChanged, nil
	}, actor)
}

// Rotate gives an endpoint a new secret, which is in what is returned. For a day
// messages are signed with the one before it too.
func (w Webhooks) Rotate(ctx context.Context, actor Principal, id string) (Webhook, string, error) {
	secret := newHookSecret()
	hook, err := w.on(ctx, id, nil, func(hook *Webhook, now time.Time) (Action, error) {
		kept := []HookSecret{{Value: secret}}
		for n, s := range hook.Secrets {
			if n == 0 {
				s.Until = now.Add(hookSecretOverlap)
			}
			if s.Until.After(now) {
				kept = append(kept, s)
			}
		}
		hook.Secrets = kept
		return ActionWebhookRotated, nil
	}, actor)
	return hook, secret, err
}

// on changes an endpoint and leaves the record of it.
func (w Webhooks) on(ctx context.Context, id string, matches func(int) error, change func(*Webhook, time.Time) (Action, error), actor Principal) (Webhook, error) {
	now := w.Clock().UTC()
	var hook Webhook
	err := w.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if hook, err = tx.LockWebhook(ctx, id); err != nil {
			return err
		}
		if matches != nil {
			if err := matches(hook.Revision); err != nil {
				return err
			}
		}
		action, err := change(&hook, now)
		if err != nil {
			return err
		}
		if err := tx.UpdateWebhook(ctx, hook); err != nil {
			return err
		}
		hook.Revision++
		return hookAudit(ctx, tx, action, actor.ID, id, now)
	})
	hook.Secrets = nil
	return hook, err
}

// Delete takes away an endpoint with its messages and their log.
func (w Webhooks) Delete(ctx context.Context, actor Principal, id string) error {
	return w.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.LockWebhook(ctx, id); err != nil {
			return err
		}
		if err := tx.DeleteWebhook(ctx, id); err != nil {
			return err
		}
		return hookAudit(ctx, tx, ActionWebhookDeleted, actor.ID, id, w.Clock().UTC())
	})
}

func hookAudit(ctx context.Context, tx Tx, action Action, actor, id string, at time.Time) error {
	_, err := tx.AppendAudit(ctx, hookRecord(action, actor, id, at))
	return err
}

func hookRecord(action Action, actor, id string, at time.Time) AuditRecord {
	return AuditRecord{At: at, Actor: actor, Action: action, Details: map[string]string{"webhook": id}}
}

// randomID is an id that nobody had before.
func randomID(prefix string) string {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // never fails: see crypto/rand
	return prefix + hex.EncodeToString(random)
}

// newHookSecret is a secret as the scheme writes it.
func newHookSecret() string {
	random := make([]byte, hookSecretBytes)
	_, _ = rand.Read(random) // never fails: see crypto/rand
	return "whsec_" + base64.StdEncoding.EncodeToString(random)
}
