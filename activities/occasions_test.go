package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/activities"
)

// invited opens an occasion that asks some entities, and lets its event be over.
func invited(t *testing.T) *fixture {
	t.Helper()
	f := collecting(t, 1)
	ctx, now := t.Context(), begins
	secretariat := rapporteur.Secretariat{Store: f.store, Catalogue: f.conduct.Catalogue, Clock: func() time.Time { return now }}
	staff := rapporteur.Principal{ID: "key-staff"}
	f.asked = []rapporteur.ContributorID{"entity-iom", "entity-ohchr", "entity-unodc"}
	for _, id := range f.asked {
		check(t, secretariat.PutContacts(ctx, staff, id, []rapporteur.Contact{
			{Role: rapporteur.ContactFocalPoint, Address: string(id) + "@mail.example", Language: "en"},
		}))
	}
	cycle, err := secretariat.Start(ctx, staff, rapporteur.Start{
		Instrument: "s-res-2388-2017", Stream: "op23a", Only: f.asked, Event: rapporteur.Event{Date: rapporteur.DateOf(begins).AddDays(3)},
	})
	check(t, err)
	f.cycle = cycle.ID
	_, err = f.conduct.Open(ctx, f.cycle, rapporteur.Moment{Now: begins})
	check(t, err)
	return f
}

func (f *fixture) record(t *testing.T, c rapporteur.Command, now time.Time) {
	t.Helper()
	requests := &activities.Requests{Conduct: f.conduct}
	c.ID, c.Kind, c.Actor = "o", rapporteur.CommandRecordOutcome, "key-staff"
	applied, err := run(t.Context(), activities.Apply, requests.Apply, activities.CommandStep{Cycle: f.cycle, Now: now, Command: c})
	if err != nil || !applied.Told {
		t.Fatalf("applied %+v: %v", applied, err)
	}
}

// Those who were asked hear once that the event did not take place, however
// often the step is tried; a batch that is asked to stop goes on later.
func TestCallingOffTellsEachOnce(t *testing.T) {
	f := invited(t)
	over := begins.AddDate(0, 0, 4)
	f.record(t, rapporteur.Command{Outcome: rapporteur.OutcomeNotHeld, Reason: "The room burnt down."}, over)
	occasions := &activities.Occasions{Conduct: f.conduct}
	in := activities.CycleStep{Cycle: f.cycle, Now: over}
	ctx, stop := context.WithCancel(t.Context())
	f.box.meanwhile = func(n int) {
		if n == 1 {
			stop()
		}
	}
	if _, err := run(ctx, activities.CallOff, occasions.CallOff, in); err == nil && len(f.box.letters) < len(f.asked) {
		t.Fatal("a batch that was stopped says that it is done")
	}
	for range 2 {
		if _, err := run(t.Context(), activities.CallOff, occasions.CallOff, in); err != nil {
			t.Fatal(err)
		}
	}
	told := map[rapporteur.ContributorID]int{}
	for _, l := range f.box.letters {
		if l.Notice != rapporteur.NoticeWithdrawn || l.Reason != "The room burnt down." || l.Event.Date.IsZero() {
			t.Errorf("letter %+v", l)
		}
		told[l.Contributor.ID]++
	}
	for _, id := range f.asked {
		if told[id] != 1 {
			t.Errorf("%s was told %d times", id, told[id])
		}
	}
	if got := f.audit(t, rapporteur.ActionCalledOff); len(got) != 1 || got[0].Workflow == "" || got[0].Event == "" {
		t.Errorf("records: %+v", got)
	}
}

func TestALateOutcomeIsPutBeforeAPerson(t *testing.T) {
	f := invited(t)
	submissions, occasions := &activities.Submissions{Conduct: f.conduct}, &activities.Occasions{Conduct: f.conduct}
	in := activities.CycleStep{Cycle: f.cycle, Now: begins.AddDate(0, 0, 30)}
	counts, err := run(t.Context(), activities.CloseCollection, submissions.CloseCollection, in)
	if err != nil || counts.NoReply != len(f.asked) {
		t.Fatalf("counts %+v: %v", counts, err)
	}
	if _, err := run(t.Context(), activities.ChaseOutcome, occasions.ChaseOutcome, in); err != nil {
		t.Fatal(err)
	}
	check(t, f.store.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		c, err := r.Cycle(ctx, f.cycle)
		if c.Phase != rapporteur.PhaseRecording || c.Attention == "" {
			t.Errorf("the cycle is %s and says %q", c.Phase, c.Attention)
		}
		return err
	}))
}
