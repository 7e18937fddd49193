package rapporteur_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
	"github.com/rapporteur/rapporteur/schemas"
	"github.com/rapporteur/rapporteur/store"
)

// The contributors of most tests, two of each kind. Member States have the
// longer ladder; entities and missions are escalated.
const (
	kenya  = rapporteur.ContributorID("state-ken")
	france = rapporteur.ContributorID("state-fra")
	unodc  = rapporteur.ContributorID("entity-unodc")
	iom    = rapporteur.ContributorID("entity-iom")
	unmiss = rapporteur.ContributorID("mission-unmiss")
	unami  = rapporteur.ContributorID("mission-unami")
)

var everybody = []rapporteur.ContributorID{iom, unodc, unami, unmiss, france, kenya}

var staff = rapporteur.Principal{ID: "key-staff", Role: rapporteur.RoleSecretariat}

const (
	instrument = "s-res-2388-2017"
	stream     = "op34"
)

// day is a date of the cycles under test.
func day(month time.Month, d int) rapporteur.Date {
	return rapporteur.Date{Year: 2018, Month: month, Day: d}
}

// The derived calendar of S/RES/2388 (2017).
var (
	opens    = day(time.May, 21)
	due      = day(time.September, 14)
	closes   = day(time.October, 5)
	mandated = day(time.November, 21)
)

var theCatalogue = sync.OnceValues(func() (*schemas.Catalogue, error) { return schemas.Load(schemas.Embedded()) })

// house is the use-cases on the real parts: a database, a mail server, the
// catalogue of the release, and a clock that the test sets.
type house struct {
	t              testing.TB
	store          *store.Store
	db             *sql.DB // the same SQLite file, for looking at every row
	sink           *smtpsink.Server
	mailbox        rapporteur.Mailbox
	catalogue      rapporteur.Catalogue
	now            atomic.Pointer[time.Time]
	events         atomic.Int64
	secretariat    rapporteur.Secretariat
	correspondence rapporteur.Correspondence
	conduct        rapporteur.Conduct
	refuses        sync.Map // addresses that the mail server treats in a mode of their own
}

// newHouse has an SQLite file. It is 1 March 2018 and everybody has a focal
// point and a lead.
func newHouse(t testing.TB) *house {
	t.Helper()
	path := filepath.Join(t.TempDir(), "record.db")
	h := houseOn(t, "sqlite:"+path)
	db, err := sql.Open("sqlite", path)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	h.db = db
	return h
}

func houseOn(t testing.TB, url string) *house {
	t.Helper()
	catalogue, err := theCatalogue()
	must(t, err)
	must(t, store.Migrate(t.Context(), url))
	h := &house{t: t, catalogue: catalogue}
	h.store, err = store.Open(t.Context(), url, store.Options{Now: h.clock, Relaxed: true, Announcer: rapporteur.NewAnnouncer(catalogue)})
	must(t, err)
	t.Cleanup(func() { must(t, h.store.Close()) })
	h.sink, err = smtpsink.Start(smtpsink.Config{Recipient: func(address string) smtpsink.Mode {
		mode, _ := h.refuses.LoadOrStore(address, smtpsink.Accept)
		return mode.(smtpsink.Mode)
	}})
	must(t, err)
	t.Cleanup(func() { must(t, h.sink.Stop()) })
	mailbox, err := notify.New(notify.Config{
		URL: h.sink.URL(), From: "secretariat@un.example", BaseURL: "https://rapporteur.un.example", ReuseConnection: true,
	})
	must(t, err)
	t.Cleanup(mailbox.Close)
	h.mailbox = mailbox
	h.set(day(time.March, 1).At(9))
	h.secretariat = rapporteur.Secretariat{Store: h.store, Catalogue: catalogue, Clock: h.clock}
	h.correspondence = rapporteur.Correspondence{Store: h.store, Catalogue: catalogue, Clock: h.clock, Signer: signing(t), Links: linkSecret}
	h.conduct = rapporteur.Conduct{Store: h.store, Catalogue: catalogue, Mailbox: mailbox, Signer: signing(t), Links: linkSecret}
	for _, id := range everybody {
		h.reachable(id)
	}
	return h
}

func (h *house) clock() time.Time  { return *h.now.Load() }
func (h *house) set(now time.Time) { h.now.Store(&now) }
func address(id rapporteur.ContributorID, role rapporteur.ContactRole) string {
	return fmt.Sprintf("%s.%s@missions.example", role, id)
}

// reachable gives a contributor a focal point and a lead.
func (h *house) reachable(id rapporteur.ContributorID) {
	h.t.Helper()
	must(h.t, h.secretariat.PutContacts(h.t.Context(), staff, id, []rapporteur.Contact{
		{Role: rapporteur.ContactFocalPoint, Name: "Focal point", Address: address(id, rapporteur.ContactFocalPoint), Language: "en"},
		{Role: rapporteur.ContactLead, Name: "Lead", Address: address(id, rapporteur.ContactLead), Language: "fr"},
	}))
}

// moment is now, as an activity of its own.
func (h *house) moment() rapporteur.Moment {
	return rapporteur.Moment{Now: h.clock(), Workflow: "cycle/test", Run: "run", Event: fmt.Sprint(h.events.Add(1))}
}

// planned starts a cycle for everybody named, or for the usual six.
func (h *house) planned(period string, only ...rapporteur.ContributorID) rapporteur.Cycle {
	h.t.Helper()
	if len(only) == 0 {
		only = everybody
	}
	cycle, err := h.secretariat.Start(h.t.Context(), staff, rapporteur.Start{Instrument: instrument, Stream: stream, Period: period, Only: only})
	must(h.t, err)
	return cycle
}

// collecting starts a cycle and opens it on its opening date; the outbox is
// emptied.
func (h *house) collecting(only ...rapporteur.ContributorID) rapporteur.Cycle {
	h.t.Helper()
	h.set(day(time.March, 1).At(9))
	cycle := h.planned(fmt.Sprintf("2018-%d", h.events.Add(1)), only...)
	h.set(opens.At(rapporteur.SendHour))
	_, err := h.conduct.Open(h.t.Context(), cycle.ID, h.moment())
	must(h.t, err)
	h.relay()
	return h.cycle(cycle.ID)
}

// collectEvery gives a cycle another interval between collections.
func (h *house) collectEvery(cycle rapporteur.Cycle, interval rapporteur.Period) {
	h.t.Helper()
	must(h.t, h.store.Write(h.t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		c, err := tx.LockCycle(ctx, cycle.ID)
		if err != nil {
			return err
		}
		c.Policy.CollectEvery = interval
		return tx.UpdateCycle(ctx, c)
	}))
}

// relay empties the outbox and gives what was in it.
func (h *house) relay() []rapporteur.Message {
	h.t.Helper()
	var messages []rapporteur.Message
	must(h.t, h.store.Write(h.t.Context(), func(ctx context.Context, tx rapporteur.Tx) (err error) {
		if messages, err = tx.Outbox(ctx, 0); err != nil {
			return err
		}
		var ids []int64
		for _, m := range messages {
			ids = append(ids, m.ID)
		}
		return tx.Delivered(ctx, ids)
	}))
	return messages
}

// relayed is what the outbox asked for, in words, in order.
func (h *house) relayed() []string {
	h.t.Helper()
	var words []string
	for _, m := range h.relay() {
		words = append(words, string(m.Kind)+" "+m.WorkflowID())
	}
	return words
}

func key(cycle rapporteur.Cycle, id rapporteur.ContributorID) rapporteur.RequestKey {
	return rapporteur.RequestKey{Cycle: cycle.ID, Contributor: id}
}

func by(id rapporteur.ContributorID) rapporteur.Principal {
	return rapporteur.Principal{ID: "key-" + string(id), Role: rapporteur.RoleContributor, Contributor: id}
}

// nilReturn is an acceptable body of a contributor; text makes bodies differ.
func (h *house) nilReturn(id rapporteur.ContributorID, text string) []byte {
	return h.body(id, fmt.Sprintf(`"return_type":"nil","reason":%q`, text), header)
}

const header = `"header":{"authority":"Office","period":{"from":"2017-11-21","to":"2018-08-01"},"may_be_quoted":true,"classification":"unclassified"}`

// body is a body for the questionnaire of a contributor's kind.
func (h *house) body(id rapporteur.ContributorID, members ...string) []byte {
	h.t.Helper()
	kind, ok := map[string]string{"state": "member-state", "entity": "entity", "mission": "mission"}[strings.Split(string(id), "-")[0]]
	if !ok {
		h.t.Fatalf("%s is of no kind", id)
	}
	q, err := h.catalogue.Latest(kind)
	must(h.t, err)
	return fmt.Appendf(nil, `{"questionnaire":%q,"version":%q,"language":"en",%s}`, q.ID, q.Version, strings.Join(members, ","))
}

// answer submits an acceptable body.
func (h *house) answer(cycle rapporteur.Cycle, id rapporteur.ContributorID, text string) rapporteur.Submission {
	h.t.Helper()
	s, err := h.correspondence.Submit(h.t.Context(), by(id), key(cycle, id), h.nilReturn(id, text))
	must(h.t, err)
	return s
}

// read reads one thing of the record.
func read[T any](h *house, what func(context.Context, rapporteur.Reader) (T, error)) T {
	h.t.Helper()
	var found T
	must(h.t, h.store.Read(h.t.Context(), func(ctx context.Context, r rapporteur.Reader) (err error) {
		found, err = what(ctx, r)
		return err
	}))
	return found
}

func (h *house) cycle(id rapporteur.CycleID) rapporteur.Cycle {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Cycle, error) { return r.Cycle(ctx, id) })
}

func (h *house) request(cycle rapporteur.Cycle, id rapporteur.ContributorID) rapporteur.Request {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Request, error) {
		return r.Request(ctx, key(cycle, id))
	})
}

func (h *house) counts(cycle rapporteur.Cycle) rapporteur.Counts {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Counts, error) {
		return r.Counts(ctx, cycle.ID)
	})
}

func (h *house) ledger(cycle rapporteur.Cycle) []rapporteur.LedgerEntry {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.LedgerEntry, error) {
		return r.Ledger(ctx, rapporteur.RequestKey{Cycle: cycle.ID})
	})
}

// chased is the ledger in words, sorted: who, rung, due, what came of it.
func (h *house) chased(cycle rapporteur.Cycle) []string {
	h.t.Helper()
	var lines []string
	for _, e := range h.ledger(cycle) {
		lines = append(lines, fmt.Sprintf("%s %s %s %s", e.Contributor, e.Rung, e.Due, e.State))
	}
	slices.Sort(lines)
	return lines
}

func (h *house) audit(cycle rapporteur.Cycle) []rapporteur.AuditRecord {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
		return r.Audit(ctx, cycle.ID, 0, 0)
	})
}

// audited is the audit records of an action.
func (h *house) audited(cycle rapporteur.Cycle, action rapporteur.Action) []rapporteur.AuditRecord {
	h.t.Helper()
	return slices.DeleteFunc(h.audit(cycle), func(r rapporteur.AuditRecord) bool { return r.Action != action })
}

// mails is every mail so far, as "notice contributor" and sorted.
func (h *house) mails() []string {
	h.t.Helper()
	var lines []string
	for _, m := range h.sink.Messages() {
		parsed, err := m.Parse()
		must(h.t, err)
		lines = append(lines, parsed.Header.Get("X-Rapporteur-Notice")+" "+parsed.Header.Get("X-Rapporteur-Contributor"))
	}
	slices.Sort(lines)
	return lines
}

func (h *house) messageIDs(since int) []string {
	h.t.Helper()
	var ids []string
	for _, m := range h.sink.Messages()[since:] {
		parsed, err := m.Parse()
		must(h.t, err)
		ids = append(ids, strings.Trim(parsed.Header.Get("Message-Id"), "<>"))
	}
	return ids
}

// treat makes the mail server treat a contributor's mailboxes in a mode.
func (h *house) treat(id rapporteur.ContributorID, mode smtpsink.Mode) {
	for _, role := range []rapporteur.ContactRole{rapporteur.ContactFocalPoint, rapporteur.ContactLead} {
		h.refuses.Store(address(id, role), mode)
	}
}

// everything is every row of every table; numbers that were given out and not
// used are no rows.
func (h *house) everything() map[string][]string {
	h.t.Helper()
	tables := column(h, "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sqlite_sequence' ORDER BY name")
	all := map[string][]string{}
	for _, table := range tables {
		columns := column(h, fmt.Sprintf("SELECT name FROM pragma_table_info('%s')", table))
		parts := make([]string, len(columns))
		for n, name := range columns {
			parts[n] = fmt.Sprintf("quote(%s)", name)
		}
		all[table] = column(h, fmt.Sprintf("SELECT %s FROM %s ORDER BY 1", strings.Join(parts, " || ' ' || "), table))
	}
	return all
}

func column(h *house, query string) []string {
	h.t.Helper()
	rows, err := h.db.QueryContext(h.t.Context(), query)
	must(h.t, err)
	defer func() { must(h.t, rows.Close()) }()
	var values []string
	for rows.Next() {
		var v string
		must(h.t, rows.Scan(&v))
		values = append(values, v)
	}
	must(h.t, rows.Err())
	return values
}

// unchanged checks that a step leaves the record exactly as it is.
func (h *house) unchanged(what string, step func()) {
	h.t.Helper()
	before := h.everything()
	step()
	if diff := cmp.Diff(before, h.everything()); diff != "" {
		h.t.Errorf("%s changes the record (-before +after):\n%s", what, diff)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused checks that an error is a problem of a kind that says the words.
func refused(t testing.TB, err error, kind rapporteur.ProblemKind, words ...string) {
	t.Helper()
	if !rapporteur.IsProblem(err, kind) {
		t.Fatalf("error is %v, want a problem %q", err, kind)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("problem %q does not say %q", err, w)
		}
	}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func ignored(int) {}

// errDied is what a mailbox says whose process died.
var errDied = errors.New("the process died")

// dying is a mailbox whose process dies instead of sending.
type dying struct{ rapporteur.Mailbox }

func (dying) Send(context.Context, rapporteur.Letter) error { return errDied }

// died is the use-cases of a process that dies between claiming and sending.
func (h *house) died() rapporteur.Conduct {
	c := h.conduct
	c.Mailbox = dying{h.mailbox}
	return c
}
