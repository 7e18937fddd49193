package wiring

import (
	"net/url"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/ical"
	"github.com/rapporteur/rapporteur/notify/webhook"
)

// Webhooks says which endpoints of other systems are called.
type Webhooks struct {
	WebhookLoopback bool `name:"webhook-loopback" env:"RAPPORTEUR_WEBHOOK_LOOPBACK" help:"Take webhooks to this machine too, also without TLS, for trying them out."`
}

// Hook gives the house what calls endpoints.
func (h *House) Hook(w Webhooks) {
	h.hooks = webhook.New(webhook.Config{Loopback: w.WebhookLoopback})
}

// Feeds are calendar feeds, of API keys and of people who have signed in.
func (h *House) Feeds() rapporteur.Feeds {
	base := h.BaseURL
	if base == nil {
		base = &url.URL{Path: "/"} // the path alone
	}
	return rapporteur.Feeds{Store: h.Store, Catalogue: h.Catalogue, Clock: h.Clock, Writer: ical.Writer{Base: base}, InForce: h.signIn().Stands}
}

// Webhooks are the endpoints of other systems. Their clock is the wall's, also
// where a demonstration moves the house's: receivers hold messages against theirs.
func (h *House) Webhooks() rapporteur.Webhooks {
	sender := h.hooks
	if sender == nil {
		sender = webhook.New(webhook.Config{})
	}
	hooks := rapporteur.Webhooks{Store: h.Store, Sender: sender, Clock: time.Now}
	if h.watch != nil {
		hooks.Sender = h.watch.HookSender(sender)
	}
	return hooks
}

// Dispatcher sends the messages that wait for endpoints.
func (h *House) Dispatcher() *webhook.Dispatcher {
	return &webhook.Dispatcher{Webhooks: h.Webhooks(), Logger: h.Logger}
}
