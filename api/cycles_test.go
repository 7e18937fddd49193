package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

func TestPreviewExplainsEveryDate(t *testing.T) {
	h := newHouse(t)
	answer := h.post(staffKey, "/v1/cycles?dry_run=true", `{"instrument": "s-res-2388-2017", "stream": "op34"}`).want(http.StatusOK)
	got := read[StartedCycle](answer)
	if !got.DryRun || got.ID != string(testCycle) || answer.header.Get("Location") != "" {
		t.Errorf("preview %+v", got.CycleSummary)
	}
	if got.Mandated != "2018-11-21" {
		t.Errorf("mandated %s", got.Mandated)
	}
	for _, d := range got.Calendar {
		if len(d.Derivation) == 0 || d.Derivation[len(d.Derivation)-1].Result != d.Date || d.Derivation[0].Basis == "" {
			t.Errorf("%s is not derived: %+v", d.Key, d)
		}
	}
	if len(got.Ladder) < 3 || got.Ladder[0].Rung != "request" {
		t.Errorf("ladder %+v", got.Ladder)
	}
	if len(got.Contributors) < 193 || !slices.Contains(got.Unreachable, "state-ken") {
		t.Errorf("%d contributors, %d unreachable", len(got.Contributors), len(got.Unreachable))
	}
	h.get(staffKey, cycleAt).problem(http.StatusNotFound, "not-found")
}

func TestStartRefuses(t *testing.T) {
	h := newHouse(t)
	cases := []struct {
		name, body string
		status     int
		kind       string
	}{
		{"nobody reachable", `{"instrument": "s-res-2388-2017", "stream": "op34"}`, 409, "unreachable"},
		{"unknown instrument", `{"instrument": "s-res-1-1946", "stream": "op34"}`, 404, "not-found"},
		{"unknown stream", `{"instrument": "s-res-2388-2017", "stream": "op99"}`, 404, "not-found"},
		{"unknown field", `{"instrument": "s-res-2388-2017", "stream": "op34", "force": true}`, 422, "invalid"},
		{"missing field", `{"instrument": "s-res-2388-2017"}`, 422, "invalid"},
		{"wrong type", `{"instrument": 2388, "stream": "op34"}`, 422, "invalid"},
		{"dates without authority", `{"instrument": "s-res-2388-2017", "stream": "op34", "dates": {"due": "2018-08-01"}}`, 422, "invalid"},
		{"not a date", `{"instrument": "s-res-2388-2017", "stream": "op34", "authority": "x", "dates": {"due": "soon"}}`, 422, "invalid"},
		{"not JSON", `instrument: s-res-2388-2017`, 400, "malformed"},
		{"no body", ``, 400, "malformed"},
		{"over the limit", `{"instrument": "` + strings.Repeat("x", maxBody) + `"}`, 413, "too-large"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := h.post(staffKey, "/v1/cycles", c.body).problem(c.status, c.kind)
			if c.name == "unknown field" && (len(p.Findings) != 1 || p.Findings[0].Pointer != "/body/force") {
				t.Errorf("findings %+v", p.Findings)
			}
		})
	}
	if list := read[struct{ Items []CycleSummary }](h.get(staffKey, "/v1/cycles")); len(list.Items) != 0 {
		t.Errorf("cycles %+v", list.Items)
	}
}

func TestStartedCycle(t *testing.T) {
	h := plannedHouse(t)
	got := read[Cycle](h.get(staffKey, cycleAt).want(http.StatusOK))
	if got.Phase != "planned" || !slices.Equal(got.Contributors, []string{"entity-unodc", "mission-unmiss", "state-fra", "state-ken"}) || got.Counts == nil {
		t.Errorf("cycle %+v", got)
	}
	if got.StartedBy != h.principal(staffKey) || len(got.Clearance) == 0 {
		t.Errorf("cycle %+v", got)
	}
	again := `{"instrument": "s-res-2388-2017", "stream": "op34", "only": ["state-ken"]}`
	h.post(staffKey, "/v1/cycles", again).problem(http.StatusConflict, "conflict")
	other := h.post(staffKey, "/v1/cycles", `{"instrument": "s-res-2388-2017", "stream": "op34", "period": "2018-b", "only": ["state-ken"]}`).want(http.StatusCreated)
	if other.header.Get("Location") != "/v1/cycles/s-res-2388-2017/op34/2018-b" || other.header.Get("ETag") == "" {
		t.Errorf("headers %v", other.header)
	}
}

func TestContributorsSeeTheCalendarOnly(t *testing.T) {
	h := openHouse(t)
	h.post(staffKey, "/v1/cycles", `{"instrument": "s-res-2388-2017", "stream": "op34", "period": "2018-b", "only": ["state-fra"]}`).want(http.StatusCreated)
	got := read[map[string]any](h.get(kenyaKey, cycleAt).want(http.StatusOK))
	for _, hidden := range []string{"counts", "contributors", "attention", "clearance", "started_by"} {
		if _, shown := got[hidden]; shown {
			t.Errorf("a contributor sees %s: %v", hidden, got[hidden])
		}
	}
	if got["due"] == "" || got["calendar"] == nil {
		t.Errorf("a contributor sees %v", got)
	}
	h.get(kenyaKey, cycleAt+"-b").problem(http.StatusNotFound, "not-found")
	h.get(kenyaKey, cycleAt+"-b/requests").problem(http.StatusNotFound, "not-found")
	list := read[struct{ Items []CycleSummary }](h.get(kenyaKey, "/v1/cycles?limit=1"))
	if len(list.Items) != 1 || list.Items[0].ID != string(testCycle) {
		t.Errorf("Kenya sees %+v", list.Items)
	}
}

func TestPagination(t *testing.T) {
	h := openHouse(t)
	for _, period := range []string{"a", "b", "c"} {
		body := `{"instrument": "s-res-2388-2017", "stream": "op34", "period": "` + period + `", "only": ["state-fra"]}`
		h.post(staffKey, "/v1/cycles", body).want(http.StatusCreated)
	}
	type list struct {
		Items []struct {
			ID          string
			Contributor string
		}
		NextCursor string `json:"next_cursor"`
	}
	whole := func(path string, limit string) (ids []string, pages int) {
		for cursor := ""; ; {
			got := read[list](h.get(staffKey, path+limit+"&cursor="+cursor).want(http.StatusOK))
			pages++
			for _, item := range got.Items {
				ids = append(ids, item.ID+item.Contributor)
			}
			if cursor = got.NextCursor; cursor == "" {
				return ids, pages
			}
		}
	}
	for path, want := range map[string]int{"/v1/cycles?": 4, cycleAt + "/requests?": 4, cycleAt + "/requests?kind=member-state&state=open&": 2, "/v1/contributors?kind=member-state&on=2018-03-01&": 193} {
		one, _ := whole(path, "limit=500")
		paged, pages := whole(path, "limit=2")
		if diff := cmp.Diff(one, paged); diff != "" || len(one) != want || pages != (want+1)/2 {
			t.Errorf("%s: %d items, %d in %d pages:\n%s", path, len(one), len(paged), pages, diff)
		}
	}
	h.get(staffKey, "/v1/cycles?cursor=%21").problem(http.StatusBadRequest, "malformed")
	h.get(staffKey, "/v1/cycles?limit=0").problem(http.StatusUnprocessableEntity, "invalid")
	h.get(staffKey, cycleAt+"/requests?state=lost").problem(http.StatusUnprocessableEntity, "invalid")
}

func TestCommandsReachTheEngine(t *testing.T) {
	h := openHouse(t)
	cases := []struct {
		kind, body string
		want       rapporteur.Command
	}{
		{"open", "", rapporteur.Command{}},
		{"move-deadline", `{"date": "2018-07-01", "closes": "2018-07-20", "authority": "S/2018/400", "reason": "Late census."}`, rapporteur.Command{
			Date: rapporteur.Date{Year: 2018, Month: 7, Day: 1}, Closes: rapporteur.Date{Year: 2018, Month: 7, Day: 20}, Authority: "S/2018/400", Reason: "Late census.",
		}},
		{"add-contributor", `{"contributor": "state-usa"}`, rapporteur.Command{Contributor: "state-usa"}},
		{"withdraw-contributor", `{"contributor": "state-ken", "reason": "x"}`, rapporteur.Command{Contributor: "state-ken", Reason: "x"}},
		{"close-collection", `{}`, rapporteur.Command{}},
		{"redraft", `{}`, rapporteur.Command{}},
		{"transmit", `{"symbol": "S/2018/1042", "date": "2018-11-21"}`, rapporteur.Command{Symbol: "S/2018/1042", Date: rapporteur.Date{Year: 2018, Month: 11, Day: 21}}},
		{"record-issue", `{"symbol": "S/2018/831", "date": "2018-09-11", "paragraphs": "45–47"}`, rapporteur.Command{
			Symbol: "S/2018/831", Date: rapporteur.Date{Year: 2018, Month: 9, Day: 11}, Paragraphs: "45–47",
		}},
		{"reschedule", `{"date": "2018-06-19", "authority": "S/2018/500", "reason": "The Council moved it."}`, rapporteur.Command{
			Date: rapporteur.Date{Year: 2018, Month: 6, Day: 19}, Authority: "S/2018/500", Reason: "The Council moved it.",
		}},
		{"record-outcome", `{"outcome": "held", "date": "2018-05-22", "symbol": "S/PV.8263", "summary": "Two spoke.", "participants": ["entity-unodc"], "present": 1}`, rapporteur.Command{
			Outcome: rapporteur.OutcomeHeld, Date: rapporteur.Date{Year: 2018, Month: 5, Day: 22}, Symbol: "S/PV.8263", Summary: "Two spoke.",
			Participants: []rapporteur.ContributorID{"entity-unodc"}, Present: 1,
		}},
		{"cancel", `{"reason": "Superseded."}`, rapporteur.Command{Reason: "Superseded."}},
	}
	if len(cases) != len(rapporteur.Commands) {
		t.Errorf("%d of %d commands are tried", len(cases), len(rapporteur.Commands))
	}
	for n, c := range cases {
		answer := h.post(staffKey, cycleAt+"/commands/"+c.kind, c.body).want(http.StatusOK)
		if read[Cycle](answer).ID != string(testCycle) {
			t.Errorf("%s answers %s", c.kind, answer.body)
		}
		c.want.Kind, c.want.Actor, c.want.ID = rapporteur.CommandKind(c.kind), h.principal(staffKey), h.engine.commands[n].ID
		if diff := cmp.Diff(c.want, h.engine.commands[n]); diff != "" {
			t.Errorf("%s (-want +told):\n%s", c.kind, diff)
		}
	}
	told := h.engine.told()
	h.post(staffKey, cycleAt+"/commands/explode", "{}").problem(http.StatusUnprocessableEntity, "invalid")
	h.post(staffKey, cycleAt+"/commands/open", `{"force": true}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(staffKey, cycleAt+"/commands/open", `{"date": "tomorrow"}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(staffKey, cycleAt+"/commands/add-contributor", `{"contributor": "state-xyz"}`).problem(http.StatusNotFound, "not-found")
	h.post(staffKey, cycleAt+"-x/commands/open", "{}").problem(http.StatusNotFound, "not-found")
	if h.engine.told() != told {
		t.Error("a refused command reached the engine")
	}
	h.engine.failure = rapporteur.Problemf(rapporteur.ProblemConflict, "Not possible now", "The cycle is closed.")
	h.post(staffKey, cycleAt+"/commands/open", "{}").problem(http.StatusConflict, "conflict")
}
