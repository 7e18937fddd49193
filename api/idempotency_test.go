package api

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// keyed is a POST with an idempotency key.
func (h *house) keyed(key, idempotency, path, body string) reply {
	h.t.Helper()
	return h.call(exchange{key: key, method: http.MethodPost, path: path, body: body, headers: map[string]string{"Idempotency-Key": idempotency}})
}

func TestRepeatedRequestsAreAnsweredTheSame(t *testing.T) {
	h := openHouse(t)
	body := nilReturn("member-state", "Nothing to report.")
	first := h.keyed(kenyaKey, "k1", kenyaAt+"/submissions", body).want(http.StatusCreated)
	// Another version comes in between: the first answer must still be given.
	h.keyed(kenyaKey, "k2", kenyaAt+"/submissions", nilReturn("member-state", "Still nothing.")).want(http.StatusCreated)
	before := h.weight()
	again := h.keyed(kenyaKey, "k1", kenyaAt+"/submissions", body).want(http.StatusCreated)
	if diff := cmp.Diff(string(first.body), string(again.body)); diff != "" {
		t.Errorf("(-first +again):\n%s", diff)
	}
	if first.header.Get("Location") != again.header.Get("Location") {
		t.Errorf("location %q, then %q", first.header.Get("Location"), again.header.Get("Location"))
	}
	h.keyed(kenyaKey, "k1", kenyaAt+"/submissions", body+" ").problem(http.StatusUnprocessableEntity, "key-reused")
	h.keyed(kenyaKey, "k1", kenyaAt+"/validations", body).problem(http.StatusUnprocessableEntity, "key-reused")
	if after := h.weight(); after != before {
		t.Errorf("the record has changed:\n%s\n%s", before, after)
	}
	// The keys of others are their own.
	h.keyed(franceKey, "k1", cycleAt+"/requests/state-fra/submissions", body).want(http.StatusCreated)
}

func TestFailuresAreNotRemembered(t *testing.T) {
	h := openHouse(t)
	h.keyed(kenyaKey, "k1", kenyaAt+"/submissions", `{"version": "1.0.0"}`).problem(http.StatusUnprocessableEntity, "rejected")
	h.keyed(kenyaKey, "k1", kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
}

func TestConcurrentRepetitionsActOnce(t *testing.T) {
	h := openHouse(t)
	wish := `{"until": "2018-09-20", "reason": "The census is not ready."}`
	due := read[Request](h.get(kenyaKey, kenyaAt)).Due
	if due >= "2018-09-20" {
		t.Fatalf("the deadline is %s; the test asks for time until 20 September", due)
	}
	var group sync.WaitGroup
	answers := make([]reply, 16)
	for n := range answers {
		group.Go(func() { answers[n] = h.keyed(kenyaKey, "ask-1", kenyaAt+"/extensions", wish) })
	}
	group.Wait()
	for _, a := range answers {
		a.want(http.StatusCreated)
		if diff := cmp.Diff(string(answers[0].body), string(a.body)); diff != "" {
			t.Errorf("answers differ:\n%s", diff)
		}
	}
	followUps := read[struct{ Items []FollowUp }](h.get(kenyaKey, kenyaAt+"/follow-ups"))
	if len(followUps.Items) != 1 || followUps.Items[0].Reason != "The census is not ready." {
		t.Errorf("follow-ups %+v", followUps.Items)
	}
	h.keyed(kenyaKey, "ask-2", kenyaAt+"/extensions", wish).problem(http.StatusConflict, "conflict")
	h.post(kenyaKey, kenyaAt+"/extensions", wish).problem(http.StatusConflict, "conflict")
}

// TestCommandIDs holds that a command that is tried again after its answer was
// lost is the same command for the engine, and that nobody else's is.
func TestCommandIDs(t *testing.T) {
	h := openHouse(t)
	h.issue("second", rapporteur.RoleSecretariat, "", "")
	close1 := cycleAt + "/commands/close-collection"
	h.engine.failure = rapporteur.Problemf(rapporteur.ProblemUnavailable, "The engine does not answer", "Try again.")
	for range 2 {
		answer := h.keyed(staffKey, "c1", close1, `{"reason": "All have answered."}`)
		answer.problem(http.StatusServiceUnavailable, "unavailable")
		if answer.header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	h.engine.failure = nil
	h.keyed(staffKey, "c1", close1, `{"reason": "All have answered."}`).want(http.StatusOK)
	h.keyed(staffKey, "c1", close1, `{"reason": "All have answered."}`).want(http.StatusOK) // remembered
	h.keyed("second", "c1", close1, `{"reason": "All have answered."}`).want(http.StatusOK)
	h.keyed(staffKey, "c2", close1, `{"reason": "All have answered."}`).want(http.StatusOK)
	h.post(staffKey, close1, `{"reason": "All have answered."}`).want(http.StatusOK)
	h.post(staffKey, close1, `{"reason": "All have answered."}`).want(http.StatusOK)
	var ids []string
	for _, c := range h.engine.commands {
		ids = append(ids, c.ID)
	}
	if len(ids) != 7 || ids[0] != ids[1] || ids[1] != ids[2] {
		t.Fatalf("ids %v", ids)
	}
	seen := map[string]bool{}
	for _, id := range ids[2:] {
		if seen[id] || len(id) < 20 {
			t.Errorf("ids %v", ids)
		}
		seen[id] = true
	}
}

func TestKeyLocks(t *testing.T) {
	var locks keyLocks
	unlock, err := locks.lock(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	other, err := locks.lock(t.Context(), "b")
	if err != nil {
		t.Fatal(err)
	}
	other()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := locks.lock(ended, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("a lock that is held was given: %v", err)
	}
	// Whoever waits comes in only when nobody is inside.
	inside, group := 0, sync.WaitGroup{}
	for range 32 {
		group.Go(func() {
			done, err := locks.lock(t.Context(), "a")
			if err != nil {
				t.Error(err)
				return
			}
			inside++
			if inside != 1 {
				t.Errorf("%d are inside", inside)
			}
			inside--
			done()
		})
	}
	unlock()
	group.Wait()
	if len(locks.held) != 0 {
		t.Errorf("locks are left: %v", locks.held)
	}
}
