package answer_test

import (
	"bytes"
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/schemas"
	"github.com/rapporteur/rapporteur/store"
	"github.com/rapporteur/rapporteur/web"
)

var update = flag.Bool("update", false, "write the golden files anew")

var loadCatalogue = sync.OnceValues(func() (*schemas.Catalogue, error) { return schemas.Load(schemas.Embedded()) })

func shipped(t testing.TB) *schemas.Catalogue {
	t.Helper()
	catalogue, err := loadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

const (
	theCycle = rapporteur.CycleID("s-res-2388-2017/op34/2018")
	kenya    = rapporteur.ContributorID("state-ken")
)

var linkSecret = rapporteur.LinkSecret(strings.Repeat("s", 32))

// house is the pages over a real record, in which Kenya and UNODC are asked for
// the twelve-month report.
type house struct {
	t       testing.TB
	store   *store.Store
	now     atomic.Pointer[time.Time]
	signer  *access.SigningKeys
	log     *bytes.Buffer
	handler http.Handler
	conduct rapporteur.Conduct
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, log: &bytes.Buffer{}}
	h.set(time.Date(2018, time.March, 1, 9, 0, 0, 0, time.UTC))
	clock := func() time.Time { return *h.now.Load() }
	var err error
	h.store, err = store.Open(t.Context(), "sqlite::memory:", store.Options{Now: clock})
	h.must(err)
	t.Cleanup(func() { h.must(h.store.Close()) })
	key, err := access.NewSigningKey()
	h.must(err)
	file := filepath.Join(t.TempDir(), "signing.pem")
	h.must(os.WriteFile(file, key, 0o600))
	h.signer, err = access.LoadSigningKeys(file)
	h.must(err)
	catalogue := shipped(t)
	h.conduct = rapporteur.Conduct{Store: h.store, Catalogue: catalogue}
	h.handler = web.New(web.Config{
		Catalogue: catalogue, Logger: zerolog.New(zerolog.SyncWriter(h.log)),
		Correspondence: rapporteur.Correspondence{Store: h.store, Catalogue: catalogue, Clock: clock, Signer: h.signer, Links: linkSecret},
	})
	h.open(rapporteur.Secretariat{Store: h.store, Catalogue: catalogue, Clock: clock})
	return h
}

// open starts the cycle and opens it on its day.
func (h *house) open(secretariat rapporteur.Secretariat) {
	h.t.Helper()
	staff := rapporteur.Principal{ID: "key-staff", Role: rapporteur.RoleSecretariat}
	asked := []rapporteur.ContributorID{kenya, "entity-unodc"}
	for _, id := range asked {
		h.must(secretariat.PutContacts(h.t.Context(), staff, id, []rapporteur.Contact{
			{Role: rapporteur.ContactFocalPoint, Name: "A. Person", Address: "focal@example.org", Language: "en"},
		}))
	}
	cycle, err := secretariat.Start(h.t.Context(), staff, rapporteur.Start{Instrument: "s-res-2388-2017", Stream: "op34", Only: asked})
	h.must(err)
	h.set(cycle.Plan.Date(rapporteur.DateOpens).At(rapporteur.SendHour))
	_, err = h.conduct.Open(h.t.Context(), cycle.ID, h.moment())
	h.must(err)
}

func (h *house) set(now time.Time) { h.now.Store(&now) }

func (h *house) moment() rapporteur.Moment {
	return rapporteur.Moment{Now: *h.now.Load(), Workflow: rapporteur.CycleWorkflowID(theCycle), Run: "run", Event: "5"}
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// link is a link to Kenya's answer of a type.
func link(kind rapporteur.ReturnType) rapporteur.SealedLink {
	return linkSecret.Seal(rapporteur.ReturnLink{
		RequestKey: rapporteur.RequestKey{Cycle: theCycle, Contributor: kenya}, Type: kind, Until: rapporteur.Date{Year: 2018, Month: time.October, Day: 14},
	})
}

// address is where a link leads.
func address(l rapporteur.SealedLink, language string) string {
	query := url.Values{"until": {l.Until.String()}, "token": {l.Token}, "lang": {language}}
	return "/returns/" + string(l.Cycle) + "/" + string(l.Contributor) + "/" + string(l.Type) + "?" + query.Encode()
}

func (h *house) get(at string) *httptest.ResponseRecorder {
	h.t.Helper()
	return h.call(httptest.NewRequestWithContext(h.t.Context(), http.MethodGet, at, http.NoBody))
}

// press sends the page's form as a browser does.
func (h *house) press(at string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), http.MethodPost, at, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for n := 0; n < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	return h.call(r)
}

func (h *house) call(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

// submissions are the versions of Kenya's answer; with records, how much is in
// the cycle's audit record and outbox: what a page that is only shown must not
// change.
func (h *house) submissions() (versions []rapporteur.Submission, records int) {
	h.t.Helper()
	h.must(h.store.Read(h.t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		audit, err := r.Audit(ctx, theCycle, 0, 0)
		if err != nil {
			return err
		}
		outbox, err := r.Outbox(ctx, 0)
		if err != nil {
			return err
		}
		records = len(audit) + len(outbox)
		versions, err = r.Submissions(ctx, rapporteur.RequestKey{Cycle: theCycle, Contributor: kenya})
		return err
	}))
	return versions, records
}
