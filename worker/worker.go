// Package worker runs the product's workflows and activities: it registers
// them under the names that histories know and takes their work from the task
// queue. Any number of workers can run beside each other.
package worker

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/activities"
	"github.com/rapporteur/rapporteur/workflows"
)

// Options tune a worker; the zero value suits two cores and one database.
type Options struct {
	// Activities is how many steps are carried out at once; 8 when zero. Each
	// may write to the mail server and the store.
	Activities int
	// Workflows is how many workflows decide at once; 8 when zero.
	Workflows int
	// StopTimeout is how long Stop lets running steps finish; 30 s when zero.
	// A step that is cut off is tried again elsewhere.
	StopTimeout time.Duration
	// Identity names the worker to operators; host and process when empty.
	Identity string
	// Deployment names the worker deployment in Temporal that the worker is part
	// of. Where it is empty the worker has no version, and gets tasks only as
	// long as no version is current anywhere on the task queue.
	Deployment string
	// BuildID says which build of the deployment the worker is. It gets no tasks
	// until that build is current or ramping; see Deployment.Promote.
	BuildID string
}

func (o Options) withDefaults() Options {
	if o.Activities == 0 {
		o.Activities = 8
	}
	if o.Workflows == 0 {
		o.Workflows = 8
	}
	if o.StopTimeout == 0 {
		o.StopTimeout = 30 * time.Second
	}
	return o
}

// Worker takes work from the task queue until it is stopped.
type Worker struct {
	worker sdk.Worker
	fatal  chan error
	stop   sync.Once
}

// New is a worker that carries out the use-cases of conduct. It does nothing
// until it is started.
func New(c client.Client, conduct rapporteur.Conduct, o Options) *Worker {
	o = o.withDefaults()
	w := &Worker{fatal: make(chan error, 1)}
	w.worker = sdk.New(c, workflows.TaskQueue, sdk.Options{
		Identity:                               o.Identity,
		MaxConcurrentActivityExecutionSize:     o.Activities,
		MaxConcurrentWorkflowTaskExecutionSize: o.Workflows,
		MaxConcurrentActivityTaskPollers:       2,
		MaxConcurrentWorkflowTaskPollers:       2,
		MaxHeartbeatThrottleInterval:           heartbeat,
		DefaultHeartbeatThrottleInterval:       heartbeat,
		WorkerStopTimeout:                      o.StopTimeout,
		DisableRegistrationAliasing:            true,
		DeploymentOptions:                      o.versioning(),
		OnFatalError: func(err error) {
			select {
			case w.fatal <- err:
			default:
			}
		},
	})
	Register(w.worker, conduct)
	return w
}

// versioning has every workflow move to the build that is current, at its next
// task: a cycle runs longer than a release.
func (o Options) versioning() sdk.DeploymentOptions {
	if o.Deployment == "" {
		return sdk.DeploymentOptions{}
	}
	return sdk.DeploymentOptions{
		UseVersioning:             true,
		Version:                   sdk.WorkerDeploymentVersion{DeploymentName: o.Deployment, BuildID: o.BuildID},
		DefaultVersioningBehavior: workflow.VersioningBehaviorAutoUpgrade,
	}
}

// heartbeat is how often a long step's sign of life goes to the server, and so
// how soon it learns that it is to stop.
const heartbeat = 5 * time.Second

// Start begins to take work and returns. It fails when the server or its
// namespace cannot be reached.
func (w *Worker) Start() error {
	if err := w.worker.Start(); err != nil {
		return fmt.Errorf("cannot start worker: %w", err)
	}
	return nil
}

// Stop takes no more work and waits for the steps that run. Calling it again
// does nothing.
func (w *Worker) Stop() { w.stop.Do(w.worker.Stop) }

// Run takes work until the context ends, which is no error, or until the
// worker cannot go on.
func (w *Worker) Run(ctx context.Context) error {
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	select {
	case <-ctx.Done():
		return nil
	case err := <-w.fatal:
		return fmt.Errorf("cannot go on working: %w", err)
	}
}

// Register makes workflows and activities known under their names, to a worker
// or to a test's environment.
func Register(r sdk.Registry, conduct rapporteur.Conduct) {
	RegisterWorkflows(r)
	RegisterActivities(r, conduct)
}

// RegisterActivities makes the activities known under their names.
func RegisterActivities(r sdk.ActivityRegistry, conduct rapporteur.Conduct) {
	requests := &activities.Requests{Conduct: conduct}
	submissions := &activities.Submissions{Conduct: conduct}
	reports := &activities.Reports{Conduct: conduct}
	followUps := &activities.FollowUps{Conduct: conduct}
	clearances := &activities.Clearances{Conduct: conduct}
	inclusions := &activities.Inclusions{Conduct: conduct}
	calendars := &activities.Calendars{Conduct: conduct}
	whole(r, activities.LoadCycle, reports.Load)
	whole(r, activities.Preflight, requests.Preflight)
	whole(r, activities.Open, requests.Open)
	step(r, activities.SendRung, requests.SendRung)
	whole(r, activities.Apply, requests.Apply)
	step(r, activities.Tell, requests.Tell)
	step(r, activities.Cancel, requests.Cancel)
	step(r, activities.Collect, submissions.Collect)
	whole(r, activities.CloseCollection, submissions.CloseCollection)
	whole(r, activities.Compile, reports.Compile)
	whole(r, activities.SubmitDraft, reports.SubmitDraft)
	whole(r, activities.CheckClearance, reports.CheckClearance)
	whole(r, activities.Transmit, reports.Transmit)
	whole(r, activities.Close, reports.Close)
	whole(r, activities.PlanCycles, calendars.Plan)
	whole(r, activities.HandOver, inclusions.HandOver)
	whole(r, activities.ChaseIssue, inclusions.ChaseIssue)
	whole(r, activities.RecordIssue, inclusions.RecordIssue)
	whole(r, activities.Attention, reports.Attention)
	whole(r, activities.AttentionOver, reports.AttentionOver)
	whole(r, activities.LoadFollowUp, followUps.Load)
	whole(r, activities.SendFollowUp, followUps.Send)
	whole(r, activities.LookFollowUp, followUps.Look)
	whole(r, activities.DecideExtension, followUps.DecideExtension)
	whole(r, activities.EndFollowUp, followUps.End)
	whole(r, activities.SendReminder, followUps.Remind)
	whole(r, activities.LoadClearance, clearances.Load)
	whole(r, activities.Announce, clearances.Announce)
	whole(r, activities.Decide, clearances.Decide)
	whole(r, activities.Delegate, clearances.Delegate)
	occasions := &activities.Occasions{Conduct: conduct}
	step(r, activities.CallOff, occasions.CallOff)
	whole(r, activities.ChaseOutcome, occasions.ChaseOutcome)
	intakes := &activities.Intakes{Conduct: conduct}
	whole(r, activities.LoadIntake, intakes.Load)
	whole(r, activities.OpenWindow, intakes.OpenWindow)
	whole(r, activities.OpenNextWindow, intakes.OpenNext)
	step(r, activities.Route, intakes.Route)
	whole(r, activities.CloseWindow, intakes.CloseWindow)
	whole(r, activities.Digest, intakes.Digest)
	whole(r, activities.StopIntake, intakes.Stop)
}

// RegisterWorkflows makes the workflows known under their names, which is all
// that replaying a history needs.
func RegisterWorkflows(r sdk.WorkflowRegistry) {
	register := func(name string, conducts any) {
		r.RegisterWorkflowWithOptions(conducts, workflow.RegisterOptions{Name: name})
	}
	register(workflows.NameReportCycle, workflows.ReportCycle)
	register(workflows.NameInclusionCycle, workflows.InclusionCycle)
	register(workflows.NameStreamCalendar, workflows.StreamCalendar)
	register(workflows.NameFollowUp, workflows.FollowUp)
	register(workflows.NameReminder, workflows.Reminder)
	register(workflows.NameClearance, workflows.Clearance)
	register(workflows.NameOccasion, workflows.Occasion)
	register(workflows.NameIntakeStream, workflows.IntakeStream)
}

// step registers an activity that stops where it can when it is told to, and
// shows that it is alive by itself; the types of its name and its method must
// agree.
func step[In, Out any](r sdk.ActivityRegistry, name activities.Step[In, Out], do func(context.Context, In) (Out, error)) {
	r.RegisterActivityWithOptions(do, activity.RegisterOptions{Name: string(name)})
}

// whole registers an activity that runs to its end once it has begun.
func whole[In, Out any](r sdk.ActivityRegistry, name activities.Step[In, Out], do func(context.Context, In) (Out, error)) {
	step(r, name, activities.Whole(do))
}
