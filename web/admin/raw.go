package admin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var eventPage = parse("event.html")

// record is an audit record as data.
type record struct {
	Seq         int64             `json:"seq"`
	Cycle       string            `json:"cycle,omitempty"`
	At          time.Time         `json:"at"`
	Recorded    time.Time         `json:"recorded"`
	Actor       string            `json:"actor"`
	Action      string            `json:"action"`
	Contributor string            `json:"contributor,omitempty"`
	Reason      string            `json:"reason,omitempty"`
	Details     map[string]string `json:"details,omitempty"`
	Workflow    string            `json:"workflow,omitempty"`
	Run         string            `json:"run,omitempty"`
	Event       string            `json:"event,omitempty"`
}

// recordsRead is how many records are read at once.
const recordsRead = 1000

// sendRecords sends a history's records as they are, one JSON object a line, as
// they were written.
func (p pages) sendRecords(v *frame.Visit) error {
	id := frame.CycleOf(v.Request)
	f := filterOf(v.Request.URL.Query())
	f.Page = ""
	wanted, err := p.wanted(v.Context(), id, f)
	if err != nil {
		return err
	}
	wanted.Order, wanted.Limit = rapporteur.OldestFirst, recordsRead
	var out bytes.Buffer
	lines := json.NewEncoder(&out)
	for {
		page, err := p.Histories.Page(v.Context(), wanted, "en")
		if err != nil {
			return err
		}
		for _, part := range page.Lines {
			for _, r := range part.Records {
				if err := lines.Encode(recordOf(r.AuditRecord)); err != nil {
					return err
				}
			}
		}
		if wanted.After = page.Next; wanted.After == (rapporteur.AuditMark{}) {
			return v.Send("application/x-ndjson", fileName(id, "records.ndjson"), out.Bytes())
		}
	}
}

func recordOf(r rapporteur.AuditRecord) record {
	return record{
		Seq: r.Seq, Cycle: string(r.Cycle), At: r.At.UTC(), Recorded: r.Recorded.UTC(), Actor: r.Actor, Action: string(r.Action),
		Contributor: string(r.Contributor), Reason: r.Reason, Details: r.Details, Workflow: r.Workflow, Run: r.Run, Event: r.Event,
	}
}

func fileName(id rapporteur.CycleID, what string) string {
	return strings.ReplaceAll(string(id), "/", "-") + "-" + what
}

// sendEngine sends what the engine itself wrote, where it still keeps it.
func (p pages) sendEngine(v *frame.Visit) error {
	id := frame.CycleOf(v.Request)
	document, err := p.Histories.Raw(v.Context(), id)
	if err != nil {
		return err
	}
	return v.Send("application/json", fileName(id, "engine.json"), document)
}

// eventView is what is known of where a record comes from in the engine.
type eventView struct {
	Places  []place
	Address string // of the cycle's history
	Seq     int
	Events  []eventLink
	Away    bool // the engine does not answer
}

// eventLink is an event of the engine and where its own pages show it.
type eventLink struct {
	rapporteur.EngineEvent
	Address string // empty where the engine has no pages
}

// showEvent leads to the event of the engine that a record comes from, on the
// engine's own pages, or says what there is instead.
func (p pages) showEvent(v *frame.Visit) error {
	id, seq := frame.CycleOf(v.Request), number(v.Param("number"))
	view := eventView{Places: placesOf(v, ""), Address: adminAddress(id), Seq: seq}
	events, err := p.Histories.Events(v.Context(), id, int64(seq))
	switch {
	case rapporteur.IsProblem(err, rapporteur.ProblemUnavailable):
		view.Away = true
	case err != nil:
		return err
	}
	for _, e := range events {
		view.Events = append(view.Events, eventLink{e, p.temporal(e)})
	}
	if len(view.Events) == 1 && view.Events[0].Address != "" {
		v.Writer.Header().Set("Cache-Control", "no-store")
		http.Redirect(v.Writer, v.Request, view.Events[0].Address, http.StatusSeeOther)
		return nil
	}
	return v.Render(http.StatusOK, eventPage, view)
}

// temporal is where Temporal's own pages show an event.
func (p pages) temporal(e rapporteur.EngineEvent) string {
	if p.TemporalUI == "" {
		return ""
	}
	return strings.TrimSuffix(p.TemporalUI, "/") + "/namespaces/" + url.PathEscape(p.TemporalNamespace) + "/workflows/" +
		url.PathEscape(e.Workflow) + "/" + url.PathEscape(e.Run) + "/history/events/" + text(int(e.ID))
}
