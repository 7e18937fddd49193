package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestRuleCommands(t *testing.T) {
	for line, want := range map[string]string{
		"rule list s/op34/2018": "GET /v1/cycles/s/op34/2018/rules",
		"rule suspend s/op34/2018 figures/sex-adds-up --reason=Why. --idempotency-key=1":          `POST /v1/cycles/s/op34/2018/rule-suspensions 1 {"reason":"Why.","rule":"figures/sex-adds-up"}`,
		"rule suspend s/op34/2018 figures/sex-adds-up --reason=Why. --questionnaire=member-state": `POST /v1/cycles/s/op34/2018/rule-suspensions  {"questionnaire":"member-state","reason":"Why.","rule":"figures/sex-adds-up"}`,
		"rule lift s/op34/2018 2 --reason=Mended. --idempotency-key=2":                            `POST /v1/cycles/s/op34/2018/rule-suspensions/2/lift 2 {"reason":"Mended."}`,
		"cycle findings s/op34/2018": "GET /v1/cycles/s/op34/2018/findings",
		"cycle findings s/op34/2018 --rule=figures/sex-adds-up --severity=warning --blocking": "GET /v1/cycles/s/op34/2018/findings?blocking=true&rule=figures%2Fsex-adds-up&severity=warning",
		"cycle findings s/op34/2018 --draft=3":                                                "GET /v1/cycles/s/op34/2018/drafts/3/notes",
	} {
		asked, err := run(t, `{}`, strings.Fields(line)...)
		if err != nil || asked != want {
			t.Errorf("%s\nasked %s (%v)\nwant  %s", line, asked, err, want)
		}
	}
	for line, says := range map[string]string{
		"rule suspend s/op34/2018 figures/sex-adds-up":  "--reason",
		"rule lift s/op34/2018 1":                       "--reason",
		"rule lift s/op34/2018 figures/sex --reason=x":  "number",
		"cycle findings s/op34/2018 --severity=serious": "--severity",
	} {
		if asked, err := run(t, `{}`, strings.Fields(line)...); err == nil || asked != "" || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: asked %q, error %v does not say %q", line, asked, err, says)
		}
	}
}

func TestRulesArePrintedWithTheirSuspensions(t *testing.T) {
	var rules cycleRules
	err := json.Unmarshal([]byte(`{"rules": [
		{"id": "figures/sex-adds-up", "questionnaire": "member-state", "severity": "warning", "message": "They do not add up.", "suspended": true},
		{"id": "answer/reason-needed", "questionnaire": "member-state", "severity": "error", "message": "Say why."}],
		"suspensions": [
		{"number": 1, "rule": "answer/reason-needed", "questionnaire": "entity", "reason": "Too strict.", "suspended_at": "2018-06-01T09:00:00Z", "suspended_by": "key-1",
		 "lift_reason": "Mended.", "lifted_at": "2018-06-02T09:00:00Z", "lifted_by": "key-2", "revalidated": true},
		{"number": 2, "rule": "figures/sex-adds-up", "reason": "Sources differ.", "suspended_at": "2018-06-03T09:00:00Z", "suspended_by": "key-1"}]}`), &rules)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := rules.print(&out); err != nil {
		t.Fatal(err)
	}
	want := `RULE                  QUESTIONNAIRE  SEVERITY  HOLDS      FINDS
figures/sex-adds-up   member-state   warning   suspended  They do not add up.
answer/reason-needed  member-state   error     yes        Say why.
1: answer/reason-needed for entity suspended at 2018-06-01T09:00:00Z by key-1: Too strict.
   lifted at 2018-06-02T09:00:00Z by key-2: Mended.
2: figures/sex-adds-up suspended at 2018-06-03T09:00:00Z by key-1: Sources differ.
   not everything was checked again: repeat the command
`
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}
}
