package endtoend_test

import (
	"context"
	"testing"

	"go.temporal.io/api/enums/v1"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/worker"
)

// TestUpgradeInMidYear begins cycles of every kind on the release before, whose
// workers have no version, brings the build under work in beside them, and
// finishes the cycles on it.
func TestUpgradeInMidYear(t *testing.T) {
	ctx := within(t)
	h := build(ctx, t, moment(t, "2018-05-02 08:00"))
	h.dismiss()
	old := h.employEarlier("")
	u := upgrade{house: h}
	u.begin(ctx, t)
	u.bringIn(ctx)
	h.goTo(ctx, "2018-07-20 09:00") // both releases poll
	old.Stop()
	h.stands(ctx, "no worker without a version is left", func(s worker.Standing) bool { return s.Unversioned == 0 })
	u.finish(ctx, t)
	u.check(ctx, t)
}

const tomorrow = "tomorrow"

// upgrade is what is under way when the release changes.
type upgrade struct {
	*house
	year, cleared, event rapporteur.CycleID
	early, strict        rapporteur.CycleID // sections, by when their host report was recorded
}

func (u *upgrade) begin(ctx context.Context, t *testing.T) {
	t.Helper()
	u.askMissions(ctx, t)
	for _, id := range []rapporteur.ContributorID{cted, team, unitad} {
		u.contact(ctx, id)
	}
	u.contact(ctx, "office-eosg")
	u.year = u.plan(ctx, onTime, silent, granted, corrects)
	u.event = u.invite(ctx, "Briefing on trafficking in Libya", "2018-08-21", speaks, absent)
	u.open(ctx, "op9")
	u.goTo(ctx, "2018-05-21 13:00")
	u.goTo(ctx, "2018-06-10 09:00")
	u.submit(ctx, u.year, onTime, rapporteur.ReturnAnswered, "The Protocol is in force.")
	u.ask(ctx, u.year, granted, date(t, "2018-09-28"))
	u.deliver(ctx, silent, u.flows("Hawala between two towns.", "yes"))
	u.cleared = u.planAs(ctx, "cleared", nothing)
	u.submit(ctx, u.cleared, nothing, rapporteur.ReturnNil, "No case came to notice.")
	u.approve(ctx, u.cleared, 1, "concurrence")
	u.goTo(ctx, "2018-07-02 09:00")
	u.early = u.awaited(ctx)
	u.command(ctx, u.early, u.issued("early", 2)) // the release before takes what is to come
	u.phase(ctx, u.early, rapporteur.PhaseClosed)
}

// bringIn starts the new build, asks the doctor, and promotes it.
func (u *upgrade) bringIn(ctx context.Context) {
	u.t.Helper()
	u.employ(ctx, tomorrow)
	u.takeUp(ctx, tomorrow, worker.MakeFirst, "workers without a version get the tasks")
	u.goTo(ctx, "2018-07-10 09:00")
	u.decidedBy(ctx, rapporteur.CycleWorkflowID(u.year), "") // nothing was promoted

	well := u.examine(ctx, nil)
	if well.Failed != 0 || well.Replayed < 8 || well.Replayed != well.Open {
		u.t.Fatalf("the doctor found %+v", well)
	}
	unwell := u.examine(ctx, impatient)
	if unwell.Open != well.Open || unwell.Failed != well.Open || len(unwell.Examples) == 0 || unwell.Examples[0].Why == "" {
		u.t.Errorf("of a build that ends everything the doctor found %+v", unwell)
	}
	s := u.standing(ctx)
	if s.Current != "" || s.Unversioned == 0 || len(s.Builds) != 1 || s.Builds[0].Phase != worker.PhaseWaiting {
		u.t.Errorf("before it is promoted it stands at %+v", s)
	}
	if err := u.deployment().Promote(ctx, "never seen"); err == nil {
		u.t.Error("a build without workers was promoted")
	}
	for range 2 { // again changes nothing
		u.ok(u.deployment().Promote(ctx, tomorrow))
	}
	if s := u.standing(ctx); s.Current != tomorrow || s.Builds[0].Phase != worker.PhaseCurrent {
		u.t.Errorf("promoted it stands at %+v", s)
	}
}

func (u *upgrade) finish(ctx context.Context, t *testing.T) {
	t.Helper()
	u.strict = u.awaited(ctx)
	if kind := u.refused(u.engine.Command(ctx, u.strict, u.issued("to-come", 2))); kind != rapporteur.ProblemInvalid {
		t.Errorf("a host report of a day to come is refused as %s", kind)
	}
	u.command(ctx, u.strict, u.issued("issued", 0))
	u.phase(ctx, u.strict, rapporteur.PhaseClosed)
	u.record(ctx, map[string]string{rapporteur.CycleWorkflowID(u.strict): "inclusion-cycle/" + release + "-day-to-come.json"})

	key := rapporteur.RequestKey{Cycle: u.year, Contributor: granted}
	u.ok(u.engine.DecideExtension(ctx, key, 1, rapporteur.ExtensionDecision{ID: "x", Actor: staff.ID, Granted: true, Until: date(t, "2018-09-28")}))
	u.approve(ctx, u.cleared, 1, "")
	u.settle(ctx)
	u.command(ctx, u.cleared, rapporteur.Command{ID: "transmit", Kind: rapporteur.CommandTransmit, Symbol: "S/2018/700", Date: date(t, "2018-07-20")})
	u.goTo(ctx, "2018-08-22 09:00")
	u.command(ctx, u.event, rapporteur.Command{
		ID: "held", Kind: rapporteur.CommandRecordOutcome, Outcome: rapporteur.OutcomeHeld, Date: date(t, "2018-08-21"), Symbol: "S/PV.8268",
		Participants: []rapporteur.ContributorID{speaks},
	})
	u.deliver(ctx, onTime, u.flows("Prepaid cards bought for others.", "no"))
	u.goTo(ctx, "2018-09-10 09:00")
	u.submit(ctx, u.year, corrects, rapporteur.ReturnAnswered, "It is in hand.")
	u.goTo(ctx, "2018-09-27 09:00")
	u.submit(ctx, u.year, granted, rapporteur.ReturnAnswered, "The code was amended.")
	u.goTo(ctx, "2018-10-06 12:30")
	u.approve(ctx, u.year, 1, "")
	u.settle(ctx)
	u.command(ctx, u.year, rapporteur.Command{ID: "transmit", Kind: rapporteur.CommandTransmit, Symbol: "S/2018/1042", Date: date(t, "2018-10-05")})
	u.command(ctx, secondHalf, rapporteur.Command{ID: "stop", Kind: rapporteur.CommandStopIntake, Reason: "The mandate has ended."})
	_, err := u.secretariat.PauseCalendar(ctx, staff, op33, "The year is over.")
	u.ok(err)
	u.settle(ctx)
}

// check proves that everything has ended as it should, on the new build, with
// nothing sent twice and nobody's attention called for.
func (u *upgrade) check(ctx context.Context, t *testing.T) {
	t.Helper()
	for _, id := range []rapporteur.CycleID{u.year, u.cleared, u.event, u.early, u.strict, secondHalf} {
		u.phase(ctx, id, rapporteur.PhaseClosed)
		if n := u.done(ctx, id)[rapporteur.ActionAttention]; n != 0 {
			t.Errorf("%s called for attention %d times", id, n)
		}
	}
	for id, want := range map[string]enums.WorkflowExecutionStatus{
		rapporteur.CycleWorkflowID(u.year):                                                           enums.WORKFLOW_EXECUTION_STATUS_COMPLETED,
		rapporteur.CycleWorkflowID(u.cleared):                                                        enums.WORKFLOW_EXECUTION_STATUS_COMPLETED,
		rapporteur.CycleWorkflowID(u.event):                                                          enums.WORKFLOW_EXECUTION_STATUS_COMPLETED,
		rapporteur.CycleWorkflowID(u.strict):                                                         enums.WORKFLOW_EXECUTION_STATUS_COMPLETED,
		rapporteur.CycleWorkflowID(secondHalf):                                                       enums.WORKFLOW_EXECUTION_STATUS_COMPLETED,
		rapporteur.ClearanceWorkflowID(u.cleared, 1):                                                 enums.WORKFLOW_EXECUTION_STATUS_COMPLETED,
		rapporteur.FollowUpWorkflowID(rapporteur.RequestKey{Cycle: u.year, Contributor: granted}, 1): enums.WORKFLOW_EXECUTION_STATUS_COMPLETED,
	} {
		if got := u.status(ctx, id); got != want {
			t.Errorf("%s is %s", id, got)
		}
		u.decidedBy(ctx, id, "", tomorrow) // begun without a version, ended by the new build
	}
	u.decidedBy(ctx, rapporteur.CycleWorkflowID(u.early), "")
	u.decidedBy(ctx, rapporteur.CycleWorkflowID(op33.Calendar()), "", tomorrow)
	sent := map[string]bool{}
	for _, m := range u.sink.Messages() {
		parsed, err := m.Parse()
		u.ok(err)
		id := parsed.Header.Get("Message-ID") // is of what a letter is about
		if sent[id] || id == "" {
			t.Errorf("sent twice: %s to %v", parsed.Header.Get("X-Rapporteur-Notice"), m.To)
		}
		sent[id] = true
	}
	if len(sent) < 20 {
		t.Errorf("%d letters", len(sent))
	}
}
