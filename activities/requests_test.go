package activities_test

import (
	"context"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/activities"
)

func requestRung(t *testing.T) rapporteur.PlannedRung {
	t.Helper()
	due, err := rapporteur.ParseDate("2018-09-14")
	check(t, err)
	return rapporteur.PlannedRung{Rung: rapporteur.Rung{ID: rapporteur.RungRequest, Notice: rapporteur.NoticeRequest}, At: begins, Due: due}
}

// A batch that is asked to stop finishes the letters it has begun, begins no
// other, and the next attempt writes to the rest: each gets one.
func TestABatchStopsBetweenLetters(t *testing.T) {
	f := collecting(t, 20)
	requests := &activities.Requests{Conduct: f.conduct}
	in := activities.RungStep{Cycle: f.cycle, Rung: requestRung(t), Now: begins}
	ctx, stop := context.WithCancel(t.Context())
	f.box.meanwhile = func(n int) {
		if n == 5 {
			stop()
		}
	}
	if _, err := run(ctx, activities.SendRung, requests.SendRung, in); err == nil {
		t.Fatal("a batch that was stopped says that it is done")
	}
	first := len(f.box.letters)
	if first < 5 || first > 8 { // four senders, each with one letter in hand
		t.Fatalf("%d letters were sent", first)
	}
	if got := f.ledger(t); got[rapporteur.LedgerSent] != first {
		t.Fatalf("%d letters were sent, the ledger has %v", first, got)
	}
	if _, err := run(t.Context(), activities.SendRung, requests.SendRung, in); err != nil {
		t.Fatal(err)
	}
	seen := map[rapporteur.ContributorID]int{}
	for _, l := range f.box.letters {
		seen[l.Contributor.ID]++
	}
	for _, id := range f.asked {
		if seen[id] != 1 {
			t.Errorf("%s got %d letters", id, seen[id])
		}
	}
}

// A command counts when the record has it; those whom it touches are told in a
// step of its own, once.
func TestCommandsAreAppliedBeforeAnybodyIsTold(t *testing.T) {
	f := collecting(t, 3)
	f.box.away = true
	requests := &activities.Requests{Conduct: f.conduct}
	gone := f.asked[0]
	in := activities.CommandStep{Cycle: f.cycle, Now: begins, Command: rapporteur.Command{
		ID: "w", Kind: rapporteur.CommandWithdrawContributor, Contributor: gone, Reason: "answers elsewhere", Actor: "key-staff",
	}}
	applied, err := run(t.Context(), activities.Apply, requests.Apply, in)
	if err != nil || applied.Told {
		t.Fatalf("applied %+v: %v", applied, err)
	}
	if got := f.audit(t, rapporteur.ActionContributorWithdrew); len(got) != 1 || got[0].Actor != "key-staff" {
		t.Fatalf("records: %v", got)
	}
	if _, err := run(t.Context(), activities.Tell, requests.Tell, in); err == nil {
		t.Fatal("told while the mail server is away")
	}
	f.box.away = false
	for range 2 {
		if _, err := run(t.Context(), activities.Tell, requests.Tell, in); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.box.letters) != 1 || f.box.letters[0].Contributor.ID != gone || f.box.letters[0].Reason != "answers elsewhere" {
		t.Fatalf("letters: %+v", f.box.letters)
	}
	if got := f.audit(t, rapporteur.ActionContributorWithdrew); len(got) != 1 {
		t.Fatalf("the command left %d records", len(got))
	}
}

// Where nobody has to be told, there is no step for it.
func TestCommandsThatTouchNobody(t *testing.T) {
	f := collecting(t, 2)
	requests := &activities.Requests{Conduct: f.conduct}
	in := activities.CommandStep{Cycle: f.cycle, Now: begins, Command: rapporteur.Command{ID: "c", Kind: rapporteur.CommandCloseCollection}}
	applied, err := run(t.Context(), activities.Apply, requests.Apply, in)
	if err != nil || !applied.Told {
		t.Fatalf("applied %+v: %v", applied, err)
	}
}

func TestTheRecordSaysWhereInTheEngine(t *testing.T) {
	f := collecting(t, 2)
	submissions := &activities.Submissions{Conduct: f.conduct}
	counts, err := run(t.Context(), activities.CloseCollection, submissions.CloseCollection, activities.CycleStep{Cycle: f.cycle, Now: begins})
	if err != nil || counts.NoReply != 2 {
		t.Fatalf("counts %+v: %v", counts, err)
	}
	got := f.audit(t, rapporteur.ActionCollectionClosed)
	if len(got) != 1 || got[0].Workflow == "" || got[0].Run == "" || got[0].Event == "" || !got[0].At.Equal(begins) {
		t.Fatalf("records: %+v", got)
	}
}

func TestAttentionIsSaidOnceAndTakenBack(t *testing.T) {
	f := collecting(t, 2)
	reports := &activities.Reports{Conduct: f.conduct}
	in := activities.AttentionStep{Cycle: f.cycle, Text: "The mail server does not answer.", Now: begins}
	attention := func() string {
		t.Helper()
		var cycle rapporteur.Cycle
		check(t, f.store.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) (err error) {
			cycle, err = r.Cycle(ctx, f.cycle)
			return err
		}))
		return cycle.Attention
	}
	for range 2 {
		if _, err := run(t.Context(), activities.Attention, reports.Attention, in); err != nil {
			t.Fatal(err)
		}
	}
	if got := f.audit(t, rapporteur.ActionAttention); len(got) != 1 || attention() != in.Text {
		t.Fatalf("attention %q, records %v", attention(), got)
	}
	other := in
	other.Text = "Something else."
	if _, err := run(t.Context(), activities.AttentionOver, reports.AttentionOver, other); err != nil || attention() != in.Text {
		t.Fatalf("somebody else's attention was taken back: %q, %v", attention(), err)
	}
	if _, err := run(t.Context(), activities.AttentionOver, reports.AttentionOver, in); err != nil || attention() != "" {
		t.Fatalf("attention %q, %v", attention(), err)
	}
	if got := f.audit(t, rapporteur.ActionAttentionOver); len(got) != 1 {
		t.Fatalf("records: %v", got)
	}
}

func TestWhatIsNotThereIsAProblem(t *testing.T) {
	f := collecting(t, 1)
	reports := &activities.Reports{Conduct: f.conduct}
	_, err := run(t.Context(), activities.LoadCycle, reports.Load, activities.CycleStep{Cycle: "a/b/c", Now: begins})
	if p := activities.ProblemOf(err); p == nil || p.Kind != rapporteur.ProblemNotFound {
		t.Fatalf("got %v", err)
	}
}
