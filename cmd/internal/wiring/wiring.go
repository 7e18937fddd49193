package wiring

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/api"
	"github.com/rapporteur/rapporteur/attachments"
	"github.com/rapporteur/rapporteur/engine"
	"github.com/rapporteur/rapporteur/engine/payload"
	"github.com/rapporteur/rapporteur/notify/webhook"
	"github.com/rapporteur/rapporteur/report"
	"github.com/rapporteur/rapporteur/schemas"
	"github.com/rapporteur/rapporteur/store"
	"github.com/rapporteur/rapporteur/web"
	"github.com/rapporteur/rapporteur/worker"
)

// House is the product, put together over one store and one catalogue.
type House struct {
	Store     *store.Store
	Catalogue *schemas.Catalogue
	// Clock is the process's wall clock; a demonstration moves it.
	Clock rapporteur.Clock
	// ClockOffset is given to new cycles; zero in production.
	ClockOffset time.Duration
	Logger      zerolog.Logger
	Version     string
	// Signer holds the keys that sign receipts and delivery records; none until
	// Sign.
	Signer *access.SigningKeys
	links  rapporteur.LinkSecret // none until Link
	// Published is what answers can be prefilled from; nil until Publish.
	Published rapporteur.Published

	// BaseURL is where people reach the pages; nil where nothing says.
	BaseURL *url.URL
	// TemporalUI is the address of Temporal's own pages, empty for none, and
	// TemporalNamespace the cycles' namespace.
	TemporalUI        string
	TemporalNamespace string

	signInFor    time.Duration // how long a letter's link to sign in by lasts; 0 for the usual
	post         *post         // sends links to sign in by; nil where no mail is set up
	oidc         *access.OIDC  // nil for none
	clientHeader string        // in which a proxy puts the client's address

	payloads *payload.Codec // opens what Temporal was told; nil where nothing is sealed
	// Refusals counts what was refused for a limit.
	Refusals Refusals
	rates    *access.Rates // nil until Limit
	limits   api.Limits

	vault      rapporteur.Vault      // seals answers and files; nil for none
	bucket     *attachments.Bucket   // of files; nil until Attach
	statistics rapporteur.Statistics // without store and clock
	hooks      *webhook.Sender       // nil until Hook
	watch      *Watch                // nil where nobody watches
}

// Open loads the catalogue and opens the record. The record must have the
// schema of this program.
func Open(ctx context.Context, databaseURL string, i Instruments, o store.Options, logger zerolog.Logger) (*House, error) {
	catalogue, err := i.Catalogue()
	if err != nil {
		return nil, err
	}
	told, err := statistics(catalogue)
	if err != nil {
		return nil, err
	}
	o.Announcer = rapporteur.NewAnnouncer(catalogue)
	record, err := store.Open(ctx, databaseURL, o)
	if err != nil {
		return nil, err
	}
	return &House{
		Store: record, Catalogue: catalogue, Clock: time.Now, Logger: logger, Version: Version(), Signer: &access.SigningKeys{},
		vault: o.Vault, statistics: told,
	}, nil
}

// Close closes the record, and the bucket where there is one.
func (h *House) Close() error {
	var err error
	if h.bucket != nil {
		err = h.bucket.Close()
	}
	return errors.Join(err, h.Store.Close())
}

// prompt is a store whose writes the relay hears of at once.
type prompt struct {
	rapporteur.Store
	nudge func()
}

// Write is the store's, and then wakes the relay.
func (p prompt) Write(ctx context.Context, fn func(ctx context.Context, tx rapporteur.Tx) error) error {
	err := p.Store.Write(ctx, fn)
	if err == nil {
		p.nudge()
	}
	return err
}

// Handler is the API over the record and an engine, and the pages beside it.
func (h *House) Handler(c client.Client, relay *engine.Relay) http.Handler {
	told := h.statistics
	told.Store, told.Clock = h.Store, h.Clock
	conductor := engine.New(c)
	conductor.Namespace, conductor.Payloads = h.TemporalNamespace, h.payloads
	cases := useCases{
		secretariat: rapporteur.Secretariat{
			Store: prompt{h.Store, relay.Nudge}, Catalogue: h.Catalogue, Clock: h.Clock, ClockOffset: h.ClockOffset,
		},
		steering:   rapporteur.Steering{Store: h.Store, Catalogue: h.Catalogue, Engine: h.conducting(conductor), Clock: h.Clock},
		statistics: told, engine: h.conducting(conductor), inspector: conductor, renderer: report.New(),
	}
	if h.watch != nil {
		h.watch.Record(h.Store, h.Clock)
		h.watch.Stuck(rapporteur.Repairs{Store: h.Store, Clock: h.Clock, Inspector: conductor}.Find)
	}
	correspondence := h.correspondence()
	correspondence.Hasten = relay.Nudge
	cases.correspondence = correspondence
	service, pages := h.api(cases), h.pages(cases)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if api.Serves(r.URL.Path) {
			service.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// useCases are those that API and pages share beside the house's own.
type useCases struct {
	secretariat    rapporteur.Secretariat
	correspondence rapporteur.Correspondence
	steering       rapporteur.Steering
	statistics     rapporteur.Statistics
	engine         rapporteur.Engine
	inspector      rapporteur.Inspector
	renderer       rapporteur.Renderer
}

// api is the API. What staff do reaches the engine at once through the relay, and
// so does the last answer that a cycle waits for; others wait for the relay's next
// look, so that a crowd of them does not keep it busy.
func (h *House) api(u useCases) http.Handler {
	return api.New(api.Config{
		Repairs:     rapporteur.Repairs{Store: u.secretariat.Store, Clock: h.Clock, Inspector: u.inspector},
		Secretariat: u.secretariat, Correspondence: u.correspondence, Steering: u.steering, Statistics: u.statistics, Feeds: h.Feeds(), Webhooks: h.Webhooks(),
		Delegations: rapporteur.Delegations{SignIn: h.signIn()},
		Store:       h.Store, Catalogue: h.Catalogue, Engine: u.engine, Renderer: u.renderer,
		Keys: access.Keys{Store: h.Store}, Clock: h.Clock, Logger: h.Logger, Version: h.Version, Signer: h.Signer, Attachments: h.Attachments(),
		Observe: h.observed(),
		Rates:   h.rates, ClientHeader: h.clientHeader,
	})
}

// pages are the pages for people.
func (h *House) pages(u useCases) http.Handler {
	return web.New(h.entrance(web.Config{
		Secretariat: u.secretariat, Correspondence: u.correspondence, Steering: u.steering, Statistics: u.statistics, Attachments: h.Attachments(),
		Histories: rapporteur.Histories{Store: h.Store, Catalogue: h.Catalogue, Engine: u.engine, Inspector: u.inspector},
		Repairs:   rapporteur.Repairs{Store: u.secretariat.Store, Clock: h.Clock, Inspector: u.inspector},
		Feeds:     h.Feeds(),
		Webhooks:  h.Webhooks(),
		Store:     h.Store, Catalogue: h.Catalogue, Engine: u.engine, Renderer: u.renderer, Signer: h.Signer,
		Clock: h.Clock, Logger: h.Logger, Version: h.Version, BaseURL: h.BaseURL, TemporalUI: h.TemporalUI, TemporalNamespace: h.TemporalNamespace,
		Observe: h.observed(),
		Rates:   h.rates,
	}))
}

// Relay tells the engine what the record has for it.
func (h *House) Relay(c client.Client) *engine.Relay {
	relay := &engine.Relay{Store: h.Store, Client: c, Logger: h.Logger}
	if h.watch != nil && h.watch.Traces() {
		relay.Relaying = h.watch.Relaying
	}
	return relay
}

// Worker carries out the steps of cycles, follow-ups, clearances and intakes.
func (h *House) Worker(c client.Client, mail Mail, o worker.Options) (*worker.Worker, error) {
	mailbox, err := h.mailbox(mail)
	if err != nil {
		return nil, err
	}
	conduct := rapporteur.Conduct{Store: h.Store, Catalogue: h.Catalogue, Mailbox: h.mailing(mailbox), Links: h.links, SignInFor: h.signInFor}
	if err := h.signs(&conduct); err != nil {
		return nil, err
	}
	return worker.New(c, conduct, o), nil
}
