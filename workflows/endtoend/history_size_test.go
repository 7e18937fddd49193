package endtoend_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"go.temporal.io/api/enums/v1"
	"google.golang.org/protobuf/proto"

	"github.com/rapporteur/rapporteur"
)

// The budgets of a cycle's history, which docs/architecture.md names.
const (
	eventsPerContributor = 0.5 // at 193 contributors without exceptions
	bytesPerContributor  = 150 // likewise
	eventsOfYear         = 2000
	bytesOfYear          = 512 << 10
)

// size is how long a history is, and how much of it is no workflow task: those
// differ by a few from run to run, as two things happen together or not.
type size struct{ events, steps, bytes int }

// moved are the events that only a clock that is moved leaves in a history.
var moved = map[enums.EventType]bool{
	enums.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED:            true,
	enums.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED: true,
}

// sizeOf measures the history of a cycle, which must be that of one run, without
// what the moving of the clock has left.
func (h *house) sizeOf(ctx context.Context, id rapporteur.CycleID) size {
	h.t.Helper()
	runs := h.runs(ctx, rapporteur.CycleWorkflowID(id))
	if len(runs) != 1 {
		h.t.Errorf("the cycle took %d runs, want 1", len(runs))
	}
	s := size{}
	for _, event := range runs[0].GetEvents() {
		if event.GetWorkflowTaskStartedEventAttributes().GetSuggestContinueAsNew() {
			h.t.Errorf("after event %d the server suggests to continue as new", event.GetEventId())
		}
		s.bytes += proto.Size(event)
		if moved[event.GetEventType()] {
			continue
		}
		s.events++
		if !strings.HasPrefix(event.GetEventType().String(), "WorkflowTask") {
			s.steps++
		}
	}
	return s
}

// end clears and transmits the report of a cycle whose collection is closed.
func (h *house) end(ctx context.Context, id rapporteur.CycleID) {
	h.t.Helper()
	h.phase(ctx, id, rapporteur.PhaseClearing)
	h.approve(ctx, id, 1, "")
	h.settle(ctx)
	h.phase(ctx, id, rapporteur.PhaseCleared)
	h.command(ctx, id, rapporteur.Command{ID: "c-transmit", Kind: rapporteur.CommandTransmit, Symbol: "S/2018/1042", Date: date(h.t, "2018-11-21")})
	h.phase(ctx, id, rapporteur.PhaseClosed)
}

// opened is a house with the open cycle of n contributors.
func opened(ctx context.Context, t *testing.T, n int) (*house, rapporteur.CycleID, []rapporteur.ContributorID) {
	t.Helper()
	more, ids := crowd(n)
	h := build(ctx, t, moment(t, "2018-05-02 08:00"), more)
	h.reach(ctx, ids)
	id := h.askAll(ctx, ids)
	h.goTo(ctx, "2018-05-21 13:00")
	h.phase(ctx, id, rapporteur.PhaseCollecting)
	return h, id, ids
}

// everybodySettled makes sure that each answer was counted once.
func (h *house) everybodySettled(ctx context.Context, id rapporteur.CycleID, n int) {
	h.t.Helper()
	counts := read(ctx, h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Counts, error) { return r.Counts(ctx, id) })
	if counts.Settled != n || counts.Asked != n || counts.Late > 0 {
		h.t.Errorf("of %d asked %d are settled, %d late; want %d and none", counts.Asked, counts.Settled, counts.Late, n)
	}
}

// uneventful is the history of a cycle of n contributors who answer within a day,
// before the first reminder. Another day of answers is another ten events.
func uneventful(t *testing.T, n int) size {
	t.Helper()
	ctx := within(t)
	h, id, ids := opened(ctx, t, n)
	h.goTo(ctx, "2018-07-10 09:00")
	h.submitAll(ctx, id, ids)
	h.settle(ctx)
	h.end(ctx, id)
	h.everybodySettled(ctx, id, n)
	return h.sizeOf(ctx, id)
}

func TestAHistoryDoesNotGrowWithItsContributors(t *testing.T) {
	sizes := map[int]size{}
	for _, n := range []int{10, 193, 2000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			sizes[n] = uneventful(t, n)
			t.Logf("%d contributors: %d events, %d bytes (%.2f events, %d bytes a contributor)",
				n, sizes[n].events, sizes[n].bytes, float64(sizes[n].events)/float64(n), sizes[n].bytes/n)
		})
	}
	if sizes[10].steps != sizes[193].steps || sizes[193].steps != sizes[2000].steps {
		t.Errorf("the history grows with the contributors: %+v", sizes)
	}
	if got := float64(sizes[193].events) / 193; got > eventsPerContributor {
		t.Errorf("%.2f events a contributor, want at most %.1f", got, eventsPerContributor)
	}
	if got := sizes[193].bytes / 193; got > bytesPerContributor {
		t.Errorf("%d bytes a contributor, want at most %d", got, bytesPerContributor)
	}
}

// TestAYearOfAnswersStaysWithinItsHistory has somebody answer on every day while
// answers are collected, and the ladder climbed to its end.
func TestAYearOfAnswersStaysWithinItsHistory(t *testing.T) {
	ctx := within(t)
	const days = 116 // until the deadline
	h, id, ids := opened(ctx, t, 2*days+1)
	for day := range days {
		h.goTo(ctx, moment(t, "2018-05-22 09:00").AddDate(0, 0, day).Format("2006-01-02 15:04"))
		h.submitAll(ctx, id, ids[2*day:2*day+2])
		h.settle(ctx)
	}
	h.submitAll(ctx, id, ids[2*days:])
	h.settle(ctx)
	h.end(ctx, id)
	h.everybodySettled(ctx, id, len(ids))
	got := h.sizeOf(ctx, id)
	t.Logf("a year with answers on %d days: %d events, %d bytes", days, got.events, got.bytes)
	if got.events > eventsOfYear || got.bytes > bytesOfYear {
		t.Errorf("%d events and %d bytes, want at most %d and %d", got.events, got.bytes, eventsOfYear, bytesOfYear)
	}
}
