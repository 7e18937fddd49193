package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/csvtable"
)

// LedgerEntry is one line of the chasing ledger on the wire. The addresses are
// personal data.
type LedgerEntry struct {
	Contributor string     `json:"contributor"`
	Rung        string     `json:"rung"`
	Due         string     `json:"due" format:"date" doc:"The deadline that the message was about."`
	Notice      string     `json:"notice" doc:"Kind of the message."`
	State       string     `json:"state" enum:"claimed,sent,failed,superseded,again"`
	MessageID   string     `json:"message_id" doc:"Message-ID of the mail (RFC 5322)."`
	To          []string   `json:"to"`
	ClaimedAt   *time.Time `json:"claimed_at,omitempty" doc:"Business time."`
	SentAt      *time.Time `json:"sent_at,omitempty" doc:"Business time."`
	Failure     string     `json:"failure,omitempty"`
}

// Ledger is the chasing ledger of a cycle.
type Ledger struct {
	Items []LedgerEntry `json:"items"`
}

type ledgerInput struct {
	CyclePath
	Contributor string `query:"contributor" maxLength:"80" doc:"Only what was sent to this contributor."`
	Format      string `query:"format" enum:"json,csv" doc:"In place of the header Accept."`
}

// document is an answer in one of several media types.
type document struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Policy      string `header:"Content-Security-Policy"`
	ETag        string `header:"ETag"`
	Vary        string `header:"Vary"`
	Body        []byte
}

const (
	mediaJSON   = "application/json"
	mediaCSV    = "text/csv"
	mediaNDJSON = "application/x-ndjson"
)

// schemaOf is the schema of a document that is encoded here.
func schemaOf[T any](s *service) *huma.Schema {
	t := reflect.TypeFor[T]()
	return s.api.OpenAPI().Components.Schemas.Schema(t, true, t.Name())
}

func textMedia(description string) *huma.MediaType {
	return &huma.MediaType{Schema: &huma.Schema{Type: "string", Description: description}}
}

func (s *service) registerLedger() {
	register(s, operation{
		id: "get-ledger", method: http.MethodGet, path: "/v1/cycles/{instrument}/{stream}/{period}/ledger", tag: tagCycles, action: access.ReadLedger,
		summary: "Read the chasing ledger", description: "What was sent to whom, when, and what came of it, in order of time.",
		media: map[string]*huma.MediaType{
			mediaJSON: {Schema: schemaOf[Ledger](s)}, mediaCSV: textMedia("One line for each message, with a head line (RFC 4180)."),
		},
	}, s.getLedger)
}

func (s *service) getLedger(ctx context.Context, in *ledgerInput) (*document, error) {
	media, err := chosenMedia(in.Format, callOf(ctx).accept, map[string]string{"json": mediaJSON, "csv": mediaCSV}, mediaJSON, mediaCSV)
	if err != nil {
		return nil, err
	}
	var entries []rapporteur.LedgerEntry
	err = s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		if _, err := r.Cycle(ctx, in.id()); err != nil {
			return err
		}
		var err error
		entries, err = r.Ledger(ctx, rapporteur.RequestKey{Cycle: in.id(), Contributor: rapporteur.ContributorID(in.Contributor)})
		return err
	})
	if err != nil {
		return nil, err
	}
	ledger := Ledger{Items: make([]LedgerEntry, 0, len(entries))}
	for _, e := range entries {
		ledger.Items = append(ledger.Items, LedgerEntry{
			Contributor: string(e.Contributor), Rung: e.Rung, Due: e.Due.String(), Notice: string(e.Notice), State: string(e.State),
			MessageID: e.MessageID, To: append([]string{}, e.To...), ClaimedAt: instant(e.ClaimedAt), SentAt: instant(e.SentAt), Failure: e.Failure,
		})
	}
	out := &document{ContentType: media, Vary: "Accept"}
	if media == mediaCSV {
		out.Disposition = `attachment; filename="chasing-ledger.csv"`
		out.Body, err = ledger.csv()
		return out, err
	}
	out.Body, err = json.Marshal(ledger)
	return out, err
}

// chosenMedia is the media type of a format, or of the header Accept.
func chosenMedia(format, accept string, formats map[string]string, offered ...string) (string, error) {
	if format != "" {
		return formats[format], nil
	}
	return negotiated(accept, offered...)
}

// csv is the ledger as a table.
func (l Ledger) csv() ([]byte, error) {
	return csvtable.Write(func(yield func([]string) bool) {
		if !yield([]string{"contributor", "rung", "due", "notice", "state", "message_id", "to", "claimed_at", "sent_at", "failure"}) {
			return
		}
		for _, e := range l.Items {
			if !yield([]string{
				e.Contributor, e.Rung, e.Due, e.Notice, e.State, e.MessageID, strings.Join(e.To, " "),
				timeText(e.ClaimedAt), timeText(e.SentAt), e.Failure,
			}) {
				return
			}
		}
	})
}

func timeText(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.RFC3339)
}
