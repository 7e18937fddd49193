package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/embedded"
	"github.com/rapporteur/rapporteur/store"
	"github.com/rapporteur/rapporteur/worker"
	"github.com/rapporteur/rapporteur/workflows"
)

// asRole is the environment variable that makes this program be one of the product's processes. It holds a role.
const asRole = "RAPPORTEUR_FAULTS_ROLE"

// role says which parts of the product a process runs, and where the others are.
type role struct {
	Name     string // for people
	Engine   bool   // Temporal, with the clock
	API      bool   // what `rapporteur serve` runs
	Worker   bool   // what `rapporteur worker` runs
	Dir      string // of Temporal's database, the keys, and what processes share
	Database string
	Temporal int    // port of the frontend
	Control  int    // port of the clock's control
	Listen   string // address of the API
	SMTP     string
	Version  string // release that the process says it is
	Program  string // the real command, with a clock that cannot be moved; this program's own wiring where empty
}

// smtpTimeout is how long one message may take: short, so that a mail server that hangs costs seconds.
const smtpTimeout = 3 * time.Second

// runRole is the life of a process of the product, from the environment, until it is told to stop.
func runRole(text string) int {
	signal.Ignore(syscall.SIGXFSZ) // a file that may not grow is an error like a full disk's
	var r role
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		fmt.Fprintln(os.Stderr, "cannot read role:", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	logger := zerolog.New(os.Stderr).Level(zerolog.WarnLevel).With().Timestamp().Str("process", r.Name).Logger()
	if err := r.run(ctx, logger); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintf(os.Stderr, "%s: %v\n", r.Name, err)
		return 1
	}
	return 0
}

// run starts the parts as the commands do and lets them run.
func (r role) run(ctx context.Context, logger zerolog.Logger) error {
	group, ctx := errgroup.WithContext(ctx)
	if r.Engine {
		server, err := r.startEngine(ctx, logger, group)
		if err != nil {
			return err
		}
		defer server.Stop()
	}
	if r.API || r.Worker {
		watch, err := wiring.Telemetry{}.Watch(ctx, "rapporteur-"+r.Name, logger)
		if err != nil {
			return err
		}
		defer watch.Unwatch()
		house, err := r.house(ctx, watch)
		if err != nil {
			return err
		}
		defer func() { _ = house.Close() }()
		temporal, err := r.dial(ctx, watch)
		if err != nil {
			return err
		}
		defer temporal.Close()
		if r.Worker {
			if err := r.work(ctx, group, house, temporal); err != nil {
				return err
			}
		}
		if r.API {
			if err := r.serve(ctx, group, house, temporal); err != nil {
				return err
			}
		}
	}
	say("ready", r.Name)
	return group.Wait()
}

// say tells whoever started this process what happens in it, a line each.
func say(what, detail string) { fmt.Printf("%s %s\n", what, detail) }

// house is the product over the record, with the moved clock.
func (r role) house(ctx context.Context, watch *wiring.Watch) (*wiring.House, error) {
	vault, err := wiring.Sealing{SealingKey: []string{r.file(sealingFile)}}.Vault()
	if err != nil {
		return nil, err
	}
	house, err := wiring.Open(ctx, r.Database, wiring.Instruments{}, watch.StoreOptions(store.Options{Vault: vault}), watch.Logger)
	if err != nil {
		return nil, err
	}
	house.Watched(watch)
	if r.Version != "" {
		house.Version = r.Version
	}
	err = errors.Join(
		house.Sign(wiring.Signing{SigningKey: []string{r.file(signingFile)}}),
		house.Link(wiring.Links{LinkSecretFile: r.file(linksFile)}),
		house.LetIn(ctx, wiring.SignIn{}, r.mail()),
		house.Read(r.payloads()),
		house.Attach(ctx, wiring.Attachments{Attachments: "file:" + r.file("attachments")}, r.Database),
	)
	if err != nil {
		return nil, errors.Join(err, house.Close())
	}
	house.Hook(wiring.Webhooks{})
	house.Limit(limits)
	shared := sharedClock{dir: r.Dir, process: r.Name}
	house.Clock = shared.now
	house.ClockOffset = shared.read().Cycles
	return house, nil
}

// The files that the processes of one house share.
const (
	sealingFile = "sealing.key"
	signingFile = "signing.pem"
	linksFile   = "links.secret"
	payloadFile = "payload.key"
)

func (r role) file(name string) string { return filepath.Join(r.Dir, name) }

// limits are those that the command has by itself.
var limits = wiring.Limits{ReadsPerSecond: 500, WritesPerSecond: 200, StrangersPerSecond: 50, MaxRequests: 512}

// payloads seal what Temporal is told, in every world.
func (r role) payloads() wiring.Payloads {
	return wiring.Payloads{PayloadKey: []string{r.file(payloadFile)}}
}

// deployment is the workers' in Temporal: both workers of a cluster are one build. A single process has none, as
// standalone.
func (r role) deployment() wiring.Deployment {
	if r.Engine {
		return wiring.Deployment{Deployment: "none"}
	}
	return wiring.Deployment{Deployment: "faults", BuildID: "under-attack"}
}

func (r role) mail() wiring.Mail {
	return wiring.Mail{
		SMTPURL: r.SMTP, MailFrom: "Secretariat <secretariat@rapporteur.example>", SMTPTimeout: smtpTimeout, BaseURL: "http://" + r.Listen,
	}
}

// dial connects as the commands do: the API when it first has something to say, a worker at once. What either starts
// begins at business time.
func (r role) dial(ctx context.Context, watch *wiring.Watch) (client.Client, error) {
	o := wiring.ClientOptions(watch.Apply)
	if err := r.payloads().Apply(&o); err != nil {
		return nil, err
	}
	o.HostPort, o.Namespace = fmt.Sprintf("127.0.0.1:%d", r.Temporal), embedded.DefaultNamespace
	o.Logger = quiet{}
	o.Interceptors = append(o.Interceptors, &announcer{})
	shared := sharedClock{dir: r.Dir}
	embedded.Follow(&o, func() time.Duration { return shared.read().Ahead })
	if !r.Worker {
		c, err := client.NewLazyClient(o)
		if err != nil {
			return nil, fmt.Errorf("cannot make Temporal client: %w", err)
		}
		return c, nil
	}
	for {
		c, err := client.DialContext(ctx, o)
		if err == nil {
			return c, nil
		}
		watch.Logger.Warn().Err(err).Msg("Temporal does not answer yet; trying again")
		if !pause(ctx, 200*time.Millisecond) {
			return nil, fmt.Errorf("cannot connect to Temporal: %w", err)
		}
	}
}

// work runs what `rapporteur worker` does.
func (r role) work(ctx context.Context, group *errgroup.Group, house *wiring.House, temporal client.Client) error {
	deployment := r.deployment()
	w, err := house.Worker(temporal, r.mail(), deployment.Options())
	if err != nil {
		return err
	}
	group.Go(func() error { return w.Run(ctx) })
	if deployment.Versioned() {
		in := deployment.In(temporal, wiring.Temporal{TemporalNamespace: embedded.DefaultNamespace})
		group.Go(func() error {
			deployment.TakeUp(ctx, in, worker.MakeFirst, house.Logger)
			return nil
		})
	}
	return nil
}

// serve runs what `rapporteur serve` does.
func (r role) serve(ctx context.Context, group *errgroup.Group, house *wiring.House, temporal client.Client) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", r.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", r.Listen, err)
	}
	house.TemporalNamespace = embedded.DefaultNamespace
	relay := house.Relay(temporal)
	server := house.Server(r.Listen, house.Handler(temporal, relay))
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	for _, part := range []func(context.Context) error{
		relay.Run, house.Sweep, house.SealAudit, house.Dispatcher().Run, house.Post, house.TellRefusals,
	} {
		group.Go(func() error { return part(ctx) })
	}
	group.Go(func() error {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return server.Shutdown(last)
	})
	return nil
}

// startEngine runs Temporal on a file, with a clock that is moved over HTTP.
func (r role) startEngine(ctx context.Context, logger zerolog.Logger, group *errgroup.Group) (*embedded.Server, error) {
	server, err := embedded.Start(ctx, embedded.Options{
		Dir: r.file("temporal"), FrontendPort: r.Temporal, UIPort: embedded.NoUI, TimeSkipping: true,
		Logger: logger, SearchAttributes: workflows.SearchAttributes(),
	})
	if err != nil {
		return nil, err
	}
	c, err := server.Dial(ctx, client.Options{Logger: quiet{}})
	if err != nil {
		return nil, err
	}
	group.Go(func() error {
		defer c.Close()
		return control(ctx, r.Control, mover{client: c, clock: server.Clock(c), shared: sharedClock{dir: r.Dir}})
	})
	return server, nil
}

// pause waits, and reports false where the context ends first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
