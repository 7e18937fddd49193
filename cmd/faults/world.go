package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/internal/pgserver"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
	"github.com/rapporteur/rapporteur/store"
)

// world is one house with everything around it: its processes, its database, the mail server, its people.
type world struct {
	seed    uint64
	dir     string
	cluster bool   // processes of their own on PostgreSQL; else standalone on SQLite
	program string // the real command, in a cluster; empty for processes whose clock can be moved
	pulse   *pulse
	journal *journal
	log     io.Writer

	postgres *pgserver.Server
	sink     *smtpsink.Server
	children []*child
	base     role // what all have in common
	house    *wiring.House
	clock    sharedClock
	staff    remote.Client
	officers map[string]remote.Client
	slow     *slowClients
	mode     atomic.Int32 // of the mail server
}

// begins is the business day on which a world begins: shortly before the requests of the twelve-month report.
var begins = rapporteur.Date{Year: 2018, Month: time.May, Day: 10}.At(9)

// newWorld sets a world up: nothing is under attack yet.
func newWorld(ctx context.Context, seed uint64, cluster bool, program, dir string, log io.Writer) (*world, error) {
	w := &world{
		seed: seed, dir: dir, cluster: cluster, program: program, pulse: newPulse(), journal: newJournal(), log: log,
		officers: map[string]remote.Client{}, clock: sharedClock{dir: dir},
	}
	if err := w.open(ctx); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *world) open(ctx context.Context) error {
	var err error
	if w.program == "" {
		if err := w.clock.write(shared{Cycles: time.Until(begins)}); err != nil {
			return err
		}
	}
	if w.sink, err = smtpsink.Start(smtpsink.Config{Keep: w.keep, Recipient: w.recipient}); err != nil {
		return err
	}
	database := "sqlite:" + filepath.Join(w.dir, "rapporteur.db")
	if w.cluster {
		if w.postgres, err = pgserver.Start(ctx, pgserver.Options{}); err != nil {
			return err
		}
		if database, err = w.postgres.CreateDatabase(ctx, "rapporteur"); err != nil {
			return err
		}
	}
	if err := w.makeKeys(); err != nil {
		return err
	}
	if err := store.Migrate(ctx, database); err != nil {
		return err
	}
	ports, err := freePorts(ctx, 3)
	if err != nil {
		return err
	}
	w.base = role{
		Dir: w.dir, Database: database, Temporal: ports[0], Control: ports[1],
		Listen: net.JoinHostPort("127.0.0.1", strconv.Itoa(ports[2])), SMTP: w.sink.URL(),
	}
	for _, r := range w.roles() {
		c := &child{role: r, pulse: w.pulse, log: w.log, told: w.journal.trouble}
		w.children = append(w.children, c)
		if err := c.start(ctx); err != nil {
			return err
		}
	}
	vault, err := wiring.Sealing{SealingKey: []string{w.base.file(sealingFile)}}.Vault()
	if err != nil {
		return err
	}
	w.house, err = wiring.Open(ctx, database, wiring.Instruments{}, store.Options{Vault: vault}, zerolog.Nop())
	if err != nil {
		return err
	}
	w.slow = &slowClients{address: w.base.Listen}
	return w.house.Sign(wiring.Signing{SigningKey: []string{w.base.file(signingFile)}})
}

// roles are the processes of the house: in a cluster two workers, of which one says it is of another release.
func (w *world) roles() []role {
	as := func(name string, change func(r *role)) role {
		r := w.base
		r.Name = name
		change(&r)
		return r
	}
	if !w.cluster {
		return []role{as("standalone", func(r *role) { r.Engine, r.API, r.Worker = true, true, true })}
	}
	return []role{
		as("engine", func(r *role) { r.Engine = true }),
		as("api", func(r *role) { r.API, r.Program = true, w.program }),
		as("worker-1", func(r *role) { r.Worker, r.Program = true, w.program }),
		as("worker-2", func(r *role) { r.Worker, r.Version, r.Program = true, "another-release", w.program }),
	}
}

func (w *world) makeKeys() error {
	return errors.Join(
		wiring.MakeSealingKey(filepath.Join(w.dir, sealingFile)),
		wiring.MakeSigningKey(filepath.Join(w.dir, signingFile)),
		wiring.MakeLinkSecret(filepath.Join(w.dir, linksFile)),
		wiring.MakePayloadKey(filepath.Join(w.dir, payloadFile)),
	)
}

// close ends every process and takes the world's things away.
func (w *world) close() error {
	if w.slow != nil {
		w.slow.stop()
	}
	for _, c := range w.children {
		c.kill()
	}
	var errs []error
	if w.house != nil {
		errs = append(errs, w.house.Close())
	}
	if w.postgres != nil {
		errs = append(errs, w.postgres.Close())
	}
	if w.sink != nil {
		errs = append(errs, w.sink.Stop())
	}
	return errors.Join(errs...)
}

// keep is the mail server's side: what came, before it says so.
func (w *world) keep(m smtpsink.Message) error {
	parsed, err := mail.ReadMessage(strings.NewReader(string(m.Raw)))
	if err != nil {
		return err
	}
	h := parsed.Header
	l := letter{
		Cycle: rapporteur.CycleID(h.Get("X-Rapporteur-Cycle")), Contributor: rapporteur.ContributorID(h.Get("X-Rapporteur-Contributor")),
		Notice: rapporteur.Notice(h.Get("X-Rapporteur-Notice")), Rung: h.Get("X-Rapporteur-Rung"),
		MessageID: strings.Trim(h.Get("Message-ID"), "<> "), At: time.Now(),
	}
	w.journal.note(func(e *evidence) { e.Letters = append(e.Letters, l) })
	w.pulse.beat("mail " + string(l.Notice))
	return nil
}

// setMail has the mail server behave in a way from now on.
func (w *world) setMail(mode smtpsink.Mode) { w.mode.Store(int32(mode)) }

// recipient is how the mail server behaves towards one recipient. Those that it refuses for good are counted.
func (w *world) recipient(string) smtpsink.Mode {
	w.pulse.beat("recipient")
	mode := smtpsink.Mode(w.mode.Load())
	if mode == smtpsink.Refuse {
		w.journal.note(func(e *evidence) { e.Refused++ })
	}
	w.sink.SetMode(mode)
	return mode
}

// chance is the dice of one thing; the same seed gives the same.
func (w *world) chance(what string) *rand.Rand {
	sum := sha256.Sum256([]byte(what))
	return rand.New(rand.NewPCG(w.seed, binary.BigEndian.Uint64(sum[:]))) //nolint:gosec // a run that can be repeated, no secret
}

const day = 24 * time.Hour

// advance moves business time to a moment, as often as the engine dies on the way.
func (w *world) advance(ctx context.Context, to time.Time) error {
	w.pulse.beat("jump")
	at := to.Add(-w.clock.read().Cycles)
	address := fmt.Sprintf("http://127.0.0.1:%d/?to=%s", w.base.Control, url.QueryEscape(at.UTC().Format(time.RFC3339Nano)))
	for tries := 1; ; tries++ {
		// Bounded: a jump that the engine's death has cut in two can wait for ever.
		_, err := get(ctx, address, jumpFor)
		if err == nil {
			return nil
		}
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil && tries >= 2 {
			w.wedged(ctx, to)
		}
		if !pause(ctx, 100*time.Millisecond) {
			return fmt.Errorf("cannot move business time to %s: %w", to.Format(time.RFC3339), err)
		}
	}
}

// jumpFor is how long a day may take: longer than any step waits for a worker that has died.
const jumpFor = 75 * time.Second

// wedged puts down that business time does not move on although everything runs, with what is being waited for, and
// starts the engine again, as an operator would.
func (w *world) wedged(ctx context.Context, to time.Time) {
	pending, err := get(ctx, fmt.Sprintf("http://127.0.0.1:%d/pending", w.base.Control), 10*time.Second)
	if err != nil {
		pending = err.Error()
	}
	w.journal.trouble(fmt.Sprintf("nothing moves on towards %s; pending is:\n%s", to.Format(time.DateOnly), pending))
	for _, c := range w.children {
		if c.role.Engine && c.kill() {
			if err := c.start(ctx); err != nil {
				w.journal.trouble(err.Error())
			}
		}
	}
}

// get asks one of the processes for something.
func get(ctx context.Context, address string, within time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode == http.StatusOK {
		return string(text), err
	}
	return "", errors.New(strings.TrimSpace(string(text)))
}

// freePorts are ports of the loopback that nobody listens on. They are below those that systems give out by themselves,
// so that nobody else gets one while its process is down.
func freePorts(ctx context.Context, n int) ([]int, error) {
	var ports []int
	for tries := 0; len(ports) < n; tries++ {
		port := 20000 + rand.IntN(12000) //nolint:gosec // no secret
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		switch {
		case err == nil && !slices.Contains(ports, port):
			ports = append(ports, port)
			_ = listener.Close()
		case err == nil:
			_ = listener.Close()
		case tries > 100:
			return nil, fmt.Errorf("cannot find a free port: %w", err)
		}
	}
	return ports, nil
}

// folder makes the folder of a world.
func folder() (string, error) {
	dir, err := os.MkdirTemp("", "rapporteur-faults-")
	if err != nil {
		return "", fmt.Errorf("cannot make folder: %w", err)
	}
	return dir, nil
}
