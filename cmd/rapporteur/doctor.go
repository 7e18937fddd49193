package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

type doctorCommand struct {
	wiring.Checkup `embed:""`
	JSON           bool `name:"json" help:"Print the findings as a JSON array."`
}

var errUnwell = errors.New("something is not as it must be; see above")

// Run prints what it finds, and fails where something is not ok.
func (d doctorCommand) Run(ctx context.Context, out io.Writer) error {
	findings := []wiring.Finding{}
	var broken error
	d.Examine(ctx, zerolog.Nop(), func(f wiring.Finding) {
		findings = append(findings, f)
		if !d.JSON && broken == nil {
			broken = printFinding(out, f)
		}
	})
	if d.JSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		broken = encoder.Encode(findings)
	}
	return errors.Join(broken, verdict(findings))
}

func printFinding(out io.Writer, f wiring.Finding) error {
	if f.OK {
		_, err := fmt.Fprintf(out, "ok      %s: %s\n", f.What, f.Detail)
		return err
	}
	_, err := fmt.Fprintf(out, "FAILED  %s: %s\n        remedy: %s\n", f.What, f.Detail, f.Remedy)
	return err
}

func verdict(findings []wiring.Finding) error {
	for _, f := range findings {
		if !f.OK {
			return errUnwell
		}
	}
	return nil
}
