// Package webtest is the house in which the pages are tested: every page over a
// real record and the real catalogue, people who are signed in, and Chromium.
//
// In place of Temporal the house carries out what people command at once, with
// the same use-cases as the activities; the years of the real engine are tested
// in workflows/endtoend and cmd/standalone.
package webtest

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"
	"github.com/rs/zerolog"
	"gocloud.dev/blob/memblob"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/attachments"
	"github.com/rapporteur/rapporteur/figures"
	"github.com/rapporteur/rapporteur/notify/webhook"
	"github.com/rapporteur/rapporteur/report"
	"github.com/rapporteur/rapporteur/schemas"
	"github.com/rapporteur/rapporteur/store"
	"github.com/rapporteur/rapporteur/web"
	"github.com/rapporteur/rapporteur/workbook"
)

// The cycle that Open starts, and whom it asks.
const (
	Cycle  = rapporteur.CycleID("s-res-2388-2017/op34/2018")
	Kenya  = rapporteur.ContributorID("state-ken")
	France = rapporteur.ContributorID("state-fra")
	UNODC  = rapporteur.ContributorID("entity-unodc")
	UNMISS = rapporteur.ContributorID("mission-unmiss")
)

// Asked is whom the cycle asks.
var Asked = []rapporteur.ContributorID{UNODC, UNMISS, France, Kenya}

// People who can sign in, by the name that tests give them.
var People = map[string]rapporteur.Principal{
	"staff":  {ID: "person-staff", Role: rapporteur.RoleSecretariat},
	"admin":  {ID: "person-admin", Role: rapporteur.RoleAdministrator},
	"ola":    {ID: "person-ola", Role: rapporteur.RoleClearance, Office: "OLA"},
	"dppa":   {ID: "person-dppa", Role: rapporteur.RoleClearance, Office: "DPPA"},
	"kenya":  {ID: "person-kenya", Role: rapporteur.RoleContributor, Contributor: Kenya},
	"france": {ID: "person-france", Role: rapporteur.RoleContributor, Contributor: France},
	"unmiss": {ID: "person-unmiss", Role: rapporteur.RoleContributor, Contributor: UNMISS},
}

// LinkSecret is what links in mails are made with.
var LinkSecret = rapporteur.LinkSecret(strings.Repeat("s", 32))

var loadCatalogue = sync.OnceValues(func() (*schemas.Catalogue, error) { return schemas.Load(schemas.Embedded()) })

// House is the pages over a real record.
type House struct {
	T         testing.TB
	Store     *store.Store
	Catalogue *schemas.Catalogue
	Signer    *access.SigningKeys
	Engine    *Engine
	Conduct   rapporteur.Conduct
	Mailbox   *Mailbox   // what the house has sent
	Config    web.Config // what the handler was made from
	Handler   http.Handler
	Log       *bytes.Buffer

	sessions *scs.SessionManager
	mutex    sync.Mutex
	now      time.Time
}

// New makes a house without cycles, on 15 January 2018. Changes are made to its
// configuration before the pages are built.
func New(t testing.TB, changes ...func(*web.Config)) *House {
	t.Helper()
	h := &House{T: t, Log: &bytes.Buffer{}, now: time.Date(2018, time.January, 15, 10, 0, 0, 0, time.UTC)}
	var err error
	h.Catalogue, err = loadCatalogue()
	h.Must(err)
	h.Store, err = store.Open(t.Context(), "sqlite::memory:", store.Options{Now: h.Clock})
	h.Must(err)
	t.Cleanup(func() { h.Must(h.Store.Close()) })
	bucket := memblob.OpenBucket(nil)
	t.Cleanup(func() { _ = bucket.Close() })
	h.Signer = h.newSigner()
	h.Mailbox = &Mailbox{}
	h.Conduct = rapporteur.Conduct{Store: h.Store, Catalogue: h.Catalogue, Mailbox: h.Mailbox, Signer: h.Signer, Links: LinkSecret}
	h.Engine = &Engine{house: h}
	h.sessions = scs.New()
	h.sessions.Store = memstore.NewWithCleanupInterval(0)
	h.Config = web.Config{
		Secretariat: rapporteur.Secretariat{Store: h.Store, Catalogue: h.Catalogue, Clock: h.Clock},
		Correspondence: rapporteur.Correspondence{
			Store: h.Store, Catalogue: h.Catalogue, Clock: h.Clock, Signer: h.Signer, Links: LinkSecret, Workbooks: workbook.Workbooks{},
		},
		Steering:    rapporteur.Steering{Store: h.Store, Catalogue: h.Catalogue, Engine: h.Engine, Clock: h.Clock},
		Statistics:  h.statistics(),
		Attachments: rapporteur.Attachments{Store: h.Store, Blobs: attachments.New(bucket, nil), Inspector: attachments.Inspector{}, Clock: h.Clock},
		Histories:   rapporteur.Histories{Store: h.Store, Catalogue: h.Catalogue, Engine: h.Engine, Inspector: h.Engine},
		Repairs:     rapporteur.Repairs{Store: h.Store, Clock: h.Clock, Inspector: h.Engine},
		Feeds:       h.feeds(),
		Webhooks:    rapporteur.Webhooks{Store: h.Store, Sender: webhook.New(webhook.Config{Loopback: true}), Clock: h.Clock},
		Store:       h.Store, Catalogue: h.Catalogue, Engine: h.Engine, Renderer: report.New(), Signer: h.Signer, Clock: h.Clock,
		SignIn: rapporteur.SignIn{Store: h.Store, Catalogue: h.Catalogue, Clock: h.Clock, Links: LinkSecret, Post: h.post},
		Logger: zerolog.New(zerolog.SyncWriter(h.Log)), Version: "test", Sessions: h.sessions, TemporalUI: "http://127.0.0.1:8233", TemporalNamespace: "rapporteur",
	}
	for _, change := range changes {
		change(&h.Config)
	}
	h.Handler = web.New(h.Config)
	return h
}

func (h *House) newSigner() *access.SigningKeys {
	key, err := access.NewSigningKey()
	h.Must(err)
	file := filepath.Join(h.T.TempDir(), "signing.pem")
	h.Must(os.WriteFile(file, key, 0o600))
	signer, err := access.LoadSigningKeys(file)
	h.Must(err)
	return signer
}

func (h *House) statistics() rapporteur.Statistics {
	crosswalk, err := h.Catalogue.Crosswalk("glotip")
	h.Must(err)
	codes, err := figures.NewCodes(h.Catalogue.CodeLists())
	h.Must(err)
	return rapporteur.Statistics{
		Store: h.Store, Catalogue: h.Catalogue, Clock: h.Clock, Crosswalk: crosswalk, Lists: h.Catalogue.CodeLists(), Statistician: figures.NewStatistician(codes),
	}
}

// Clock is the house's wall clock, which only Set moves.
func (h *House) Clock() time.Time {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return h.now
}

// Set moves the clock.
func (h *House) Set(now time.Time) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.now = now
}

// Must ends the test where something failed that it does not test.
func (h *House) Must(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

// Moment is now, as a step of the cycle's workflow sees it.
func (h *House) Moment() rapporteur.Moment {
	return rapporteur.Moment{Now: h.Clock(), Workflow: rapporteur.CycleWorkflowID(Cycle), Run: "run", Event: "5"}
}

// Read looks into the record.
func (h *House) Read(fn func(ctx context.Context, r rapporteur.Reader) error) {
	h.T.Helper()
	h.Must(h.Store.Read(h.T.Context(), fn))
}

// Write changes the record.
func (h *House) Write(fn func(ctx context.Context, tx rapporteur.Tx) error) {
	h.T.Helper()
	h.Must(h.Store.Write(h.T.Context(), fn))
}
