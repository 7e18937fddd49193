package rapporteur

import (
	"context"
	"slices"
)

// KnownActors are those who can stand behind the actor of an audit record.
type KnownActors struct {
	Keys    []APIKey
	Persons []Person
}

// ReadKnownActors reads them.
func ReadKnownActors(ctx context.Context, r Reader) (KnownActors, error) {
	keys, err := r.Keys(ctx)
	if err != nil {
		return KnownActors{}, err
	}
	persons, err := r.Persons(ctx)
	return KnownActors{Keys: keys, Persons: persons}, err
}

// NameActors puts in the place of an actor's id in whose name it acts: a
// contributor, a clearance office, or a role with the key's label or the person's
// id. What a person is called is not told. It gives other records; the audit
// record itself keeps the id.
func NameActors(records []AuditRecord, known KnownActors, name func(ContributorID) string) []AuditRecord {
	people := map[string]string{}
	say := func(p Principal, which string) {
		who := string(p.Role)
		switch {
		case p.Contributor != "":
			who = name(p.Contributor)
			if p.Standing == StandingColleague {
				who += " (colleague)"
			}
		case p.Office != "":
			who = p.Office
		case which != "":
			who += " (" + which + ")"
		}
		people[p.ID] = who
	}
	for _, key := range known.Keys {
		say(key.Principal(), key.Label)
	}
	for _, person := range known.Persons {
		say(person.Principal(), person.ID)
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
