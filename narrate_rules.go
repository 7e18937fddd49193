package rapporteur

import "fmt"

// aboutRules says what happened to the rules of a cycle.
var aboutRules = map[Action]func(AuditRecord) string{
	ActionRuleSuspended: func(r AuditRecord) string {
		text := fmt.Sprintf("Rule %s suspended", r.Details["rule"])
		if q := r.Details["questionnaire"]; q != "" {
			text += " for the questionnaire " + q
		}
		return text
	},
	ActionRuleLifted: func(r AuditRecord) string {
		text := fmt.Sprintf("Rule %s holds again, suspended since %s", r.Details["rule"], dateWords(r, "since"))
		if q := r.Details["questionnaire"]; q != "" {
			text += " for the questionnaire " + q
		}
		return text
	},
	ActionRevalidated: revalidated,
}

// revalidated tells what checking all answers again for a rule came to.
func revalidated(r AuditRecord) string {
	text := fmt.Sprintf("Answers checked again for rule %s: ", r.Details["rule"])
	if detailNumber(r, "affected") == 0 {
		return text + "none affected"
	}
	text += counted(r, "affected", "contributor") + " affected, "
	gone, fresh := detailNumber(r, "gone"), detailNumber(r, "new")
	switch {
	case gone > 0 && fresh > 0:
		text += fmt.Sprintf("%s gone and %d new", count(gone, "finding"), fresh)
	case gone > 0:
		text += count(gone, "finding") + " gone"
	default:
		text += count(fresh, "finding") + " new"
	}
	if left := detailNumber(r, "to-return"); left > 0 {
		text += fmt.Sprintf("; %s to be corrected or explained", count(left, "answer"))
	}
	return text
}
