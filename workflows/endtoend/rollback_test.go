package endtoend_test

import (
	"context"
	"slices"
	"testing"

	"go.temporal.io/api/enums/v1"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/worker"
)

const yesterday = "v0.1.0"

// TestBuildsBesideEachOther has two releases with versions work side by side:
// the older makes itself current at a first install, the newer takes a share,
// is promoted, is taken back, and is promoted again. What it had decided
// meanwhile the older cannot replay, which the doctor says before it is let in.
func TestBuildsBesideEachOther(t *testing.T) {
	ctx := within(t)
	h := build(ctx, t, moment(t, "2018-05-02 08:00"))
	h.dismiss()
	h.relay.Client = earlierStarts{h.client}
	h.stands(ctx, "no worker without a version is left", func(s worker.Standing) bool { return s.Unversioned == 0 })
	old := h.employEarlier(yesterday)
	defer old.Stop()
	h.takeUp(ctx, yesterday, worker.MakeFirst, "is current") // there is nobody else
	h.askMissions(ctx, t)
	year := h.plan(ctx, onTime, silent)
	h.goTo(ctx, "2018-06-10 09:00")
	h.decidedBy(ctx, rapporteur.CycleWorkflowID(year), yesterday)

	young := h.employ(ctx, tomorrow)
	h.takeUp(ctx, tomorrow, worker.MakeFirst, "until it is promoted")
	h.share(ctx, year)
	h.ok(h.deployment().Promote(ctx, tomorrow))
	h.goTo(ctx, "2018-07-01 09:00")
	section := h.awaited(ctx)
	if kind := h.refused(h.engine.Command(ctx, section, h.issued("to-come", 2))); kind != rapporteur.ProblemInvalid {
		t.Errorf("a host report of a day to come is refused as %s", kind)
	}
	h.ok(h.clock.AdvanceTo(ctx, h.clock.Now()))

	back := h.examine(ctx, earlier) // what the doctor of the older release says
	if back.Failed != 1 || back.Examples[0].WorkflowID != rapporteur.CycleWorkflowID(section) || back.Replayed < 4 {
		t.Errorf("before going back the doctor found %+v", back)
	}
	h.command(ctx, section, h.issued("issued", 0)) // has it end where it can
	h.phase(ctx, section, rapporteur.PhaseClosed)
	if back := h.examine(ctx, earlier); back.Failed != 0 {
		t.Errorf("now the doctor found %+v", back)
	}
	h.ok(h.deployment().Promote(ctx, yesterday))
	h.goTo(ctx, "2018-08-10 09:00")
	h.command(ctx, year, rapporteur.Command{ID: "move", Kind: rapporteur.CommandMoveDeadline, Date: date(t, "2018-09-18"), Authority: "S/2018/800", Reason: "holidays"})
	builds := h.builds(ctx, rapporteur.CycleWorkflowID(year))
	if builds[len(builds)-1] != yesterday || !slices.Contains(builds, tomorrow) {
		t.Errorf("the year was decided by %q", builds)
	}
	h.takeUp(ctx, tomorrow, worker.MakeAlways, "is current")
	h.goTo(ctx, "2018-08-12 09:00")
	h.command(ctx, year, rapporteur.Command{ID: "cancel", Kind: rapporteur.CommandCancel, Reason: "over"})
	if got := h.status(ctx, rapporteur.CycleWorkflowID(year)); got != enums.WORKFLOW_EXECUTION_STATUS_COMPLETED {
		t.Errorf("the year is %s", got)
	}
	h.retire(ctx, old.Stop, young)
}

// share gives the younger build all workflows without promoting it, and takes
// them away.
func (h *house) share(ctx context.Context, year rapporteur.CycleID) {
	h.t.Helper()
	for _, wrong := range []struct {
		build   string
		percent float32
	}{{tomorrow, 101}, {tomorrow, -1}, {yesterday, 10}, {"never seen", 10}} {
		if err := h.deployment().Ramp(ctx, wrong.build, wrong.percent); err == nil {
			h.t.Errorf("%s has %g per cent", wrong.build, wrong.percent)
		}
	}
	h.ok(h.deployment().Ramp(ctx, tomorrow, 100))
	if s := h.standing(ctx); s.Ramping != tomorrow || s.Percent != 100 || s.Builds[1].Phase != worker.PhaseRamping || s.Current != yesterday {
		h.t.Errorf("it stands at %+v", s)
	}
	h.goTo(ctx, "2018-06-12 09:00")
	h.command(ctx, year, rapporteur.Command{ID: "add", Kind: rapporteur.CommandWithdrawContributor, Contributor: onTime, Reason: "answers elsewhere"})
	h.decidedBy(ctx, rapporteur.CycleWorkflowID(year), yesterday, tomorrow)
	h.ok(h.deployment().Ramp(ctx, tomorrow, 0))
}

// retire forgets the older build when it is drained and has no workers.
func (h *house) retire(ctx context.Context, stop func(), young *worker.Worker) {
	h.t.Helper()
	if err := h.deployment().Retire(ctx, tomorrow); err == nil {
		h.t.Error("the current build was retired")
	}
	if err := h.deployment().Retire(ctx, yesterday); err == nil {
		h.t.Error("a build with workers was retired")
	}
	stop()
	h.stands(ctx, "the older build is drained and alone", func(s worker.Standing) bool {
		return s.Builds[0].Phase == worker.PhaseDrained && s.Builds[0].Workers == 0
	})
	for range 2 { // again changes nothing
		h.ok(h.deployment().Retire(ctx, yesterday))
	}
	if s := h.standing(ctx); s.Has(yesterday) || s.Current != tomorrow {
		h.t.Errorf("it stands at %+v", s)
	}
	h.ok(h.deployment().Demote(ctx))
	if s := h.standing(ctx); s.Current != "" {
		h.t.Errorf("it stands at %+v", s)
	}
	young.Stop()
}
