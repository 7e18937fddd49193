package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur/api"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/embedded"
	"github.com/rapporteur/rapporteur/engine"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
	"github.com/rapporteur/rapporteur/store"
	"github.com/rapporteur/rapporteur/worker"
	"github.com/rapporteur/rapporteur/workflows"
)

// settings say how the one process runs.
type settings struct {
	Dir         string // of the record, Temporal's database, the keys and the mails
	Database    string // URL of the record, empty for a file in Dir; on PostgreSQL, Temporal's databases are beside it
	Fresh       bool   // refuse databases that hold anything
	Listen      string
	UIPort      int
	Instruments wiring.Instruments
	Published   wiring.Published   // figures to prefill answers from
	Attachments wiring.Attachments // where files are kept; in Dir where it does not say
	Mail        wiring.Mail        // an empty SMTP URL keeps mails in Dir/mail
	SignIn      wiring.SignIn
	Telemetry   wiring.Telemetry
	Payloads    wiring.Payloads // nothing is sealed where no key is given
	Codec       string          // that Temporal's web UI asks
	MailDir     string          // where the sink keeps mails
	Start       time.Time       // business time of the start; zero for the wall clock
	Moving      bool            // the clock can be moved; the record is not made durable
	Logger      zerolog.Logger
}

// process is the whole product in one process: Temporal with its web UI, the
// record, the mail sink, relay, worker and API.
type process struct {
	temporal *embedded.Server
	client   client.Client
	clock    *embedded.Clock
	house    *wiring.House
	watch    *wiring.Watch
	relay    *engine.Relay
	worker   *worker.Worker
	sink     *smtpsink.Server
	mails    string // folder in which the sink keeps them
	server   *http.Server
	listener net.Listener
	group    *errgroup.Group
	cancel   context.CancelFunc
}

// startProcess starts every part and returns when the API serves.
func startProcess(ctx context.Context, s settings) (_ *process, err error) {
	p := &process{mails: s.MailDir}
	s.Payloads.PlainPayloads = len(s.Payloads.PayloadKey) == 0
	defer func() {
		if err != nil {
			p.stop()
		}
	}()
	if p.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", s.Listen); err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", s.Listen, err)
	}
	if p.watch, err = s.Telemetry.Watch(ctx, "rapporteur-standalone", s.Logger); err != nil {
		return nil, err
	}
	s.Logger = p.watch.Logger
	if err := p.startTemporal(ctx, s); err != nil {
		return nil, err
	}
	if s.Fresh {
		if err := p.refuseUsed(ctx, s.Database); err != nil {
			return nil, err
		}
	}
	if err := p.openHouse(ctx, s); err != nil {
		return nil, err
	}
	if s.Mail.SMTPURL == "" && s.Mail.SMTPURLFile == "" {
		if p.sink, err = smtpsink.Start(smtpsink.Config{Directory: s.MailDir}); err != nil {
			return nil, err
		}
		s.Mail.SMTPURL = p.sink.URL()
	}
	s.Mail.BaseURL = p.URL()
	if err := p.house.Read(s.Payloads); err != nil {
		return nil, err
	}
	p.house.Hook(wiring.Webhooks{WebhookLoopback: true}) // one machine, for trying things out
	if err := p.house.LetIn(ctx, s.SignIn, s.Mail); err != nil {
		return nil, err
	}
	// One process, one build: it has no version, and no other stands beside it.
	if p.worker, err = p.house.Worker(p.client, s.Mail, worker.Options{}); err != nil {
		return nil, err
	}
	p.house.TemporalNamespace = p.temporal.Namespace()
	if ui := p.temporal.UIAddress(); ui != "" {
		p.house.TemporalUI = "http://" + ui
	}
	p.relay = p.house.Relay(p.client)
	p.server = api.Server(s.Listen, p.house.Handler(p.client, p.relay))
	p.run(ctx)
	return p, nil
}

func (p *process) startTemporal(ctx context.Context, s settings) error {
	o := embedded.Options{
		UIPort: s.UIPort, Codec: s.Codec, TimeSkipping: s.Moving, Relaxed: s.Moving, Logger: s.Logger, SearchAttributes: workflows.SearchAttributes(),
	}
	with := wiring.ClientOptions(p.watch.Apply)
	if err := s.Payloads.Apply(&with); err != nil {
		return err
	}
	switch {
	case embedded.OnPostgreSQL(s.Database):
		if err := refuseLeft(s.Dir); err != nil {
			return err
		}
		o.Database = s.Database
	case !s.Moving:
		o.Dir = s.Dir
	}
	var err error
	if p.temporal, err = embedded.Start(ctx, o); err != nil {
		return err
	}
	if p.client, err = p.temporal.Dial(ctx, with); err != nil {
		return err
	}
	p.clock = p.temporal.Clock(p.client)
	return nil
}

func (p *process) openHouse(ctx context.Context, s settings) error {
	url := s.Database
	if url == "" {
		url = "sqlite:" + filepath.Join(s.Dir, "rapporteur.db")
	}
	if err := store.Migrate(ctx, url); err != nil {
		return err
	}
	sealing := filepath.Join(s.Dir, "sealing.key")
	if err := wiring.MakeSealingKey(sealing); err != nil {
		return err
	}
	vault, err := wiring.Sealing{SealingKey: []string{sealing}}.Vault()
	if err != nil {
		return err
	}
	if p.house, err = wiring.Open(ctx, url, s.Instruments, p.watch.StoreOptions(store.Options{Relaxed: s.Moving, Vault: vault}), s.Logger); err != nil {
		return err
	}
	p.house.Watched(p.watch)
	if err := p.house.Publish(s.Published); err != nil {
		return err
	}
	if s.Attachments.Attachments == "" && embedded.OnPostgreSQL(url) {
		s.Attachments.Attachments = "file:" + filepath.Join(s.Dir, "attachments") // beside the keys that seal them
	}
	if err := p.house.Attach(ctx, s.Attachments, url); err != nil {
		return err
	}
	key := filepath.Join(s.Dir, "signing.pem")
	if err := wiring.MakeSigningKey(key); err != nil {
		return err
	}
	if err := p.house.Sign(wiring.Signing{SigningKey: []string{key}}); err != nil {
		return err
	}
	links := filepath.Join(s.Dir, "links.secret")
	if err := wiring.MakeLinkSecret(links); err != nil {
		return err
	}
	if err := p.house.Link(wiring.Links{LinkSecretFile: links}); err != nil {
		return err
	}
	if s.Moving {
		p.house.Clock = p.clock.Now
	}
	if !s.Start.IsZero() {
		p.house.ClockOffset = s.Start.Sub(p.house.Clock())
	}
	return nil
}

// run starts what serves until stop.
func (p *process) run(ctx context.Context) {
	ctx, p.cancel = context.WithCancel(ctx)
	p.group, ctx = errgroup.WithContext(ctx)
	p.group.Go(func() error { return p.temporal.Wait(ctx) })
	p.group.Go(func() error { return p.relay.Run(ctx) })
	p.group.Go(func() error { return p.worker.Run(ctx) })
	p.group.Go(func() error { return p.house.Sweep(ctx) })
	p.group.Go(func() error { return p.house.SealAudit(ctx) })
	p.group.Go(func() error { return p.house.Dispatcher().Run(ctx) })
	p.group.Go(func() error { return p.house.Post(ctx) })
	p.group.Go(func() error { return p.house.Observe(ctx, p.client, true) })
	p.group.Go(func() error {
		if err := p.server.Serve(p.listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
}

// URL is the address of the API.
func (p *process) URL() string { return "http://" + p.listener.Addr().String() }

// wait returns when the process is told to stop or a part of it fails.
func (p *process) wait(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- p.group.Wait() }()
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

// stop ends the parts in the order that lets work under way finish: first what
// takes new work, then what carries it out, then the record.
func (p *process) stop() {
	if p.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		_ = p.server.Shutdown(ctx)
		cancel()
	}
	if p.cancel != nil {
		p.cancel()
		_ = p.group.Wait()
	}
	if p.client != nil {
		p.client.Close()
	}
	if p.temporal != nil {
		p.temporal.Stop()
	}
	if p.sink != nil {
		_ = p.sink.Stop()
	}
	if p.house != nil {
		_ = p.house.Close()
	}
	if p.watch != nil {
		p.watch.Unwatch()
	}
	if p.listener != nil {
		_ = p.listener.Close()
	}
}
