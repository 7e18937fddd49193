package rapporteur

import (
	"context"
	"slices"
	"time"
)

// WebhookState says whether messages go to an endpoint.
type WebhookState string

// The states of an endpoint. One that is failing still gets every message; one
// that is disabled, by a person or by its own answer 410 Gone, gets none.
const (
	WebhookActive   WebhookState = "active"
	WebhookFailing  WebhookState = "failing"  // a message was given up
	WebhookDisabled WebhookState = "disabled" // what waits for it waits until it is enabled again
)

// Webhook is an endpoint of another system that is told, by the Standard Webhooks
// scheme, what happens to cycles.
type Webhook struct {
	ID         string // hook-4f2a…
	Label      string // what it is for, not whom it belongs to
	Address    string // where messages are posted; sealed at rest, for addresses may hold credentials
	Events     []Action
	Instrument string // only events of this instrument; empty for all
	Stream     string // only those of this stream of it
	// Restricted has the endpoint told also of streams of which only receipts are
	// kept, and of what is classified; without who it was.
	Restricted bool
	State      WebhookState
	Since      time.Time    // of the state, by the wall clock
	Secrets    []HookSecret // the newest first; sealed at rest
	CreatedAt  time.Time    // wall time
	CreatedBy  string
	Revision   int // grows with every change that a person makes; the ETag
}

// HookSecret is a secret by which messages to an endpoint are signed.
type HookSecret struct {
	Value string    // whsec_ and 32 bytes in base64
	Until time.Time // signs no longer; zero for the newest
}

// Wants reports whether an endpoint is to be told of an event.
func (w Webhook) Wants(e HookEvent) bool {
	if w.State == WebhookDisabled || e.Restricted && !w.Restricted {
		return false
	}
	if w.Instrument != "" && w.Instrument != e.Instrument || w.Stream != "" && w.Stream != e.Stream {
		return false
	}
	return slices.Contains(w.Events, e.Type)
}

// HookEvent is what endpoints are told of an audit record.
type HookEvent struct {
	Type       Action
	Instrument string
	Stream     string
	Restricted bool // only receipts are kept of the stream, or it is classified
	Payload    []byte
}

// Announcer says what endpoints are told of an audit record, and false for those
// of which they are told nothing. It is pure: the store asks it inside of
// transactions.
type Announcer func(AuditRecord) (HookEvent, bool)

// HookState is what has come of a message to an endpoint.
type HookState string

// The states of a message: it waits to be tried or tried again, was taken, or was
// given up after the last attempt.
const (
	HookPending   HookState = "pending"
	HookDelivered HookState = "delivered"
	HookFailed    HookState = "failed"
)

// HookMessage is one message to one endpoint. It is written in the transaction of
// the audit record that it tells of, and sent at least once, always with the same
// id and the same payload.
type HookMessage struct {
	ID       string // webhook-id; of the same record and endpoint always the same
	Webhook  string
	Type     Action
	Payload  []byte
	Seq      int64     // of the audit record; 0 for a test
	At       time.Time // wall time of writing
	State    HookState
	Attempts int       // so far, in all
	Tries    int       // since it was queued, or queued again by hand
	Due      time.Time // wall time of the next attempt
	Leased   time.Time // whoever sends it has until then; zero while nobody does
}

// HookAttempt is one line of the delivery log. It holds no bodies.
type HookAttempt struct {
	Message  string
	Number   int // counts from 1
	At       time.Time
	Status   int // of the answer; 0 where none came
	Duration time.Duration
	Failure  HookFailure // empty where it was taken
}

// HookFailure says in a word why an attempt failed.
type HookFailure string

// The failures of an attempt.
const (
	HookRefused     HookFailure = "refused"     // the endpoint answered otherwise than 2xx
	HookRedirected  HookFailure = "redirected"  // it answered 3xx, which is not followed
	HookGone        HookFailure = "gone"        // it answered 410: nothing more is wanted
	HookTimeout     HookFailure = "timeout"     // no answer within the time
	HookUnreachable HookFailure = "unreachable" // no connection, no name, no valid certificate
	HookForbidden   HookFailure = "forbidden"   // its name leads to an address that is not called
)

// HookCall is what a sender posts.
type HookCall struct {
	ID      string
	Address string
	Secrets []string // each signs
	At      time.Time
	Payload []byte
}

// HookSender posts messages. What comes of it is a result, never an error.
type HookSender interface {
	// Send posts once and waits for the answer's status. Its Message and Number are
	// left empty.
	Send(ctx context.Context, c HookCall) HookAttempt
	// CheckAddress is a ProblemInvalid for an address that would never be called.
	CheckAddress(address string) error
}

// HookReader reads what the record has of webhooks.
type HookReader interface {
	// HookMessageDue reports whether there is a message that could be claimed.
	HookMessageDue(ctx context.Context, now time.Time) (bool, error)
	Webhook(ctx context.Context, id string) (Webhook, error)
	// Webhooks lists all endpoints, oldest first.
	Webhooks(ctx context.Context) ([]Webhook, error)
	HookMessage(ctx context.Context, id string) (HookMessage, error)
	// HookMessages lists the messages to an endpoint, newest first, at most limit,
	// before one (from the newest where that is empty).
	HookMessages(ctx context.Context, webhook, before string, limit int) ([]HookMessage, error)
	// HookAttempts lists the attempts of a message in order.
	HookAttempts(ctx context.Context, message string) ([]HookAttempt, error)
}

// HookTx writes what the record has of webhooks. The messages that tell of audit
// records are written by AppendAudit.
type HookTx interface {
	InsertWebhook(ctx context.Context, w Webhook) error // a ProblemConflict when the id exists
	LockWebhook(ctx context.Context, id string) (Webhook, error)
	UpdateWebhook(ctx context.Context, w Webhook) error // raises Revision
	// MarkWebhook changes the state of an endpoint and nothing else; it reports
	// whether it was another.
	MarkWebhook(ctx context.Context, id string, state WebhookState, since time.Time) (bool, error)
	// DeleteWebhook takes away an endpoint with its messages and their log.
	DeleteWebhook(ctx context.Context, id string) error
	// InsertHookMessage adds a message unless it is there.
	InsertHookMessage(ctx context.Context, m HookMessage) error
	// ClaimHookMessage gives the message that is due longest, to an endpoint that
	// is not disabled and to which nobody is sending, and leases it; false where
	// there is none.
	ClaimHookMessage(ctx context.Context, now, until time.Time) (HookMessage, bool, error)
	UpdateHookMessage(ctx context.Context, m HookMessage) error // state, counts, due, lease
	InsertHookAttempt(ctx context.Context, a HookAttempt) error
	// PruneHookMessages deletes messages, with their log, that were written before
	// a time and wait no longer, at most limit; it tells how many.
	PruneHookMessages(ctx context.Context, before time.Time, limit int) (int, error)
}
