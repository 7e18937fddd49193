package embedded_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur/embedded"
)

const day = 24 * time.Hour

// diary writes down what happened on which of its own days.
type entry struct {
	What string
	Day  int
}

// ladder sleeps to each rung, does an activity there, and keeps a diary that a query reads and a signal or update adds to.
func ladder(ctx workflow.Context, rungs []int) ([]entry, error) {
	begin := workflow.Now(ctx)
	var diary []entry
	write := func(ctx workflow.Context, what string) {
		diary = append(diary, entry{what, int(workflow.Now(ctx).Sub(begin) / day)})
	}
	err := workflow.SetQueryHandler(ctx, "diary", func() ([]entry, error) { return diary, nil })
	if err != nil {
		return nil, err
	}
	err = workflow.SetUpdateHandler(ctx, "note", func(ctx workflow.Context, what string) (entry, error) {
		write(ctx, what)
		return diary[len(diary)-1], nil
	})
	if err != nil {
		return nil, err
	}
	finish := workflow.GetSignalChannel(ctx, "finish")
	for _, r := range rungs {
		if err := workflow.Sleep(ctx, time.Duration(r)*day-workflow.Now(ctx).Sub(begin)); err != nil {
			return nil, err
		}
		write(ctx, "timer")
		actx := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
		if err := workflow.ExecuteActivity(actx, "remind").Get(ctx, nil); err != nil {
			return nil, err
		}
		write(ctx, "activity")
	}
	finish.Receive(ctx, nil)
	write(ctx, "signal")
	return diary, nil
}

func remind(context.Context) error { return nil }

func register(r worker.Registry) {
	r.RegisterWorkflow(ladder)
	r.RegisterActivity(remind)
}

func diaryOf(ctx context.Context, t *testing.T, c client.Client, id string) []entry {
	t.Helper()
	v, err := c.QueryWorkflow(ctx, id, "", "diary")
	if err != nil {
		t.Fatal(err)
	}
	var d []entry
	if err := v.Get(&d); err != nil {
		t.Fatal(err)
	}
	return d
}

func wantDiary(t *testing.T, got []entry, want ...entry) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("diary\n got %v\nwant %v", got, want)
	}
}

func TestTimeMovesOnlyByTheClock(t *testing.T) {
	ctx := testContext(t)
	s := start(ctx, t, embedded.Options{UIPort: embedded.NoUI, TimeSkipping: true})
	c := dial(ctx, t, s)
	work(t, c, register)
	k := s.Clock(c)
	r := run(ctx, t, c, "a", ladder, []int{10, 20, 25, 60})

	wantDiary(t, diaryOf(ctx, t, c, "a"))
	advance(ctx, t, k, 5*day)
	wantDiary(t, diaryOf(ctx, t, c, "a"))

	h, err := c.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{WorkflowID: "a", UpdateName: "note", Args: []any{"update"}, WaitForStage: client.WorkflowUpdateStageCompleted})
	if err != nil {
		t.Fatal(err)
	}
	var e entry
	if err := h.Get(ctx, &e); err != nil || e != (entry{"update", 5}) {
		t.Fatalf("update between jumps: %v, %v", e, err)
	}

	advance(ctx, t, k, 25*day)
	upTo30 := []entry{{"update", 5}, {"timer", 10}, {"activity", 10}, {"timer", 20}, {"activity", 20}, {"timer", 25}, {"activity", 25}}
	wantDiary(t, diaryOf(ctx, t, c, "a"), upTo30...)

	advance(ctx, t, k, 40*day)
	if err := c.SignalWorkflow(ctx, "a", "", "finish", nil); err != nil {
		t.Fatal(err)
	}
	var got []entry
	if err := r.Get(ctx, &got); err != nil {
		t.Fatal(err)
	}
	wantDiary(t, got, append(upTo30, entry{"timer", 60}, entry{"activity", 60}, entry{"signal", 70})...)
}

func advance(ctx context.Context, t testing.TB, k *embedded.Clock, by time.Duration, ids ...string) {
	t.Helper()
	if err := k.Advance(ctx, by, ids...); err != nil {
		t.Fatal(err)
	}
}
