package rapporteur

import "fmt"

// repaired tells what an administrator had done about stuck work.
func (n narrator) repaired(r AuditRecord) string {
	about := ""
	if r.Contributor != "" {
		about = " for " + n.name(r.Contributor)
	}
	switch RepairKind(r.Details["repair"]) {
	case RepairSend:
		return fmt.Sprintf("Repair: the %s is to be sent again%s", noticeWords(r.Details["notice"]), about)
	case RepairRetry:
		return fmt.Sprintf("Repair: the step %s is to be tried at once, after %s", r.Details["step"], counted(r, "attempts", "failed attempt"))
	case RepairTell, NoRepair:
	}
	return "Repair: the engine told to look again" + about
}
