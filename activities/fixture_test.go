package activities_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/activities"
	"github.com/rapporteur/rapporteur/schemas"
	"github.com/rapporteur/rapporteur/store"
)

// begins is the business time of the tests' cycles.
var begins = time.Date(2018, time.June, 1, 9, 0, 0, 0, time.UTC)

// letterbox takes letters and remembers them; away makes it refuse them for
// now, and meanwhile is called while a letter is being handed over.
type letterbox struct {
	mu        sync.Mutex
	letters   []rapporteur.Letter
	away      bool
	meanwhile func(n int)
}

func (b *letterbox) Send(ctx context.Context, l rapporteur.Letter) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.away {
		return errors.New("451 try again later")
	}
	if b.meanwhile != nil {
		b.meanwhile(len(b.letters) + 1)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	b.letters = append(b.letters, l)
	return nil
}

func (b *letterbox) MessageID(l rapporteur.Letter) string {
	return string(l.Contributor.ID) + "/" + l.Rung + "/" + l.Due.String() + "@test.example"
}

// fixture is a record with one collecting cycle.
type fixture struct {
	conduct rapporteur.Conduct
	box     *letterbox
	store   *store.Store
	cycle   rapporteur.CycleID
	asked   []rapporteur.ContributorID
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// collecting opens a cycle that asks some Member States.
func collecting(t *testing.T, asked int) *fixture {
	t.Helper()
	ctx := t.Context()
	url := "sqlite:" + filepath.Join(t.TempDir(), "record.db")
	check(t, store.Migrate(ctx, url))
	record, err := store.Open(ctx, url, store.Options{Relaxed: true})
	check(t, err)
	t.Cleanup(func() { _ = record.Close() })
	catalogue, err := schemas.Load(schemas.Embedded())
	check(t, err)
	f := &fixture{box: &letterbox{}, store: record}
	f.conduct = rapporteur.Conduct{Store: record, Catalogue: catalogue, Mailbox: f.box}
	clock := func() time.Time { return begins }
	secretariat := rapporteur.Secretariat{Store: record, Catalogue: catalogue, Clock: clock}
	staff := rapporteur.Principal{ID: "key-staff"}
	for _, c := range catalogue.Contributors(rapporteur.DateOf(begins), rapporteur.KindMemberState)[:asked] {
		f.asked = append(f.asked, c.ID)
		check(t, secretariat.PutContacts(ctx, staff, c.ID, []rapporteur.Contact{
			{Role: rapporteur.ContactFocalPoint, Address: string(c.ID) + "@mail.example", Language: "en"},
		}))
	}
	cycle, err := secretariat.Start(ctx, staff, rapporteur.Start{Instrument: "s-res-2388-2017", Stream: "op34", Only: f.asked})
	check(t, err)
	f.cycle = cycle.ID
	_, err = f.conduct.Open(ctx, f.cycle, rapporteur.Moment{Now: begins})
	check(t, err)
	return f
}

// run carries out one activity as a worker would, in a context that can end.
func run[In, Out any](ctx context.Context, step activities.Step[In, Out], do func(context.Context, In) (Out, error), in In) (Out, error) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{BackgroundActivityContext: ctx})
	env.RegisterActivityWithOptions(do, activity.RegisterOptions{Name: string(step)})
	var out Out
	value, err := env.ExecuteActivity(string(step), in)
	if err == nil {
		err = value.Get(&out)
	}
	return out, err
}

func (f *fixture) ledger(t *testing.T) map[rapporteur.LedgerState]int {
	t.Helper()
	counts := map[rapporteur.LedgerState]int{}
	check(t, f.store.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		entries, err := r.Ledger(ctx, rapporteur.RequestKey{Cycle: f.cycle})
		for _, e := range entries {
			counts[e.State]++
		}
		return err
	}))
	return counts
}

func (f *fixture) audit(t *testing.T, action rapporteur.Action) []rapporteur.AuditRecord {
	t.Helper()
	var found []rapporteur.AuditRecord
	check(t, f.store.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		records, err := r.Audit(ctx, f.cycle, 0, 0)
		for _, record := range records {
			if record.Action == action {
				found = append(found, record)
			}
		}
		return err
	}))
	return found
}
