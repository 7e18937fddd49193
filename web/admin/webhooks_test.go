package admin_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

const hooksAt = "/admin/webhooks"

var hookSecret = regexp.MustCompile(`whsec_[A-Za-z0-9+/&#;]+=*`)

// receiver is another system that takes messages, or not.
type receiver struct {
	*httptest.Server
	mutex  sync.Mutex
	status int
	got    []http.Header
	bodies []string
}

func newReceiver(t testing.TB) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusNoContent}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Error(err)
		}
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.got, r.bodies = append(r.got, q.Header), append(r.bodies, string(body))
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answer(status int) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.status = status
}

// newest is the message that came last, and how many came.
func (r *receiver) newest() (header http.Header, body string, n int) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if len(r.got) == 0 {
		return nil, "", 0
	}
	return r.got[len(r.got)-1], r.bodies[len(r.bodies)-1], len(r.got)
}

// secretOn is the secret that a page shows.
func secretOn(t testing.TB, page webtest.Reply) string {
	t.Helper()
	for _, n := range webtest.Elements(t, page.Body.String()) {
		if webtest.Attribute(n, "id") == "secret" {
			return webtest.Attribute(n, "value")
		}
	}
	t.Fatalf("the page shows no secret\n%s", page.Body)
	return ""
}

// added is an endpoint that an administrator added by the form, and its secret.
func added(t testing.TB, h *webtest.House, address string, more ...string) (at, secret string) {
	t.Helper()
	form := append([]string{"label", "dashboard <test>", "address", address, "events", "cycle.opened", "events", "submission.accepted"}, more...)
	page := h.As("admin").Post(hooksAt+"/new", form...).Want(http.StatusCreated, "Copy the secret now.", "dashboard &lt;test&gt;")
	if got := page.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("the page with the secret is kept: %q", got)
	}
	hooks, err := h.Config.Webhooks.List(t.Context())
	h.Must(err)
	return hooksAt + "/" + hooks[len(hooks)-1].ID, secretOn(t, page)
}

// deliver sends what waits.
func deliver(t testing.TB, h *webtest.House) {
	t.Helper()
	for {
		found, err := h.Config.Webhooks.DeliverNext(t.Context())
		h.Must(err)
		if !found {
			return
		}
	}
}

// verify holds that a message is signed by a secret.
func verify(t testing.TB, secret string, header http.Header, body string) {
	t.Helper()
	w, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.VerifyIgnoringTimestamp([]byte(body), header); err != nil {
		t.Errorf("the message is not signed by the secret: %v", err)
	}
}

// recorded is how many records of some actions there are, of no cycle.
func recorded(h *webtest.House, actions ...rapporteur.Action) int {
	n := 0
	h.Read(func(ctx context.Context, r rapporteur.Reader) error {
		all, err := r.Audit(ctx, "", 0, 0)
		for _, record := range all {
			if slices.Contains(actions, record.Action) && record.Actor == webtest.People["admin"].ID {
				n++
			}
		}
		return err
	})
	return n
}

func TestASecretIsShownOnce(t *testing.T) {
	h, r := webtest.New(t), newReceiver(t)
	who := h.As("admin")
	once := []string{"once", "ABCDEFGHIJKLMNOPQRST"}
	at, secret := added(t, h, r.URL+"/in?token=hush", once...)
	who.Post(hooksAt+"/new", append([]string{"label", "dashboard", "address", r.URL, "events", "cycle.opened"}, once...)...).
		Want(http.StatusConflict, "Its secret is shown once").Lacks("whsec_")
	who.Get(hooksAt).Want(http.StatusOK, "dashboard &lt;test&gt;", "active", "2 types", at).Lacks(secret, "hush")
	who.Get(at).Want(http.StatusOK, "token=hush", "all instruments", "No message yet").Lacks("whsec_")
	if n := recorded(h, rapporteur.ActionWebhookAdded); n != 1 {
		t.Errorf("%d endpoints were added", n)
	}
	who.Get(at+"/rotate").Want(http.StatusOK, "signed with the present secret too").Lacks("whsec_")
	rotated := who.Post(at+"/rotate").Want(http.StatusCreated, "Copy the secret now.", "Until this time tomorrow")
	if got := rotated.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("the page with the new secret is kept: %q", got)
	}
	other := secretOn(t, rotated)
	if other == secret || !hookSecret.MatchString(other) {
		t.Errorf("the new secret is %q", other)
	}
	who.Follow(at+"/test").Want(http.StatusOK, "A test message is on its way")
	deliver(t, h)
	header, body, _ := r.newest()
	verify(t, secret, header, body)
	verify(t, other, header, body)
	for _, s := range []string{secret, other, "hush", r.URL} {
		if strings.Contains(h.Log.String(), s) {
			t.Errorf("%q is in the log", s)
		}
	}
}

func TestATestMessageAndAgain(t *testing.T) {
	h, r := webtest.New(t), newReceiver(t)
	at, secret := added(t, h, r.URL)
	who := h.As("admin")
	r.answer(http.StatusBadGateway)
	who.Follow(at+"/test").Want(http.StatusOK, "webhook.test", "waits", "none yet")
	deliver(t, h)
	who.Get(at).Want(http.StatusOK, "<b>502</b> refused", "next attempt 15 January 2018, 10:00 UTC", "Send now")
	h.Set(h.Clock().Add(time.Minute))
	r.answer(http.StatusOK)
	deliver(t, h)
	page := who.Get(at).Want(http.StatusOK, "delivered", "<b>502</b> refused", "<b>200</b> taken", "Send again").Lacks("next attempt")
	first, body, _ := r.newest()
	verify(t, secret, first, body)
	id := regexp.MustCompile(`name="message" value="([^"]+)"`).FindStringSubmatch(page.Body.String())
	if id == nil || id[1] != first.Get("webhook-id") || !strings.Contains(body, `"type":"webhook.test"`) {
		t.Fatalf("the log has %v, there came %s %s", id, first.Get("webhook-id"), body)
	}
	who.Follow(at+"/redeliver", "message", id[1]).Want(http.StatusOK, "The message is sent again", "waits")
	deliver(t, h)
	again, repeated, n := r.newest()
	if n != 3 || repeated != body || again.Get("webhook-id") != id[1] {
		t.Errorf("%d came, the last one %s %s", n, again.Get("webhook-id"), repeated)
	}
	if n := recorded(h, rapporteur.ActionWebhookTested, rapporteur.ActionWebhookRepeated); n != 2 {
		t.Errorf("%d records", n)
	}
	who.Post(at+"/redeliver", "message", "msg_none").Want(http.StatusNotFound)
	other, _ := added(t, h, r.URL)
	who.Post(other+"/redeliver", "message", id[1]).Want(http.StatusNotFound)
}

// An endpoint that wants no more is disabled; enabled again, it gets what waited.
func TestAnEndpointIsDisabledAndEnabled(t *testing.T) {
	h, r := webtest.New(t), newReceiver(t)
	at, _ := added(t, h, r.URL)
	who := h.As("admin")
	r.answer(http.StatusGone)
	who.Follow(at + "/test")
	deliver(t, h)
	who.Get(at).Want(http.StatusOK, "<b>410</b> wants no more messages", "until it is enabled", at+"/enable").Lacks("Send now", at+"/disable", at+"/test")
	who.Post(at + "/test").Want(http.StatusConflict)
	who.Get(hooksAt).Want(http.StatusOK, "disabled")
	r.answer(http.StatusOK)
	who.Get(at+"/enable").Want(http.StatusOK, "What waited for the endpoint is sent")
	who.Follow(at+"/enable").Want(http.StatusOK, "Enabled.", "active since")
	h.Set(h.Clock().Add(time.Minute))
	deliver(t, h)
	who.Get(at).Want(http.StatusOK, "delivered", "cycle.opened", "submission.accepted", r.URL)
	who.Get(at+"/disable").Want(http.StatusOK, "is not told later")
	for range 2 {
		who.Follow(at+"/disable").Want(http.StatusOK, "disabled since")
	}
	if n := recorded(h, rapporteur.ActionWebhookChanged); n != 2 {
		t.Errorf("%d changes are on record", n)
	}
}

func TestAnEndpointIsChanged(t *testing.T) {
	h, r := webtest.New(t), newReceiver(t)
	at, _ := added(t, h, r.URL)
	who := h.As("admin")
	page := who.Get(at+"/change").Want(http.StatusOK, `value="cycle.opened" checked`, `value="submission.accepted" checked`, r.URL).Lacks(`value="cycle.closed" checked`)
	read := regexp.MustCompile(`name="revision" value="(\d+)"`).FindStringSubmatch(page.Body.String())
	if read == nil {
		t.Fatal("the form does not say what it was made from")
	}
	form := []string{
		"label", "map", "address", r.URL + "/map", "events", "receipt.left", "scope", "s-res-2388-2017/op34", "restricted", "yes", "revision", read[1],
	}
	who.Follow(at + "/disable").Want(http.StatusOK) // somebody else
	stale := who.Post(at+"/change", form...).Want(http.StatusConflict, `role="alert"`, "Somebody else changed", `value="map"`, `value="receipt.left" checked`)
	form[len(form)-1] = regexp.MustCompile(`name="revision" value="(\d+)"`).FindStringSubmatch(stale.Body.String())[1]
	who.Follow(at+"/change", form...).Want(http.StatusOK, "Changed.", "receipt.left", "told too, without who it was", "S/RES/2388 (2017), ", "disabled since").Lacks("cycle.opened")
	who.Get(at+"/change").Want(http.StatusOK, `value="s-res-2388-2017/op34" selected`, `value="yes" checked`)
	who.Get(at+"/delete").Want(http.StatusOK, "It cannot be undone")
	who.Follow(at+"/delete").Want(http.StatusOK, "Deleted, with its messages", "No other system is told")
	who.Get(at).Want(http.StatusNotFound)
	who.Post(at + "/delete").Want(http.StatusNotFound)
	who.Get("/admin/audit").Want(http.StatusOK, "person-admin", "deleted, with its messages")
}

func TestAnEndpointThatCannotBe(t *testing.T) {
	h := webtest.New(t)
	h.As("admin").Get(hooksAt).Want(http.StatusOK, "No other system is told of events yet.")
	for _, c := range []struct {
		form  []string
		says  string
		wrong string
	}{
		{[]string{"address", "https://example.org/", "events", "cycle.opened"}, "what the endpoint is for", "label"},
		{[]string{"label", strings.Repeat("x", 10_000), "address", "https://example.org/", "events", "cycle.opened"}, "at most 120 characters", ""},
		{[]string{"label", "kept", "address", "http://example.org/", "events", "cycle.opened"}, "It must begin with https://", "address"},
		{[]string{"label", "kept", "address", "https://10.0.0.1/", "events", "cycle.opened"}, "inside of a private network", "address"},
		{[]string{"label", "kept", "address", "https://example.org/"}, "Name the types of events", "events"},
		{[]string{"label", "kept", "address", "https://example.org/", "events", "key.issued"}, "no type of events", ""},
		{[]string{"label", "kept", "address", "https://example.org/", "events", "cycle.opened", "restricted", "yes"}, "only where its instrument and stream are named", "restricted"},
		{[]string{"label", "kept", "address", "https://example.org/", "events", "cycle.opened", "restricted", "yes", "scope", "s-res-2388-2017"}, "stream are named", "restricted"},
	} {
		page := h.As("admin").Post(hooksAt+"/new", c.form...).Want(http.StatusUnprocessableEntity, `role="alert"`, "Nothing was saved.", c.says)
		if c.wrong != "" {
			page.Want(http.StatusUnprocessableEntity, `<a href="#`+c.wrong+`">`, `id="`+c.wrong+`"`)
		}
		if c.wrong != "" && c.wrong != "events" {
			page.Want(http.StatusUnprocessableEntity, c.wrong+`-hint complaint" aria-invalid="true"`)
		}
		if slices.Contains(c.form, "kept") {
			page.Want(http.StatusUnprocessableEntity, `value="kept"`, `value="`+c.form[3]+`"`)
		}
	}
	h.As("admin").Get(hooksAt).Want(http.StatusOK, "No other system is told of events yet.")
	for _, at := range []string{"", "/change", "/rotate", "/disable", "/enable", "/delete"} {
		h.As("admin").Get(hooksAt + "/hook-none" + at).Want(http.StatusNotFound)
		h.As("staff").Get(hooksAt + "/hook-none" + at).Want(http.StatusForbidden)
	}
}

// Every type of events can be chosen, in one group.
func TestEveryTypeCanBeChosen(t *testing.T) {
	page := webtest.New(t).As("admin").Get(hooksAt + "/new").Lacks("<legend>Others")
	var offered []string
	for _, n := range webtest.Elements(t, page.Body.String()) {
		if webtest.Attribute(n, "name") == "events" {
			offered = append(offered, webtest.Attribute(n, "value"))
		}
	}
	for _, kind := range rapporteur.HookTypes {
		if !slices.Contains(offered, string(kind.Type)) {
			t.Errorf("%s cannot be chosen", kind.Type)
		}
	}
	if len(offered) != len(rapporteur.HookTypes) {
		t.Errorf("%d are offered, there are %d", len(offered), len(rapporteur.HookTypes))
	}
}

// givenUp is an endpoint to which a message was given up, and which takes messages
// again.
func givenUp(t testing.TB, h *webtest.House, r *receiver) string {
	t.Helper()
	at, _ := added(t, h, r.URL)
	r.answer(http.StatusInternalServerError)
	h.As("admin").Follow(at + "/test")
	for range 10 {
		deliver(t, h)
		h.Set(h.Clock().Add(25 * time.Hour))
	}
	r.answer(http.StatusOK)
	return at
}

func TestAFailingEndpointIsStuck(t *testing.T) {
	h, r := webtest.New(t), newReceiver(t)
	at := givenUp(t, h, r)
	who := h.As("admin")
	who.Get("/admin/stuck").Want(http.StatusOK, "a message was given up", `href="`+at+`"`)
	page := who.Get(at).Want(http.StatusOK, "given up", "failing since", "New messages are still sent")
	id := regexp.MustCompile(`name="message" value="([^"]+)"`).FindStringSubmatch(page.Body.String())
	who.Follow(at+"/redeliver", "message", id[1])
	deliver(t, h)
	who.Get(at).Want(http.StatusOK, "active since").Lacks("given up")
	who.Get("/admin/stuck").Want(http.StatusOK, "Nothing is stuck.")
}

// A long log is read page by page: every message is on one of them.
func TestALongDeliveryLog(t *testing.T) {
	h, r := webtest.New(t), newReceiver(t)
	at, _ := added(t, h, r.URL)
	_, id, _ := strings.Cut(at, hooksAt+"/")
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		for n := range 51 {
			when := h.Clock().Add(time.Duration(n) * time.Minute)
			err := tx.InsertHookMessage(ctx, rapporteur.HookMessage{
				ID: fmt.Sprintf("msg_%02d", n), Webhook: id, Type: rapporteur.HookTest, Payload: []byte("{}"), At: when, State: rapporteur.HookDelivered, Due: when,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	page := h.As("admin").Get(at).Want(http.StatusOK, "msg_50", "msg_01", "Older messages").Lacks("msg_00", "Back to the newest")
	older := regexp.MustCompile(`href="([^"]+)#log">Older`).FindStringSubmatch(page.Body.String())
	if older == nil {
		t.Fatal("nothing leads to older messages")
	}
	h.As("admin").Get(older[1]).Want(http.StatusOK, "msg_00", "Back to the newest").Lacks("msg_01", "Older messages")
}

func TestWebhooksInTheBrowser(t *testing.T) {
	h, r := webtest.New(t), newReceiver(t)
	at := givenUp(t, h, r)
	tab := h.Browser("admin", webtest.Window{})
	look := func(name string) {
		t.Helper()
		for _, w := range []webtest.Window{{Width: 360}, {Width: 360, Dark: true}, {Width: 1280, Dark: true}, {Width: 1280}} {
			tab.Look(w)
			tab.Accessible()
			tab.Fits()
			tab.Picture(fmt.Sprintf("hooks-%s-%d-%t", name, w.Width, w.Dark))
		}
	}
	tab.Open(hooksAt)
	look("list")
	tab.Press("main a.button", "#label")
	look("new")
	tab.Do(chromedp.SendKeys(chromedp.CSS("#label"), "nightly mirror"), chromedp.SendKeys(chromedp.CSS("#address"), r.URL+"/mirror"),
		chromedp.Click(chromedp.CSS(`input[value="cycle.closed"]`)))
	tab.Press("main form button", "#secret")
	if secret := webtest.See[string](tab, `document.getElementById("secret").value`); !hookSecret.MatchString(secret) {
		t.Errorf("the secret is %q", secret)
	}
	look("secret")
	tab.Open(at)
	look("failing")
	tab.Press(`form[action$="/test"] button`, ".notice")
	deliver(t, h)
	tab.Open(at)
	look("log")
	tab.Press(`a[href$="/delete"]`, "main form button")
	look("delete")
	tab.Press("main form button", ".notice")
	if _, _, n := r.newest(); n != 11 {
		t.Errorf("%d messages came", n)
	}
}
