package main

import (
	"context"
	"net/http"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type requestCommand struct {
	Remind requestRemindCommand `cmd:"" help:"Have a reminder sent to one contributor now, out of turn."`
	Snooze requestSnoozeCommand `cmd:"" help:"Let one contributor's reminders rest until a day, or go again."`
	Settle requestSettleCommand `cmd:"" help:"Take an answer as it stands, before the next collection."`
}

// requestAt is a request in the command line.
type requestAt struct {
	server         `embed:""`
	Cycle          string `arg:"" help:"{instrument}/{stream}/{period}"`
	Contributor    string `arg:"" help:"Contributor, such as state-ken."`
	IdempotencyKey string `help:"Repeat the command safely by giving the same key."`
}

func (a requestAt) send(ctx context.Context, method, what string, body any) error {
	return a.call(ctx, remote.Call{
		Method: method, Path: "/v1/cycles/" + a.Cycle + "/requests/" + a.Contributor + "/" + what, Body: body, Idempotency: a.IdempotencyKey,
	})
}

type requestRemindCommand struct {
	requestAt `embed:""`
	Reason    string `help:"Why now; for the record, the contributor does not read it."`
}

// Run asks for the reminder and prints the request.
func (c requestRemindCommand) Run(ctx context.Context) error {
	return c.send(ctx, http.MethodPost, "reminders", map[string]string{"reason": c.Reason})
}

type requestSnoozeCommand struct {
	requestAt `embed:""`
	Until     string `xor:"until" required:"" help:"The day from which reminders may go again, YYYY-MM-DD."`
	Lift      bool   `xor:"until" required:"" help:"Let reminders go again at once."`
	Reason    string `help:"Why; needed with a day. For the record, the contributor does not read it."`
}

// Run lets reminders rest or go again, and prints the request.
func (c requestSnoozeCommand) Run(ctx context.Context) error {
	body := map[string]string{}
	if c.Until != "" {
		body["until"] = c.Until
	}
	if c.Reason != "" {
		body["reason"] = c.Reason
	}
	return c.send(ctx, http.MethodPut, "snooze", body)
}

type requestSettleCommand struct {
	requestAt `embed:""`
	Version   int `required:"" help:"The version that was read."`
}

// Run settles the request and prints it.
func (c requestSettleCommand) Run(ctx context.Context) error {
	return c.send(ctx, http.MethodPost, "settlements", map[string]int{"version": c.Version})
}
