package api

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
)

const (
	missionsAt = "/v1/calendars/s-res-2388-2017/op33"
	visitsAt   = "/v1/calendars/s-res-2388-2017/op12"
)

func TestCalendarFromStartToPause(t *testing.T) {
	h := openHouse(t)
	before := read[Calendar](h.get(staffKey, missionsAt+"?from=2018-09-11&to=2018-09-13").want(http.StatusOK))
	if before.Running || len(before.Dues) != 1 {
		t.Fatalf("before it started: %+v", before)
	}
	due := before.Dues[0]
	if due.Series != "unmiss" || due.Mandated != "2018-09-11" || due.Planned != "2018-09-11" || due.Confidence != "H" || due.Drafter != "DPO" ||
		due.Cycle != "s-res-2388-2017/op33/unmiss-2018-09-11" {
		t.Errorf("due: %+v", due)
	}
	if n := len(due.Derivation); n != 2 || due.Derivation[1].Result != "2018-09-11" || !strings.Contains(due.Derivation[1].Rule, "2 × 90 days") {
		t.Errorf("derivation: %+v", due.Derivation)
	}
	started := read[Calendar](h.post(staffKey, missionsAt, `{"from": "2018-06-01"}`).want(http.StatusOK))
	if !started.Running || started.From != "2018-06-01" || started.StartedBy == "" || len(started.Dues) == 0 {
		t.Errorf("started: running %t from %s, %d due", started.Running, started.From, len(started.Dues))
	}
	moved := `{"series": "unmiss", "rule": "regular", "kind": "extension", "due": "2018-12-10", "to": "2018-12-20", "authority": "S/2018/1100"}`
	after := read[Calendar](h.post(staffKey, missionsAt+"/changes", moved).want(http.StatusOK))
	if len(after.Changes) != 1 || after.Changes[0].Authority != "S/2018/1100" {
		t.Errorf("changes: %+v", after.Changes)
	}
	extended := read[Calendar](h.get(staffKey, missionsAt+"?from=2018-12-10&to=2018-12-10").want(http.StatusOK)).Dues[0]
	if extended.Mandated != "2018-12-10" || extended.Agreed != "2018-12-20" {
		t.Errorf("moved: mandated %s, agreed %s", extended.Mandated, extended.Agreed)
	}
	paused := read[Calendar](h.post(staffKey, missionsAt+"/pause", `{"reason": "Liquidity."}`).want(http.StatusOK))
	if paused.Running || paused.PausedAt == nil {
		t.Errorf("paused: %+v", paused)
	}
	var told []string
	for _, line := range read[History](h.get(staffKey, "/v1/cycles/s-res-2388-2017/op33/calendar/history").want(http.StatusOK)).Items {
		told = append(told, line.Text+" "+line.Reason)
	}
	if got := strings.Join(told, "\n"); !strings.Contains(got, "from 10 December 2018 to 20 December 2018") || !strings.Contains(got, "Calendar paused: no more cycles begin Liquidity.") {
		t.Errorf("history:\n%s", got)
	}
	h.get(staffKey, "/v1/cycles/s-res-2388-2017/op12/calendar/history").problem(http.StatusNotFound, "not-found")
	list := read[struct{ Items []Calendar }](h.get(adminKey, "/v1/calendars").want(http.StatusOK))
	if len(list.Items) != 1 || list.Items[0].Stream != "op33" || list.Items[0].Dues != nil {
		t.Errorf("list: %+v", list.Items)
	}
}

func TestEventsAreAwaitedUntilTheyAreTold(t *testing.T) {
	h := openHouse(t)
	waits := read[Calendar](h.post(staffKey, visitsAt, `{}`).want(http.StatusOK)).Awaited
	if len(waits) != 1 || waits[0].Series != "assessment" || waits[0].Event != "visit" || waits[0].Label != "end of the visit to the State" {
		t.Errorf("awaited: %+v", waits)
	}
	h.post(staffKey, visitsAt+"/events", `{"event": "visit", "subject": "ken", "date": "2018-06-20", "authority": "Letter"}`).want(http.StatusOK)
	told := read[Calendar](h.get(staffKey, visitsAt+"?from=2018-06-01&to=2019-12-31").want(http.StatusOK))
	if len(told.Dues) != 2 || told.Dues[0].Mandated != "2018-09-20" || !told.Dues[0].Expected || told.Dues[1].Mandated != "2019-06-20" || len(told.Events) != 1 {
		t.Errorf("told: %+v", told)
	}
	again := h.call(exchange{key: staffKey, method: http.MethodPost, path: visitsAt + "/events", headers: map[string]string{"Idempotency-Key": "e-1"},
		body: `{"event": "visit", "subject": "tcd", "date": "2018-06-21", "authority": "Letter"}`}).want(http.StatusOK)
	same := h.call(exchange{key: staffKey, method: http.MethodPost, path: visitsAt + "/events", headers: map[string]string{"Idempotency-Key": "e-1"},
		body: `{"event": "visit", "subject": "tcd", "date": "2018-06-21", "authority": "Letter"}`}).want(http.StatusOK)
	if !bytes.Equal(again.body, same.body) {
		t.Error("the same request was answered otherwise")
	}
}

func TestCalendarsRefuseWhatCannotBe(t *testing.T) {
	h := openHouse(t)
	h.post(staffKey, "/v1/calendars/s-res-2388-2017/op34", `{}`).problem(http.StatusUnprocessableEntity, "unsupported")
	h.get(staffKey, "/v1/calendars/s-res-2388-2017/op99").problem(http.StatusNotFound, "not-found")
	h.get(staffKey, missionsAt+"?from=2018-09-13&to=2018-09-11").problem(http.StatusUnprocessableEntity, "invalid")
	h.get(staffKey, missionsAt+"?from=soon").problem(http.StatusUnprocessableEntity, "invalid")
	h.get(staffKey, missionsAt+"?to=2118-01-01").problem(http.StatusUnprocessableEntity, "invalid")
	h.post(staffKey, missionsAt+"/pause", `{"reason": "x"}`).problem(http.StatusNotFound, "not-found") // it does not run
	h.post(staffKey, missionsAt, `{}`).want(http.StatusOK)
	h.post(staffKey, missionsAt+"/pause", `{}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(staffKey, missionsAt+"/events", `{"event": "war", "date": "2018-06-20", "authority": "x"}`).problem(http.StatusNotFound, "not-found")
	h.post(staffKey, missionsAt+"/changes", `{"series": "unmiss", "rule": "regular", "kind": "extension", "due": "2018-12-11", "to": "2018-12-20", "authority": "x"}`).
		problem(http.StatusUnprocessableEntity, "invalid")
	h.post(staffKey, missionsAt+"/changes", `{"series": "unmiss", "rule": "regular", "kind": "whim", "due": "2018-12-10", "to": "2018-12-20", "authority": "x"}`).
		problem(http.StatusUnprocessableEntity, "invalid")
}
