package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"text/tabwriter"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type webhookCommand struct {
	Add       webhookAddCommand       `cmd:"" help:"Register an endpoint; its secret is printed once."`
	List      webhookListCommand      `cmd:"" help:"List endpoints and their states."`
	Show      webhookShowCommand      `cmd:"" help:"Show an endpoint."`
	Change    webhookChangeCommand    `cmd:"" help:"Replace what is said of an endpoint, or disable and enable it."`
	Delete    webhookDeleteCommand    `cmd:"" help:"Delete an endpoint with its messages and their log."`
	Rotate    webhookRotateCommand    `cmd:"" help:"Give an endpoint a new secret, which is printed once; the old one signs for another day."`
	Test      webhookTestCommand      `cmd:"" help:"Send a test message."`
	Log       webhookLogCommand       `cmd:"" help:"Print the messages to an endpoint and what became of each attempt."`
	Redeliver webhookRedeliverCommand `cmd:"" help:"Send a message again."`
}

// webhookWanted is what is said of an endpoint.
type webhookWanted struct {
	Label      string   `required:"" help:"What it is for, not whom it belongs to." json:"label"`
	Event      []string `required:"" help:"Types of events it is told of, such as submission.accepted; docs/hooks.md lists them." json:"events"`
	Instrument string   `help:"Only events of this instrument." json:"instrument,omitempty"`
	Stream     string   `help:"Only events of this stream of the instrument." json:"stream,omitempty"`
	Restricted bool     `help:"Also what is restricted in the stream, without who it was." json:"restricted,omitempty"`
	Address    string   `arg:"" help:"Where messages are posted, https://…" json:"address"`
}

type webhookAddCommand struct {
	server         `embed:"" json:"-"`
	webhookWanted  `embed:""`
	IdempotencyKey string `help:"Repeat the command safely by giving the same key; the secret is printed the first time only." json:"-"`
}

// Run registers the endpoint and prints it with its secret.
func (c webhookAddCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodPost, Path: "/v1/webhooks", Body: c.webhookWanted, Idempotency: c.IdempotencyKey})
}

type webhookListCommand struct {
	server `embed:""`
}

// Run lists endpoints.
func (c webhookListCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodGet, Path: "/v1/webhooks"})
}

// webhookID names an endpoint.
type webhookID struct {
	server `embed:"" json:"-"`
	ID     string `arg:"" help:"Endpoint, such as hook-4f2a…" json:"-"`
}

func (w webhookID) path(more string) string { return "/v1/webhooks/" + url.PathEscape(w.ID) + more }

type webhookShowCommand struct {
	webhookID `embed:""`
}

// Run shows the endpoint.
func (c webhookShowCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodGet, Path: c.path("")})
}

type webhookChangeCommand struct {
	webhookID     `embed:""`
	webhookWanted `embed:""`
	Disabled      bool `help:"Send nothing; without it the endpoint is enabled." json:"disabled"`
}

// Run replaces what is said of the endpoint.
func (c webhookChangeCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodPut, Path: c.path(""), Body: struct {
		webhookWanted
		Disabled bool `json:"disabled"`
	}{c.webhookWanted, c.Disabled}})
}

type webhookDeleteCommand struct {
	webhookID `embed:""`
}

// Run deletes the endpoint.
func (c webhookDeleteCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodDelete, Path: c.path("")})
}

type webhookRotateCommand struct {
	webhookID `embed:""`
}

// Run gives the endpoint a new secret and prints it.
func (c webhookRotateCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodPost, Path: c.path("/secret")})
}

type webhookTestCommand struct {
	webhookID `embed:""`
}

// Run queues a test message.
func (c webhookTestCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodPost, Path: c.path("/test")})
}

type webhookRedeliverCommand struct {
	webhookID `embed:""`
	Message   string `arg:"" help:"Message, such as msg_6d2c…, as the log names it."`
}

// Run queues the message again.
func (c webhookRedeliverCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodPost, Path: c.path("/deliveries/" + url.PathEscape(c.Message) + "/redelivery")})
}

type webhookLogCommand struct {
	webhookID `embed:""`
	JSON      bool `help:"The API's answer as it is, with the messages' payloads."`
}

// webhookLog is what the API tells of the messages to an endpoint.
type webhookLog struct {
	Items []struct {
		ID       string `json:"id"`
		Type     string `json:"type"`
		State    string `json:"state"`
		At       string `json:"at"`
		Due      string `json:"due"`
		Attempts []struct {
			Number       int    `json:"number"`
			At           string `json:"at"`
			Status       int    `json:"status"`
			Milliseconds int64  `json:"milliseconds"`
			Failure      string `json:"failure"`
		} `json:"attempts"`
	} `json:"items"`
}

// Run prints a line for each message, newest first, and one for each attempt.
func (c webhookLogCommand) Run(ctx context.Context) error {
	call := remote.Call{Method: http.MethodGet, Path: c.path("/deliveries")}
	if c.JSON {
		return c.call(ctx, call)
	}
	client, err := c.client()
	if err != nil {
		return err
	}
	var log webhookLog
	if err := client.JSON(ctx, call, &log); err != nil {
		return err
	}
	return log.print(os.Stdout)
}

func (l webhookLog) print(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, m := range l.Items {
		next := ""
		if m.Due != "" {
			next = "next at " + m.Due
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", m.At, m.ID, m.Type, m.State, next)
		for _, a := range m.Attempts {
			status, result := "no answer", "taken"
			if a.Status > 0 {
				status = fmt.Sprint(a.Status)
			}
			if a.Failure != "" {
				result = a.Failure
			}
			_, _ = fmt.Fprintf(table, "  %s\tattempt %d\t%s\t%s\t%d ms\n", a.At, a.Number, status, result, a.Milliseconds)
		}
	}
	return table.Flush()
}
