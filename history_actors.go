package rapporteur

import "slices"

// NameActors puts in the place of a key's id in whose name it acts: a
// contributor, a clearance office, or a role with the key's label. It gives other
// records; the audit record itself keeps the id.
func NameActors(records []AuditRecord, keys []APIKey, name func(ContributorID) string) []AuditRecord {
	people := map[string]string{}
	for _, key := range keys {
		who := string(key.Role)
		switch {
		case key.Contributor != "":
			who = name(key.Contributor)
		case key.Office != "":
			who = key.Office
		case key.Label != "":
			who += " (" + key.Label + ")"
		}
		people[key.Principal().ID] = who
	}
	records = slices.Clone(records)
	for n, record := range records {
		if who, known := people[record.Actor]; known {
			records[n].Actor = who
		}
	}
	return records
}

// CycleWorkflows lists the workflows that a cycle with these requests had.
func CycleWorkflows(c Cycle, requests []Request) []string {
	ids := []string{CycleWorkflowID(c.ID)}
	for n := 1; n <= c.Draft && c.Shape != ShapeIntake; n++ { // digests go to nobody for clearance
		ids = append(ids, ClearanceWorkflowID(c.ID, n))
	}
	for _, r := range requests {
		for n := 1; n <= r.FollowUp; n++ {
			ids = append(ids, FollowUpWorkflowID(r.RequestKey, n))
		}
		for n := 1; n <= r.Reminders; n++ {
			ids = append(ids, ReminderWorkflowID(r.RequestKey, n))
		}
	}
	return ids
}
