package admin_test

import (
	"context"
	"errors"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// jammed is a house in which much is stuck: a mail was refused, a message waits,
// a step fails, the cycle waits for a person.
func jammed(t testing.TB) *webtest.House {
	t.Helper()
	h := webtest.New(t)
	h.Open()
	due := h.Request(webtest.Kenya).Due
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		_, _, err := tx.ClaimMessage(ctx, rapporteur.LedgerEntry{
			LedgerKey: rapporteur.LedgerKey{Cycle: webtest.Cycle, Contributor: webtest.Kenya, Rung: "r1", Due: due},
			Notice:    rapporteur.NoticeReminder, State: rapporteur.LedgerFailed, ClaimedAt: h.Clock(), Failure: "550 5.1.1 <b>unknown</b>",
		})
		return err
	})
	h.Must(h.Conduct.Attention(t.Context(), webtest.Cycle, "Step Collect cannot be done.", h.Moment()))
	h.Engine.Steps = []rapporteur.RetryingStep{
		{Workflow: rapporteur.CycleWorkflowID(webtest.Cycle), Run: "run", ID: "12", Name: "submissions.collect", Attempt: 9, Failure: "the disk is full"},
	}
	h.Set(h.Clock().Add(10 * time.Minute))
	return h
}

// mendAddress is where what a page's row says is repaired.
func mendAddress(t *testing.T, page webtest.Reply, row string) string {
	t.Helper()
	_, after, found := strings.Cut(page.Body.String(), row)
	at := regexp.MustCompile(`href="(/admin/stuck/repair[^"]*)"`).FindStringSubmatch(after)
	if !found || at == nil {
		t.Fatalf("%q cannot be repaired\n%s", row, page.Body)
	}
	return html.UnescapeString(at[1])
}

func itemOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("item")
}

func TestStuckWorkInOneList(t *testing.T) {
	h := jammed(t)
	page := h.As("admin").Get("/admin/stuck").Want(http.StatusOK,
		"The reminder was refused: 550 5.1.1 &lt;b&gt;unknown&lt;/b&gt;", "Step Collect cannot be done.", "The step submissions.collect fails; attempt 9 comes next: the disk is full",
		"The engine has not been told: a cycle is to start", "Kenya", "S/RES/2388 (2017)")
	page.Lacks("Temporal does not answer")
	h.Engine.Failure = rapporteur.Problemf(rapporteur.ProblemUnavailable, "Away", "")
	h.As("admin").Get("/admin/stuck").Want(http.StatusOK, "Temporal does not answer now", "The reminder was refused").Lacks("submissions.collect")
	h.As("staff").Get("/admin/stuck").Want(http.StatusForbidden)
}

func TestNothingIsStuck(t *testing.T) {
	webtest.New(t).As("admin").Get("/admin/stuck").Want(http.StatusOK, "Nothing is stuck.")
}

func TestARepairSaysFirstWhatItDoes(t *testing.T) {
	h := jammed(t)
	page := h.As("admin").Get("/admin/stuck")
	for row, will := range map[string]string{
		"The reminder was refused": "One mail goes to this contributor", "Step Collect cannot be done": "told at once to look again",
		"The step submissions.collect": "tried at once", "The engine has not been told": "The relay reads the outbox at once",
	} {
		at := mendAddress(t, page, row)
		before := len(h.Audit())
		h.As("admin").Get(at).Want(http.StatusOK, will, row, "Why is it repaired?")
		h.As("admin").Post(repairAt, "item", itemOf(t, at), "reason", " ").Want(http.StatusUnprocessableEntity, "Say why it is repaired.", `role="alert"`, `aria-invalid="true"`)
		if len(h.Audit()) != before {
			t.Errorf("%s: asking left a record", row)
		}
	}
	h.As("admin").Get(repairAt+"?item=attention+a/b/c").Want(http.StatusConflict, "Not stuck any more")
	h.As("admin").Get(repairAt).Want(http.StatusConflict)
	h.As("staff").Post(repairAt, "item", "x").Want(http.StatusForbidden)
}

const repairAt = "/admin/stuck/repair"

func TestWhatTheEngineLostStartsAgain(t *testing.T) {
	h := webtest.New(t)
	h.Open()
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error { // the engine was told of it
		waiting, err := tx.Outbox(ctx, 0)
		for _, m := range waiting {
			err = errors.Join(err, tx.Delivered(ctx, []int64{m.ID}))
		}
		return err
	})
	who := h.As("admin")
	who.Get("/admin/stuck").Want(http.StatusOK, "Nothing is stuck.")
	h.Engine.Lost = []string{rapporteur.CycleWorkflowID(webtest.Cycle)}
	row := "The engine does not run " + h.Engine.Lost[0]
	at := mendAddress(t, who.Get("/admin/stuck").Want(http.StatusOK, row), row)
	who.Get(at).Want(http.StatusOK, row, "The engine starts what it does not run again, from what is on record.")
	who.Follow(repairAt, "item", itemOf(t, at), "reason", "Temporal was made anew.", "once", "ABCDEFGHIJKLMNOPQRSTUVWXYZ").Want(http.StatusOK, "The repair is on its way")
	if records := h.Audit(rapporteur.ActionRepairOrdered); len(records) != 1 || records[0].Details["stuck"] != "lost" {
		t.Errorf("records %+v", records)
	}
	who.Get("/admin/stuck").Lacks(row) // a message waits that starts it
}

func TestRepairsAreOrderedOnce(t *testing.T) {
	h := jammed(t)
	who := h.As("admin")
	page := who.Get("/admin/stuck")
	for _, row := range []string{"The reminder was refused", "Step Collect cannot be done", "The step submissions.collect", "The engine has not been told"} {
		form := []string{"item", itemOf(t, mendAddress(t, page, row)), "reason", "It was mended.", "once", "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + row[:5]}
		form[5] = strings.ReplaceAll(form[5], " ", "x")
		who.Follow(repairAt, form...).Want(http.StatusOK, "The repair is on its way")
		who.Follow(repairAt, form...).Want(http.StatusOK) // a second click
	}
	if records := h.Audit(rapporteur.ActionRepairOrdered); len(records) != 4 || records[0].Actor != "person-admin" || records[0].Reason != "It was mended." {
		t.Errorf("records %+v", records)
	}
	if len(h.Engine.Retried) != 1 {
		t.Errorf("tried %+v", h.Engine.Retried)
	}
	who.Get(at+"?group=repairs").Want(http.StatusOK, "Repair: the reminder is to be sent again for Kenya", "Repair: the step submissions.collect is to be tried at once, after 8 failed attempts")
}
