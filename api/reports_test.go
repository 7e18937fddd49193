package api

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// clearingHouse is a house whose first draft is with clearance.
func clearingHouse(t *testing.T) *house {
	t.Helper()
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing to report.")).want(http.StatusCreated)
	h.call(exchange{key: staffKey, method: "PUT", path: cycleAt + "/observations", body: `{"observations": ["The Secretary-General thanks all who answered."]}`}).want(http.StatusOK)
	conduct, m := h.conduct(), h.moment()
	if _, err := conduct.CloseCollection(t.Context(), testCycle, m); err != nil {
		t.Fatal(err)
	}
	number, err := conduct.Compile(t.Context(), testCycle, m)
	if err != nil {
		t.Fatal(err)
	}
	if err := conduct.SubmitDraft(t.Context(), testCycle, number, m); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestDraftsAndTheirFormats(t *testing.T) {
	h := clearingHouse(t)
	list := read[struct{ Items []Draft }](h.get(olaKey, cycleAt+"/drafts").want(http.StatusOK))
	if len(list.Items) != 1 || list.Items[0].Outcome != "pending" {
		t.Errorf("drafts %+v", list.Items)
	}
	detail := read[DraftDetail](h.get(olaKey, cycleAt+"/drafts/1").want(http.StatusOK))
	if detail.Asked != 4 || detail.Words == 0 || len(detail.Hash) != 64 || detail.Outcomes["nil"] != 1 {
		t.Errorf("draft %+v", detail)
	}
	at := cycleAt + "/drafts/1/report"
	document := h.get(olaKey, at).want(http.StatusOK)
	if document.header.Get("Content-Type") != "application/json" || len(read[map[string]any](document)) == 0 {
		t.Errorf("%s %s", document.header.Get("Content-Type"), document.body)
	}
	word := h.get(olaKey, at+"?format=docx").want(http.StatusOK)
	if _, err := zip.NewReader(bytes.NewReader(word.body), int64(len(word.body))); err != nil || word.header.Get("Content-Type") != mediaDOCX {
		t.Errorf("%s: %v", word.header.Get("Content-Type"), err)
	}
	if !strings.HasPrefix(word.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("disposition %q", word.header.Get("Content-Disposition"))
	}
	accepts := func(accept string) reply {
		return h.call(exchange{key: olaKey, method: "GET", path: at, headers: map[string]string{"Accept": accept}})
	}
	page := accepts("text/html,application/xhtml+xml,*/*;q=0.8").want(http.StatusOK)
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindSubmatch(page.body)
	if style == nil {
		t.Fatal("the page has no style sheet")
	}
	sum := sha256.Sum256(style[1])
	want := "default-src 'none'; frame-ancestors 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	if got := page.header.Get("Content-Security-Policy"); got != want || len(page.header.Values("Content-Security-Policy")) != 1 {
		t.Errorf("policy %q, want %q", got, want)
	}
	if bytes.Contains(page.body, []byte("style=")) || bytes.Contains(page.body, []byte("<script")) {
		t.Error("the page has styles or scripts that its policy forbids")
	}
	accepts("application/vnd.openxmlformats-officedocument.wordprocessingml.document").want(http.StatusOK)
	accepts("application/*").want(http.StatusOK)
	accepts("image/png").problem(http.StatusNotAcceptable, "not-acceptable")
	h.get(olaKey, at+"?format=pdf").problem(http.StatusUnprocessableEntity, "invalid")
	h.get(olaKey, cycleAt+"/drafts/2/report").problem(http.StatusNotFound, "not-found")
	h.get(olaKey, cycleAt+"/drafts/one").problem(http.StatusUnprocessableEntity, "invalid")
	h.call(exchange{key: olaKey, method: "GET", path: at, headers: map[string]string{"If-None-Match": document.header.Get("ETag")}}).want(http.StatusNotModified)
}

func TestContributorsReadWhatWasTransmitted(t *testing.T) {
	h := clearingHouse(t)
	h.get(kenyaKey, cycleAt+"/drafts/1/report").problem(http.StatusNotFound, "not-found")
	transmittal := rapporteur.Transmittal{Symbol: "S/2018/1042", Masthead: rapporteur.Date{Year: 2018, Month: 11, Day: 21}}
	if err := h.conduct().Transmit(t.Context(), testCycle, 1, transmittal, h.moment()); err != nil {
		t.Fatal(err)
	}
	page := h.get(kenyaKey, cycleAt+"/drafts/1/report?format=html").want(http.StatusOK)
	if !bytes.Contains(page.body, []byte("S/2018/1042")) {
		t.Error("the page has no symbol")
	}
	h.get(kenyaKey, cycleAt+"/drafts/1").problem(http.StatusForbidden, "forbidden")
}

func TestClearance(t *testing.T) {
	h := clearingHouse(t)
	at := cycleAt + "/clearance/1"
	state := read[Clearance](h.get(olaKey, at).want(http.StatusOK))
	if state.Outcome != "pending" || state.Step != state.Steps[0].ID || len(state.DraftHash) != 64 || state.Due == "" {
		t.Errorf("clearance %+v", state)
	}
	body := func(more string) string {
		return `{"draft_hash": "` + state.DraftHash + `", "step": "concurrence", "approve": true` + more + `}`
	}
	h.post(olaKey, at+"/decisions", body("")).want(http.StatusOK)
	h.post(olaKey, at+"/decisions", body(`, "office": "DPPA"`)).problem(http.StatusForbidden, "forbidden")
	h.post(olaKey, at+"/decisions", body(`, "office": "DPPA", "for": "`+h.principal(dppaKey)+`"`)).want(http.StatusOK)
	h.post(staffKey, at+"/decisions", body(`, "office": "OLA"`)).problem(http.StatusForbidden, "forbidden")
	h.post(olaKey, at+"/decisions", `{"draft_hash": "short", "step": "x", "approve": true}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(olaKey, cycleAt+"/clearance/2/decisions", body("")).problem(http.StatusNotFound, "not-found")
	if len(h.engine.decisions) != 2 {
		t.Fatalf("decisions %+v", h.engine.decisions)
	}
	own, deputy := h.engine.decisions[0], h.engine.decisions[1]
	if own.Office != "OLA" || own.Actor != h.principal(olaKey) || own.For != "" || own.DraftHash != state.DraftHash || own.Cycle != testCycle || own.Draft != 1 || own.ID == "" {
		t.Errorf("decision %+v", own)
	}
	if deputy.Office != "DPPA" || deputy.Actor != h.principal(olaKey) || deputy.For != h.principal(dppaKey) || deputy.ID == own.ID {
		t.Errorf("decision %+v", deputy)
	}
	h.post(dppaKey, at+"/delegations", `{"to": "`+h.principal(olaKey)+`", "starts": "2018-10-01", "ends": "2018-10-20"}`).want(http.StatusOK)
	h.post(dppaKey, at+"/delegations", `{"to": "x", "office": "OLA", "starts": "2018-10-01", "ends": "2018-10-20"}`).problem(http.StatusUnprocessableEntity, "invalid")
	if g := h.engine.delegations; len(g) != 1 || g[0].Office != "DPPA" || g[0].From != h.principal(dppaKey) || g[0].To != h.principal(olaKey) {
		t.Errorf("delegations %+v", g)
	}
	// What the record then holds is shown.
	if _, err := h.conduct().Delegate(t.Context(), h.engine.delegations[0], h.moment()); err != nil {
		t.Fatal(err)
	}
	state = read[Clearance](h.get(staffKey, at).want(http.StatusOK))
	if len(state.Delegations) != 1 || state.Delegations[0].Starts != "2018-10-01" {
		t.Errorf("clearance %+v", state)
	}
	stale := ifMatch(olaKey, "POST", at+"/decisions", body(""), `"0-0"`)
	h.call(stale).problem(http.StatusPreconditionFailed, "precondition")
}

func TestObservations(t *testing.T) {
	h := openHouse(t)
	at := cycleAt + "/observations"
	put := func(body string) reply { return h.call(exchange{key: staffKey, method: "PUT", path: at, body: body}) }
	put(`{"observations": [" First. ", "Second."]}`).want(http.StatusOK)
	got := read[struct{ Observations []Observation }](h.get(olaKey, at).want(http.StatusOK))
	if len(got.Observations) != 2 || got.Observations[0].Text != "First." || got.Observations[1].Author != h.principal(staffKey) {
		t.Errorf("observations %+v", got)
	}
	before := h.weight()
	put(`{"observations": [""]}`).problem(http.StatusUnprocessableEntity, "invalid")
	put(`{"observations": "First."}`).problem(http.StatusUnprocessableEntity, "invalid")
	put(`{}`).problem(http.StatusUnprocessableEntity, "invalid")
	if after := h.weight(); after != before {
		t.Errorf("the record has changed:\n%s\n%s", before, after)
	}
}

func TestLedger(t *testing.T) {
	h := openHouse(t)
	h.write(func(ctx context.Context, tx rapporteur.Tx) error {
		for n, id := range []rapporteur.ContributorID{kenya, "state-fra"} {
			_, _, err := tx.ClaimMessage(ctx, rapporteur.LedgerEntry{
				LedgerKey: rapporteur.LedgerKey{Cycle: testCycle, Contributor: id, Rung: "request", Due: rapporteur.Date{Year: 2018, Month: 9, Day: 14}},
				Notice:    rapporteur.NoticeRequest, State: rapporteur.LedgerFailed, MessageID: "<1@example.org>", To: []string{"=cmd()@example.org"},
				ClaimedAt: h.clock(), Failure: []string{"refused, for good", "\"quoted\"\nlines"}[n],
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	at := cycleAt + "/ledger"
	ledger := read[Ledger](h.get(staffKey, at).want(http.StatusOK))
	if len(ledger.Items) != 2 || ledger.Items[0].State != "failed" || ledger.Items[0].Due != "2018-09-14" {
		t.Errorf("ledger %+v", ledger)
	}
	one := read[Ledger](h.get(adminKey, at+"?contributor=state-ken").want(http.StatusOK))
	if len(one.Items) != 1 || one.Items[0].Contributor != "state-ken" {
		t.Errorf("ledger %+v", one)
	}
	table := h.call(exchange{key: staffKey, method: "GET", path: at, headers: map[string]string{"Accept": "text/csv"}}).want(http.StatusOK)
	rows, err := csv.NewReader(bytes.NewReader(table.body)).ReadAll()
	if err != nil || len(rows) != 3 || rows[0][0] != "contributor" {
		t.Fatalf("%v: %q", err, rows)
	}
	if rows[1][6] != "'=cmd()@example.org" {
		t.Errorf("a spreadsheet would reckon %q", rows[1][6])
	}
	if table.header.Get("Content-Type") != "text/csv" {
		t.Errorf("media type %q", table.header.Get("Content-Type"))
	}
	h.get(staffKey, strings.Replace(at, "2018", "1999", 1)).problem(http.StatusNotFound, "not-found")
}
