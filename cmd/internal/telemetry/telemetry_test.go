package telemetry

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas"
	"github.com/rapporteur/rapporteur/store"
)

// watching is a process that is watched and knows the catalogue.
func watching(t testing.TB, o Options) *Telemetry {
	t.Helper()
	on, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := schemas.Load(schemas.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	on.Metrics.Know(catalogue.Instruments())
	return on
}

// scrape is what Prometheus reads.
func scrape(t testing.TB, on *Telemetry) string {
	t.Helper()
	return ask(t, on.Handler(), "/metrics", http.StatusOK)
}

func ask(t testing.TB, h http.Handler, path string, status int) string {
	t.Helper()
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, http.NoBody))
	if answer.Code != status {
		t.Fatalf("%s is answered with %d: %s", path, answer.Code, answer.Body)
	}
	return answer.Body.String()
}

func wantLines(t testing.TB, page string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(page, line+"\n") {
			t.Errorf("there is no line %s in\n%s", line, page)
		}
	}
}

const cycle rapporteur.CycleID = "s-res-2388-2017/op34/2018"

func TestAnswersAreCounted(t *testing.T) {
	on := watching(t, Options{})
	meter := on.Meter()
	meter.Offered()(rapporteur.SubmissionMeasure{Cycle: cycle, ReturnType: rapporteur.ReturnNil, Outcome: rapporteur.SubmissionAccepted})
	meter.Offered()(rapporteur.SubmissionMeasure{Cycle: cycle, Outcome: rapporteur.SubmissionRejected, Findings: []rapporteur.Finding{
		{Rule: "total-of-parts", Severity: rapporteur.SeverityError}, {Rule: "total-of-parts", Severity: rapporteur.SeverityError}, {Rule: "late", Severity: rapporteur.SeverityAdvice},
	}})
	wantLines(t, scrape(t, on),
		`rapporteur_submissions_total{instrument="s-res-2388-2017",outcome="accepted",return_type="nil",stream="op34"} 1`,
		`rapporteur_submissions_total{instrument="s-res-2388-2017",outcome="rejected",return_type="none",stream="op34"} 1`,
		`rapporteur_submission_seconds_count{outcome="accepted"} 1`,
		`rapporteur_findings_total{rule="total-of-parts",severity="error"} 2`, `rapporteur_findings_total{rule="late",severity="advice"} 1`,
	)
}

// Whatever clients make up, the series stay few.
func TestLabelsStayFew(t *testing.T) {
	on := watching(t, Options{})
	meter := on.Meter()
	router := chi.NewRouter()
	router.Use(on.HTTP)
	router.Get("/v1/things/{id}", func(http.ResponseWriter, *http.Request) {})
	for n := range 2000 {
		made := strings.Repeat("x", n%50) + string(rune('a'+n%26)) + time.Duration(n).String()
		meter.Offered()(rapporteur.SubmissionMeasure{
			Cycle: rapporteur.CycleID(made + "/" + made + "/" + made), ReturnType: rapporteur.ReturnType(made), Outcome: rapporteur.SubmissionRefused,
			Findings: []rapporteur.Finding{{Rule: made, Severity: rapporteur.SeverityError}},
		})
		_ = on.Mailbox(box{}).Send(t.Context(), rapporteur.Letter{Notice: rapporteur.NoticeReminder, Cycle: rapporteur.CycleID(made), Rung: made})
		_ = on.Engine(engine{}).Command(t.Context(), cycle, rapporteur.Command{Kind: rapporteur.CommandKind(made)})
		for _, path := range []string{"/v1/things/" + made, "/" + made} {
			router.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("M"+strings.ToUpper(made[:1])+"X", path, http.NoBody))
			router.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, http.NoBody))
		}
	}
	for what, c := range map[string]prometheus.Collector{
		"submissions": on.Metrics.submissions, "mails": on.Metrics.mails, "reminders": on.Metrics.reminders, "updates": on.Metrics.updateTime,
		"requests": on.Metrics.requests, "request times": on.Metrics.requestTime,
	} {
		if n := testutil.CollectAndCount(c); n == 0 || n > 4 {
			t.Errorf("%d series of %s", n, what)
		}
	}
	if n := testutil.CollectAndCount(on.Metrics.findings); n > mostRules+1 {
		t.Errorf("%d series of findings", n)
	}
}

type box struct{ err error }

func (b box) Send(context.Context, rapporteur.Letter) error { return b.err }
func (box) MessageID(rapporteur.Letter) string              { return "" }

type engine struct {
	rapporteur.Engine
	err error
}

func (e engine) Command(context.Context, rapporteur.CycleID, rapporteur.Command) error { return e.err }

func TestMailsAndRemindersAreCounted(t *testing.T) {
	on := watching(t, Options{})
	for _, l := range []rapporteur.Letter{
		{Notice: rapporteur.NoticeRequest, Cycle: cycle, Rung: rapporteur.RungRequest},
		{Notice: rapporteur.NoticeReminder, Cycle: cycle, Rung: "manual-3"},
	} {
		for _, err := range []error{nil, &rapporteur.Refusal{Cause: errors.New("550")}, errors.New("timeout")} {
			if got := on.Mailbox(box{err}).Send(t.Context(), l); !errors.Is(got, err) {
				t.Errorf("an error %v became %v", err, got)
			}
		}
	}
	page := scrape(t, on)
	wantLines(t, page,
		`rapporteur_mails_total{notice="request",outcome="sent"} 1`, `rapporteur_mails_total{notice="request",outcome="refused"} 1`,
		`rapporteur_mails_total{notice="reminder",outcome="failed"} 1`,
		`rapporteur_reminders_sent_total{instrument="s-res-2388-2017",rung="manual",stream="op34"} 1`, `rapporteur_mail_seconds_count 6`,
	)
	if strings.Count(page, "rapporteur_reminders_sent_total{") != 1 {
		t.Error("a request counts as a reminder")
	}
}

// A rung keeps its name where the ledger numbers it.
func TestRungsAreThoseOfTheCatalogue(t *testing.T) {
	on := watching(t, Options{})
	catalogue, err := schemas.Load(schemas.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	rungs := 0
	for _, i := range catalogue.Instruments() {
		for _, s := range i.Streams {
			for _, r := range s.Policy.Ladder {
				rungs++
				if got := on.Metrics.known.rung(r.ID); got != r.ID {
					t.Errorf("the rung %s is counted as %s", r.ID, got)
				}
				if got := on.Metrics.known.rung(r.ID + "-2"); got != r.ID {
					t.Errorf("the rung %s of a request that was opened again is counted as %s", r.ID, got)
				}
			}
		}
	}
	if rungs == 0 {
		t.Fatal("there are no ladders")
	}
	if got := on.Metrics.known.rung("moved-3f2a"); got != other {
		t.Errorf("a move of a deadline is counted as %s", got)
	}
}

func TestUpdatesAreMeasured(t *testing.T) {
	on := watching(t, Options{})
	for _, err := range []error{nil, rapporteur.Problemf(rapporteur.ProblemConflict, "No", "No."), rapporteur.Problemf(rapporteur.ProblemUnavailable, "Away", "Away."), errors.New("odd")} {
		_ = on.Engine(engine{err: err}).Command(t.Context(), cycle, rapporteur.Command{Kind: rapporteur.CommandMoveDeadline})
	}
	var lines []string
	for _, outcome := range []string{"committed", "refused", "unavailable", "failed"} {
		lines = append(lines, `rapporteur_update_seconds_count{outcome="`+outcome+`",update="move-deadline"} 1`)
	}
	wantLines(t, scrape(t, on), lines...)
}

func TestRequestsAreCountedByRoute(t *testing.T) {
	on := watching(t, Options{})
	router := chi.NewRouter()
	router.Use(on.HTTP)
	router.Get("/v1/requests/{contributor}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	router.Get("/quiet", func(http.ResponseWriter, *http.Request) {})
	router.Get("/cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	get := func(path string) {
		defer func() { _ = recover() }()
		router.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, http.NoBody))
	}
	for _, path := range []string{"/v1/requests/state-ken", "/v1/requests/state-fra", "/quiet", "/cut", "/nowhere/state-ken"} {
		get(path)
	}
	page := scrape(t, on)
	wantLines(t, page,
		`rapporteur_http_requests_total{method="GET",route="/v1/requests/{contributor}",status="418"} 2`,
		`rapporteur_http_requests_total{method="GET",route="/quiet",status="200"} 1`,
		`rapporteur_http_requests_total{method="GET",route="unmatched",status="404"} 1`,
		`rapporteur_http_request_seconds_count{method="GET",route="/cut"} 1`,
	)
	if strings.Contains(page, "state-ken") {
		t.Error("the metrics name a contributor")
	}
}

// openStore is an empty record that is watched.
func openStore(t testing.TB, on *Telemetry) *store.Store {
	t.Helper()
	var o store.Options
	on.Store(&o)
	s, err := store.Open(t.Context(), "sqlite::memory:", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestReadiness(t *testing.T) {
	on := watching(t, Options{Logger: zerolog.Nop()})
	s := openStore(t, on)
	away := func(context.Context) error { return errors.New("secret cause") }
	record := Check{Name: "database", Needed: true, Ask: s.Ready}
	if got := ask(t, on.Handler(record, Check{Name: "temporal", Ask: away}), "/readyz", http.StatusOK); !strings.Contains(got, `"temporal":"unreachable"`) || strings.Contains(got, "secret") {
		t.Errorf("what it can do without is told as %s", got)
	}
	ask(t, on.Handler(record, Check{Name: "temporal", Needed: true, Ask: away}), "/readyz", http.StatusServiceUnavailable)
	_ = s.Close()
	if got := ask(t, on.Handler(record), "/readyz", http.StatusServiceUnavailable); !strings.Contains(got, `"database":"unreachable"`) {
		t.Errorf("a record that is away is told as %s", got)
	}
	ask(t, on.Handler(record), "/healthz", http.StatusOK)
	ask(t, on.Handler(), "/debug/pprof/", http.StatusNotFound)
}

// The endpoint is served at its own address until it is told to stop.
func TestServe(t *testing.T) {
	on := watching(t, Options{Logger: zerolog.Nop()})
	ctx, stop := context.WithCancel(t.Context())
	listener, err := Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(ctx, listener.Addr().String()); err == nil {
		t.Error("an address that is taken is found only when it is served")
	}
	ended := make(chan error)
	go func() { ended <- on.Serve(ctx, listener) }()
	response, err := http.Get("http://" + listener.Addr().String() + "/healthz")
	if err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("got %v, %v", response, err)
	}
	_ = response.Body.Close()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
