package main

import (
	"encoding/json"
	"io"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

type policyCommand struct {
	JSON bool `name:"json" help:"Print it for programs."`
}

// policyLine is one action of the policy for programs.
type policyLine struct {
	Action string                           `json:"action"`
	Means  string                           `json:"means"`
	Roles  map[rapporteur.Role]access.Scope `json:"roles"`
}

// Run prints who may do what.
func (p policyCommand) Run(out io.Writer) error {
	if !p.JSON {
		_, err := io.WriteString(out, access.Table())
		return err
	}
	lines := []policyLine{}
	for _, rule := range access.Policy {
		lines = append(lines, policyLine{Action: string(rule.Action), Means: rule.Means, Roles: rule.Roles})
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(lines)
}
