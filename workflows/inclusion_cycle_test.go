package workflows_test

import (
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows"
)

func runInclusion(t *testing.T, env *testsuite.TestWorkflowEnvironment) {
	t.Helper()
	env.ExecuteWorkflow(workflows.NameInclusionCycle, workflows.CycleInput{Cycle: theCycle})
	if !env.IsWorkflowCompleted() {
		t.Fatal("the workflow has not ended")
	}
	if err := env.GetWorkflowError(); err != nil {
		t.Fatalf("the workflow failed: %v", err)
	}
}

// section is the cycle of a section; everybody answers at once.
func section(t *testing.T) (*testsuite.TestWorkflowEnvironment, *hand) {
	t.Helper()
	env, h := environment(t)
	h.state.Shape = rapporteur.ShapeInclusion
	env.RegisterDelayedCallback(func() {
		h.set(func(h *hand) { h.counts = rapporteur.Counts{Asked: 1, Settled: 1} })
		env.SignalWorkflow(workflows.SignalHint, workflows.Hint{AuditSeq: 3})
	}, at(t, "2018-07-20 10:00"))
	h.counts = rapporteur.Counts{Asked: 1, Open: 1}
	return env, h
}

func recordIssue(id, paragraphs string) rapporteur.Command {
	return rapporteur.Command{
		ID: id, Kind: rapporteur.CommandRecordIssue, Symbol: "S/2018/1100", Paragraphs: paragraphs,
		Date: rapporteur.Date{Year: 2018, Month: time.December, Day: 3},
	}
}

func TestSectionIsHandedOverAndTheIssueRecorded(t *testing.T) {
	env, h := section(t)
	early := command(env, at(t, "2018-06-10 10:00"), rapporteur.Command{ID: "r", Kind: rapporteur.CommandTransmit, Symbol: "S/2018/1100"})
	wrong := command(env, at(t, "2018-09-01 10:00"), recordIssue("w", "third"))
	sent := command(env, at(t, "2018-12-10 10:00"), recordIssue("i", "45–47"))
	runInclusion(t, env)
	want(t, h.did(),
		"2018-06-01 09:00 reports.load ",
		"2018-07-02 13:00 requests.preflight ",
		"2018-07-02 13:00 requests.open ",
		"2018-07-02 13:00 requests.send-rung request due 2018-09-01",
		"2018-07-20 10:00 submissions.collect ",
		"2018-07-20 10:00 submissions.close-collection ",
		"2018-07-20 10:00 inclusions.hand-over ",
		"2018-12-05 13:00 inclusions.chase-issue ",
		"2018-12-10 10:00 requests.apply record-issue i",
		"2018-12-10 10:00 inclusions.record-issue S/2018/1100 45–47",
		"2018-12-10 10:00 reports.close ",
	)
	if early.problem(t) != rapporteur.ProblemConflict || wrong.problem(t) != rapporteur.ProblemInvalid || !sent.done {
		t.Errorf("commands: %+v, %+v, %+v", early, wrong, sent)
	}
}

func TestHostReportIssuedBeforeTheSectionCame(t *testing.T) {
	env, h := section(t)
	command(env, at(t, "2018-07-10 10:00"), recordIssue("i", ""))
	runInclusion(t, env)
	want(t, h.did("submissions.close-collection", "inclusions.hand-over", "inclusions.record-issue", "inclusions.chase-issue"),
		"2018-07-10 10:00 submissions.close-collection ",
		"2018-07-10 10:00 inclusions.hand-over ",
		"2018-07-10 10:00 inclusions.record-issue S/2018/1100 ",
	)
}

func TestInclusionOfAReportThatIssuedBeforeItWasOpen(t *testing.T) {
	env, h := section(t)
	command(env, at(t, "2018-06-10 10:00"), recordIssue("i", "7"))
	runInclusion(t, env)
	want(t, h.did(),
		"2018-06-01 09:00 reports.load ",
		"2018-06-10 10:00 requests.apply record-issue i",
		"2018-06-10 10:00 inclusions.record-issue S/2018/1100 7",
		"2018-06-10 10:00 reports.close ",
	)
}

func TestInclusionIsCancelledWhileItAwaitsItsReport(t *testing.T) {
	env, h := section(t)
	command(env, at(t, "2018-08-01 10:00"), rapporteur.Command{ID: "c", Kind: rapporteur.CommandCancel, Reason: "The mission has closed."})
	runInclusion(t, env)
	want(t, h.did("inclusions.hand-over", "requests.cancel"),
		"2018-07-20 10:00 inclusions.hand-over ",
		"2018-08-01 10:00 requests.cancel ",
	)
}

func TestHandingOverWaitsForAnOutageToEnd(t *testing.T) {
	env, h := section(t)
	h.fails["inclusions.hand-over"] = func(now time.Time) error {
		if now.Before(began.Add(at(t, "2018-07-20 18:00"))) {
			return errAway
		}
		return nil
	}
	command(env, at(t, "2018-12-10 10:00"), recordIssue("i", "45"))
	runInclusion(t, env)
	if steps := h.did("inclusions.record-issue"); len(steps) != 1 {
		t.Errorf("%v", steps)
	}
}
