package endtoend_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/embedded"
	"github.com/rapporteur/rapporteur/worker"
	"github.com/rapporteur/rapporteur/workflows"
	before "github.com/rapporteur/rapporteur/workflows/testdata/releases/v0.1.0"
)

// deployed is the name under which the tests' builds stand.
const deployed = "rapporteur"

// earlier registers the workflows of the release before.
func earlier(r sdk.WorkflowRegistry) {
	for name, conducts := range map[string]any{
		before.NameReportCycle: before.ReportCycle, before.NameInclusionCycle: before.InclusionCycle, before.NameStreamCalendar: before.StreamCalendar,
		before.NameFollowUp: before.FollowUp, before.NameReminder: before.Reminder, before.NameClearance: before.Clearance,
		before.NameOccasion: before.Occasion, before.NameIntakeStream: before.IntakeStream,
	} {
		r.RegisterWorkflowWithOptions(conducts, workflow.RegisterOptions{Name: name})
	}
}

// earlierStarts is a client that starts cycles as the release before did, whose API
// goes on beside workers of both.
type earlierStarts struct{ client.Client }

// ExecuteWorkflow starts one that does not go onward.
func (c earlierStarts) ExecuteWorkflow(ctx context.Context, o client.StartWorkflowOptions, name any, args ...any) (client.WorkflowRun, error) {
	args = slices.Clone(args)
	for n, arg := range args {
		if in, ok := arg.(workflows.CycleInput); ok {
			in.Onward = false
			args[n] = in
		}
	}
	return c.Client.ExecuteWorkflow(ctx, o, name, args...)
}

// impatient registers workflows that end at once.
func impatient(r sdk.WorkflowRegistry) {
	all := &names{}
	worker.RegisterWorkflows(all)
	for _, name := range all.names {
		r.RegisterWorkflowWithOptions(func(workflow.Context) error { return nil }, workflow.RegisterOptions{Name: name})
	}
}

// names writes down what is registered.
type names struct {
	sdk.WorkflowRegistry
	names []string
}

func (n *names) RegisterWorkflowWithOptions(_ any, o workflow.RegisterOptions) {
	n.names = append(n.names, o.Name)
}

// employEarlier starts a worker of the release before: without a version where
// build is empty, as that release was.
func (h *house) employEarlier(build string) sdk.Worker {
	h.t.Helper()
	o := sdk.Options{Identity: identity, DisableRegistrationAliasing: true, WorkerStopTimeout: 10 * time.Second}
	if build != "" {
		o.DeploymentOptions = sdk.DeploymentOptions{
			UseVersioning: true, Version: sdk.WorkerDeploymentVersion{DeploymentName: deployed, BuildID: build},
			DefaultVersioningBehavior: workflow.VersioningBehaviorAutoUpgrade,
		}
	}
	w := sdk.New(h.client, workflows.TaskQueue, o)
	earlier(w)
	worker.RegisterActivities(w, h.conduct)
	h.ok(w.Start())
	return w
}

// employ starts a worker of the build under work, and waits until Temporal has
// seen it.
func (h *house) employ(ctx context.Context, build string) *worker.Worker {
	h.t.Helper()
	w := worker.New(h.client, h.conduct, worker.Options{Identity: identity, Deployment: deployed, BuildID: build})
	h.ok(w.Start())
	h.t.Cleanup(w.Stop)
	h.stands(ctx, "Temporal has seen build "+build+" and its worker", func(s worker.Standing) bool {
		return slices.ContainsFunc(s.Builds, func(b worker.Build) bool { return b.ID == build && b.Workers > 0 })
	})
	return w
}

func (h *house) deployment() worker.Deployment {
	return worker.Deployment{Client: h.client, Namespace: embedded.DefaultNamespace, Name: deployed}
}

func (h *house) standing(ctx context.Context) worker.Standing {
	h.t.Helper()
	s, err := h.deployment().Standing(ctx)
	h.ok(err)
	return s
}

// stands waits until the deployment stands as wanted.
func (h *house) stands(ctx context.Context, what string, so func(worker.Standing) bool) {
	h.t.Helper()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for s := h.standing(ctx); !so(s); s = h.standing(ctx) {
		select {
		case <-ctx.Done():
			h.t.Fatalf("not so: %s; it stands at %+v", what, s)
		case <-look.C:
		}
	}
}

// takeUp has a worker wait to be current, until it says that it waits for
// something or is.
func (h *house) takeUp(ctx context.Context, build string, mode worker.MakeCurrent, say string) {
	h.t.Helper()
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	heard := false
	h.deployment().TakeUp(within, build, mode, func(what string, err error) {
		h.t.Logf("build %s: %s (%v)", build, what, err)
		if strings.Contains(what, say) {
			heard = true
			cancel()
		}
	})
	if !heard {
		h.t.Fatalf("the worker of build %s did not say %q", build, say)
	}
}

// examine replays what is open.
func (h *house) examine(ctx context.Context, registers func(sdk.WorkflowRegistry)) worker.Replayed {
	h.t.Helper()
	done, err := worker.Replay{Client: h.client, Namespace: embedded.DefaultNamespace, Workflows: registers}.OpenHistories(ctx)
	h.ok(err)
	return done
}

// builds are the builds that have decided in a workflow's newest run, in order
// and each once; workers without a version have no name.
func (h *house) builds(ctx context.Context, id string) []string {
	h.t.Helper()
	var all []string
	for _, event := range h.history(ctx, id, "").GetEvents() {
		if event.GetEventType() == enums.EVENT_TYPE_WORKFLOW_TASK_COMPLETED {
			all = append(all, event.GetWorkflowTaskCompletedEventAttributes().GetDeploymentVersion().GetBuildId())
		}
	}
	return slices.Compact(all)
}

func (h *house) decidedBy(ctx context.Context, id string, want ...string) {
	h.t.Helper()
	if got := h.builds(ctx, id); !slices.Equal(got, want) {
		h.t.Errorf("%s was decided by builds %q, want %q", id, got, want)
	}
}

// issued is a command that says a host report issued some days from now.
func (h *house) issued(id string, days int) rapporteur.Command {
	return rapporteur.Command{
		ID: id, Kind: rapporteur.CommandRecordIssue, Symbol: "S/2018/1", Actor: staff.ID, Date: rapporteur.DateOf(h.now()).AddDays(days),
	}
}

// awaited is a section whose host report is awaited.
func (h *house) awaited(ctx context.Context) rapporteur.CycleID {
	h.t.Helper()
	for _, c := range (missions{house: h}).sections(ctx) {
		if c.Phase == rapporteur.PhaseAwaiting {
			return c.ID
		}
	}
	h.t.Fatal("no host report is awaited")
	return ""
}

// askMissions starts the calendar of the sections.
func (h *house) askMissions(ctx context.Context, t *testing.T) {
	t.Helper()
	for _, c := range h.catalogue.Contributors(date(t, "2018-01-01"), rapporteur.KindMission) {
		h.contact(ctx, c.ID)
	}
	h.contact(ctx, "office-dpo")
	h.contact(ctx, "office-dppa")
	_, err := h.secretariat.StartCalendar(ctx, staff, op33, rapporteur.Date{})
	h.ok(err)
	h.settle(ctx)
}
