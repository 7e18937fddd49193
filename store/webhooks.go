package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapporteur/rapporteur"
)

const selectWebhook = `SELECT id, label, events, instrument, stream, restricted, state, since, sealed, created_at,
	created_by, revision FROM webhooks`

// sealedWebhook is an endpoint as it is stored.
type sealedWebhook struct {
	rapporteur.Webhook
	sealed []byte
}

// webhookSecrets is what of an endpoint is sealed.
type webhookSecrets struct {
	Address string                  `json:"address"`
	Secrets []rapporteur.HookSecret `json:"secrets"`
}

func scanWebhook(r row) (sealedWebhook, error) {
	var w sealedWebhook
	err := r.Scan(&w.ID, &w.Label, documentColumn{&w.Events}, &w.Instrument, &w.Stream, &w.Restricted, &w.State,
		timeColumn{&w.Since}, &w.sealed, timeColumn{&w.CreatedAt}, &w.CreatedBy, &w.Revision)
	return w, err
}

func noWebhook(id string) *rapporteur.Problem { return rapporteur.NotFound("webhook", id) }

// aboutWebhook is the place that an endpoint's address and secrets are sealed for.
func aboutWebhook(id string) string { return "webhook/" + id }

func (r *reader) sealWebhook(w rapporteur.Webhook) ([]byte, error) {
	content, err := json.Marshal(webhookSecrets{Address: w.Address, Secrets: w.Secrets})
	if err != nil {
		return nil, fmt.Errorf("cannot write secrets of webhook: %w", err)
	}
	return r.vault.Seal(content, aboutWebhook(w.ID))
}

func (r *reader) openWebhook(w sealedWebhook) (rapporteur.Webhook, error) {
	content, err := r.vault.Open(w.sealed, aboutWebhook(w.ID))
	if err != nil {
		return rapporteur.Webhook{}, err
	}
	var secrets webhookSecrets
	if err := json.Unmarshal(content, &secrets); err != nil {
		return rapporteur.Webhook{}, fmt.Errorf("cannot read secrets of webhook: %w", err)
	}
	w.Address, w.Secrets = secrets.Address, secrets.Secrets
	return w.Webhook, nil
}

// Webhook reads an endpoint with its secrets.
func (r *reader) Webhook(ctx context.Context, id string) (rapporteur.Webhook, error) {
	return r.webhook(ctx, id, "")
}

func (r *reader) webhook(ctx context.Context, id, lock string) (rapporteur.Webhook, error) {
	found, err := one(ctx, r, noWebhook(id), scanWebhook, selectWebhook+" WHERE id = ?"+lock, id)
	if err != nil {
		return rapporteur.Webhook{}, failure("read webhook", err)
	}
	w, err := r.openWebhook(found)
	return w, failure("open webhook", err)
}

// Webhooks lists all endpoints, oldest first.
func (r *reader) Webhooks(ctx context.Context) ([]rapporteur.Webhook, error) {
	found, err := list(ctx, r, scanWebhook, selectWebhook+" ORDER BY created_at, id")
	if err != nil {
		return nil, failure("list webhooks", err)
	}
	all := make([]rapporteur.Webhook, len(found))
	for n, w := range found {
		if all[n], err = r.openWebhook(w); err != nil {
			return nil, failure("open webhook", err)
		}
	}
	return all, nil
}

// InsertWebhook adds an endpoint; an id that exists is a ProblemConflict.
func (t *tx) InsertWebhook(ctx context.Context, w rapporteur.Webhook) error {
	sealed, err := t.sealWebhook(w)
	if err != nil {
		return failure("seal webhook", err)
	}
	return t.insert(ctx, "webhook", w.ID, nil, `INSERT INTO webhooks (id, label, events, instrument, stream, restricted, state,
		since, sealed, created_at, created_by, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		w.ID, w.Label, document{w.Events}, w.Instrument, w.Stream, w.Restricted, w.State, w.Since, sealed, w.CreatedAt, w.CreatedBy, w.Revision)
}

// LockWebhook reads an endpoint and keeps others from changing it until the
// transaction ends.
func (t *tx) LockWebhook(ctx context.Context, id string) (rapporteur.Webhook, error) {
	return t.webhook(ctx, id, t.dialect.lock)
}

// UpdateWebhook stores what a person changed of an endpoint.
func (t *tx) UpdateWebhook(ctx context.Context, w rapporteur.Webhook) error {
	sealed, err := t.sealWebhook(w)
	if err != nil {
		return failure("seal webhook", err)
	}
	return t.update(ctx, "webhook", noWebhook(w.ID), `UPDATE webhooks SET label = ?, events = ?, instrument = ?, stream = ?, restricted = ?,
		state = ?, since = ?, sealed = ?, revision = revision + 1 WHERE id = ?`,
		w.Label, document{w.Events}, w.Instrument, w.Stream, w.Restricted, w.State, w.Since, sealed, w.ID)
}

// MarkWebhook notes what sending has shown of an endpoint. One that is disabled
// stays so: what was still on its way enables nothing.
func (t *tx) MarkWebhook(ctx context.Context, id string, state rapporteur.WebhookState, since time.Time) (bool, error) {
	n, err := t.exec(ctx, "UPDATE webhooks SET state = ?, since = ? WHERE id = ? AND state NOT IN (?, ?)",
		state, since, id, state, rapporteur.WebhookDisabled)
	return n > 0, failure("mark webhook", err)
}

// DeleteWebhook takes away an endpoint with its messages and their log.
func (t *tx) DeleteWebhook(ctx context.Context, id string) error {
	if _, err := t.exec(ctx, "DELETE FROM webhook_messages WHERE webhook = ?", id); err != nil {
		return failure("delete messages of webhook", err)
	}
	return t.update(ctx, "webhook", noWebhook(id), "DELETE FROM webhooks WHERE id = ?", id)
}

// resealWebhooks looks through some endpoints after one.
func (t *tx) resealWebhooks(ctx context.Context, after string) (int, string, error) {
	found, err := list(ctx, t.reader, scanWebhook, selectWebhook+" WHERE id > ? ORDER BY id LIMIT ?"+t.dialect.lock, after, chunk)
	if err != nil {
		return 0, "", failure("list webhooks", err)
	}
	n, last := 0, ""
	for _, sealed := range found {
		last = sealed.ID
		if !t.vault.Stale(sealed.sealed) {
			continue
		}
		w, err := t.openWebhook(sealed)
		if err != nil {
			return 0, "", failure("open webhook", err)
		}
		again, err := t.sealWebhook(w)
		if err != nil {
			return 0, "", failure("seal webhook", err)
		}
		if _, err := t.exec(ctx, "UPDATE webhooks SET sealed = ? WHERE id = ?", again, w.ID); err != nil {
			return 0, "", failure("seal webhook", err)
		}
		n++
	}
	return n, last, nil
}
