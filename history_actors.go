package rapporteur

import (
	"context"
	"maps"
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
// id. What a person is called is not told. Whoever is acted for, has become the
// lead drafter, or was delegated to is named the same way, unless that would be
// the actor's own name: two of one office stay told apart. It gives other records;
// the audit record itself keeps the ids.
func NameActors(records []AuditRecord, known KnownActors, name func(ContributorID) string) []AuditRecord {
	people := known.inWhoseName(name)
	records = slices.Clone(records)
	for n, record := range records {
		who, known := people[record.Actor]
		if known {
			records[n].Actor = who
		}
		for _, detail := range append([]string{DetailFor}, namedDetails[record.Action]...) {
			other, known := people[record.Details[detail]]
			if known && other != who {
				records[n].Details = maps.Clone(records[n].Details)
				records[n].Details[detail] = other
			}
		}
	}
	return records
}

// namedDetails are the details of records that hold a principal.
var namedDetails = map[Action][]string{
	ActionDelegated:        {"to"},
	ActionDrafterAppointed: {"drafter", "before"},
}

// inWhoseName tells of every principal in whose name it acts.
func (k KnownActors) inWhoseName(name func(ContributorID) string) map[string]string {
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
	for _, key := range k.Keys {
		say(key.Principal(), key.Label)
	}
	for _, person := range k.Persons {
		say(person.Principal(), person.ID)
	}
	return people
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
