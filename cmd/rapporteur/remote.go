package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

// server says which API the steering commands call, and with which key.
type server struct {
	Server  string `env:"RAPPORTEUR_SERVER" default:"http://127.0.0.1:8080" help:"Address of the API." placeholder:"URL"`
	KeyFile string `env:"RAPPORTEUR_KEY_FILE" secret:"file" help:"File that holds the API key; needed." placeholder:"FILE" type:"path"`
}

// Faults are those of the API that is called.
func (s server) Faults() []wiring.Fault {
	return append(wiring.WebAddress("RAPPORTEUR_SERVER", s.Server), wiring.SecretFile("RAPPORTEUR_KEY_FILE", s.KeyFile,
		"name the file with the API key, as `rapporteur key issue` printed it")...)
}

func (s server) client() (remote.Client, error) {
	key, err := os.ReadFile(s.KeyFile)
	if err != nil {
		return remote.Client{}, fmt.Errorf("cannot read key: %w", err)
	}
	return remote.New(s.Server, strings.TrimSpace(string(key))), nil
}

// call makes a call and prints its answer as indented JSON.
func (s server) call(ctx context.Context, call remote.Call) error {
	client, err := s.client()
	if err != nil {
		return err
	}
	return show(ctx, client, call)
}

// show makes a call and prints its answer as indented JSON.
func show(ctx context.Context, client remote.Client, call remote.Call) error {
	var answer json.RawMessage
	if err := client.JSON(ctx, call, &answer); err != nil {
		return err
	}
	return printed(answer)
}

// printed prints an answer as indented JSON.
func printed(answer json.RawMessage) error {
	if answer == nil {
		return nil
	}
	indented, err := json.MarshalIndent(answer, "", "  ")
	if err != nil {
		return err
	}
	fmt.Println(string(indented))
	return nil
}

type cycleCommand struct {
	Preview cyclePreviewCommand `cmd:"" help:"Show every date of a cycle and why, without starting it."`
	Start   cycleStartCommand   `cmd:"" help:"Start a cycle."`
	List    cycleListCommand    `cmd:"" help:"List cycles."`
	Show    cycleShowCommand    `cmd:"" help:"Show a cycle."`
	Tell    cycleTellCommand    `cmd:"" help:"Tell a running cycle: open, move-deadline, add-contributor, withdraw-contributor, close-collection, redraft, transmit, record-issue, reschedule, record-outcome, cancel."`
	Lead    cycleLeadCommand    `cmd:"" help:"Appoint the lead drafter, who reads answers unmasked."`
	Report  cycleReportCommand  `cmd:"" help:"Write a draft or the report to a file."`

	Findings cycleFindingsCommand `cmd:"" help:"List what was found in accepted answers and what contributors said to it, or the notes on a draft."`
}

type cycleStart struct {
	Instrument string            `arg:"" help:"Instrument, such as s-res-2388-2017." json:"instrument"`
	Stream     string            `arg:"" help:"Stream, such as op34." json:"stream"`
	Period     string            `help:"Label of the period; default the year of the mandated date." json:"period,omitempty"`
	Dates      map[string]string `help:"Planned dates of your own: opens=2027-05-01;due=2027-08-01." json:"dates,omitempty"`
	Authority  string            `help:"Document or person that allows those dates, or sets the date of the event." json:"authority,omitempty"`
	Without    []string          `help:"Contributors not to ask." json:"without,omitempty"`
	Only       []string          `help:"Ask just these contributors." json:"only,omitempty"`
	Event      eventStart        `embed:"" json:"event,omitzero"`
}

// eventStart is the event of an occasion; without a date there is none.
type eventStart struct {
	Date  string `name:"event-date" help:"Occasions: date of the event." json:"date"`
	Title string `help:"Occasions: title of the event; default the stream's." json:"title,omitempty"`
	Time  string `name:"event-time" help:"Occasions: time of the event, such as 10 a.m." json:"time,omitempty"`
	Place string `help:"Occasions: where the event is." json:"place,omitempty"`
	Body  string `name:"held-by" help:"Occasions: who holds the event, such as Security Council, 8263rd meeting." json:"body,omitempty"`
}

type cyclePreviewCommand struct {
	server     `embed:""`
	cycleStart `embed:""`
}

// Run prints the calendar.
func (c cyclePreviewCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodPost, Path: "/v1/cycles?dry_run=true", Body: c.cycleStart})
}

type cycleStartCommand struct {
	server     `embed:""`
	cycleStart `embed:""`
}

// Run starts a cycle.
func (c cycleStartCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodPost, Path: "/v1/cycles", Body: c.cycleStart})
}

type cycleListCommand struct {
	server `embed:""`
	Cursor string `help:"The next_cursor of the page before."`
}

// Run lists a page of cycles.
func (c cycleListCommand) Run(ctx context.Context) error {
	path := "/v1/cycles"
	if c.Cursor != "" {
		path += "?cursor=" + url.QueryEscape(c.Cursor)
	}
	return c.call(ctx, remote.Call{Method: http.MethodGet, Path: path})
}

type cycleShowCommand struct {
	server `embed:""`
	Cycle  string `arg:"" help:"{instrument}/{stream}/{period}"`
}

// Run shows a cycle.
func (c cycleShowCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodGet, Path: "/v1/cycles/" + c.Cycle})
}

// instruction is the body of a command to a running cycle.
type instruction struct {
	Date        string `help:"move-deadline: the new deadline; transmit, record-issue: the masthead date; reschedule: the event's new date; record-outcome: when it was held." json:"date,omitempty"`
	Closes      string `help:"move-deadline: the new end of collection." json:"closes,omitempty"`
	Authority   string `help:"move-deadline, reschedule: the document or person that allows it." json:"authority,omitempty"`
	Reason      string `help:"Why." json:"reason,omitempty"`
	Contributor string `help:"add-contributor, withdraw-contributor: whom." json:"contributor,omitempty"`
	Symbol      string `help:"transmit, record-issue: document symbol, such as S/2018/1042; record-outcome: reference of the event's record." json:"symbol,omitempty"`
	Paragraphs  string `help:"record-issue: where the section stands in the host report, such as 45-47; leave it out where there is none." json:"paragraphs,omitempty"`

	Outcome      string   `help:"record-outcome: held, postponed or not-held." json:"outcome,omitempty"`
	Summary      string   `help:"record-outcome: at most 150 words, without names of persons." json:"summary,omitempty"`
	Participants []string `help:"record-outcome: contributors that took part." json:"participants,omitempty"`
	Present      int      `help:"record-outcome: how many took part, where only a receipt is kept." json:"present,omitempty"`
}

type cycleTellCommand struct {
	server         `embed:""`
	instruction    `embed:""`
	Cycle          string `arg:"" help:"{instrument}/{stream}/{period}"`
	Command        string `arg:"" help:"What to tell it."`
	IdempotencyKey string `help:"Repeat a command safely by giving the same key."`
}

// Run tells the cycle and waits until it is committed.
func (c cycleTellCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{
		Method: http.MethodPost, Path: "/v1/cycles/" + c.Cycle + "/commands/" + url.PathEscape(c.Command),
		Body: c.instruction, Idempotency: c.IdempotencyKey,
	})
}

type cycleLeadCommand struct {
	server  `embed:"" json:"-"`
	Cycle   string `arg:"" help:"{instrument}/{stream}/{period}" json:"-"`
	Drafter string `arg:"" help:"Id of the principal, such as key-4f2a…" json:"drafter"`
	Reason  string `required:"" help:"Why somebody else leads the drafting." json:"reason"`
}

// Run appoints the lead drafter.
func (c cycleLeadCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodPut, Path: "/v1/cycles/" + c.Cycle + "/lead-drafter", Body: c})
}

type cycleReportCommand struct {
	server `embed:""`
	Cycle  string `arg:"" help:"{instrument}/{stream}/{period}"`
	Draft  int    `arg:"" help:"Number of the draft."`
	Output string `arg:"" help:"File to write; its ending (.docx, .html, .json) says the format."`
}

// Run writes the document.
func (c cycleReportCommand) Run(ctx context.Context) error {
	dot := strings.LastIndex(c.Output, ".")
	if dot < 0 {
		return errors.New("the file's name needs an ending: .docx, .html or .json")
	}
	client, err := c.client()
	if err != nil {
		return err
	}
	path := fmt.Sprintf("/v1/cycles/%s/drafts/%d/report?format=%s", c.Cycle, c.Draft, url.QueryEscape(c.Output[dot+1:]))
	document, err := client.Bytes(ctx, remote.Call{Method: http.MethodGet, Path: path})
	if err != nil {
		return err
	}
	return os.WriteFile(c.Output, document, 0o600)
}

type contactCommand struct {
	Show contactShowCommand `cmd:"" help:"Show contacts."`
	Set  contactSetCommand  `cmd:"" help:"Replace contacts by those of a JSON file."`
}

type contactShowCommand struct {
	server      `embed:""`
	Contributor string `arg:"" help:"Contributor, such as state-ken, or office-ola for a clearance office."`
}

// Run prints the contacts.
func (c contactShowCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodGet, Path: "/v1/contributors/" + url.PathEscape(c.Contributor) + "/contacts"})
}

type contactSetCommand struct {
	server      `embed:""`
	Contributor string `arg:"" help:"Contributor, such as state-ken, or office-ola for a clearance office."`
	File        string `arg:"" type:"existingfile" help:"JSON: {\"contacts\": [{\"role\": \"focal-point\", \"name\": …, \"address\": …, \"language\": \"en\"}]}"`
}

// Run replaces the contacts.
func (c contactSetCommand) Run(ctx context.Context) error {
	body, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("cannot read contacts: %w", err)
	}
	return c.call(ctx, remote.Call{Method: http.MethodPut, Path: "/v1/contributors/" + url.PathEscape(c.Contributor) + "/contacts", Body: body})
}

type historyCommand struct {
	server `embed:""`
	Cycle  string `arg:"" help:"{instrument}/{stream}/{period}; {instrument}/{stream}/calendar for a calendar."`
	JSON   bool   `help:"One JSON object a line, with the Temporal events each line comes from."`
}

// Run prints the history, oldest first.
func (c historyCommand) Run(ctx context.Context) error {
	client, err := c.client()
	if err != nil {
		return err
	}
	lines, err := client.Bytes(ctx, remote.Call{Method: http.MethodGet, Path: "/v1/cycles/" + c.Cycle + "/history", Accept: "application/x-ndjson"})
	if err != nil || c.JSON {
		fmt.Print(string(lines))
		return err
	}
	for line := range strings.Lines(string(lines)) {
		var entry struct {
			Day    int    `json:"day"`
			Text   string `json:"text"`
			Actor  string `json:"actor"`
			Reason string `json:"reason"`
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			return fmt.Errorf("cannot read history: %w", err)
		}
		text := fmt.Sprintf("Day %d: %s", entry.Day, entry.Text)
		if entry.Reason != "" {
			text += " (" + entry.Reason + ")"
		}
		fmt.Printf("%s [%s]\n", text, entry.Actor)
	}
	return nil
}
