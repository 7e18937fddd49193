package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur/workflows"
)

// Deployment is the worker deployment in Temporal that says which build of the
// worker gets the tasks. Whoever calls must be allowed to write in the
// namespace; Standing wants only reading.
type Deployment struct {
	Client    client.Client
	Namespace string
	Name      string
}

// Phase says what a build of the deployment is good for.
type Phase string

// The phases of a build. A build that is current gets the tasks of every
// workflow, old and new; one that ramps gets those of a share of the workflows;
// one that waits has never had any. After it has been current a build drains:
// it may still be needed for answers to queries, and to roll back. Temporal
// says some minutes later that it is drained.
const (
	PhaseCurrent  Phase = "current"
	PhaseRamping  Phase = "ramping"
	PhaseWaiting  Phase = "waiting"
	PhaseDraining Phase = "draining"
	PhaseDrained  Phase = "drained"
)

// Build is one version of the deployment.
type Build struct {
	ID      string    `json:"build_id"`
	Phase   Phase     `json:"phase"`
	Since   time.Time `json:"first_seen"` // when Temporal first saw a worker of it
	Workers int       `json:"workers"`    // that have asked for workflow tasks in the last minutes
}

// Standing is how a deployment stands.
type Standing struct {
	Deployment string  `json:"deployment"`
	Current    string  `json:"current"` // build id; empty where workers without a version get the tasks
	Ramping    string  `json:"ramping"` // build id, empty for none
	Percent    float32 `json:"percent"` // of the workflows that the ramping build has
	Builds     []Build `json:"builds"`  // oldest first
	// Unversioned is how many workers without a version have asked for workflow
	// tasks in the last minutes.
	Unversioned int `json:"unversioned_workers"`

	token []byte // of what was read, so that two people do not undo each other's changes unseen
}

// Standing reads how the deployment stands. One that Temporal has never seen a
// worker of has no builds.
func (d Deployment) Standing(ctx context.Context) (Standing, error) {
	s := Standing{Deployment: d.Name, Builds: []Build{}}
	polling, err := d.polling(ctx)
	if err != nil {
		return s, err
	}
	s.Unversioned = polling[""]
	told, err := d.handle().Describe(ctx, client.WorkerDeploymentDescribeOptions{})
	if _, unknown := errors.AsType[*serviceerror.NotFound](err); unknown {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("cannot read worker deployment %s: %w", d.Name, err)
	}
	s.token = told.ConflictToken
	routing := told.Info.RoutingConfig
	if routing.CurrentVersion != nil {
		s.Current = routing.CurrentVersion.BuildID
	}
	if routing.RampingVersion != nil {
		s.Ramping, s.Percent = routing.RampingVersion.BuildID, routing.RampingVersionPercentage
	}
	for _, v := range told.Info.VersionSummaries {
		id := v.Version.BuildID
		s.Builds = append(s.Builds, Build{ID: id, Phase: s.phase(id, v.DrainageStatus), Since: v.CreateTime, Workers: polling[id]})
	}
	slices.SortFunc(s.Builds, func(a, b Build) int { return a.Since.Compare(b.Since) })
	return s, nil
}

func (s Standing) phase(id string, drainage client.WorkerDeploymentVersionDrainageStatus) Phase {
	switch {
	case id == s.Current:
		return PhaseCurrent
	case id == s.Ramping:
		return PhaseRamping
	case drainage == client.WorkerDeploymentVersionDrainageStatusDraining:
		return PhaseDraining
	case drainage == client.WorkerDeploymentVersionDrainageStatusDrained:
		return PhaseDrained
	}
	return PhaseWaiting
}

// Has reports whether Temporal has seen a worker of the build.
func (s Standing) Has(build string) bool {
	return slices.ContainsFunc(s.Builds, func(b Build) bool { return b.ID == build })
}

// polling counts the workers that have asked for workflow tasks in the last
// minutes, by build; those without a version under no name.
func (d Deployment) polling(ctx context.Context) (map[string]int, error) {
	told, err := d.Client.WorkflowService().DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
		Namespace: d.Namespace, TaskQueue: &taskqueue.TaskQueue{Name: workflows.TaskQueue, Kind: enums.TASK_QUEUE_KIND_NORMAL},
		TaskQueueType: enums.TASK_QUEUE_TYPE_WORKFLOW,
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read who works on task queue %s: %w", workflows.TaskQueue, err)
	}
	polling := map[string]int{}
	for _, p := range told.GetPollers() {
		version := p.GetDeploymentOptions()
		switch {
		case version.GetWorkerVersioningMode() != enums.WORKER_VERSIONING_MODE_VERSIONED:
			polling[""]++
		case version.GetDeploymentName() == d.Name:
			polling[version.GetBuildId()]++
		}
	}
	return polling, nil
}

// Promote makes a build current: from now on its workers get the tasks of every
// workflow, at the next task of each. It is also how to go back to a build
// before. A build that Temporal has seen no worker of is refused, and so is a
// change that somebody else has overtaken. Done before, it changes nothing.
func (d Deployment) Promote(ctx context.Context, build string) error {
	s, err := d.Standing(ctx)
	if err != nil || s.Current == build {
		return err
	}
	return d.promote(ctx, s, build)
}

func (d Deployment) promote(ctx context.Context, s Standing, build string) error {
	if !s.Has(build) {
		return fmt.Errorf("cannot promote build %s: Temporal has seen no worker of it in deployment %s; start one first", build, d.Name)
	}
	_, err := d.handle().SetCurrentVersion(ctx, client.WorkerDeploymentSetCurrentVersionOptions{BuildID: build, ConflictToken: s.token})
	if err != nil {
		return fmt.Errorf("cannot promote build %s: %w", build, err)
	}
	return nil
}

// Demote lets workers without a version have the tasks, as before there were
// versions: the way back to a release that knows none.
func (d Deployment) Demote(ctx context.Context) error {
	s, err := d.Standing(ctx)
	if err != nil || s.Current == "" {
		return err
	}
	_, err = d.handle().SetCurrentVersion(ctx, client.WorkerDeploymentSetCurrentVersionOptions{ConflictToken: s.token})
	if err != nil {
		return fmt.Errorf("cannot go back to workers without a version: %w", err)
	}
	return nil
}

// Ramp gives a build the tasks of a share of the workflows, from 0 to 100 per
// cent; 0 takes them away again. A workflow keeps to its side as long as the
// share does not fall.
func (d Deployment) Ramp(ctx context.Context, build string, percent float32) error {
	s, err := d.Standing(ctx)
	if err != nil {
		return err
	}
	switch {
	case !(percent >= 0 && percent <= 100):
		return fmt.Errorf("cannot ramp build %s: %g is not between 0 and 100 per cent", build, percent)
	case !s.Has(build):
		return fmt.Errorf("cannot ramp build %s: Temporal has seen no worker of it in deployment %s; start one first", build, d.Name)
	case s.Current == build:
		return fmt.Errorf("cannot ramp build %s: it is current", build)
	}
	_, err = d.handle().SetRampingVersion(ctx, client.WorkerDeploymentSetRampingVersionOptions{
		BuildID: build, Percentage: percent, ConflictToken: s.token,
	})
	if err != nil {
		return fmt.Errorf("cannot ramp build %s: %w", build, err)
	}
	return nil
}

// Retire forgets a build. It is refused while the build is current, ramps or
// drains, and while workers of it still ask for tasks: Temporal remembers a
// worker for some minutes. One that is not known is retired.
func (d Deployment) Retire(ctx context.Context, build string) error {
	s, err := d.Standing(ctx)
	if err != nil || !s.Has(build) {
		return err
	}
	_, err = d.handle().DeleteVersion(ctx, client.WorkerDeploymentDeleteVersionOptions{BuildID: build})
	if err != nil {
		return fmt.Errorf("cannot retire build %s: %w", build, err)
	}
	return nil
}

func (d Deployment) handle() client.WorkerDeploymentHandle {
	return d.Client.WorkerDeploymentClient().GetHandle(d.Name)
}
