package staff_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// sent has some messages on the ledger.
func sent(h *webtest.House, entries ...rapporteur.LedgerEntry) {
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		for _, e := range entries {
			e.Cycle = webtest.Cycle
			if _, _, err := tx.ClaimMessage(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

func entry(id rapporteur.ContributorID, rung string, notice rapporteur.Notice, state rapporteur.LedgerState, day int) rapporteur.LedgerEntry {
	at := time.Date(2018, time.September, day, 13, 0, 0, 0, time.UTC)
	e := rapporteur.LedgerEntry{
		LedgerKey: rapporteur.LedgerKey{Contributor: id, Rung: rung, Due: rapporteur.Date{Year: 2018, Month: 9, Day: 14}},
		Notice:    notice, State: state, MessageID: "<m@test>", To: []string{"focal@example.org"}, ClaimedAt: at, SentAt: at,
	}
	if state == rapporteur.LedgerFailed {
		e.Failure = "550 <b>no such mailbox</b>"
	}
	return e
}

func TestLedger(t *testing.T) {
	h := everywhere(t)
	sent(h,
		entry(webtest.Kenya, "states-third", rapporteur.NoticeReminder, rapporteur.LedgerSent, 9),
		entry(webtest.France, "states-third", rapporteur.NoticeReminder, rapporteur.LedgerFailed, 9),
		entry("office-ola", "clearance-1", "something-new", rapporteur.LedgerSent, 10),
	)
	staff := h.As("staff")
	staff.Get(board+"/ledger").Want(200, "3 messages, the newest first", "Kenya", "focal@example.org", "550 &lt;b&gt;no such mailbox", "something new", "office-ola").Lacks("<b>no such")
	staff.Get(board+"/ledger?name=KENY").Want(200, "1 message,").Lacks("France")
	staff.Get(board+"/ledger?state=failed").Want(200, "1 message,", "France").Lacks("Kenya")
	staff.Get(board+"/ledger?notice=something-new").Want(200, "1 message,", "office-ola")
	staff.Get(board+"/ledger?state=superseded").Want(200, "Nothing was sent")
	table := staff.Get(board+"/ledger?format=csv&state=sent").Want(200, "contributor,rung,due", "state-ken,states-third,2018-09-14,reminder,sent,<m@test>,focal@example.org,2018-09-09T13:00:00Z")
	if got := table.Header().Get("Content-Disposition"); got != `attachment; filename="chasing-ledger-2018.csv"` || strings.Contains(table.Body.String(), "state-fra") {
		t.Errorf("%s: %s", got, table.Body)
	}
	h.As("admin").Get(board + "/ledger").Want(200)
	h.As("ola").Get(board + "/ledger").Want(403)
	h.As("kenya").Get(board + "/ledger").Want(403)
	staff.Get("/cycles/s-res-2388-2017/op34/1999/ledger").Want(404)
}

func TestLedgerIsPaged(t *testing.T) {
	h := everywhere(t)
	var many []rapporteur.LedgerEntry
	for n := range 150 {
		many = append(many, entry(webtest.Kenya, fmt.Sprintf("rung-%03d", n), rapporteur.NoticeReminder, rapporteur.LedgerSent, 9))
	}
	sent(h, many...)
	staff := h.As("staff")
	staff.Get(board+"/ledger").Want(200, "150 messages", "rung-149", "rung-050", "Older ones", "from=100").Lacks("rung-049", "The newest<")
	staff.Get(board+"/ledger?from=100").Want(200, "rung-049", "rung-000", "The newest").Lacks("rung-050", "Older ones")
	staff.Get(board+"/ledger?from=junk").Want(200, "rung-149")
}

func TestFindings(t *testing.T) {
	h := webtest.New(t)
	h.Open()
	h.Submit("kenya", webtest.Answer(""))
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		key := rapporteur.RequestKey{Cycle: webtest.Cycle, Contributor: webtest.France}
		r, err := tx.LockRequest(ctx, key)
		if err != nil {
			return err
		}
		r.State, r.Version, r.Outcome = rapporteur.RequestReceived, 1, rapporteur.ReturnAnswered
		if err := tx.InsertSubmission(ctx, rapporteur.Submission{RequestKey: key, Version: 1, Hash: fmt.Sprintf("%x", sha256.Sum256([]byte("{}"))), Size: 2, ReturnType: rapporteur.ReturnAnswered, Findings: []rapporteur.Finding{
			{Severity: rapporteur.SeverityWarning, Rule: "rule-one", Pointer: "/answers/Q5.2", Message: map[string]string{"en": "The total differs."}, Justification: "Counted by <offence>."},
			{Severity: rapporteur.SeverityAdvice, Rule: "rule-two", Pointer: "/answers/Q5.3", Message: map[string]string{"en": "More than last year."}},
		}}, []byte("{}")); err != nil {
			return err
		}
		return tx.UpdateRequest(ctx, r)
	})
	staff := h.As("staff")
	staff.Get(board+"/findings").Want(200, "France", "The total differs.", "They say: “<bdi>Counted by &lt;offence&gt;.</bdi>”", "More than last year.")
	staff.Get(board+"/findings?severity=advice").Want(200, "More than last year.").Lacks("The total differs.")
	staff.Get(board+"/findings?rule=rule-one").Want(200, "The total differs.").Lacks("More than last year.")
	staff.Get(board+"/findings?blocking=yes").Want(200, "Nothing was found")
	staff.Get("/cycles/s-res-2388-2017/op34/1999/findings").Want(404)
	h.As("admin").Get(board + "/findings").Want(403)
}
