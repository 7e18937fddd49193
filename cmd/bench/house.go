package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/embedded"
	"github.com/rapporteur/rapporteur/store"
	"github.com/rapporteur/rapporteur/worker"
	"github.com/rapporteur/rapporteur/workflows"
)

// The stream that is measured: the twelve-month report.
const (
	instrument = "s-res-2388-2017"
	stream     = "op34"
)

// house is the product in one process, as a newcomer runs it and with all that
// production does: durable, sealed, signed, with mails that leave.
type house struct {
	*wiring.House
	client client.Client
	dir    string
	asked  []rapporteur.ContributorID
}

func (h *house) start(ctx context.Context, b brief) (started, error) {
	h.dir = b.Dir
	ids, further, err := states(b.Contributors)
	if err != nil {
		return started{}, err
	}
	h.asked = ids
	if err := h.open(ctx, b, further); err != nil {
		return started{}, err
	}
	hello, err := h.invite(ctx)
	if err != nil {
		return started{}, err
	}
	mail := wiring.Mail{SMTPURL: b.SMTP, MailFrom: "Secretariat <secretariat@rapporteur.example>", SMTPTimeout: 30 * time.Second, BaseURL: "http://127.0.0.1"}
	hello.URL, err = h.run(ctx, mail)
	return hello, err
}

// open opens the record and gives the house its keys.
func (h *house) open(ctx context.Context, b brief, further []rapporteur.Contributor) error {
	if err := store.Migrate(ctx, b.Database); err != nil {
		return err
	}
	sealing := filepath.Join(b.Dir, "sealing.key")
	if err := wiring.MakeSealingKey(sealing); err != nil {
		return err
	}
	vault, err := wiring.Sealing{SealingKey: []string{sealing}}.Vault()
	if err != nil {
		return err
	}
	var instruments wiring.Instruments
	instruments.Further = further
	logger, err := logging(b.Dir)
	if err != nil {
		return err
	}
	if h.House, err = wiring.Open(ctx, b.Database, instruments, store.Options{Vault: vault}, logger); err != nil {
		return err
	}
	if err := h.Attach(ctx, wiring.Attachments{Attachments: "file:" + filepath.Join(b.Dir, "attachments")}, b.Database); err != nil {
		return err
	}
	signing, links := filepath.Join(b.Dir, "signing.pem"), filepath.Join(b.Dir, "links.secret")
	if err := errors.Join(wiring.MakeSigningKey(signing), wiring.MakeLinkSecret(links)); err != nil {
		return err
	}
	if err := h.Sign(wiring.Signing{SigningKey: []string{signing}}); err != nil {
		return err
	}
	if err := h.Link(wiring.Links{LinkSecretFile: links}); err != nil {
		return err
	}
	opens, err := h.opens()
	h.ClockOffset = opens.Sub(h.Clock())
	return err
}

// logging writes a line for each request, as production does, into a folder.
func logging(dir string) (zerolog.Logger, error) {
	logs, err := os.CreateTemp(dir, "log-")
	if err != nil {
		return zerolog.Logger{}, fmt.Errorf("cannot write log: %w", err)
	}
	return zerolog.New(logs).Level(zerolog.InfoLevel).With().Timestamp().Logger(), nil
}

// opens is shortly after the stream's requests are to leave: business time at
// the start, so that a cycle opens as soon as it is planned.
func (h *house) opens() (time.Time, error) {
	i, err := h.Catalogue.Instrument(instrument)
	if err != nil {
		return time.Time{}, err
	}
	s, _ := i.Stream(stream)
	plan, err := rapporteur.NewPlan(i, s, h.Catalogue.WorkingDays())
	return plan.Date(rapporteur.DateOpens).At(rapporteur.SendHour).Add(time.Hour), err
}

// run starts what serves: Temporal, relay, worker, API, and what sweeps, seals
// and dispatches beside them.
func (h *house) run(ctx context.Context, mail wiring.Mail) (string, error) {
	temporal, err := embedded.Start(ctx, embedded.Options{
		Dir: h.dir, UIPort: 0, Logger: h.Logger, SearchAttributes: workflows.SearchAttributes(),
	})
	if err != nil {
		return "", err
	}
	if h.client, err = temporal.Dial(ctx, wiring.ClientOptions()); err != nil {
		return "", err
	}
	h.Hook(wiring.Webhooks{})
	if err := h.LetIn(ctx, wiring.SignIn{}, mail); err != nil {
		return "", err
	}
	conductor, err := h.Worker(h.client, mail, worker.Options{})
	if err != nil {
		return "", err
	}
	h.TemporalNamespace = temporal.Namespace()
	relay := h.Relay(h.client)
	for _, part := range []func(context.Context) error{relay.Run, conductor.Run, h.Sweep, h.SealAudit, h.Dispatcher().Run, h.Post} {
		go func() {
			if err := part(ctx); err != nil {
				panic(err)
			}
		}()
	}
	return listen(ctx, h.Handler(h.client, relay))
}
