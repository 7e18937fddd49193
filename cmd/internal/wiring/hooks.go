package wiring

import (
	"errors"
	"net/url"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/ical"
	"github.com/rapporteur/rapporteur/notify/webhook"
)

// Public says where the service is reached from outside.
type Public struct {
	BaseURL string `name:"base-url" env:"RAPPORTEUR_BASE_URL" default:"http://127.0.0.1:8080" help:"Address at which people reach the service; calendar feeds and the links in them lead there." placeholder:"URL"`
}

// Webhooks says which endpoints of other systems are called.
type Webhooks struct {
	WebhookLoopback bool `name:"webhook-loopback" env:"RAPPORTEUR_WEBHOOK_LOOPBACK" help:"Take webhooks to this machine too, also without TLS, for trying them out."`
}

// Reach tells the house at which address people reach it.
func (h *House) Reach(p Public) error {
	base, err := url.Parse(p.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return errors.New("the service's own address cannot be read: give RAPPORTEUR_BASE_URL as https://host")
	}
	h.BaseURL = base
	return nil
}

// Hook gives the house what calls endpoints.
func (h *House) Hook(w Webhooks) {
	h.hooks = webhook.New(webhook.Config{Loopback: w.WebhookLoopback})
}

// Feeds are calendar feeds, of API keys.
func (h *House) Feeds() rapporteur.Feeds {
	base := h.BaseURL
	if base == nil {
		base = &url.URL{Path: "/"} // the path alone
	}
	return rapporteur.Feeds{Store: h.Store, Catalogue: h.Catalogue, Clock: h.Clock, Writer: ical.Writer{Base: base}}
}

// Webhooks are the endpoints of other systems. Their clock is the wall's, also
// where a demonstration moves the house's: receivers hold messages against theirs.
func (h *House) Webhooks() rapporteur.Webhooks {
	sender := h.hooks
	if sender == nil {
		sender = webhook.New(webhook.Config{})
	}
	return rapporteur.Webhooks{Store: h.Store, Sender: sender, Clock: time.Now}
}

// Dispatcher sends the messages that wait for endpoints.
func (h *House) Dispatcher() *webhook.Dispatcher {
	return &webhook.Dispatcher{Webhooks: h.Webhooks(), Logger: h.Logger}
}
