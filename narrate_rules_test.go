package rapporteur

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNarrateRules(t *testing.T) {
	again := func(seq int64, details ...string) AuditRecord {
		return told(seq, 6, ActionRevalidated, "", append([]string{"rule", "figures/sex-adds-up", "suspension", "1"}, details...)...)
	}
	lines := narrated(narrate([]AuditRecord{
		told(1, 5, ActionRuleSuspended, "", "rule", "figures/sex-adds-up", "suspension", "1", "questionnaire", ""),
		told(2, 5, ActionRuleSuspended, "", "rule", "figures/age-adds-up", "suspension", "2", "questionnaire", "member-state"),
		again(3, "affected", "0", "gone", "0", "new", "0", "to-return", "0"),
		again(4, "affected", "2", "gone", "3", "new", "0", "to-return", "0"),
		again(5, "affected", "1", "gone", "0", "new", "1", "to-return", "1"),
		again(6, "affected", "4", "gone", "1", "new", "5", "to-return", "2"),
		told(7, 7, ActionRuleLifted, "", "rule", "figures/age-adds-up", "suspension", "2", "questionnaire", "member-state", "since", "2018-03-06"),
	}))
	want := []string{
		"Day 5: Rule figures/sex-adds-up suspended",
		"Day 5: Rule figures/age-adds-up suspended for the questionnaire member-state",
		"Day 6: Answers checked again for rule figures/sex-adds-up: none affected",
		"Day 6: Answers checked again for rule figures/sex-adds-up: 2 contributors affected, 3 findings gone",
		"Day 6: Answers checked again for rule figures/sex-adds-up: 1 contributor affected, 1 finding new; 1 answer to be corrected or explained",
		"Day 6: Answers checked again for rule figures/sex-adds-up: 4 contributors affected, 1 finding gone and 5 new; 2 answers to be corrected or explained",
		"Day 7: Rule figures/age-adds-up holds again, suspended since 6 March 2018 for the questionnaire member-state",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}
