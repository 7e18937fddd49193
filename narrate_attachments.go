package rapporteur

// files tells what became of attached files; their names stay out of histories.
func (n narrator) files(records []AuditRecord) string {
	what := map[Action]string{
		ActionFileAttached: " attached", ActionFileRead: " read", ActionFileRemoved: " removed",
	}[records[0].Action]
	return n.people(records) + ": " + count(len(records), "file") + what
}
