package admin

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

// hookAddress is where one endpoint is.
const hookAddress = hooksAddress + "/{webhook}"

// hookLines is how many messages of a delivery log are on a page.
const hookLines = 50

var (
	hooksPage      = parse("webhooks.html")
	hookPage       = parse("webhook.html")
	hookSecretPage = parse("webhook-secret.html")
)

// registerWebhooks adds the pages on endpoints of other systems.
func (p pages) registerWebhooks(get, post func(id, at string, action access.Action, serve func(*frame.Visit) error)) {
	get("admin-webhooks", hooksAddress, access.ManageWebhooks, p.showWebhooks)
	get("admin-webhook-new", hooksAddress+"/new", access.ManageWebhooks, p.askWebhook)
	post("admin-add-webhook", hooksAddress+"/new", access.ManageWebhooks, p.addWebhook)
	get("admin-webhook", hookAddress, access.ManageWebhooks, p.showWebhook)
	get("admin-webhook-change", hookAddress+"/change", access.ManageWebhooks, p.askWebhookChange)
	post("admin-change-webhook", hookAddress+"/change", access.ManageWebhooks, p.changeWebhook)
	for _, s := range hookSteps {
		get("admin-webhook-"+s.Name, hookAddress+"/"+s.Name, access.ManageWebhooks, p.askStep(s))
		post("admin-take-webhook-"+s.Name, hookAddress+"/"+s.Name, access.ManageWebhooks, s.take(p))
	}
	post("admin-test-webhook", hookAddress+"/test", access.ManageWebhooks, p.testWebhook)
	post("admin-redeliver", hookAddress+"/redeliver", access.ManageWebhooks, p.redeliver)
}

func hookAt(id string) string { return hooksAddress + "/" + url.PathEscape(id) }

// hooksView is the list of endpoints.
type hooksView struct {
	Places []place
	Hooks  []hookRow
}

// hookRow is an endpoint as it is shown.
type hookRow struct {
	rapporteur.Webhook
	At    string // address of its page
	Scope string // in words
}

func (p pages) hookRow(w rapporteur.Webhook) hookRow {
	return hookRow{Webhook: w, At: hookAt(w.ID), Scope: p.scopeOf(w.Instrument, w.Stream)}
}

// scopeOf says of which instrument and stream an endpoint is told, in words.
func (p pages) scopeOf(instrument, stream string) string {
	if instrument == "" {
		return "all instruments"
	}
	i, err := p.Catalogue.Instrument(instrument)
	if err != nil {
		return instrument + " " + stream
	}
	if s, ok := i.Stream(stream); ok {
		return i.Symbol + ", " + s.TitleIn("en")
	}
	if stream != "" {
		return i.Symbol + ", " + stream
	}
	return i.Symbol
}

func (p pages) showWebhooks(v *frame.Visit) error {
	hooks, err := p.Webhooks.List(v.Context())
	if err != nil {
		return err
	}
	view := hooksView{Places: placesOf(v, hooksAddress)}
	for _, w := range slices.Backward(hooks) {
		view.Hooks = append(view.Hooks, p.hookRow(w))
	}
	return v.Render(http.StatusOK, hooksPage, view)
}

// hookView is one endpoint with its delivery log.
type hookView struct {
	Places []place
	Hook   hookRow
	Log    []loggedRow
	First  bool   // the newest message is on the page
	Older  string // address of the messages before these
}

// loggedRow is a message with its attempts, the newest first.
type loggedRow struct {
	rapporteur.LoggedMessage
	Text  string // the payload
	Under bool   // it is being sent now
	Tried []rapporteur.HookAttempt
}

func (p pages) showWebhook(v *frame.Visit) error {
	hook, err := p.Webhooks.Get(v.Context(), v.Param("webhook"))
	if err != nil {
		return err
	}
	before := v.Request.URL.Query().Get("before")
	logged, err := p.Webhooks.Log(v.Context(), hook.ID, before, hookLines+1)
	if err != nil {
		return err
	}
	view := hookView{Places: placesOf(v, hooksAddress), Hook: p.hookRow(hook), First: before == ""}
	if len(logged) > hookLines {
		logged = logged[:hookLines]
		view.Older = view.Hook.At + "?" + url.Values{"before": {logged[hookLines-1].ID}}.Encode() + "#log"
	}
	now := p.Webhooks.Clock().UTC()
	for _, m := range logged {
		row := loggedRow{LoggedMessage: m, Text: string(m.Payload), Under: m.Leased.After(now), Tried: slices.Clone(m.Log)}
		slices.Reverse(row.Tried)
		view.Log = append(view.Log, row)
	}
	return v.Render(http.StatusOK, hookPage, view)
}

// hookFailures are the failures of attempts in words.
var hookFailures = map[rapporteur.HookFailure]string{
	rapporteur.HookRefused:     "refused",
	rapporteur.HookRedirected:  "answered with a redirect, which is not followed",
	rapporteur.HookGone:        "wants no more messages",
	rapporteur.HookTimeout:     "no answer in time",
	rapporteur.HookUnreachable: "not reached: no such name, no connection, or no valid certificate",
	rapporteur.HookForbidden:   "not called: its name leads into a private network",
}

// Outcome is what came of an attempt, in words.
func (r loggedRow) Outcome(a rapporteur.HookAttempt) string {
	if a.Failure == "" {
		return "taken"
	}
	if words, ok := hookFailures[a.Failure]; ok {
		return words
	}
	return string(a.Failure)
}

// Lasted is how long an attempt took, in milliseconds.
func (loggedRow) Lasted(a rapporteur.HookAttempt) int { return int(a.Duration.Milliseconds()) }

// testWebhook queues a message by which an endpoint is tried.
func (p pages) testWebhook(v *frame.Visit) error {
	id := v.Param("webhook")
	if _, err := p.Webhooks.Test(v.Context(), v.Principal, id); err != nil {
		return err
	}
	v.Note("A test message is on its way. Load the page again in a few seconds: the delivery log says what came of it.")
	return v.Redirect(hookAt(id))
}

// redeliver queues a message again.
func (p pages) redeliver(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	id := v.Param("webhook")
	if _, err := p.Webhooks.Redeliver(v.Context(), v.Principal, id, form.Get("message")); err != nil {
		return err
	}
	v.Note("The message is sent again, with the same id and content. Load the page again in a few seconds.")
	return v.Redirect(hookAt(id))
}

// hookSecretView is the page that shows an endpoint's secret, once.
type hookSecretView struct {
	Places  []place
	Hook    hookRow
	Secret  string
	Rotated bool
}

func (p pages) hookSecret(v *frame.Visit, hook rapporteur.Webhook, secret string, rotated bool) error {
	v.Writer.Header().Set("Cache-Control", "no-store")
	return v.Render(http.StatusCreated, hookSecretPage, hookSecretView{Places: placesOf(v, hooksAddress), Hook: p.hookRow(hook), Secret: secret, Rotated: rotated})
}
