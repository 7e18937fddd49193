package admin_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web"
	"github.com/rapporteur/rapporteur/web/webtest"
)

const at = "/admin/cycles/" + string(webtest.Cycle)

// lived is a house in which a cycle has a past: asked, answered twice, returned,
// silent for a while, compiled.
func lived(t testing.TB, changes ...func(*web.Config)) *webtest.House {
	t.Helper()
	h := webtest.New(t, changes...)
	h.Open()
	h.Submit("kenya", webtest.Nil("member-state"))
	h.Submit("france", webtest.Nil("member-state"))
	_, err := h.Config.Secretariat.Return(t.Context(), webtest.People["staff"], rapporteur.RequestKey{Cycle: webtest.Cycle, Contributor: webtest.Kenya},
		rapporteur.Date{}, "Say which law applies to Q5.2.", "once")
	h.Must(err)
	h.Compile()
	return h
}

func TestEveryCycleIsListed(t *testing.T) {
	h := lived(t)
	page := h.As("admin").Get("/admin").Want(http.StatusOK, "1 cycle", "S/RES/2388 (2017)", at, "clearing", "14 September 2018", "4 of 4", "Draft 1 sent for clearance")
	page.Lacks("No cycle is like that")
	h.As("admin").Get("/admin?q=trafficking+2018&which=running").Want(http.StatusOK, at)
	h.As("admin").Get("/admin?q=trafficking+2019").Want(http.StatusOK, "No cycle is like that").Lacks(at)
	h.As("admin").Get("/admin?which=ended").Want(http.StatusOK, "No cycle is like that")
	h.As("staff").Get("/admin").Want(http.StatusOK, "Histories", at)
}

func TestWhatNeedsAttentionComesFirst(t *testing.T) {
	h := lived(t)
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		for _, c := range []rapporteur.Cycle{
			{ID: "a/b/closed", Phase: rapporteur.PhaseClosed}, {ID: "a/b/quiet", Phase: rapporteur.PhaseCollecting},
			{ID: "z/z/stuck", Phase: rapporteur.PhasePlanned, Attention: "Give <Kenya> a mailbox."},
		} {
			if err := tx.InsertCycle(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	page := h.As("admin").Get("/admin").Want(http.StatusOK, "4 cycles", "Give &lt;Kenya&gt; a mailbox.").Body.String()
	last := -1
	for _, id := range []string{"z/z/stuck", "a/b/quiet", string(webtest.Cycle), "a/b/closed"} {
		found := strings.Index(page, "/admin/cycles/"+id)
		if found <= last {
			t.Errorf("%s is not in its place", id)
		}
		last = found
	}
}

func TestHistoryInPlainWords(t *testing.T) {
	h := lived(t)
	page := h.As("admin").Get(at).Want(http.StatusOK, "9 records", "2 nil returns accepted: Kenya and France", "2 records",
		"Kenya returned for correction", "Say which law applies to Q5.2.", "137 days nothing happened", "Day 126", "21 May 2018", "records.ndjson", "engine.json")
	newest, oldest := strings.Index(page.Body.String(), "Draft 1 compiled"), strings.Index(page.Body.String(), "Cycle planned")
	if newest > oldest {
		t.Error("the oldest comes first")
	}
	other := h.As("admin").Get(at + "?order=oldest").Want(http.StatusOK).Body.String()
	if strings.Index(other, "Draft 1 compiled") < strings.Index(other, "Cycle planned") {
		t.Error("the newest comes first, and the oldest was asked for")
	}
	h.As("staff").Get(at).Want(http.StatusOK, "Cycle planned").Lacks("engine.json")
	h.Set(h.Clock().Add(12 * 24 * time.Hour))
	h.As("admin").Get(at).Want(http.StatusOK, "Nothing has happened for 12 days")
	h.As("admin").Get(at + "?group=report").Want(http.StatusOK).Lacks("Nothing has happened")
	h.As("admin").Get("/admin/cycles/s-res-2388-2017/op34/1999").Want(http.StatusNotFound)
}

func TestHistoryNarrowed(t *testing.T) {
	h := lived(t)
	for query, want := range map[string]struct {
		records string
		says    []string
		lacks   []string
	}{
		"contributor=kenya":                {"2 records", []string{"Kenya: nil return", "Kenya returned"}, []string{"France", "Cycle planned"}},
		"contributor=state-fra":            {"1 record", []string{"France: nil return"}, []string{"Kenya"}},
		"contributor=Atlantis":             {"0 records", []string{"Nobody is called that", `aria-invalid="true"`, `value="Atlantis"`}, []string{"Cycle planned"}},
		"actor=person-staff":               {"2 records", []string{"Kenya returned", "Cycle planned"}, []string{"nil return"}},
		"actor=engine":                     {"5 records", []string{"Draft 1 compiled"}, []string{"Kenya returned"}},
		"group=answers":                    {"3 records", []string{"2 nil returns", "1 answer collected"}, []string{"Draft 1"}},
		"group=report&until=2018-05-31":    {"0 records", []string{"There is no such record"}, nil},
		"from=2018-05-21&until=2018-05-21": {"4 records", []string{"Cycle opened"}, []string{"Cycle planned", "Draft 1"}},
		"from=tomorrow":                    {"9 records", []string{"This is not a date", `value="tomorrow"`}, nil},
		"q=LAW+applies":                    {"1 record", []string{"Kenya returned"}, []string{"nil return"}},
		"q=kenya":                          {"2 records", []string{"Kenya returned", "Kenya: nil return"}, []string{"France"}},
		"q=compiled":                       {"1 record", []string{"Draft 1 compiled"}, nil},
		"q=%25":                            {"0 records", []string{`value="%"`}, nil},
		"q=%00%ff":                         {"9 records", nil, nil},
		"group=nonsense&order=nonsense":    {"9 records", nil, nil},
	} {
		h.As("admin").Get(at+"?"+query).Want(http.StatusOK, append(want.says, want.records)...).Lacks(want.lacks...)
	}
}

// Page after page leads through the whole history, every record on one of them,
// whatever the order.
func TestHistoryPageByPage(t *testing.T) {
	h := lived(t)
	const more = 450
	fill(h, more)
	next := regexp.MustCompile(`<a href="([^"]*)">More</a>`)
	seq := regexp.MustCompile(`<dt>Record</dt><dd>(\d+),`)
	for _, order := range []string{"", "order=oldest", "contributor=kenya"} {
		seen := map[string]bool{}
		pages := 0
		for address := at + "?" + order; address != ""; pages++ {
			body := h.As("admin").Get(strings.ReplaceAll(address, "&amp;", "&")).Want(http.StatusOK).Body.String()
			for _, found := range seq.FindAllStringSubmatch(body, -1) {
				if seen[found[1]] {
					t.Fatalf("%s: record %s is on two pages", order, found[1])
				}
				seen[found[1]] = true
			}
			address = ""
			if found := next.FindStringSubmatch(body); found != nil {
				address = found[1]
			}
		}
		want := more + 9
		if order == "contributor=kenya" {
			want = more/2 + 2
		}
		if len(seen) != want || pages != (want+199)/200 {
			t.Errorf("%q: %d records on %d pages, want %d", order, len(seen), pages, want)
		}
	}
}

// fill writes n records about Kenya and France by turns, over half a year.
func fill(h *webtest.House, n int) {
	h.T.Helper()
	start := time.Date(2018, time.May, 22, 9, 0, 0, 0, time.UTC)
	const atOnce = 1000
	for from := 0; from < n; from += atOnce {
		h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
			for k := from; k < min(from+atOnce, n); k++ {
				r := rapporteur.AuditRecord{
					Cycle: webtest.Cycle, At: start.Add(time.Duration(k) * (180 * 24 * time.Hour / time.Duration(n))), Actor: fmt.Sprintf("person-%d", k%7),
					Action:      []rapporteur.Action{rapporteur.ActionAnswerRead, rapporteur.ActionSubmitted, rapporteur.ActionMessageFailed}[k%3],
					Contributor: []rapporteur.ContributorID{webtest.Kenya, webtest.France}[k%2],
					Details:     map[string]string{"version": "1", "masked": "true", "return-type": "answered", "notice": "reminder"},
				}
				if k%100 == 0 {
					r.Reason = fmt.Sprintf("Looked into for question %d.", k)
				}
				if _, err := tx.AppendAudit(ctx, r); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

func TestRecordsAsData(t *testing.T) {
	h := lived(t)
	fill(h, 1500)
	answer := h.As("admin").Get(at + "/records.ndjson?contributor=france").Want(http.StatusOK)
	if got := answer.Header().Get("Content-Disposition"); got != `attachment; filename="s-res-2388-2017-op34-2018-records.ndjson"` {
		t.Errorf("the file is %s", got)
	}
	count, last := 0, ""
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); count++ {
		var r struct {
			Seq                            int64
			At, Action, Contributor, Actor string
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil || r.Contributor != string(webtest.France) || r.Seq == 0 || !strings.HasPrefix(r.Actor, "person-") {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		if r.At < last {
			t.Errorf("%s comes after %s", r.At, last)
		}
		last = r.At
	}
	if count != 751 {
		t.Errorf("%d records", count)
	}
}

func TestTheEventInTemporal(t *testing.T) {
	h := lived(t)
	compiled := h.Audit(rapporteur.ActionCompiled)[0]
	planned := h.Audit(rapporteur.ActionCyclePlanned)[0]
	workflow := rapporteur.CycleWorkflowID(webtest.Cycle)
	h.Engine.History = []rapporteur.EngineEvent{
		{Workflow: workflow, Run: "run", ID: 1, Type: "WorkflowExecutionStarted"},
		{Workflow: workflow, Run: "run", ID: 9, Type: "ActivityTaskCompleted", Ref: compiled.Event},
	}
	event := func(seq int64) webtest.Reply { return h.As("admin").Get(fmt.Sprintf("%s/records/%d/event", at, seq)) }
	for seq, id := range map[int64]string{compiled.Seq: "9", planned.Seq: "1"} {
		got := event(seq).Want(http.StatusSeeOther).Header().Get("Location")
		if want := "http://127.0.0.1:8233/namespaces/rapporteur/workflows/cycle%2Fs-res-2388-2017%2Fop34%2F2018/run/history/events/" + id; got != want {
			t.Errorf("record %d leads to %s, want %s", seq, got, want)
		}
	}
	event(h.Audit(rapporteur.ActionSubmitted)[0].Seq).Want(http.StatusOK, "Temporal has no event of this record")
	event(99999).Want(http.StatusNotFound)
	h.Engine.Failure = rapporteur.Problemf(rapporteur.ProblemUnavailable, "Away", "")
	event(compiled.Seq).Want(http.StatusOK, "Temporal does not answer now")
	h.As("admin").Get(at + "/engine.json").Want(http.StatusServiceUnavailable)
	h.Engine.Failure = nil
	h.As("admin").Get(at+"/engine.json").Want(http.StatusOK, `"workflowId":"cycle/s-res-2388-2017/op34/2018"`, `"no_longer_kept":["clearance/s-res-2388-2017/op34/2018/1"`)
	h.As("staff").Get(at + "/engine.json").Want(http.StatusForbidden)
}

func TestWithoutTemporalsPages(t *testing.T) {
	h := lived(t, func(c *web.Config) { c.TemporalUI = "" })
	compiled := h.Audit(rapporteur.ActionCompiled)[0]
	h.Engine.History = []rapporteur.EngineEvent{{Workflow: compiled.Workflow, Run: "run", ID: 9, Type: "ActivityTaskCompleted", Ref: compiled.Event}}
	h.As("admin").Get(fmt.Sprintf("%s/records/%d/event", at, compiled.Seq)).Want(http.StatusOK, "event 9 of", compiled.Workflow).Lacks("Open in Temporal")
}

func TestOneRequestAndTwo(t *testing.T) {
	h := lived(t)
	h.As("admin").Get(at+"/requests/state-ken").Want(http.StatusOK, "<bdi>Kenya</bdi>", "Kenya returned for correction", "2 records").Lacks("France", "Cycle planned")
	h.As("admin").Get(at + "/requests/state-usa").Want(http.StatusNotFound)
	page := h.As("admin").Get(at+"/compare?a=kenya&b=state-fra").Want(http.StatusOK, "Day 126", "Kenya: nil return accepted", "France: nil return accepted", "Kenya returned")
	if strings.Count(page.Body.String(), `scope="row"`) != 1 {
		t.Error("what happened on one day is not in one row")
	}
	h.As("admin").Get(at+"/compare?a=republic&b=<b>").Want(http.StatusUnprocessableEntity, "“republic” is not the name of one contributor", "“&lt;b&gt;”", `role="alert"`)
	h.As("admin").Get(at+"/compare").Want(http.StatusOK, "Name two contributors")
}

// Names and reasons are told as they are, and cannot turn or break the page.
func TestTextsOfPeopleStayTexts(t *testing.T) {
	h := lived(t)
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		_, err := tx.AppendAudit(ctx, rapporteur.AuditRecord{
			Cycle: webtest.Cycle, At: h.Clock(), Actor: "person-x", Action: rapporteur.ActionReturned, Contributor: webtest.Kenya,
			Reason: "<script>alert(1)</script>\u202E" + strings.Repeat("x", 10_000), Details: map[string]string{"due": "2018-09-01"},
		})
		return err
	})
	h.As("admin").Get(at).Want(http.StatusOK, "<q class=\"reason\"><bdi>&lt;script&gt;").Lacks("<script>alert")
	tab := h.Browser("admin", webtest.Window{Width: 360})
	tab.Open(at)
	tab.Do()
	tab.Fits()
	tab.Accessible()
}

// BenchmarkHistory asks for pages of a history of 10,000 records.
func BenchmarkHistory(b *testing.B) {
	h := lived(b)
	fill(h, 10_000)
	who := h.As("admin")
	for name, query := range map[string]string{
		"first": "", "oldest": "?order=oldest", "contributor": "?contributor=kenya", "actor": "?actor=person-3", "group": "?group=answers",
		"dates": "?from=2018-08-01&until=2018-08-31", "text": "?q=question+9900", "name": "?q=kenya", "nothing": "?q=nowhere+to+be+found",
		"all": "?q=looked&contributor=kenya&actor=person-2&group=answers&from=2018-06-01&until=2018-10-01",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				who.Get(at+query).Want(http.StatusOK, "record")
			}
		})
	}
}
