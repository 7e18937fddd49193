package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type calendarCommand struct {
	List  calendarListCommand  `cmd:"" help:"List the calendars that were started, also the paused."`
	Show  calendarShowCommand  `cmd:"" help:"Show which host reports fall due, and why on these dates."`
	Start calendarStartCommand `cmd:"" help:"Have the cycles of an inclusion stream start by its due dates; go on after a pause."`
	Pause calendarPauseCommand `cmd:"" help:"Have no more cycles start."`
	Event calendarEventCommand `cmd:"" help:"Tell the date of an event that due dates wait for."`
	Move  calendarMoveCommand  `cmd:"" help:"Move one due date, once."`
}

type streamOf struct {
	server     `embed:""`
	Instrument string `arg:"" help:"Instrument, such as s-res-2388-2017."`
	Stream     string `arg:"" help:"Inclusion stream, such as op33."`
}

func (s streamOf) path(what string) string {
	return "/v1/calendars/" + url.PathEscape(s.Instrument) + "/" + url.PathEscape(s.Stream) + what
}

func (s streamOf) tell(ctx context.Context, what string, body map[string]string) error {
	for key, value := range body {
		if value == "" {
			delete(body, key)
		}
	}
	return s.call(ctx, remote.Call{Method: http.MethodPost, Path: s.path(what), Body: body})
}

type calendarListCommand struct {
	server `embed:""`
}

// Run lists calendars.
func (c calendarListCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodGet, Path: "/v1/calendars"})
}

type calendarShowCommand struct {
	streamOf `embed:""`
	From     string `help:"First day; default today." placeholder:"DATE"`
	To       string `help:"Last day; default a year later." placeholder:"DATE"`
	Explain  bool   `help:"Show every step from the text to the date."`
	JSON     bool   `help:"As the API answers it."`
}

// Run prints the due dates, mandated and planned side by side.
func (c calendarShowCommand) Run(ctx context.Context, out io.Writer) error {
	query := url.Values{}
	for key, value := range map[string]string{"from": c.From, "to": c.To} {
		if value != "" {
			query.Set(key, value)
		}
	}
	call := remote.Call{Method: http.MethodGet, Path: c.path("?" + query.Encode())}
	if c.JSON {
		return c.call(ctx, call)
	}
	client, err := c.client()
	if err != nil {
		return err
	}
	var calendar struct {
		outlook
		Running   bool   `json:"running"`
		Attention string `json:"attention"`
	}
	if err := client.JSON(ctx, call, &calendar); err != nil {
		return err
	}
	if err := calendar.print(out, c.Explain); err != nil {
		return err
	}
	state := "Cycles start by it."
	if !calendar.Running {
		state = "No cycles start by it: it was not started, or is paused."
	}
	if calendar.Attention != "" {
		state += " " + calendar.Attention
	}
	_, err = fmt.Fprintln(out, state)
	return err
}

type calendarStartCommand struct {
	streamOf `embed:""`
	From     string `help:"Due dates before it are not asked for; default today." placeholder:"DATE"`
}

// Run starts a calendar.
func (c calendarStartCommand) Run(ctx context.Context) error {
	return c.tell(ctx, "", map[string]string{"from": c.From})
}

type calendarPauseCommand struct {
	streamOf `embed:""`
	Reason   string `required:"" help:"Why."`
}

// Run pauses a calendar.
func (c calendarPauseCommand) Run(ctx context.Context) error {
	return c.tell(ctx, "/pause", map[string]string{"reason": c.Reason})
}

type calendarEventCommand struct {
	streamOf  `embed:""`
	Event     string `arg:"" help:"The event, such as visit."`
	Date      string `arg:"" help:"The day of the event."`
	Subject   string `help:"What it is about, where it happens more than once, such as ken."`
	Authority string `required:"" help:"Document or person that tells the date."`
}

// Run dates an event.
func (c calendarEventCommand) Run(ctx context.Context) error {
	return c.tell(ctx, "/events", map[string]string{"event": c.Event, "date": c.Date, "subject": c.Subject, "authority": c.Authority})
}

type calendarMoveCommand struct {
	streamOf  `embed:""`
	Series    string `arg:"" help:"The series, such as unmiss."`
	Due       string `arg:"" help:"Which date: as the rule gives it."`
	To        string `arg:"" help:"The date that takes its place."`
	Rule      string `default:"regular" help:"The rule that gives the date."`
	Kind      string `default:"extension" enum:"extension,programme" help:"extension moves what is due; programme what is planned by the programme of work."`
	Authority string `required:"" help:"Document symbol of the letters or the note."`
}

// Run moves a due date.
func (c calendarMoveCommand) Run(ctx context.Context) error {
	return c.tell(ctx, "/changes", map[string]string{
		"series": c.Series, "rule": c.Rule, "kind": c.Kind, "due": c.Due, "to": c.To, "authority": c.Authority,
	})
}
