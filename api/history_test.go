package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func TestHistoryInPlainWords(t *testing.T) {
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	h.post(franceKey, cycleAt+"/requests/state-fra/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	h.post(staffKey, kenyaAt+"/returns", `{"comments": "Say which law applies."}`).want(http.StatusOK)
	workflow := rapporteur.CycleWorkflowID(testCycle)
	h.engine.events = []rapporteur.EngineEvent{
		{Workflow: workflow, Run: "run", ID: 1, Type: "WorkflowExecutionStarted"},
		{Workflow: workflow, Run: "run", ID: 9, Type: "ActivityTaskScheduled", Ref: "5"},
		{Workflow: workflow, Run: "run", ID: 12, Type: "WorkflowExecutionSignaled", AuditSeq: 1000},
	}
	lines := read[History](h.get(adminKey, cycleAt+"/history").want(http.StatusOK)).Items
	var texts []string
	for _, l := range lines {
		texts = append(texts, l.Text)
	}
	if len(lines) != 4 || !strings.HasPrefix(texts[0], "Cycle planned: 4 contributors") || !strings.HasPrefix(texts[1], "Cycle opened: 4 requests") ||
		texts[2] != "2 nil returns accepted: Kenya and France" || !strings.HasPrefix(texts[3], "Kenya returned for correction, due ") {
		t.Fatalf("history:\n%s", strings.Join(texts, "\n"))
	}
	if l := lines[3]; l.Actor != "secretariat (for a test)" || l.Reason != "Say which law applies." || l.Day <= 0 || l.Count != 1 {
		t.Errorf("line %+v", l)
	}
	for n, want := range []string{"1", "9", "12", "12"} {
		if !slices.Equal(lines[n].Events, []string{workflow + " run " + want}) {
			t.Errorf("line %d comes from %v", n, lines[n].Events)
		}
	}
	if want := []string{workflow, rapporteur.FollowUpWorkflowID(rapporteur.RequestKey{Cycle: testCycle, Contributor: kenya}, 1)}; !sameSet(h.engine.asked, want) {
		t.Errorf("histories of %v were read, want %v", h.engine.asked, want)
	}
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func TestHistoryLineByLine(t *testing.T) {
	h := openHouse(t)
	accept := map[string]string{"Accept": "application/x-ndjson"}
	answer := h.call(exchange{key: staffKey, method: "GET", path: cycleAt + "/history", headers: accept}).want(http.StatusOK)
	if answer.header.Get("Content-Type") != "application/x-ndjson" {
		t.Errorf("media type %q", answer.header.Get("Content-Type"))
	}
	count := 0
	for scanner := bufio.NewScanner(bytes.NewReader(answer.body)); scanner.Scan(); count++ {
		var line HistoryLine
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil || line.Text == "" {
			t.Errorf("%v: %s", err, scanner.Text())
		}
	}
	if count != 2 {
		t.Errorf("%d lines", count)
	}
}

// TestHistoryWithoutAnEngine holds that the record can be read while the
// engine is away.
func TestHistoryWithoutAnEngine(t *testing.T) {
	h := openHouse(t)
	h.engine.failure = errors.New("no connection to 192.0.2.1")
	lines := read[History](h.get(adminKey, cycleAt+"/history").want(http.StatusOK)).Items
	if len(lines) != 2 || len(lines[0].Events) != 0 {
		t.Errorf("history %+v", lines)
	}
	h.engine.asked = nil
	h.get(adminKey, cycleAt+"/history?engine=false").want(http.StatusOK)
	if len(h.engine.asked) != 0 {
		t.Errorf("the engine was asked for %v", h.engine.asked)
	}
	h.get(adminKey, cycleAt+"-x/history").problem(http.StatusNotFound, "not-found")
}
