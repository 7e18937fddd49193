package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/worker"
)

type deploymentCommand struct {
	Show    deploymentShowCommand    `cmd:"" help:"Show the builds: current, ramping, waiting, draining or drained, with the workers of each."`
	Promote deploymentPromoteCommand `cmd:"" help:"Make this program's build current, so that its workers get the tasks of every workflow; refused where the doctor finds something. With the program of an earlier build it goes back to that."`
	Ramp    deploymentRampCommand    `cmd:"" help:"Give a build the tasks of a share of the workflows."`
	Retire  deploymentRetireCommand  `cmd:"" help:"Forget a build that is drained and has no workers."`
	Demote  deploymentDemoteCommand  `cmd:"" help:"Let workers without a version have the tasks: the way back to a release that knows no builds."`
}

// at is the deployment in Temporal for as long as do runs.
func at(ctx context.Context, d wiring.Deployment, t wiring.Temporal, w wiring.Waiting, do func(worker.Deployment) error) error {
	if !d.Versioned() {
		return errors.New("no deployment is set: give RAPPORTEUR_DEPLOYMENT")
	}
	temporal, err := t.Dial(ctx, w, zerolog.Nop())
	if err != nil {
		return err
	}
	defer temporal.Close()
	return do(d.In(temporal, t))
}

type deploymentShowCommand struct {
	wiring.Temporal   `embed:""`
	wiring.Deployment `embed:""`
	wiring.Waiting    `embed:""`
	JSON              bool `name:"json" help:"Print JSON."`
}

// Run prints a table, or JSON.
func (c deploymentShowCommand) Run(ctx context.Context, out io.Writer) error {
	return at(ctx, c.Deployment, c.Temporal, c.Waiting, func(d worker.Deployment) error {
		s, err := d.Standing(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			encoder := json.NewEncoder(out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(s)
		}
		return printBuilds(out, s)
	})
}

func printBuilds(out io.Writer, s worker.Standing) error {
	lines := []string{"BUILD\tPHASE\tWORKERS\tFIRST SEEN"}
	for _, b := range s.Builds {
		phase := string(b.Phase)
		if b.Phase == worker.PhaseRamping {
			phase = fmt.Sprintf("%s %g%%", b.Phase, s.Percent)
		}
		lines = append(lines, fmt.Sprintf("%s\t%s\t%d\t%s", b.ID, phase, b.Workers, b.Since.UTC().Format(time.RFC3339)))
	}
	if s.Unversioned > 0 || s.Current == "" {
		phase := "without tasks"
		if s.Current == "" {
			phase = "current"
		}
		lines = append(lines, fmt.Sprintf("(no version)\t%s\t%d\t", phase, s.Unversioned))
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(table, strings.Join(lines, "\n")); err != nil {
		return err
	}
	return table.Flush()
}

type deploymentPromoteCommand struct {
	wiring.Checkup `embed:""`
	WithoutDoctor  bool `help:"Promote without asking the doctor; with --build-id also a build that this program is not."`
}

// Run asks the doctor and promotes.
func (c deploymentPromoteCommand) Run(ctx context.Context, out io.Writer) error {
	if err := c.ask(ctx, out); err != nil {
		return err
	}
	return at(ctx, c.Deployment, c.Temporal, wiring.Waiting{Wait: c.ReachWithin}, func(d worker.Deployment) error {
		if err := d.Promote(ctx, c.Build()); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "Build %s is current.\n", c.Build())
		return err
	})
}

// ask asks the doctor, or says what nobody has looked at.
func (c deploymentPromoteCommand) ask(ctx context.Context, out io.Writer) error {
	if c.WithoutDoctor {
		_, err := fmt.Fprintf(out, "The doctor is not asked: nobody has looked at the settings of build %s, at the schema of the record, "+
			"or whether the build can replay the histories that are open. A workflow whose history it cannot replay stands still until a build that can is current.\n", c.Build())
		return err
	}
	if c.BuildID != "" && c.BuildID != wiring.BuildID() {
		if _, err := fmt.Fprintf(out, "The doctor speaks for this program, build %s, which is promoted as %s.\n", wiring.BuildID(), c.BuildID); err != nil {
			return err
		}
	}
	var findings []wiring.Finding
	c.Examine(ctx, zerolog.Nop(), func(f wiring.Finding) {
		findings = append(findings, f)
		_ = printFinding(out, f)
	})
	if err := verdict(findings); err != nil {
		return fmt.Errorf("build %s is not promoted: %w", c.Build(), err)
	}
	return nil
}

type deploymentRampCommand struct {
	wiring.Temporal   `embed:""`
	wiring.Deployment `embed:""`
	wiring.Waiting    `embed:""`
	Percent           float32 `arg:"" help:"Share of the workflows, 0 to 100 per cent; 0 takes them away again."`
}

// Run ramps this program's build, or the one named.
func (c deploymentRampCommand) Run(ctx context.Context, out io.Writer) error {
	return at(ctx, c.Deployment, c.Temporal, c.Waiting, func(d worker.Deployment) error {
		if err := d.Ramp(ctx, c.Build(), c.Percent); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "Build %s has %g%% of the workflows.\n", c.Build(), c.Percent)
		return err
	})
}

type deploymentRetireCommand struct {
	wiring.Temporal `embed:""`
	wiring.Waiting  `embed:""`
	Deployment      string `env:"RAPPORTEUR_DEPLOYMENT" default:"rapporteur" help:"Name of the worker deployment in Temporal." placeholder:"NAME"`
	Build           string `arg:"" help:"The build to forget."`
}

// Run retires a build.
func (c deploymentRetireCommand) Run(ctx context.Context, out io.Writer) error {
	named := wiring.Deployment{Deployment: c.Deployment, BuildID: c.Build}
	return at(ctx, named, c.Temporal, c.Waiting, func(d worker.Deployment) error {
		if err := d.Retire(ctx, c.Build); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "Build %s is forgotten.\n", c.Build)
		return err
	})
}

type deploymentDemoteCommand struct {
	wiring.Temporal   `embed:""`
	wiring.Deployment `embed:""`
	wiring.Waiting    `embed:""`
}

// Run gives the tasks back to workers without a version.
func (c deploymentDemoteCommand) Run(ctx context.Context, out io.Writer) error {
	return at(ctx, c.Deployment, c.Temporal, c.Waiting, func(d worker.Deployment) error {
		if err := d.Demote(ctx); err != nil {
			return err
		}
		_, err := fmt.Fprintln(out, "Workers without a version have the tasks.")
		return err
	})
}
