package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

func TestThePolicyIsPrinted(t *testing.T) {
	var table, document bytes.Buffer
	if err := commandTo(t, &table, "policy"); err != nil || table.String() != access.Table() {
		t.Errorf("%v\n%s", err, table.String())
	}
	if err := commandTo(t, &document, "policy", "--json"); err != nil {
		t.Fatal(err)
	}
	var lines []policyLine
	if err := json.Unmarshal(document.Bytes(), &lines); err != nil {
		t.Fatal(err)
	}
	if len(lines) != len(access.Policy) {
		t.Fatalf("%d actions, want %d", len(lines), len(access.Policy))
	}
	for n, line := range lines {
		rule := access.Policy[n]
		if line.Action != string(rule.Action) || line.Means != rule.Means || line.Roles[rapporteur.RoleContributor] != rule.Roles[rapporteur.RoleContributor] {
			t.Errorf("%+v, want %+v", line, rule)
		}
	}
}
