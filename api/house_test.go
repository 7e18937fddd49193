package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/attachments"
	"github.com/rapporteur/rapporteur/notify/ical"
	"github.com/rapporteur/rapporteur/notify/webhook"
	"github.com/rapporteur/rapporteur/report"
	"github.com/rapporteur/rapporteur/schemas"
	"github.com/rapporteur/rapporteur/store"
	"github.com/rapporteur/rapporteur/workbook"
)

const (
	testCycle = rapporteur.CycleID("s-res-2388-2017/op34/2018")
	cycleAt   = "/v1/cycles/s-res-2388-2017/op34/2018"
	kenya     = rapporteur.ContributorID("state-ken")
	kenyaAt   = cycleAt + "/requests/state-ken"
	unmissAt  = cycleAt + "/requests/mission-unmiss"
)

var asked = []rapporteur.ContributorID{"entity-unodc", "mission-unmiss", "state-fra", kenya}

// publicBase is where the house is reached from outside.
var publicBase = &url.URL{Scheme: "https", Host: "rapporteur.un.example"}
var linkSecret = rapporteur.LinkSecret(strings.Repeat("s", 32))

// loadCatalogue reads the real catalogue once for all tests.
var loadCatalogue = sync.OnceValues(func() (*schemas.Catalogue, error) { return schemas.Load(schemas.Embedded()) })

// house is the API over a real store and the real catalogue. Only the engine
// is a double, which notes what it is told.
type house struct {
	t       *testing.T
	store   *store.Store
	engine  *notingEngine
	signer  *access.SigningKeys
	log     *bytes.Buffer
	bucket  *blob.Bucket // of the attached files
	handler http.Handler
	service *service
	secrets map[string]string

	mutex sync.Mutex
	now   time.Time
}

// who acts in the tests, by the name of the key.
const (
	staffKey  = "secretariat"
	adminKey  = "administrator"
	kenyaKey  = "contributor"
	franceKey = "france"
	unmissKey = "unmiss"
	olaKey    = "clearance"
	dppaKey   = "dppa"
)

func newHouse(t *testing.T) *house {
	t.Helper()
	return newHouseAt(t, "sqlite::memory:")
}

// newHouseAt is a house whose record is at a place that others can read too.
func newHouseAt(t *testing.T, address string) *house {
	t.Helper()
	catalogue, err := loadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, log: &bytes.Buffer{}, secrets: map[string]string{}, now: time.Date(2018, time.January, 15, 10, 0, 0, 0, time.UTC)}
	if h.store, err = store.Open(t.Context(), address, store.Options{Now: h.clock, Announcer: rapporteur.NewAnnouncer(catalogue)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.store.Close(); err != nil {
			t.Error(err)
		}
	})
	h.bucket = memblob.OpenBucket(nil)
	t.Cleanup(func() { _ = h.bucket.Close() })
	h.engine, h.signer = &notingEngine{}, newSigner(t)
	h.service = newService(Config{
		Secretariat:    rapporteur.Secretariat{Store: h.store, Catalogue: catalogue, Clock: h.clock},
		Correspondence: rapporteur.Correspondence{Store: h.store, Catalogue: catalogue, Clock: h.clock, Signer: h.signer, Workbooks: workbook.Workbooks{}},
		Steering:       rapporteur.Steering{Store: h.store, Catalogue: catalogue, Engine: h.engine, Clock: h.clock},
		Statistics:     h.statistics(catalogue),
		Feeds: rapporteur.Feeds{
			Store: h.store, Catalogue: catalogue, Clock: h.clock, Writer: ical.Writer{Base: publicBase},
		},
		Webhooks:    rapporteur.Webhooks{Store: h.store, Clock: h.clock, Sender: webhook.New(webhook.Config{Loopback: true})},
		Delegations: rapporteur.Delegations{SignIn: rapporteur.SignIn{Store: h.store, Catalogue: catalogue, Clock: h.clock, Links: linkSecret}},
		Attachments: rapporteur.Attachments{
			Store: h.store, Blobs: attachments.New(h.bucket, nil), Inspector: attachments.Inspector{}, Clock: h.clock,
		},
		Store: h.store, Catalogue: catalogue, Engine: h.engine, Repairs: rapporteur.Repairs{Store: h.store, Clock: h.clock, Inspector: h.engine}, Renderer: report.New(), Signer: h.signer, Keys: access.Keys{Store: h.store},
		Clock: h.clock, Logger: zerolog.New(zerolog.SyncWriter(h.log)), Version: "test",
	})
	h.handler = h.service.router
	h.issue(staffKey, rapporteur.RoleSecretariat, "", "")
	h.issue(adminKey, rapporteur.RoleAdministrator, "", "")
	h.issue(kenyaKey, rapporteur.RoleContributor, kenya, "")
	h.issue(franceKey, rapporteur.RoleContributor, "state-fra", "")
	h.issue(unmissKey, rapporteur.RoleContributor, "mission-unmiss", "")
	h.issue(olaKey, rapporteur.RoleClearance, "", "OLA")
	h.issue(dppaKey, rapporteur.RoleClearance, "", "DPPA")
	return h
}

func (h *house) clock() time.Time {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return h.now
}

func (h *house) setClock(now time.Time) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.now = now
}

func (h *house) issue(name string, role rapporteur.Role, contributor rapporteur.ContributorID, office string) {
	h.t.Helper()
	secret, key, err := access.Issue(role, contributor, office, "for a test", time.Time{}, h.clock())
	if err != nil {
		h.t.Fatal(err)
	}
	h.write(func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertKey(ctx, key) })
	h.secrets[name] = secret
}

func (h *house) principal(name string) string {
	id, _, _ := strings.Cut(strings.TrimPrefix(h.secrets[name], "rap_"), "_")
	return "key-" + id
}

func (h *house) write(fn func(context.Context, rapporteur.Tx) error) {
	h.t.Helper()
	if err := h.store.Write(h.t.Context(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) conduct() rapporteur.Conduct {
	catalogue, err := loadCatalogue()
	if err != nil {
		h.t.Fatal(err)
	}
	return rapporteur.Conduct{Store: h.store, Catalogue: catalogue}
}

func (h *house) moment() rapporteur.Moment {
	return rapporteur.Moment{Now: h.clock(), Workflow: rapporteur.CycleWorkflowID(testCycle), Run: "run", Event: "5"}
}

// planned is a house with a cycle that asks four contributors.
func plannedHouse(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	for _, id := range asked {
		body := `{"contacts":[{"role":"focal-point","name":"A. Person","address":"focal@example.org","language":"en"}]}`
		h.call(exchange{key: staffKey, method: "PUT", path: "/v1/contributors/" + string(id) + "/contacts", body: body}).want(http.StatusOK)
	}
	start := map[string]any{"instrument": "s-res-2388-2017", "stream": "op34", "only": asked}
	h.call(exchange{key: staffKey, method: "POST", path: "/v1/cycles", body: toJSON(t, start)}).want(http.StatusCreated)
	return h
}

// openHouse is a house whose cycle is collecting.
func openHouse(t *testing.T) *house {
	t.Helper()
	h := plannedHouse(t)
	var cycle rapporteur.Cycle
	err := h.store.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		cycle, err = r.Cycle(ctx, testCycle)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.setClock(cycle.Plan.Date(rapporteur.DateOpens).At(rapporteur.SendHour))
	if _, err := h.conduct().Open(t.Context(), testCycle, h.moment()); err != nil {
		t.Fatal(err)
	}
	return h
}

// exchange is one request.
type exchange struct {
	key     string // name of the key, empty for none
	method  string
	path    string
	body    string
	headers map[string]string
}

// reply is what came back.
type reply struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	body   []byte
}

func (h *house) call(c exchange) reply {
	h.t.Helper()
	var body io.Reader = http.NoBody
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	r := httptest.NewRequestWithContext(h.t.Context(), c.method, c.path, body)
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.key != "" {
		r.Header.Set("Authorization", "Bearer "+h.secrets[c.key])
	}
	for name, value := range c.headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return reply{t: h.t, what: c.method + " " + c.path, status: w.Code, header: w.Header(), body: w.Body.Bytes()}
}

func (h *house) get(key, path string) reply {
	h.t.Helper()
	return h.call(exchange{key: key, method: http.MethodGet, path: path})
}

func (h *house) post(key, path, body string) reply {
	h.t.Helper()
	return h.call(exchange{key: key, method: http.MethodPost, path: path, body: body})
}

func (a reply) want(status int) reply {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: status %d, want %d: %s", a.what, a.status, status, a.body)
	}
	return a
}

// problem checks that the answer is a problem document of the kind.
func (a reply) problem(status int, kind string) Problem {
	a.t.Helper()
	a.want(status)
	var p Problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		a.t.Fatalf("%s: %v: %s", a.what, err, a.body)
	}
	switch {
	case a.header.Get("Content-Type") != problemMedia:
		a.t.Fatalf("%s: media type %q", a.what, a.header.Get("Content-Type"))
	case p.Type != "/problems/"+kind || p.Status != status || p.Title == "":
		a.t.Fatalf("%s: problem %+v, want kind %s", a.what, p, kind)
	case p.Instance == "" || p.Instance != a.header.Get("X-Request-Id"):
		a.t.Fatalf("%s: instance %q, request id %q", a.what, p.Instance, a.header.Get("X-Request-Id"))
	}
	return p
}

// read reads the answer as JSON.
func read[T any](a reply) T {
	a.t.Helper()
	var out T
	if err := json.Unmarshal(a.body, &out); err != nil {
		a.t.Fatalf("%s: %v: %s", a.what, err, a.body)
	}
	return out
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// weight is how much is in the record: what a refused request must not change.
func (h *house) weight() string {
	h.t.Helper()
	var text string
	err := h.store.Read(h.t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		audit, err := r.Audit(ctx, testCycle, 0, 0)
		if err != nil {
			return err
		}
		others, err := r.Audit(ctx, "", 0, 0)
		if err != nil {
			return err
		}
		submissions, err := r.Submissions(ctx, rapporteur.RequestKey{Cycle: testCycle})
		if err != nil {
			return err
		}
		requests, err := r.Requests(ctx, rapporteur.RequestFilter{Cycle: testCycle})
		if err != nil {
			return err
		}
		outbox, err := r.Outbox(ctx, 1000)
		if err != nil {
			return err
		}
		cycle, err := r.Cycle(ctx, testCycle)
		text = fmt.Sprint(len(audit), len(others), len(submissions), requests, len(outbox), cycle.Revision)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return text
}

// notingEngine notes what it is told and answers as it is asked to.
type notingEngine struct {
	mutex       sync.Mutex
	commands    []rapporteur.Command
	extensions  []rapporteur.ExtensionDecision
	decisions   []rapporteur.Decision
	delegations []rapporteur.Delegation
	asked       []string
	events      []rapporteur.EngineEvent
	failure     error
}

func (e *notingEngine) Command(_ context.Context, _ rapporteur.CycleID, c rapporteur.Command) error {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.commands = append(e.commands, c)
	return e.failure
}

func (e *notingEngine) DecideExtension(_ context.Context, _ rapporteur.RequestKey, _ int, d rapporteur.ExtensionDecision) error {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.extensions = append(e.extensions, d)
	return e.failure
}

func (e *notingEngine) Decide(_ context.Context, d rapporteur.Decision) error {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.decisions = append(e.decisions, d)
	return e.failure
}

func (e *notingEngine) Delegate(_ context.Context, g rapporteur.Delegation) error {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.delegations = append(e.delegations, g)
	return e.failure
}

func (e *notingEngine) Events(_ context.Context, workflow string) ([]rapporteur.EngineEvent, error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.asked = append(e.asked, workflow)
	var found []rapporteur.EngineEvent
	for _, event := range e.events {
		if event.Workflow == workflow {
			found = append(found, event)
		}
	}
	return found, e.failure
}

func (e *notingEngine) told() int {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return len(slices.Concat(make([]int, len(e.commands)), make([]int, len(e.extensions)), make([]int, len(e.decisions)), make([]int, len(e.delegations))))
}

// nilReturn is an answer that every questionnaire accepts.
func nilReturn(questionnaire, reason string) string {
	return fmt.Sprintf(`{
  "questionnaire": %q, "version": "1.0.0", "return_type": "nil", "reason": %q, "language": "en",
  "header": {"authority": "Ministry of Justice", "period": {"from": "2017-11-21", "to": "2018-06-30"}, "may_be_quoted": true, "classification": "unclassified"}
}`, questionnaire, reason)
}
