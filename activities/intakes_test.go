package activities_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/activities"
)

// delivering is a fixture with an open intake into which so many States have
// delivered.
func delivering(t *testing.T, senders int) (*fixture, activities.IntakeStep) {
	t.Helper()
	f := collecting(t, senders)
	key, err := access.NewSigningKey()
	check(t, err)
	path := filepath.Join(t.TempDir(), "signing.pem")
	check(t, os.WriteFile(path, key, 0o600))
	signer, err := access.LoadSigningKeys(path)
	check(t, err)
	f.conduct.Signer = signer
	clock := func() time.Time { return begins }
	secretariat := rapporteur.Secretariat{Store: f.store, Catalogue: f.conduct.Catalogue, Clock: clock}
	for _, id := range []rapporteur.ContributorID{"entity-cted", "entity-monitoring-team-1267"} {
		check(t, secretariat.PutContacts(t.Context(), rapporteur.Principal{ID: "key-staff"}, id, []rapporteur.Contact{
			{Role: rapporteur.ContactFocalPoint, Address: string(id) + "@mail.example", Language: "en"},
		}))
	}
	window, err := secretariat.StartIntake(t.Context(), rapporteur.Principal{ID: "key-staff"}, "s-res-2388-2017", "op9")
	check(t, err)
	correspondence := rapporteur.Correspondence{Store: f.store, Catalogue: f.conduct.Catalogue, Clock: clock}
	body := []byte(`{"questionnaire":"financial-flows","version":"1.0.0","return_type":"nil","reason":"None.","language":"en",
		"header":{"authority":"Ministry","period":{"from":"2018-01-01","to":"2018-03-01"},"may_be_quoted":true,"classification":"unclassified"}}`)
	for _, id := range f.asked {
		_, err := correspondence.Deliver(t.Context(), rapporteur.Principal{ID: "key-" + string(id), Contributor: id}, "s-res-2388-2017", "op9", body)
		check(t, err)
	}
	return f, activities.IntakeStep{Window: window.ID, Now: begins}
}

func TestRouteStopsBetweenTwoLettersAndGoesOn(t *testing.T) {
	f, in := delivering(t, 4)
	intakes := &activities.Intakes{Conduct: f.conduct}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := run(ctx, activities.Route, intakes.Route, in); err == nil {
		t.Fatal("a step that is to stop went on")
	}
	if sent := f.ledgerOf(t, in.Window)[rapporteur.LedgerSent]; sent != 0 {
		t.Errorf("%d letters were sent", sent)
	}
	result, err := run(t.Context(), activities.Route, intakes.Route, in)
	check(t, err)
	if result.Routed != 4 || f.ledgerOf(t, in.Window)[rapporteur.LedgerSent] != 12 {
		t.Errorf("%+v, ledger %v", result, f.ledgerOf(t, in.Window))
	}
}

func TestAnIntakeByItsActivities(t *testing.T) {
	f, in := delivering(t, 2)
	intakes := &activities.Intakes{Conduct: f.conduct}
	state, err := run(t.Context(), activities.LoadIntake, intakes.Load, in)
	check(t, err)
	if state.Window != in.Window || state.Phase != rapporteur.PhaseCollecting {
		t.Errorf("state %+v", state)
	}
	_, err = run(t.Context(), activities.OpenWindow, intakes.OpenWindow, in)
	check(t, err)
	in.Now = state.Last.AddDays(1).Start()
	next, err := run(t.Context(), activities.OpenNextWindow, intakes.OpenNext, in)
	check(t, err)
	if next.First != state.Last.AddDays(1) {
		t.Errorf("next %+v", next)
	}
	_, err = run(t.Context(), activities.CloseWindow, intakes.CloseWindow, in)
	check(t, err)
	digest, err := run(t.Context(), activities.Digest, intakes.Digest, in)
	check(t, err)
	if digest.Draft != 1 {
		t.Errorf("digest %+v", digest)
	}
	stop := activities.IntakeStopStep{Window: next.Window, Stop: rapporteur.IntakeStop{ID: "s", Actor: "key-staff", Reason: "Over."}, Now: in.Now}
	_, err = run(t.Context(), activities.StopIntake, intakes.Stop, stop)
	check(t, err)
	_, err = run(t.Context(), activities.LoadIntake, intakes.Load, activities.IntakeStep{Window: "s-res-2388-2017/op31/window-2018-H1"})
	if p := activities.ProblemOf(err); p == nil || p.Kind != rapporteur.ProblemNotFound {
		t.Errorf("an intake that was not started: %v", err)
	}
}

func (f *fixture) ledgerOf(t *testing.T, id rapporteur.CycleID) map[rapporteur.LedgerState]int {
	t.Helper()
	counts := map[rapporteur.LedgerState]int{}
	check(t, f.store.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		entries, err := r.Ledger(ctx, rapporteur.RequestKey{Cycle: id})
		for _, e := range entries {
			counts[e.State]++
		}
		return err
	}))
	return counts
}
