package rapporteur_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/webhook"
)

// receiver is another system's endpoint: a server that notes what it is sent and
// answers as the test wants.
type receiver struct {
	t      *testing.T
	url    string
	mutex  sync.Mutex
	status int
	got    []received
}

type received struct {
	id     string
	header http.Header
	body   []byte
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{t: t, status: http.StatusOK}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		r.t.Error(err)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.got = append(r.got, received{id: request.Header.Get("webhook-id"), header: request.Header, body: body})
	w.WriteHeader(r.status)
}

func (r *receiver) answer(status int) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.status = status
}

// take gives what was received since it was asked last.
func (r *receiver) take() []received {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	got := r.got
	r.got = nil
	return got
}

// verifies reports whether a message is signed with a secret; the test's clock is
// not the library's.
func (m received) verifies(t *testing.T, secret string) bool {
	t.Helper()
	verifier, err := standardwebhooks.NewWebhook(secret)
	must(t, err)
	return verifier.VerifyIgnoringTimestamp(m.body, m.header) == nil
}

func (h *house) webhooks() rapporteur.Webhooks {
	return rapporteur.Webhooks{Store: h.store, Sender: webhook.New(webhook.Config{Loopback: true}), Clock: h.clock}
}

func (h *house) hook(r *receiver, change ...func(*rapporteur.WebhookWanted)) rapporteur.Webhook {
	h.t.Helper()
	wanted := rapporteur.WebhookWanted{Label: "Dashboard", Address: r.url, Events: []rapporteur.Action{rapporteur.ActionSubmitted}}
	for _, c := range change {
		c(&wanted)
	}
	hook, err := h.webhooks().Add(h.t.Context(), administrator, wanted)
	must(h.t, err)
	return hook
}

// deliver sends what is due and tells how many it was.
func (h *house) deliverHooks() int {
	h.t.Helper()
	for n := 0; ; n++ {
		found, err := h.webhooks().DeliverNext(h.t.Context())
		must(h.t, err)
		if !found {
			return n
		}
	}
}

func (h *house) hookLog(id string) []rapporteur.LoggedMessage {
	h.t.Helper()
	log, err := h.webhooks().Log(h.t.Context(), id, "", 0)
	must(h.t, err)
	return log
}

// hookState is an endpoint's state and what was recorded of it, in order.
func (h *house) hookState(id string) string {
	h.t.Helper()
	hook, err := h.webhooks().Get(h.t.Context(), id)
	must(h.t, err)
	words := []string{string(hook.State)}
	for _, r := range read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
		return r.Audit(ctx, "", 0, 0)
	}) {
		if r.Details["webhook"] == id {
			words = append(words, string(r.Action))
		}
	}
	return strings.Join(words, " ")
}

func TestAnAcceptedAnswerIsToldByAWebhook(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	cycle := h.collecting()
	hook := h.hook(r)
	s := h.answer(cycle, kenya, "A text that stays in the house.")
	if n := h.deliverHooks(); n != 1 {
		t.Fatalf("%d messages", n)
	}
	got := r.take()
	if len(got) != 1 || !got[0].verifies(t, hook.Secrets[0].Value) {
		t.Fatalf("received %+v", got)
	}
	var payload struct {
		Type      string
		Timestamp time.Time
		Data      map[string]any
	}
	must(t, json.Unmarshal(got[0].body, &payload))
	same(t, "data", payload.Data, map[string]any{
		"cycle": string(cycle.ID), "contributor": "state-ken", "version": float64(1), "return_type": "nil", "findings": float64(0),
		"hash": s.Hash, "late": "false", "due": due.String(),
	})
	if payload.Type != "submission.accepted" || !payload.Timestamp.Equal(s.SubmittedAt) {
		t.Errorf("message %s of %s", payload.Type, payload.Timestamp)
	}
	log := h.hookLog(hook.ID)
	if len(log) != 1 || log[0].ID != got[0].id || log[0].State != rapporteur.HookDelivered || len(log[0].Log) != 1 || log[0].Log[0].Status != http.StatusOK {
		t.Errorf("log %+v", log)
	}
	h.unchanged("looking again", func() { h.deliverHooks() })
	same(t, "endpoint", h.hookState(hook.ID), "active webhook.added")
	// The same answer again is no new version, and nobody is told again.
	h.answer(cycle, kenya, "A text that stays in the house.")
	same(t, "messages of a repetition", h.deliverHooks(), 0)
}

func TestAMessageIsTriedAgainAsTheSchemeWants(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	cycle := h.collecting()
	hook := h.hook(r)
	r.answer(http.StatusInternalServerError)
	h.answer(cycle, kenya, "x")
	began := h.clock()
	for _, wait := range []time.Duration{
		0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
	} {
		h.set(h.clock().Add(wait - time.Nanosecond))
		if n := h.deliverHooks(); wait > 0 && n != 0 {
			t.Fatalf("tried before %s were over", wait)
		}
		h.set(h.clock().Add(time.Nanosecond))
		if n := h.deliverHooks(); n > 1 || n == 0 && wait > 0 {
			t.Fatalf("tried %d times after %s", n, wait)
		}
	}
	log := h.hookLog(hook.ID)
	if len(log) != 1 || len(log[0].Log) != 10 || log[0].State != rapporteur.HookFailed {
		t.Fatalf("log %+v", log)
	}
	h.set(began.AddDate(0, 1, 0))
	same(t, "messages sent after it was given up", h.deliverHooks(), 0)
	same(t, "endpoint", h.hookState(hook.ID), "failing webhook.added webhook.failing")

	id, secret := log[0].ID, hook.Secrets[0].Value
	for _, m := range r.take() {
		if m.id != id || !m.verifies(t, secret) || !bytes.Equal(m.body, log[0].Payload) {
			t.Errorf("attempt %+v", m)
		}
	}
	// Mended, and sent again by hand: the same message.
	r.answer(http.StatusOK)
	_, err := h.webhooks().Redeliver(t.Context(), administrator, hook.ID, id)
	must(t, err)
	same(t, "messages", h.deliverHooks(), 1)
	if got := r.take(); len(got) != 1 || got[0].id != id {
		t.Errorf("sent again as %+v", got)
	}
	same(t, "endpoint", h.hookState(hook.ID), "active webhook.added webhook.failing webhook.redelivery-asked webhook.recovered")
	_, err = h.webhooks().Redeliver(t.Context(), administrator, hook.ID, "msg_other")
	refused(t, err, rapporteur.ProblemNotFound)
}

func TestAnEndpointThatIsGoneIsDisabled(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	cycle := h.collecting()
	hook := h.hook(r)
	r.answer(http.StatusGone)
	h.answer(cycle, kenya, "x")
	h.answer(cycle, france, "x")
	same(t, "calls", h.deliverHooks(), 1)
	same(t, "endpoint", h.hookState(hook.ID), "disabled webhook.added webhook.gone")
	h.answer(cycle, unodc, "x") // told to nobody
	h.set(h.clock().AddDate(0, 0, 1))
	same(t, "calls once it is disabled", h.deliverHooks(), 0)
	for _, refuse := range []func() error{
		func() error { _, err := h.webhooks().Test(t.Context(), administrator, hook.ID); return err },
		func() error {
			_, err := h.webhooks().Redeliver(t.Context(), administrator, hook.ID, h.hookLog(hook.ID)[0].ID)
			return err
		},
	} {
		refused(t, refuse(), rapporteur.ProblemConflict, "disabled")
	}
	r.answer(http.StatusOK)
	r.take()
	_, err := h.webhooks().Change(t.Context(), administrator, hook.ID, rapporteur.WebhookWanted{
		Label: "Dashboard", Address: r.url, Events: []rapporteur.Action{rapporteur.ActionSubmitted},
	}, nil)
	must(t, err)
	same(t, "calls once it is enabled again", h.deliverHooks(), 2)
	if got := r.take(); len(got) != 2 || !got[0].verifies(t, hook.Secrets[0].Value) {
		t.Errorf("received %+v", got)
	}
}

func TestSecretsAreRotatedWithoutAGap(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	cycle := h.collecting()
	hook := h.hook(r)
	changed, fresh, err := h.webhooks().Rotate(t.Context(), administrator, hook.ID)
	must(t, err)
	old := hook.Secrets[0].Value
	if fresh == old || changed.Secrets != nil || changed.Revision != 1 {
		t.Fatalf("rotated to %+v", changed)
	}
	h.answer(cycle, kenya, "x")
	h.deliverHooks()
	if got := r.take(); len(got) != 1 || !got[0].verifies(t, old) || !got[0].verifies(t, fresh) {
		t.Errorf("on the same day %+v", got)
	}
	h.set(h.clock().Add(24 * time.Hour))
	h.answer(cycle, france, "x")
	h.deliverHooks()
	if got := r.take(); len(got) != 1 || got[0].verifies(t, old) || !got[0].verifies(t, fresh) {
		t.Errorf("a day later %+v", got)
	}
	got, err := h.webhooks().Get(t.Context(), hook.ID)
	must(t, err)
	if got.Secrets != nil {
		t.Error("secrets are read again")
	}
}

func TestATestMessage(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	hook := h.hook(r)
	m, err := h.webhooks().Test(t.Context(), administrator, hook.ID)
	must(t, err)
	same(t, "messages", h.deliverHooks(), 1)
	got := r.take()
	if len(got) != 1 || got[0].id != m.ID || !strings.Contains(string(got[0].body), `"type":"webhook.test"`) || !strings.Contains(string(got[0].body), hook.ID) {
		t.Errorf("received %+v", got)
	}
	must(t, h.webhooks().Delete(t.Context(), administrator, hook.ID))
	refused(t, h.webhooks().Delete(t.Context(), administrator, hook.ID), rapporteur.ProblemNotFound)
	_, err = h.webhooks().Log(t.Context(), hook.ID, "", 0)
	refused(t, err, rapporteur.ProblemNotFound)
}

// cutShort is a sender whose process dies while it sends: the other side has the
// message, this side does not know.
type cutShort struct {
	rapporteur.HookSender
	die context.CancelFunc
}

func (c cutShort) Send(ctx context.Context, call rapporteur.HookCall) rapporteur.HookAttempt {
	attempt := c.HookSender.Send(ctx, call)
	c.die()
	attempt.Failure = rapporteur.HookUnreachable
	return attempt
}

func TestAMessageWhoseSenderDiedGoesAgainWithTheSameID(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	cycle := h.collecting()
	hook := h.hook(r)
	h.answer(cycle, kenya, "x")
	ctx, die := context.WithCancel(t.Context())
	dying := h.webhooks()
	dying.Sender = cutShort{dying.Sender, die}
	if found, err := dying.DeliverNext(ctx); found || err == nil {
		t.Fatalf("the dead process says %t, %v", found, err)
	}
	same(t, "messages while the lease lasts", h.deliverHooks(), 0)
	h.set(h.clock().Add(time.Minute))
	same(t, "messages after the lease", h.deliverHooks(), 1)
	got := r.take()
	if len(got) != 2 || got[0].id != got[1].id || !bytes.Equal(got[0].body, got[1].body) {
		t.Errorf("received %+v", got)
	}
	if log := h.hookLog(hook.ID); len(log[0].Log) != 1 || log[0].State != rapporteur.HookDelivered {
		t.Errorf("log %+v", log)
	}
}

func TestOldMessagesArePruned(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	cycle := h.collecting()
	hook := h.hook(r)
	h.answer(cycle, kenya, "x")
	h.deliverHooks()
	h.set(h.clock().AddDate(0, 0, 60))
	n, err := h.webhooks().Prune(t.Context())
	if n != 0 || err != nil {
		t.Errorf("pruned %d, %v", n, err)
	}
	h.set(h.clock().Add(time.Second))
	if n, err = h.webhooks().Prune(t.Context()); n != 1 || err != nil || len(h.hookLog(hook.ID)) != 0 {
		t.Errorf("pruned %d, %v", n, err)
	}
}

func TestEndpointsRefused(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	strict := h.webhooks()
	strict.Sender = webhook.New(webhook.Config{})
	for name, c := range map[string]struct {
		change func(*rapporteur.WebhookWanted)
		says   string
	}{
		"no label":           {func(w *rapporteur.WebhookWanted) { w.Label = " " }, "what the endpoint is for"},
		"a label of lines":   {func(w *rapporteur.WebhookWanted) { w.Label = "a\nb" }, "one line"},
		"no events":          {func(w *rapporteur.WebhookWanted) { w.Events = nil }, "types of events"},
		"unknown event":      {func(w *rapporteur.WebhookWanted) { w.Events = []rapporteur.Action{"submission.read"} }, "submission.read"},
		"an event twice":     {func(w *rapporteur.WebhookWanted) { w.Events = append(w.Events, w.Events...) }, "twice"},
		"stream of nothing":  {func(w *rapporteur.WebhookWanted) { w.Stream = "op34" }, "instrument"},
		"restricted, of all": {func(w *rapporteur.WebhookWanted) { w.Restricted = true; w.Instrument = instrument }, "restricted"},
		"a long address":     {func(w *rapporteur.WebhookWanted) { w.Address = "https://example.org/" + strings.Repeat("x", 500) }, "500"},
		"plain http":         {func(w *rapporteur.WebhookWanted) { w.Address = "http://example.org/" }, "https"},
		"this machine":       {func(w *rapporteur.WebhookWanted) { w.Address = r.url }, "https"},
	} {
		wanted := rapporteur.WebhookWanted{Label: "x", Address: "https://example.org/", Events: []rapporteur.Action{rapporteur.ActionSubmitted}}
		c.change(&wanted)
		h.unchanged(name, func() {
			_, err := strict.Add(t.Context(), administrator, wanted)
			refused(t, err, rapporteur.ProblemInvalid, c.says)
		})
	}
}

// A form that is sent twice adds one endpoint; another form adds another.
func TestAnEndpointIsAddedOnce(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	once := func(key string) func(*rapporteur.WebhookWanted) {
		return func(w *rapporteur.WebhookWanted) { w.Once = key }
	}
	h.hook(r, once("a"))
	h.unchanged("sent again", func() {
		_, err := h.webhooks().Add(t.Context(), administrator, rapporteur.WebhookWanted{
			Label: "Dashboard", Address: r.url, Events: []rapporteur.Action{rapporteur.ActionSubmitted}, Once: "a",
		})
		refused(t, err, rapporteur.ProblemConflict, "shown once")
	})
	h.hook(r, once("b"))
	for range 2 {
		h.hook(r)
	}
	hooks, err := h.webhooks().List(t.Context())
	must(t, err)
	if len(hooks) != 4 {
		t.Errorf("%d endpoints, want 4", len(hooks))
	}
}
