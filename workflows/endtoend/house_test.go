package endtoend_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/embedded"
	"github.com/rapporteur/rapporteur/engine"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/notify"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
	"github.com/rapporteur/rapporteur/schemas"
	"github.com/rapporteur/rapporteur/store"
	"github.com/rapporteur/rapporteur/worker"
	"github.com/rapporteur/rapporteur/workflows"
)

// identity stands for processes and machines in recorded histories.
const identity = "recorder"

// house is the whole product in one test: a real server with a clock that
// moves, a real store, real mail, the real instrument.
type house struct {
	t              testing.TB
	server         *embedded.Server
	clock          *embedded.Clock
	client         client.Client
	store          *store.Store
	folder         string // of the record on SQLite
	database       string // of record and engine on PostgreSQL; empty on SQLite
	catalogue      *schemas.Catalogue
	sink           *smtpsink.Server
	conduct        rapporteur.Conduct
	worker         *worker.Worker
	relay          *engine.Relay
	engine         *engine.Engine
	offset         time.Duration
	secretariat    rapporteur.Secretariat
	correspondence rapporteur.Correspondence
}

var staff = rapporteur.Principal{ID: "key-staff", Role: rapporteur.RoleSecretariat}

// by is a contributor that acts for itself.
func by(who rapporteur.ContributorID) rapporteur.Principal {
	return rapporteur.Principal{ID: "key-" + string(who), Role: rapporteur.RoleContributor, Contributor: who}
}

func start[T any](t testing.TB, begin func() (T, error)) T {
	t.Helper()
	v, err := begin()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// onBoth tells a story on SQLite and on PostgreSQL, which hold the record and the
// engine both, side by side.
func onBoth(t *testing.T, story func(t *testing.T, database string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); story(t, "") })
	t.Run("PostgreSQL", func(t *testing.T) { t.Parallel(); story(t, needs.StartPostgreSQL(t)) })
}

// build starts a house on SQLite whose business time begins at a moment; more adds
// to what the release knows.
func build(ctx context.Context, t testing.TB, begins time.Time, more ...fs.FS) *house {
	t.Helper()
	return buildOn(ctx, t, "", begins, more...)
}

// buildOn starts it on a PostgreSQL database, or on SQLite where that is empty.
func buildOn(ctx context.Context, t testing.TB, database string, begins time.Time, more ...fs.FS) *house {
	t.Helper()
	h := &house{t: t, database: database}
	quiet := zerolog.New(zerolog.NewTestWriter(t)).Level(zerolog.ErrorLevel)
	h.server = start(t, func() (*embedded.Server, error) {
		return embedded.Start(ctx, embedded.Options{
			Database: database, UIPort: embedded.NoUI, TimeSkipping: true, Logger: quiet, SearchAttributes: workflows.SearchAttributes(),
		})
	})
	t.Cleanup(h.server.Stop)
	h.client = start(t, func() (client.Client, error) { return h.server.Dial(ctx, client.Options{Identity: identity}) })
	t.Cleanup(h.client.Close)
	h.clock = h.server.Clock(h.client)
	h.offset = begins.Sub(h.clock.Now())

	h.folder = t.TempDir()
	url := cmp.Or(database, "sqlite:"+filepath.Join(h.folder, "record.db"))
	if err := store.Migrate(ctx, url); err != nil {
		t.Fatal(err)
	}
	h.store = start(t, func() (*store.Store, error) { return store.Open(ctx, url, store.Options{Relaxed: true}) })
	t.Cleanup(func() { _ = h.store.Close() })
	h.catalogue = start(t, func() (*schemas.Catalogue, error) {
		return schemas.Load(append([]fs.FS{schemas.Embedded()}, more...)...)
	})
	h.sink = start(t, func() (*smtpsink.Server, error) { return smtpsink.Start(smtpsink.Config{Directory: t.TempDir()}) })
	t.Cleanup(func() { _ = h.sink.Stop() })
	mailbox := start(t, func() (*notify.Mail, error) {
		return notify.New(notify.Config{
			URL: h.sink.URL(), From: "Rapporteur <rapporteur@un.example>", BaseURL: "https://un.example", ReuseConnection: true,
		})
	})
	t.Cleanup(mailbox.Close)

	h.conduct = rapporteur.Conduct{Store: h.store, Catalogue: h.catalogue, Mailbox: mailbox, Signer: signing(t)}
	h.engine = engine.New(h.client)
	h.relay = &engine.Relay{Store: h.store, Client: h.client, Logger: quiet}
	h.secretariat = rapporteur.Secretariat{Store: h.store, Catalogue: h.catalogue, Clock: h.clock.Now, ClockOffset: h.offset}
	h.correspondence = rapporteur.Correspondence{Store: h.store, Catalogue: h.catalogue, Clock: h.clock.Now, Signer: h.conduct.Signer}
	h.hire()
	return h
}

// signing is a signing key of the house's own.
func signing(t testing.TB) *access.SigningKeys {
	t.Helper()
	path := filepath.Join(t.TempDir(), "signing.pem")
	write(t, path, start(t, access.NewSigningKey))
	return start(t, func() (*access.SigningKeys, error) { return access.LoadSigningKeys(path) })
}

// hire starts a worker; dismiss stops it.
func (h *house) hire() {
	h.t.Helper()
	h.worker = worker.New(h.client, h.conduct, worker.Options{Identity: identity})
	if err := h.worker.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(h.worker.Stop)
}

func (h *house) dismiss() { h.worker.Stop() }

// ok fails the test on an error.
func (h *house) ok(err error) {
	h.t.Helper()
	if p, ok := errors.AsType[*rapporteur.Problem](err); ok {
		h.t.Fatalf("%v (findings %v, cause %v)", p, p.Findings, p.Cause)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// now is business time.
func (h *house) now() time.Time { return h.clock.Now().Add(h.offset) }

// goTo lets time pass until a business moment, and everything settle then.
func (h *house) goTo(ctx context.Context, text string) {
	h.t.Helper()
	moment, err := time.Parse("2006-01-02 15:04", text)
	h.ok(err)
	if moment.Before(h.now()) {
		h.t.Fatalf("it is %s: cannot go back to %s", h.now(), text)
	}
	h.ok(h.clock.AdvanceTo(ctx, moment.Add(-h.offset)))
	h.settle(ctx)
}

// settle relays what waits in the outbox and lets the workflows act on it,
// until nothing waits.
func (h *house) settle(ctx context.Context) {
	h.t.Helper()
	for h.waiting(ctx) > 0 {
		for more := true; more; {
			var err error
			more, err = h.relay.Deliver(ctx)
			h.ok(err)
		}
		h.ok(h.clock.AdvanceTo(ctx, h.clock.Now()))
	}
}

// read asks the record.
func read[T any](ctx context.Context, h *house, ask func(ctx context.Context, r rapporteur.Reader) (T, error)) T {
	h.t.Helper()
	var answer T
	h.ok(h.store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) (err error) {
		answer, err = ask(ctx, r)
		return err
	}))
	return answer
}

// waiting counts the outbox.
func (h *house) waiting(ctx context.Context) int {
	h.t.Helper()
	return len(read(ctx, h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Message, error) { return r.Outbox(ctx, 0) }))
}

func (h *house) cycle(ctx context.Context, id rapporteur.CycleID) rapporteur.Cycle {
	h.t.Helper()
	return read(ctx, h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Cycle, error) { return r.Cycle(ctx, id) })
}

func (h *house) request(ctx context.Context, key rapporteur.RequestKey) rapporteur.Request {
	h.t.Helper()
	return read(ctx, h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Request, error) { return r.Request(ctx, key) })
}

// done counts the audit records of a cycle by what was done.
func (h *house) done(ctx context.Context, id rapporteur.CycleID) map[rapporteur.Action]int {
	h.t.Helper()
	counts := map[rapporteur.Action]int{}
	for _, r := range read(ctx, h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
		return r.Audit(ctx, id, 0, 0)
	}) {
		counts[r.Action]++
	}
	return counts
}

// contact gives somebody a focal point and a lead.
func (h *house) contact(ctx context.Context, id rapporteur.ContributorID) {
	h.t.Helper()
	h.ok(h.secretariat.PutContacts(ctx, staff, id, []rapporteur.Contact{
		{Role: rapporteur.ContactFocalPoint, Name: "Focal Person", Address: "focal." + string(id) + "@mail.example", Language: "en"},
		{Role: rapporteur.ContactLead, Name: "Leading Person", Address: "lead." + string(id) + "@mail.example", Language: "fr"},
	}))
}

// plan starts the cycle of the twelve-month report for some contributors.
func (h *house) plan(ctx context.Context, ids ...rapporteur.ContributorID) rapporteur.CycleID {
	h.t.Helper()
	for _, id := range ids {
		h.contact(ctx, id)
	}
	cycle, err := h.secretariat.Start(ctx, staff, rapporteur.Start{Instrument: "s-res-2388-2017", Stream: "op34", Only: ids})
	h.ok(err)
	h.settle(ctx)
	return cycle.ID
}

// command tells a cycle something and lets it act.
func (h *house) command(ctx context.Context, id rapporteur.CycleID, c rapporteur.Command) {
	h.t.Helper()
	c.Actor = staff.ID
	h.ok(h.engine.Command(ctx, id, c))
	h.ok(h.clock.AdvanceTo(ctx, h.clock.Now()))
	h.settle(ctx)
}

// refused tells a cycle something that cannot be, and gives the problem.
func (h *house) refused(err error) rapporteur.ProblemKind {
	h.t.Helper()
	var p *rapporteur.Problem
	if !errors.As(err, &p) {
		h.t.Fatalf("want a problem, got %v", err)
	}
	return p.Kind
}

// body is an answer as contributors send it. about tells versions apart.
func (h *house) body(ctx context.Context, key rapporteur.RequestKey, kind rapporteur.ReturnType, about string) []byte {
	h.t.Helper()
	ref := h.request(ctx, key).Questionnaire
	questionnaire, err := h.catalogue.Questionnaire(ref)
	h.ok(err)
	answer := envelope(ref, kind)
	if kind == rapporteur.ReturnAnswered {
		first := questionnaire.Sections[0].Questions[0].ID
		answer["answers"] = map[string]any{first: map[string]any{"status": "yes", "text": about}}
	} else {
		answer["reason"] = about
	}
	return h.written(answer)
}

// envelope is what every body has around its answers.
func envelope(ref rapporteur.QuestionnaireRef, kind rapporteur.ReturnType) map[string]any {
	return map[string]any{
		"questionnaire": ref.ID, "version": ref.Version, "return_type": kind, "language": "en",
		"header": map[string]any{
			"authority": "Ministry of Justice", "permanent_mission": "Permanent Mission",
			"officer": map[string]any{"name": "Responding Person", "title": "Desk officer", "email": "desk@answers.example", "telephone": "+41 22 555 0100"},
			"period":  map[string]any{"from": "2017-11-21", "to": "2018-08-31"}, "may_be_quoted": true, "classification": "unclassified",
		},
	}
}

func (h *house) written(answer map[string]any) []byte {
	h.t.Helper()
	body, err := json.Marshal(answer)
	h.ok(err)
	return body
}

// submit answers a request, and tells the engine.
func (h *house) submit(ctx context.Context, id rapporteur.CycleID, who rapporteur.ContributorID, kind rapporteur.ReturnType, about string) {
	h.t.Helper()
	key := rapporteur.RequestKey{Cycle: id, Contributor: who}
	_, err := h.correspondence.Submit(ctx, by(who), key, h.body(ctx, key, kind, about))
	h.ok(err)
	h.settle(ctx)
}

// ask asks for more time.
func (h *house) ask(ctx context.Context, id rapporteur.CycleID, who rapporteur.ContributorID, until rapporteur.Date) {
	h.t.Helper()
	_, err := h.correspondence.AskExtension(ctx, by(who), rapporteur.RequestKey{Cycle: id, Contributor: who}, until, "the ministries are being asked", "ask-"+string(who))
	h.ok(err)
	h.settle(ctx)
}

// decide has an office decide on a draft.
func (h *house) decide(ctx context.Context, id rapporteur.CycleID, draft int, d rapporteur.Decision) error {
	state := read(ctx, h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.ClearanceState, error) {
		return r.Clearance(ctx, id, draft)
	})
	d.Cycle, d.Draft, d.DraftHash, d.Actor = id, draft, state.DraftHash, "key-"+strings.ToLower(d.Office)
	d.ID = fmt.Sprintf("decide-%s-%d-%s-%s", id, draft, d.Step, d.Office)
	return h.engine.Decide(ctx, d)
}

// approve has the offices of every step approve, up to but without one.
func (h *house) approve(ctx context.Context, id rapporteur.CycleID, draft int, until string) {
	h.t.Helper()
	for _, step := range h.cycle(ctx, id).Policy.Clearance {
		if step.ID == until {
			return
		}
		for _, office := range step.Offices {
			h.ok(h.decide(ctx, id, draft, rapporteur.Decision{Step: step.ID, Office: office, Approve: true}))
		}
		h.ok(h.clock.AdvanceTo(ctx, h.clock.Now()))
		h.settle(ctx)
	}
}

// letters lists the mails that were sent, as "date notice contributor rung".
func (h *house) letters() []string {
	h.t.Helper()
	var lines []string
	for _, m := range h.sink.Messages() {
		message, err := m.Parse()
		h.ok(err)
		sent, err := message.Header.Date()
		h.ok(err)
		lines = append(lines, fmt.Sprintf("%s %s %s %s", sent.UTC().Format("2006-01-02"), message.Header.Get("X-Rapporteur-Notice"),
			message.Header.Get("X-Rapporteur-Contributor"), message.Header.Get("X-Rapporteur-Rung")))
	}
	return lines
}

// mailed is a mail as it was sent.
func (h *house) mailed(m smtpsink.Message) []byte {
	h.t.Helper()
	raw, err := os.ReadFile(m.File)
	h.ok(err)
	return raw
}

func date(t testing.TB, text string) rapporteur.Date {
	t.Helper()
	d, err := rapporteur.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func moment(t testing.TB, text string) time.Time {
	t.Helper()
	m, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// within bounds a whole test, so that a hang becomes a failure; nothing is
// measured against it.
func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// keep is where recorded histories are.
func keep(name string) string {
	return filepath.Join("..", "testdata", "histories", filepath.FromSlash(name))
}

func write(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
