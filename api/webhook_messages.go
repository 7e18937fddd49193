package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// WebhookMessage is a message to an endpoint, with its delivery log.
type WebhookMessage struct {
	ID       string           `json:"id" doc:"The webhook-id, the same on every attempt."`
	Type     string           `json:"type"`
	State    string           `json:"state" enum:"pending,delivered,failed"`
	At       *time.Time       `json:"at,omitempty" doc:"When it was written."`
	Due      *time.Time       `json:"due,omitempty" doc:"When it is tried next."`
	Payload  json.RawMessage  `json:"payload" doc:"What is posted."`
	Attempts []WebhookAttempt `json:"attempts"`
}

// WebhookAttempt is one line of the delivery log. It holds nothing of the answer
// but its status.
type WebhookAttempt struct {
	Number       int        `json:"number"`
	At           *time.Time `json:"at,omitempty"`
	Status       int        `json:"status,omitempty" doc:"Left out where no answer came."`
	Milliseconds int64      `json:"milliseconds"`
	Failure      string     `json:"failure,omitempty" enum:"refused,redirected,gone,timeout,unreachable,forbidden" doc:"Left out where it was taken."`
}

type listWebhookMessagesInput struct {
	WebhookPath
	Paged
}

type webhookMessagesOutput struct {
	Body struct {
		Items      []WebhookMessage `json:"items"`
		NextCursor string           `json:"next_cursor,omitempty" doc:"Left out on the last page."`
	} `nameHint:"WebhookMessageList"`
}

type redeliverInput struct {
	WebhookPath
	Message string `path:"message" maxLength:"80" doc:"Id of the message."`
	Keyed
}

type testWebhookInput struct {
	WebhookPath
	Keyed
}

type webhookMessageOutput struct{ Body WebhookMessage }

func (s *service) registerWebhookMessages() {
	const messages = webhookPath + "/deliveries"
	register(s, operation{
		id: "list-webhook-deliveries", method: http.MethodGet, path: messages, tag: tagHooks, action: access.ManageWebhooks,
		summary: "Read the delivery log of a webhook", description: "Messages to an endpoint with every attempt, newest first. They are kept for 60 days.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemMalformed},
	}, s.listWebhookMessages)
	register(s, operation{
		id: "redeliver-webhook-message", method: http.MethodPost, path: messages + "/{message}/redelivery", tag: tagHooks, action: access.ManageWebhooks,
		status: http.StatusAccepted, mayBeEmpty: true, summary: "Send a message again",
		description: "Queues a message again, whatever became of it, with its id and payload. One that waits is tried at once.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemConflict},
	}, s.redeliver)
	register(s, operation{
		id: "test-webhook", method: http.MethodPost, path: webhookPath + "/test", tag: tagHooks, action: access.ManageWebhooks,
		status: http.StatusAccepted, mayBeEmpty: true, summary: "Test a webhook", description: "Queues a message of the type webhook.test to an endpoint.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict},
	}, s.testWebhook)
}

func webhookMessageOf(m rapporteur.HookMessage, log []rapporteur.HookAttempt) WebhookMessage {
	out := WebhookMessage{
		ID: m.ID, Type: string(m.Type), State: string(m.State), At: instant(m.At), Payload: json.RawMessage(m.Payload), Attempts: []WebhookAttempt{},
	}
	if m.State == rapporteur.HookPending {
		out.Due = instant(m.Due)
	}
	for _, a := range log {
		out.Attempts = append(out.Attempts, WebhookAttempt{
			Number: a.Number, At: instant(a.At), Status: a.Status, Milliseconds: a.Duration.Milliseconds(), Failure: string(a.Failure),
		})
	}
	return out
}

func (s *service) listWebhookMessages(ctx context.Context, in *listWebhookMessagesInput) (*webhookMessagesOutput, error) {
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	logged, err := s.Webhooks.Log(ctx, in.ID, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &webhookMessagesOutput{}
	out.Body.Items = []WebhookMessage{}
	cut, next := page(logged, in.Limit, func(m rapporteur.LoggedMessage) string { return m.ID })
	out.Body.NextCursor = next
	for _, m := range cut {
		out.Body.Items = append(out.Body.Items, webhookMessageOf(m.HookMessage, m.Log))
	}
	return out, nil
}

func (s *service) redeliver(ctx context.Context, in *redeliverInput) (*webhookMessageOutput, error) {
	m, err := s.Webhooks.Redeliver(ctx, callOf(ctx).principal, in.ID, in.Message)
	return &webhookMessageOutput{Body: webhookMessageOf(m, nil)}, err
}

func (s *service) testWebhook(ctx context.Context, in *testWebhookInput) (*webhookMessageOutput, error) {
	m, err := s.Webhooks.Test(ctx, callOf(ctx).principal, in.ID)
	return &webhookMessageOutput{Body: webhookMessageOf(m, nil)}, err
}
