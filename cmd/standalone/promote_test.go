package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur/workflows"
)

// stray is a build with which a reminder is conducted as no release of the program
// conducts it, and the id of that reminder.
const (
	stray       = "stray"
	strayedInto = "reminder/of-a-stray-build"
)

// promotes has a history that the program cannot replay: its doctor refuses every
// build, and an operator who insists promotes one all the same.
func (p *production) promotes(temporal string) {
	p.t.Helper()
	operator, err := client.Dial(client.Options{
		HostPort: temporal, Namespace: reporting, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	p.must(err)
	defer operator.Close()
	version := sdk.WorkerDeploymentVersion{DeploymentName: "rapporteur", BuildID: stray}
	w := sdk.New(operator, workflows.TaskQueue, sdk.Options{DeploymentOptions: sdk.DeploymentOptions{
		UseVersioning: true, Version: version, DefaultVersioningBehavior: workflow.VersioningBehaviorAutoUpgrade,
	}})
	w.RegisterWorkflowWithOptions(func(ctx workflow.Context) error { return workflow.Sleep(ctx, time.Hour) }, workflow.RegisterOptions{Name: workflows.NameReminder})
	p.must(w.Start())
	defer w.Stop()
	p.eventually("the stray build in the deployment", func() bool { return p.phaseOf(stray) == "waiting" })
	_, err = operator.ExecuteWorkflow(p.ctx, client.StartWorkflowOptions{
		ID: strayedInto, TaskQueue: workflows.TaskQueue, VersioningOverride: &client.PinnedVersioningOverride{Version: version},
	}, workflows.NameReminder)
	p.must(err)
	defer func() {
		var gone *serviceerror.NotFound
		if err := operator.TerminateWorkflow(context.WithoutCancel(p.ctx), strayedInto, "", "the test is over"); err != nil && !errors.As(err, &gone) {
			p.t.Error(err)
		}
	}()

	own := p.standing().Current
	var out string
	p.eventually("the doctor's finding that a history cannot be replayed", func() bool {
		out, err = p.try("deployment", "promote", "--build-id="+stray)
		return err != nil && strings.Contains(out, "FAILED  history of "+strayedInto)
	})
	for _, say := range []string{"1 of 3 cannot be replayed", "do not promote this build", "build " + stray + " is not promoted"} {
		if !strings.Contains(out, say) {
			p.t.Errorf("the doctor does not say %q:\n%s", say, out)
		}
	}
	if s := p.standing(); s.Current != own {
		p.t.Errorf("what the doctor refused was promoted: %+v", s)
	}

	out = p.run("deployment", "promote", "--without-doctor", "--build-id="+stray)
	for _, say := range []string{"The doctor is not asked", "replay the histories", "Build " + stray + " is current."} {
		if !strings.Contains(out, say) {
			p.t.Errorf("promoting without the doctor does not say %q:\n%s", say, out)
		}
	}
	if strings.Contains(out, "FAILED") || strings.Contains(out, "ok ") {
		p.t.Errorf("the doctor was asked:\n%s", out)
	}
	if got := p.standing().Current; got != stray {
		p.t.Errorf("build %s is current, want %s", got, stray)
	}
	p.run("deployment", "promote", "--without-doctor")
	if got := p.standing().Current; got != own {
		p.t.Errorf("build %s is current, want %s", got, own)
	}
}

// standing is how the deployment stands, as the program prints it.
type standing struct {
	Current string
	Builds  []struct {
		ID      string `json:"build_id"`
		Phase   string
		Workers int
	}
}

func (p *production) standing() (s standing) {
	p.t.Helper()
	p.must(json.Unmarshal([]byte(p.run("deployment", "show", "--json")), &s))
	return s
}

func (p *production) phaseOf(build string) string {
	p.t.Helper()
	for _, b := range p.standing().Builds {
		if b.ID == build {
			return b.Phase
		}
	}
	return ""
}
