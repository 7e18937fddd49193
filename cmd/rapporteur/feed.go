package main

import (
	"context"
	"net/http"
	"net/url"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type feedCommand struct {
	Make   feedMakeCommand   `cmd:"" help:"Make a calendar feed of the dates that concern the key; its address is printed once."`
	List   feedListCommand   `cmd:"" help:"List the key's feeds, without their addresses."`
	Revoke feedRevokeCommand `cmd:"" help:"Revoke a feed."`
}

type feedMakeCommand struct {
	server         `embed:"" json:"-"`
	Cycle          string `help:"Only the dates of this cycle: {instrument}/{stream}/{period}." json:"cycle,omitempty"`
	Language       string `help:"Of the calendar: ${enum}." enum:"ar,zh,en,fr,ru,es" default:"en" json:"language,omitempty"`
	IdempotencyKey string `help:"Repeat the command safely by giving the same key; the address is printed the first time only." json:"-"`
}

// Run makes the feed and prints it with its address.
func (c feedMakeCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodPost, Path: "/v1/feeds", Body: c, Idempotency: c.IdempotencyKey})
}

type feedListCommand struct {
	server `embed:""`
}

// Run lists the feeds.
func (c feedListCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodGet, Path: "/v1/feeds"})
}

type feedRevokeCommand struct {
	server `embed:""`
	ID     string `arg:"" help:"Feed, such as feed-4f2a…"`
}

// Run revokes the feed.
func (c feedRevokeCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodDelete, Path: "/v1/feeds/" + url.PathEscape(c.ID)})
}
