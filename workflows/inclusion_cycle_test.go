package workflows_test

import (
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

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

// recordIssue says that the host report issued on a day of 2018.
func recordIssue(id, paragraphs string, month time.Month, day int) rapporteur.Command {
	return rapporteur.Command{
		ID: id, Kind: rapporteur.CommandRecordIssue, Symbol: "S/2018/1100", Paragraphs: paragraphs,
		Date: rapporteur.Date{Year: 2018, Month: month, Day: day},
	}
}

func TestSectionIsHandedOverAndTheIssueRecorded(t *testing.T) {
	env, h := section(t)
	early := command(env, at(t, "2018-06-10 10:00"), rapporteur.Command{ID: "r", Kind: rapporteur.CommandTransmit, Symbol: "S/2018/1100"})
	wrong := command(env, at(t, "2018-09-01 10:00"), recordIssue("w", "third", time.September, 1))
	sent := command(env, at(t, "2018-12-10 10:00"), recordIssue("i", "45–47", time.December, 3))
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
	command(env, at(t, "2018-07-10 10:00"), recordIssue("i", "", time.July, 9))
	runInclusion(t, env)
	want(t, h.did("submissions.close-collection", "inclusions.hand-over", "inclusions.record-issue", "inclusions.chase-issue"),
		"2018-07-10 10:00 submissions.close-collection ",
		"2018-07-10 10:00 inclusions.hand-over ",
		"2018-07-10 10:00 inclusions.record-issue S/2018/1100 ",
	)
}

func TestInclusionOfAReportThatIssuedBeforeItWasOpen(t *testing.T) {
	env, h := section(t)
	command(env, at(t, "2018-06-10 10:00"), recordIssue("i", "7", time.June, 10))
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
	command(env, at(t, "2018-12-10 10:00"), recordIssue("i", "45", time.December, 3))
	runInclusion(t, env)
	if steps := h.did("inclusions.record-issue"); len(steps) != 1 {
		t.Errorf("%v", steps)
	}
}

// A host report cannot have issued tomorrow. A run that took such a command
// before that was looked at goes on as it began.
func TestHostReportOfADayToCome(t *testing.T) {
	for _, c := range []struct {
		version workflow.Version
		refused bool
		issued  string
	}{
		{1, true, "2018-12-10 10:00 inclusions.record-issue S/2018/1100 45"},
		{workflow.DefaultVersion, false, "2018-12-02 10:00 inclusions.record-issue S/2018/1100 45"},
	} {
		env, h := section(t)
		env.OnGetVersion("host-report-issued-by-now", workflow.DefaultVersion, workflow.Version(1)).Return(c.version)
		tomorrow := command(env, at(t, "2018-12-02 10:00"), recordIssue("t", "45", time.December, 3))
		again := command(env, at(t, "2018-12-10 10:00"), recordIssue("i", "45", time.December, 3))
		runInclusion(t, env)
		want(t, h.did("inclusions.record-issue"), c.issued)
		if refused := tomorrow.failed != nil; refused != c.refused {
			t.Errorf("version %d: %+v", c.version, tomorrow)
		}
		if c.refused && (tomorrow.problem(t) != rapporteur.ProblemInvalid || !again.done) {
			t.Errorf("version %d: %+v, %+v", c.version, tomorrow, again)
		}
	}
}
