package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// missionAnswer is an answer of UNMISS with some answers.
func missionAnswer(version, answers string) string {
	return fmt.Sprintf(`{"questionnaire": "mission", "version": %q, "return_type": "answered", "language": "en",
  "header": {"authority": "Office", "period": {"from": "2017-11-21", "to": "2018-06-30"}, "may_be_quoted": true, "classification": "unclassified"},
  "answers": {%s}}`, version, answers)
}

func TestDiff(t *testing.T) {
	h := openHouse(t)
	referred := func(girls int) string {
		return fmt.Sprintf(`"M33.3": {"status": "yes", "referrals": [{"sex": "F", "age": "0-17", "value": %d}, {"sex": "M", "age": "18+", "value": 9}]}`, girls)
	}
	for _, girls := range []int{7, 6, 5} {
		h.post(unmissKey, unmissAt+"/submissions", missionAnswer("1.0.0", referred(girls))).want(http.StatusCreated)
	}
	at := unmissAt + "/submissions/3/diff"
	place := "M33.3 Efforts to protect and assist victims, women and children in particular, Victims referred, female, 0–17"
	got := read[Difference](h.get(unmissKey, at).want(http.StatusOK))
	want := Difference{From: 2, To: 3, Patch: []byte(`[{"value":5,"op":"replace","path":"/answers/M33.3/referrals/0/value"}]`), Changes: []Change{{
		Kind: "changed", Pointer: "/answers/M33.3/referrals/0", Question: "M33.3", Place: place, Before: "6", After: "5", Text: place + ": changed from 6 to 5",
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := read[Difference](h.get(staffKey, at+"?from=1")); got.From != 1 || got.Changes[0].Before != "7" {
		t.Errorf("from the first: %+v", got)
	}
	if got := read[Difference](h.get(staffKey, unmissAt+"/submissions/1/diff?from=3")); got.Changes[0].After != "7" {
		t.Errorf("from the third to the first: %+v", got)
	}
	if got := read[Difference](h.get(staffKey, at+"?from=3")); len(got.Changes) > 0 || string(got.Patch) != "[]" {
		t.Errorf("from itself: %+v", got)
	}
	french := h.call(exchange{key: unmissKey, method: http.MethodGet, path: at, headers: map[string]string{"Accept-Language": "fr"}})
	if got := read[Difference](french.want(http.StatusOK)); !strings.Contains(got.Changes[0].Text, "orientées, sexe féminin, 0–17 : modification, 6 devient 5") {
		t.Errorf("in French: %+v", got)
	}
	patch := h.call(exchange{key: staffKey, method: http.MethodGet, path: at, headers: map[string]string{"Accept": "application/json-patch+json"}}).want(http.StatusOK)
	if patch.header.Get("Content-Type") != "application/json-patch+json" || string(patch.body) != string(want.Patch) {
		t.Errorf("the patch is %s %s", patch.header.Get("Content-Type"), patch.body)
	}
	h.get(unmissKey, unmissAt+"/submissions/1/diff").problem(http.StatusUnprocessableEntity, "invalid")
	h.get(unmissKey, unmissAt+"/submissions/4/diff").problem(http.StatusNotFound, "not-found")
	h.get(unmissKey, at+"?from=9").problem(http.StatusNotFound, "not-found")
	h.get(kenyaKey, at).problem(http.StatusNotFound, "not-found")
	h.get(adminKey, at).problem(http.StatusForbidden, "forbidden")
	h.get(olaKey, at).problem(http.StatusForbidden, "forbidden")
	if strings.Contains(h.log.String(), "value") {
		t.Errorf("the log holds a patch: %s", h.log)
	}
}

func TestWithdrawal(t *testing.T) {
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Still nothing.")).want(http.StatusCreated)
	at := kenyaAt + "/submissions/2/withdrawal"
	const reason = `{"reason": "The period was wrong."}`
	before := h.weight()
	h.post(kenyaKey, kenyaAt+"/submissions/1/withdrawal", reason).problem(http.StatusConflict, "stale")
	h.post(kenyaKey, kenyaAt+"/submissions/3/withdrawal", reason).problem(http.StatusNotFound, "not-found")
	h.post(kenyaKey, at, `{"reason": ""}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(kenyaKey, at, `{}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(franceKey, at, reason).problem(http.StatusNotFound, "not-found")
	h.post(staffKey, at, reason).problem(http.StatusForbidden, "forbidden")
	h.post(adminKey, at, reason).problem(http.StatusForbidden, "forbidden")
	h.call(exchange{key: kenyaKey, method: http.MethodPost, path: at, body: reason, headers: map[string]string{"If-Match": `"0"`}}).problem(http.StatusPreconditionFailed, "precondition")
	if after := h.weight(); after != before {
		t.Errorf("refused withdrawals change the record from %s to %s", before, after)
	}
	now := h.clock()
	got := read[Withdrawal](h.keyed(kenyaKey, "w1", at, reason).want(http.StatusCreated))
	want := Withdrawal{
		Cycle: string(testCycle), Contributor: "state-ken", Version: 2, WithdrawnAt: &now, WithdrawnBy: h.principal(kenyaKey), Reason: "The period was wrong.",
		State: "open", Due: "2018-09-14", Quoted: []Quotation{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	before = h.weight()
	if again := read[Withdrawal](h.post(kenyaKey, at, reason).want(http.StatusCreated)); cmp.Diff(got, again) != "" || h.weight() != before {
		t.Errorf("the repetition says %+v", again)
	}
	versions := read[struct{ Items []Submission }](h.get(staffKey, kenyaAt+"/submissions").want(http.StatusOK))
	for _, v := range versions.Items {
		if v.WithdrawnAt == nil || v.WithdrawnBy != h.principal(kenyaKey) || v.WithdrawalReason != "The period was wrong." {
			t.Errorf("version %d is %+v", v.Version, v)
		}
	}
	request := read[Request](h.get(kenyaKey, kenyaAt))
	if request.State != "open" || request.Version != 2 || request.Withdrawn != 2 || request.AnsweredAt != nil {
		t.Errorf("the request is %+v", request)
	}
	h.get(staffKey, kenyaAt+"/submissions/2/body").want(http.StatusOK)
	history := string(h.get(staffKey, cycleAt+"/history?engine=false").want(http.StatusOK).body)
	if !strings.Contains(history, "Kenya withdrew what was answered") || !strings.Contains(history, "The period was wrong.") {
		t.Errorf("the history is %s", history)
	}
}

// A withdrawn or corrected version shows which drafts rest on it: to staff with
// what became of the draft, to the contributor without.
func TestQuotations(t *testing.T) {
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Still nothing.")).want(http.StatusCreated)
	c := h.conduct()
	if _, err := c.CloseCollection(t.Context(), testCycle, h.moment()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Compile(t.Context(), testCycle, h.moment()); err != nil {
		t.Fatal(err)
	}
	if err := c.SubmitDraft(t.Context(), testCycle, 1, h.moment()); err != nil {
		t.Fatal(err)
	}
	list := func(key string, version int) []Quotation {
		return read[struct{ Items []Quotation }](h.get(key, fmt.Sprintf("%s/submissions/%d/quotations", kenyaAt, version)).want(http.StatusOK)).Items
	}
	if got := list(staffKey, 1); len(got) > 0 {
		t.Errorf("the corrected version is quoted in %+v", got)
	}
	of := list(staffKey, 2)
	if len(of) != 1 || of[0].Cycle != string(testCycle) || of[0].Draft != 1 || !of[0].Newest || of[0].Version != 2 || of[0].Outcome != "pending" || len(of[0].Paragraphs)+len(of[0].Annexes) == 0 {
		t.Errorf("it is quoted in %+v", of)
	}
	if own := list(kenyaKey, 2); len(own) != 1 || own[0].Outcome != "" || own[0].Draft != 1 {
		t.Errorf("the contributor is told %+v", own)
	}
	h.get(kenyaKey, kenyaAt+"/submissions/3/quotations").problem(http.StatusNotFound, "not-found")
	done := read[Withdrawal](h.post(kenyaKey, kenyaAt+"/submissions/2/withdrawal", `{"reason": "It was wrong."}`).want(http.StatusCreated))
	if done.State != "no-reply" || len(done.Quoted) != 1 || done.Quoted[0].Draft != 1 {
		t.Errorf("the withdrawal says %+v", done)
	}
	cycle := read[Cycle](h.get(staffKey, cycleAt).want(http.StatusOK))
	if !strings.Contains(cycle.Attention, "withdrawn by state-ken") {
		t.Errorf("the Secretariat is told %q", cycle.Attention)
	}
}

func TestAWithdrawalWhenTheRecordIsClosed(t *testing.T) {
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	h.write(func(ctx context.Context, tx rapporteur.Tx) error {
		cycle, err := tx.LockCycle(ctx, testCycle)
		if err != nil {
			return err
		}
		cycle.Phase = rapporteur.PhaseTransmitted
		return tx.UpdateCycle(ctx, cycle)
	})
	p := h.post(kenyaKey, kenyaAt+"/submissions/1/withdrawal", `{"reason": "Too late."}`).problem(http.StatusConflict, "closed")
	if !strings.Contains(p.Detail, "write to the Secretariat") {
		t.Errorf("the problem says %q", p.Detail)
	}
}
