package staff

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/csvtable"
	"github.com/rapporteur/rapporteur/web/frame"
)

var ledgerPage = parse("ledger.html")

// ledgerPageSize is how many lines of the ledger a page has.
const ledgerPageSize = 100

// ledgerView is the chasing ledger of a cycle, as it was filtered.
type ledgerView struct {
	Cycle               cycleView
	Places              []place
	Name, Notice, State string
	Notices             []rapporteur.Notice
	States              []rapporteur.LedgerState
	Counts              []ledgerCount // of all lines
	Rows                []ledgerRow
	Found               int
	CSV, Next, First    string
}

type ledgerCount struct {
	State rapporteur.LedgerState
	Count int
}

type ledgerRow struct {
	rapporteur.LedgerEntry
	Name, Notice, Link string
	At                 time.Time
}

var ledgerStates = []rapporteur.LedgerState{rapporteur.LedgerSent, rapporteur.LedgerFailed, rapporteur.LedgerClaimed, rapporteur.LedgerSuperseded}

// showLedger is what was sent to whom, when, and what came of it; as a page or,
// with format=csv, as a table.
func (p pages) showLedger(v *frame.Visit) error {
	query := v.Request.URL.Query()
	var cycle rapporteur.Cycle
	var entries []rapporteur.LedgerEntry
	err := p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		if cycle, err = r.Cycle(ctx, frame.CycleOf(v.Request)); err != nil {
			return err
		}
		entries, err = r.Ledger(ctx, rapporteur.RequestKey{Cycle: cycle.ID})
		return err
	})
	if err != nil {
		return err
	}
	view := ledgerView{
		Cycle: p.described(cycle), Name: query.Get("name"), Notice: query.Get("notice"), State: query.Get("state"), States: ledgerStates,
	}
	view.Places = view.Cycle.places(v)
	for _, state := range ledgerStates {
		n := 0
		for _, e := range entries {
			if e.State == state {
				n++
			}
		}
		view.Counts = append(view.Counts, ledgerCount{state, n})
	}
	found := p.ledgerRows(&view, cycle, entries)
	if query.Get("format") == "csv" {
		return sendLedger(v, cycle, found)
	}
	slices.Reverse(found) // the newest first
	view.page(query.Get("from"), found)
	return v.Render(http.StatusOK, ledgerPage, view)
}

// ledgerRows are the lines that the filter lets through, oldest first.
func (p pages) ledgerRows(view *ledgerView, c rapporteur.Cycle, entries []rapporteur.LedgerEntry) []ledgerRow {
	names := map[rapporteur.ContributorID]rapporteur.Contributor{}
	var found []ledgerRow
	for _, e := range entries {
		if !slices.Contains(view.Notices, e.Notice) {
			view.Notices = append(view.Notices, e.Notice)
		}
		if view.Notice != "" && view.Notice != string(e.Notice) || view.State != "" && view.State != string(e.State) {
			continue
		}
		contributor, known := names[e.Contributor]
		if !known {
			var err error
			if contributor, err = p.Catalogue.Contributor(e.Contributor, c.Plan.Date(rapporteur.DateOpens)); err != nil { // an office, or gone
				contributor = rapporteur.Contributor{ID: e.Contributor, Names: map[string]string{"en": string(e.Contributor)}}
			}
			names[e.Contributor] = contributor
		}
		if view.Name != "" && len(rapporteur.FindContributors([]rapporteur.Contributor{contributor}, view.Name)) == 0 {
			continue
		}
		row := ledgerRow{LedgerEntry: e, Name: contributor.Name("en"), Notice: noticeName(e.Notice), At: e.SentAt}
		if contributor.Kind != "" {
			row.Link = "/cycles/" + string(c.ID) + "/requests/" + string(e.Contributor)
		}
		if row.At.IsZero() {
			row.At = e.ClaimedAt
		}
		found = append(found, row)
	}
	slices.Sort(view.Notices)
	return found
}

// page cuts the lines that the address asks for.
func (l *ledgerView) page(asked string, found []ledgerRow) {
	l.Found = len(found)
	from := 0
	if _, err := fmt.Sscan(asked, &from); err != nil || from < 0 || from >= len(found) {
		from = 0
	}
	l.Rows = found[from:min(from+ledgerPageSize, len(found))]
	at := func(name, value string) string {
		query := url.Values{"name": {l.Name}, "notice": {l.Notice}, "state": {l.State}}
		if value != "" {
			query.Set(name, value)
		}
		return l.Cycle.Address + "/ledger?" + query.Encode()
	}
	l.CSV = at("format", "csv")
	if from+ledgerPageSize < len(found) {
		l.Next = at("from", fmt.Sprint(from+ledgerPageSize))
	}
	if from > 0 {
		l.First = at("", "")
	}
}

// NoticeName names a notice.
func (ledgerView) NoticeName(n rapporteur.Notice) string { return noticeName(n) }

// sendLedger is the ledger as a table, with the columns of the API's.
func sendLedger(v *frame.Visit, c rapporteur.Cycle, rows []ledgerRow) error {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	content, err := csvtable.Write(func(yield func([]string) bool) {
		if !yield([]string{"contributor", "rung", "due", "notice", "state", "message_id", "to", "claimed_at", "sent_at", "failure"}) {
			return
		}
		for _, r := range rows {
			line := []string{
				string(r.Contributor), r.Rung, r.Due.String(), string(r.LedgerEntry.Notice), string(r.State), r.MessageID,
				strings.Join(r.To, " "), at(r.ClaimedAt), at(r.SentAt), r.Failure,
			}
			if !yield(line) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return v.Send("text/csv; charset=utf-8", "chasing-ledger-"+c.Period()+".csv", content)
}
