package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Webhook is an endpoint on the wire; its secrets are not shown.
type Webhook struct {
	ID         string     `json:"id"`
	Label      string     `json:"label"`
	Address    string     `json:"address"`
	Events     []string   `json:"events"`
	Instrument string     `json:"instrument,omitempty"`
	Stream     string     `json:"stream,omitempty"`
	Restricted bool       `json:"restricted" doc:"Whether it is told of streams of which only receipts are kept, and of what is classified."`
	State      string     `json:"state" enum:"active,failing,disabled" doc:"Failing: a message was given up after the last attempt. Disabled: by a person, or because it answered 410."`
	Since      *time.Time `json:"since,omitempty" doc:"Of the state."`
	CreatedAt  *time.Time `json:"created_at,omitempty"`
	CreatedBy  string     `json:"created_by"`
}

// WebhookSecret is an endpoint with its newest secret.
type WebhookSecret struct {
	Webhook
	Secret string `json:"secret,omitempty" doc:"Signs messages. Shown this once and never again, not even to a repeated request: if it is lost, rotate it."`
}

// webhookBody is what a person says of an endpoint.
type webhookBody struct {
	Label      string   `json:"label" minLength:"1" maxLength:"120" doc:"What it is for, not whom it belongs to."`
	Address    string   `json:"address" minLength:"1" maxLength:"500" doc:"Where messages are posted: https, and not inside of a private network."`
	Events     []string `json:"events" minItems:"1" maxItems:"100" doc:"Types of events it is told of, such as submission.accepted; docs/hooks.md lists them."`
	Instrument string   `json:"instrument,omitempty" maxLength:"80" doc:"Only events of this instrument."`
	Stream     string   `json:"stream,omitempty" maxLength:"80" doc:"Only events of this stream of the instrument."`
	Restricted bool     `json:"restricted,omitempty" doc:"Also what is restricted in the stream, without who it was."`
	Disabled   bool     `json:"disabled,omitempty" doc:"Nothing is sent, and nothing that happens meanwhile is told later."`
}

func (b webhookBody) wanted() rapporteur.WebhookWanted {
	events := make([]rapporteur.Action, len(b.Events))
	for n, e := range b.Events {
		events[n] = rapporteur.Action(e)
	}
	return rapporteur.WebhookWanted{
		Label: b.Label, Address: b.Address, Events: events, Instrument: b.Instrument, Stream: b.Stream, Restricted: b.Restricted, Disabled: b.Disabled,
	}
}

type addWebhookInput struct {
	Keyed
	Body webhookBody `nameHint:"WebhookWanted"`
}

// WebhookPath names an endpoint.
type WebhookPath struct {
	ID string `path:"id" maxLength:"80" doc:"Id of the endpoint."`
}

type getWebhookInput struct {
	WebhookPath
	IfNoneMatch
}

type changeWebhookInput struct {
	WebhookPath
	IfMatch
	Body webhookBody `nameHint:"WebhookWanted"`
}

type rotateWebhookInput struct {
	WebhookPath
	Keyed
}

type webhookOutput struct {
	ETag string `header:"ETag"`
	Body Webhook
}

type webhookSecretOutput struct {
	Location string `header:"Location"`
	Body     WebhookSecret
}

// withoutSecret is what may be remembered of the answer.
func (o *webhookSecretOutput) withoutSecret() any {
	kept := *o
	kept.Body.Secret = ""
	return &kept
}

type webhooksOutput struct {
	Body struct {
		Items []Webhook `json:"items"`
	} `nameHint:"WebhookList"`
}

const (
	webhooksPath = "/v1/webhooks"
	webhookPath  = webhooksPath + "/{id}"
)

func (s *service) registerWebhooks() {
	register(s, operation{
		id: "add-webhook", method: http.MethodPost, path: webhooksPath, tag: tagHooks, action: access.ManageWebhooks, status: http.StatusCreated,
		summary: "Register a webhook",
		description: "Has another system told of events as they happen, by signed messages (Standard Webhooks). The secret by which it verifies them is in " +
			"this answer only.",
	}, s.addWebhook)
	register(s, operation{
		id: "list-webhooks", method: http.MethodGet, path: webhooksPath, tag: tagHooks, action: access.ManageWebhooks,
		summary: "List webhooks", description: "All endpoints with their states, oldest first, without their secrets.",
	}, s.listWebhooks)
	register(s, operation{
		id: "get-webhook", method: http.MethodGet, path: webhookPath, tag: tagHooks, action: access.ManageWebhooks,
		summary: "Read a webhook", description: "One endpoint with its state, without its secrets.",
	}, s.getWebhook)
	register(s, operation{
		id: "change-webhook", method: http.MethodPut, path: webhookPath, tag: tagHooks, action: access.ManageWebhooks,
		summary: "Change a webhook", description: "Replaces what is said of an endpoint. What waited for one that was disabled is sent when it is enabled.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemPrecondition},
	}, s.changeWebhook)
	register(s, operation{
		id: "delete-webhook", method: http.MethodDelete, path: webhookPath, tag: tagHooks, action: access.ManageWebhooks, status: http.StatusNoContent,
		summary: "Delete a webhook", description: "Takes away an endpoint, the messages that wait for it, and its log.",
	}, s.deleteWebhook)
	register(s, operation{
		id: "rotate-webhook-secret", method: http.MethodPost, path: webhookPath + "/secret", tag: tagHooks, action: access.ManageWebhooks, mayBeEmpty: true,
		summary:     "Give a webhook a new secret",
		description: "The new secret is in this answer only. For a day messages are signed with the one before it too, so that the receiver can change over.",
	}, s.rotateWebhook)
	s.registerWebhookMessages()
}

func webhookOf(w rapporteur.Webhook) Webhook {
	events := []string{}
	for _, e := range w.Events {
		events = append(events, string(e))
	}
	return Webhook{
		ID: w.ID, Label: w.Label, Address: w.Address, Events: events, Instrument: w.Instrument, Stream: w.Stream, Restricted: w.Restricted,
		State: string(w.State), Since: instant(w.Since), CreatedAt: instant(w.CreatedAt), CreatedBy: w.CreatedBy,
	}
}

func webhookAnswer(w rapporteur.Webhook, err error) (*webhookOutput, error) {
	if err != nil {
		return nil, err
	}
	body := webhookOf(w)
	return &webhookOutput{ETag: etagOf(w.Revision, body), Body: body}, nil
}

func (s *service) addWebhook(ctx context.Context, in *addWebhookInput) (*webhookSecretOutput, error) {
	hook, err := s.Webhooks.Add(ctx, callOf(ctx).principal, in.Body.wanted())
	if err != nil {
		return nil, err
	}
	return &webhookSecretOutput{Location: webhooksPath + "/" + hook.ID, Body: WebhookSecret{Webhook: webhookOf(hook), Secret: hook.Secrets[0].Value}}, nil
}

func (s *service) listWebhooks(ctx context.Context, _ *struct{}) (*webhooksOutput, error) {
	hooks, err := s.Webhooks.List(ctx)
	out := &webhooksOutput{}
	out.Body.Items = slices.Grow([]Webhook{}, len(hooks))
	for _, w := range hooks {
		out.Body.Items = append(out.Body.Items, webhookOf(w))
	}
	return out, err
}

func (s *service) getWebhook(ctx context.Context, in *getWebhookInput) (*webhookOutput, error) {
	out, err := webhookAnswer(s.Webhooks.Get(ctx, in.ID))
	if err != nil {
		return nil, err
	}
	return out, in.fresh(out.ETag)
}

func (s *service) changeWebhook(ctx context.Context, in *changeWebhookInput) (*webhookOutput, error) {
	return webhookAnswer(s.Webhooks.Change(ctx, callOf(ctx).principal, in.ID, in.Body.wanted(), in.holds))
}

func (s *service) deleteWebhook(ctx context.Context, in *WebhookPath) (*struct{}, error) {
	return nil, s.Webhooks.Delete(ctx, callOf(ctx).principal, in.ID)
}

func (s *service) rotateWebhook(ctx context.Context, in *rotateWebhookInput) (*webhookSecretOutput, error) {
	hook, secret, err := s.Webhooks.Rotate(ctx, callOf(ctx).principal, in.ID)
	if err != nil {
		return nil, err
	}
	return &webhookSecretOutput{Location: webhooksPath + "/" + hook.ID, Body: WebhookSecret{Webhook: webhookOf(hook), Secret: secret}}, nil
}
