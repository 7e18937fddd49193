package api

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

const (
	occasionAt = "/v1/cycles/s-res-2388-2017/op23a/occasion-1"
	briefing   = `{"instrument": "s-res-2388-2017", "stream": "op23a", "authority": "S/2018/400", "only": ["entity-unodc", "mission-unmiss"],
		"event": {"date": "2018-05-22", "title": "Briefing on Libya", "time": "10 a.m.", "place": "Council Chamber", "body": "Security Council, 8263rd meeting"}}`
)

// openOccasion is a house whose occasion, in a stream and by a body, collects.
func openOccasion(t *testing.T, start string, id rapporteur.CycleID, reachable ...string) *house {
	t.Helper()
	h := plannedHouse(t)
	for _, who := range reachable {
		body := `{"contacts":[{"role":"focal-point","name":"A. Person","address":"focal@example.org","language":"en"}]}`
		h.call(exchange{key: staffKey, method: "PUT", path: "/v1/contributors/" + who + "/contacts", body: body}).want(http.StatusOK)
	}
	h.post(staffKey, "/v1/cycles", start).want(http.StatusCreated)
	h.setClock(time.Date(2018, time.April, 24, 13, 0, 0, 0, time.UTC))
	if _, err := h.conduct().Open(t.Context(), id, h.moment()); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestOccasionIsPreviewedAndStarted(t *testing.T) {
	h := plannedHouse(t)
	preview := read[StartedCycle](h.post(staffKey, "/v1/cycles?dry_run=true", briefing).want(http.StatusOK))
	want := &Event{Kind: "briefing", Date: "2018-05-22", Time: "10 a.m.", Place: "Council Chamber", Body: "Security Council, 8263rd meeting"}
	if diff := cmp.Diff(want, preview.Event); diff != "" || !preview.DryRun || preview.Shape != "occasion" || preview.Title != "Briefing on Libya" {
		t.Errorf("preview %+v (-want +got):\n%s", preview.CycleSummary, diff)
	}
	if preview.Due != "2018-05-15" || preview.Mandated != "2018-05-22" || preview.Ladder[0].Notice != "invitation" {
		t.Errorf("due %s, event %s, first %+v", preview.Due, preview.Mandated, preview.Ladder[0])
	}
	h.get(staffKey, occasionAt).problem(http.StatusNotFound, "not-found")
	started := h.post(staffKey, "/v1/cycles", briefing).want(http.StatusCreated)
	if at := started.header.Get("Location"); at != occasionAt {
		t.Errorf("started at %s", at)
	}
	if got := read[Cycle](h.get(staffKey, occasionAt).want(http.StatusOK)); got.Outcome != nil || cmp.Diff(want, got.Event) != "" {
		t.Errorf("stored %+v %+v", got.Event, got.Outcome)
	}
	h.post(staffKey, "/v1/cycles", briefing).problem(http.StatusConflict, "conflict")
	if got := read[map[string]any](h.get(staffKey, cycleAt)); got["event"] != nil {
		t.Errorf("a report has the event %v", got["event"])
	}
}

func TestOccasionsThatAreRefused(t *testing.T) {
	h := plannedHouse(t)
	for name, c := range map[string]struct{ old, replacement, kind string }{
		"no event":                               {`"event": {"date": "2018-05-22", "title": "Briefing on Libya", "time": "10 a.m.", "place": "Council Chamber", "body": "Security Council, 8263rd meeting"}`, `"period": ""`, "invalid"},
		"no date":                                {`"date": "2018-05-22", `, ``, "invalid"},
		"not a date":                             {"2018-05-22", "soon", "invalid"},
		"over":                                   {`"authority": "S/2018/400", `, ``, ""},
		"a report's event":                       {"op23a", "op34", "invalid"},
		"a long title":                           {"Briefing on Libya", strings.Repeat("x", 201), "invalid"},
		"a field too many":                       {`"time"`, `"speaker": "A Name", "time"`, "invalid"},
		"a Member State":                         {`"mission-unmiss"`, `"state-ken"`, "invalid"},
		"a stream that has no cycles of its own": {"op23a", "op33", "unsupported"},
	} {
		t.Run(name, func(t *testing.T) {
			body := strings.Replace(briefing, c.old, c.replacement, 1)
			if name == "over" {
				body, c.kind = strings.Replace(body, "2018-05-22", "2018-01-14", 1), "invalid"
			}
			h.post(staffKey, "/v1/cycles", body).problem(http.StatusUnprocessableEntity, c.kind)
		})
	}
	over := strings.Replace(briefing, "2018-05-22", "2018-01-14", 1) // with an authority it records what has been
	if got := read[StartedCycle](h.post(staffKey, "/v1/cycles?dry_run=true", over).want(http.StatusOK)); got.Opens != "2018-01-15" {
		t.Errorf("opens %s", got.Opens)
	}
}

// Staff see what came of the event; whoever is invited sees the event.
func TestWhoSeesTheOutcome(t *testing.T) {
	const id = rapporteur.CycleID("s-res-2388-2017/op23a/occasion-1")
	h := openOccasion(t, briefing, id)
	h.setClock(time.Date(2018, time.May, 23, 9, 0, 0, 0, time.UTC))
	command := rapporteur.Command{
		ID: "o", Kind: rapporteur.CommandRecordOutcome, Actor: "key-1", Outcome: rapporteur.OutcomeHeld, Date: rapporteur.Date{Year: 2018, Month: 5, Day: 22},
		Symbol: "S/PV.8263", Summary: "Two spoke.", Participants: []rapporteur.ContributorID{"entity-unodc"},
	}
	if _, err := h.conduct().Apply(t.Context(), id, command, h.moment()); err != nil {
		t.Fatal(err)
	}
	want := &Outcome{
		Outcome: "held", HeldOn: "2018-05-22", Record: "S/PV.8263", Summary: "Two spoke.", Participants: []string{"entity-unodc"}, RecordedBy: "key-1",
	}
	for _, key := range []string{staffKey, adminKey, olaKey} {
		got := read[Cycle](h.get(key, occasionAt).want(http.StatusOK)).Outcome
		if got == nil || got.RecordedAt == nil {
			t.Fatalf("%s sees the outcome %+v", key, got)
		}
		got.RecordedAt = nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
	got := read[map[string]any](h.get(unmissKey, occasionAt).want(http.StatusOK))
	if got["event"] == nil || got["outcome"] != nil || got["counts"] != nil {
		t.Errorf("whoever is invited sees %v", got)
	}
	h.get(kenyaKey, occasionAt).problem(http.StatusNotFound, "not-found")
	if list := read[struct{ Items []CycleSummary }](h.get(kenyaKey, "/v1/cycles")); slices.ContainsFunc(list.Items, func(c CycleSummary) bool { return c.Shape == "occasion" }) {
		t.Errorf("Kenya, who is not invited, lists %+v", list.Items)
	}
}

func TestOnlyTheSecretariatTellsAnOccasion(t *testing.T) {
	h := openOccasion(t, briefing, "s-res-2388-2017/op23a/occasion-1")
	told := h.engine.told()
	for _, kind := range []string{"reschedule", "record-outcome"} {
		for _, key := range []string{unmissKey, olaKey, adminKey} {
			h.post(key, occasionAt+"/commands/"+kind, `{"date": "2018-06-01"}`).problem(http.StatusForbidden, "forbidden")
		}
		h.post("", occasionAt+"/commands/"+kind, `{}`).problem(http.StatusUnauthorized, "unidentified")
	}
	for _, key := range []string{unmissKey, kenyaKey, olaKey, adminKey} {
		h.post(key, "/v1/cycles", briefing).problem(http.StatusForbidden, "forbidden")
		h.post(key, "/v1/cycles?dry_run=true", briefing).problem(http.StatusForbidden, "forbidden")
	}
	for name, body := range map[string]string{
		"another outcome": `{"outcome": "great"}`, "fewer than nobody": `{"outcome": "held", "present": -1}`, "an unknown field": `{"speaker": "A Name"}`,
	} {
		t.Run(name, func(t *testing.T) {
			h.post(staffKey, occasionAt+"/commands/record-outcome", body).problem(http.StatusUnprocessableEntity, "invalid")
		})
	}
	if h.engine.told() != told {
		t.Error("a refused command reached the engine")
	}
}

// A date from which others cannot be reckoned is refused wherever it is given.
func TestDatesOfOtherAges(t *testing.T) {
	h := openOccasion(t, briefing, "s-res-2388-2017/op23a/occasion-1", "entity-unodc")
	for _, date := range []string{"9999-12-31", "0001-01-01"} {
		for path, body := range map[string]string{
			"/v1/cycles?dry_run=true":           strings.Replace(briefing, "2018-05-22", date, 1),
			occasionAt + "/commands/reschedule": `{"authority": "x", "date": "` + date + `"}`,
			missionsAt:                          `{"from": "` + date + `"}`,
			missionsAt + "/events":              `{"event": "x", "authority": "x", "date": "` + date + `"}`,
		} {
			if p := h.post(staffKey, path, body).problem(http.StatusUnprocessableEntity, "invalid"); !strings.Contains(p.Detail, "1945 to 2200") {
				t.Errorf("%s of %s: %+v", path, date, p)
			}
		}
	}
}

// Where only receipts are kept, a body leaves no trace: neither in the record
// nor in the log, whatever it says and however it comes.
func TestABodyLeavesNoTraceWhereReceiptsAreKept(t *testing.T) {
	const start = `{"instrument": "s-res-2388-2017", "stream": "op27b", "only": ["mission-unmiss"], "event": {"date": "2018-05-22"}}`
	const id = rapporteur.CycleID("s-res-2388-2017/op27b/occasion-1")
	h := openOccasion(t, start, id)
	at := "/v1/cycles/s-res-2388-2017/op27b/occasion-1/requests/mission-unmiss"
	everything := func() (text string) {
		h.log.Reset()
		err := h.store.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
			for _, c := range []rapporteur.CycleID{id, testCycle, ""} {
				audit, err := r.Audit(ctx, c, 0, 0)
				if err != nil {
					return err
				}
				submissions, err := r.Submissions(ctx, rapporteur.RequestKey{Cycle: c})
				if err != nil {
					return err
				}
				text += toJSON(t, audit) + toJSON(t, submissions)
			}
			requests, err := r.Requests(ctx, rapporteur.RequestFilter{})
			text += toJSON(t, requests)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	before := everything()
	for what, media := range map[string]string{
		"/submissions": mediaJSON, "/validations": mediaJSON, "/workbook/submissions": mediaXLSX, "/workbook/validations": mediaXLSX, "/figures.csv": mediaCSV,
	} {
		for _, body := range []string{`{"name": "Jane Secret"}`, `not JSON, Jane Secret`, nilReturn("briefing-reply", "Jane Secret")} {
			p := h.call(exchange{key: unmissKey, method: "POST", path: at + what, body: body, headers: map[string]string{"Idempotency-Key": "k", "Content-Type": media}}).
				problem(http.StatusUnprocessableEntity, "receipt-only")
			if !strings.Contains(p.Detail, "receipt") || strings.Contains(toJSON(t, p), "Secret") {
				t.Errorf("%s: %+v", what, p)
			}
			if strings.Contains(h.log.String(), "Secret") {
				t.Errorf("the log has it:\n%s", h.log)
			}
		}
	}
	if after := everything(); after != before {
		t.Errorf("the record has changed:\n%s\n%s", before, after)
	}
	if got := read[Cycle](h.get(unmissKey, "/v1/cycles/s-res-2388-2017/op27b/occasion-1").want(http.StatusOK)); !got.Event.ReceiptOnly {
		t.Errorf("the event is %+v", got.Event)
	}
	for _, what := range []string{"/questionnaire", "/workbook", "/figures.csv"} {
		h.get(unmissKey, at+what).problem(http.StatusUnprocessableEntity, "receipt-only")
	}
	if asked := h.get(unmissKey, at).want(http.StatusOK); bytes.Contains(asked.body, []byte(`"questionnaire"`)) {
		t.Errorf("the request is %s", asked.body)
	}
}
