package api

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

func intakesOf(t *testing.T, h *house, key string) []string {
	t.Helper()
	var ids []string
	for _, i := range read[struct{ Items []IntakeSummary }](h.get(key, "/v1/intakes").want(http.StatusOK)).Items {
		ids = append(ids, i.Stream)
	}
	return ids
}

// TestIntakesAreShownToThoseConcerned holds that a contributor sees where it may
// deliver and what is for it, and that another's intake is not there for it.
func TestIntakesAreShownToThoseConcerned(t *testing.T) {
	h, _ := intakeHouse(t)
	all := []string{"op9", "op23b", "op30", "op31", "op27b"}
	for key, want := range map[string][]string{
		staffKey: all, adminKey: all, olaKey: all, kenyaKey: {"op9", "op23b", "op30"}, unmissKey: {"op27b"},
		ctedKey: {"op9", "op31"}, unitadKey: {"op30", "op31"},
	} {
		if got := intakesOf(t, h, key); !slices.Equal(got, want) {
			t.Errorf("%s sees %v, want %v", key, got, want)
		}
	}
	got := read[Intake](h.get(kenyaKey, op9At).want(http.StatusOK))
	want := Intake{
		IntakeSummary: IntakeSummary{
			Instrument: "s-res-2388-2017", Stream: "op9", Shape: "intake", Title: got.Title, Provisions: []string{"OP9"},
			Classification: "unclassified", Windows: "halves", From: "2017-11-21",
			Destinations: []string{"entity-cted", "entity-monitoring-team-1267"},
			Senders:      []Sender{{Kind: "member-state", Questionnaire: "financial-flows"}},
		},
		Running: true,
		Items:   []Window{{Period: "window-2018-H1", Label: "2018-H1", First: "2018-01-15", Last: "2018-06-30", Phase: "planned"}},
	}
	if diff := cmp.Diff(want, got); diff != "" || got.Title == "" {
		t.Errorf("intake (-want +got):\n%s", diff)
	}
	for _, path := range []string{op9At, op9At + "/deliveries"} {
		h.get(unmissKey, path).problem(http.StatusNotFound, "not-found")
	}
	h.get(staffKey, "/v1/intakes/s-res-2388-2017/op34").problem(http.StatusNotFound, "not-found")
	h.get(staffKey, "/v1/intakes/none/op9").problem(http.StatusNotFound, "not-found")
	questionnaire := h.get(kenyaKey, op9At+"/questionnaire").want(http.StatusOK)
	if questionnaire.header.Get("Content-Type") != "application/schema+json" || !strings.Contains(string(questionnaire.body), `"financial-flows"`) {
		t.Errorf("%s: %.80s", questionnaire.header.Get("Content-Type"), questionnaire.body)
	}
	again := exchange{key: kenyaKey, method: http.MethodGet, path: op9At + "/questionnaire", headers: map[string]string{"If-None-Match": questionnaire.header.Get("ETag")}}
	h.call(again).want(http.StatusNotModified)
	h.get(kenyaKey, op30At+"/questionnaire").problem(http.StatusUnprocessableEntity, "receipt-only")
	h.get(ctedKey, op9At+"/questionnaire").problem(http.StatusForbidden, "forbidden")
}

func TestStartAnIntake(t *testing.T) {
	h := newHouse(t)
	h.post(staffKey, op9At, "").problem(http.StatusConflict, "unreachable")
	h.post(staffKey, "/v1/intakes/s-res-2388-2017/op27b", "").problem(http.StatusUnprocessableEntity, "unsupported")
	if got := read[Intake](h.get(staffKey, op9At).want(http.StatusOK)); got.Running || len(got.Items) != 0 {
		t.Errorf("before its start %+v", got)
	}
	h, db := intakeHouse(t)
	before := len(everything(t, db)["audit"])
	h.post(staffKey, op9At, "").want(http.StatusOK)
	if after := len(everything(t, db)["audit"]); after != before {
		t.Errorf("started again: %d records, were %d", after, before)
	}
}

func TestStopAnIntake(t *testing.T) {
	h, _ := intakeHouse(t)
	h.post(staffKey, op9At+"/stop", `{"reason": "  "}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(staffKey, "/v1/intakes/s-res-2388-2017/op31/stop", `{"reason": "Over."}`).problem(http.StatusNotFound, "not-found")
	if h.engine.told() != 0 {
		t.Fatalf("the engine was told %+v", h.engine.commands)
	}
	stop := exchange{
		key: staffKey, method: http.MethodPost, path: op9At + "/stop", body: `{"reason": "The mandate has ended."}`,
		headers: map[string]string{"Idempotency-Key": "stop-1"},
	}
	first := h.call(stop).want(http.StatusOK)
	again := h.call(stop).want(http.StatusOK)
	if !bytes.Equal(first.body, again.body) || len(h.engine.commands) != 1 {
		t.Fatalf("the engine was told %+v", h.engine.commands)
	}
	told := h.engine.commands[0]
	want := rapporteur.Command{ID: told.ID, Kind: rapporteur.CommandStopIntake, Actor: h.principal(staffKey), Reason: "The mandate has ended."}
	if diff := cmp.Diff(want, told); diff != "" || told.ID == "" {
		t.Errorf("command (-want +got):\n%s", diff)
	}
	// Windows are cycles, but take no commands of cycles.
	window := "/v1/cycles/" + string(op9Now)
	h.post(staffKey, window+"/commands/transmit", `{"reason": "Enough."}`).problem(http.StatusConflict, "conflict")
	if len(h.engine.commands) != 1 {
		t.Errorf("the engine was told %+v", h.engine.commands)
	}
}

// TestAWindowIsACycle holds that what can be read of a cycle can be read of a
// window: its calendar, its history and its digest.
func TestAWindowIsACycle(t *testing.T) {
	h, _ := intakeHouse(t)
	h.post(kenyaKey, op9At+"/deliveries", financialFlows("Cash couriers.")).want(http.StatusCreated)
	h.post(franceKey, op9At+"/deliveries", financialFlows("Kept from others.", asConfidential...)).want(http.StatusCreated)
	window := "/v1/cycles/" + string(op9Now)
	cycle := read[map[string]any](h.get(staffKey, window).want(http.StatusOK))
	if cycle["shape"] != "intake" || cycle["phase"] != "collecting" {
		t.Errorf("cycle %v", cycle)
	}
	h.engine.events = []rapporteur.EngineEvent{{Workflow: "intake/s-res-2388-2017/op9", Run: "run", ID: 5, Type: "WorkflowExecutionStarted"}}
	var texts []string
	for _, l := range read[History](h.get(adminKey, window+"/history").want(http.StatusOK)).Items {
		texts = append(texts, l.Text)
	}
	if len(texts) != 3 || !strings.HasPrefix(texts[0], "Intake started") || !strings.Contains(texts[2], "Kenya") {
		t.Errorf("history:\n%s", strings.Join(texts, "\n"))
	}
	if want := []string{"intake/s-res-2388-2017/op9"}; !slices.Equal(h.engine.asked, want) {
		t.Errorf("histories of %v were read, want %v", h.engine.asked, want)
	}

	h.setClock(time.Date(2018, time.July, 1, 1, 0, 0, 0, time.UTC))
	moment := rapporteur.Moment{Now: h.clock(), Workflow: rapporteur.CycleWorkflowID(op9Now), Run: "run", Event: "20"}
	conduct := h.conduct()
	if err := conduct.CloseWindow(t.Context(), op9Now, moment); err != nil {
		t.Fatal(err)
	}
	if _, err := conduct.Digest(t.Context(), op9Now, moment); err != nil {
		t.Fatal(err)
	}
	shown := read[Intake](h.get(staffKey, op9At).want(http.StatusOK)).Items[0]
	if shown.Phase != "closed" || shown.Digest != 1 || shown.Deliveries == nil || *shown.Deliveries != 2 {
		t.Errorf("window %+v", shown)
	}
	if shown := read[Intake](h.get(kenyaKey, op9At).want(http.StatusOK)).Items[0]; shown.Digest != 0 || shown.Deliveries != nil || shown.Attention != "" {
		t.Errorf("a contributor sees %+v", shown)
	}
	if drafts := read[struct{ Items []Draft }](h.get(staffKey, window+"/drafts").want(http.StatusOK)).Items; len(drafts) != 1 || drafts[0].Outcome != "not-needed" {
		t.Errorf("drafts %+v", drafts)
	}
	digest := string(h.get(staffKey, window+"/drafts/1/report").want(http.StatusOK).body)
	if !strings.Contains(digest, "included Kenya.") || strings.Contains(digest, "France") || strings.Contains(digest, "Kept from others.") {
		t.Errorf("digest:\n%s", digest)
	}
	for _, path := range []string{window, window + "/history", window + "/drafts/1", window + "/drafts/1/report"} {
		if answer := h.get(kenyaKey, path); answer.status != http.StatusForbidden && answer.status != http.StatusNotFound {
			t.Errorf("a contributor reads %s: %d", path, answer.status)
		}
	}
}
