package rapporteur_test

import (
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// Who acted is told by the name in which they act, and people are not called by
// theirs.
func TestNameActors(t *testing.T) {
	known := rapporteur.KnownActors{
		Keys: []rapporteur.APIKey{
			{ID: "1", Role: rapporteur.RoleSecretariat, Label: "desk"}, {ID: "2", Role: rapporteur.RoleContributor, Contributor: kenya, Label: "a system"},
		},
		Persons: []rapporteur.Person{
			{ID: "person-a", Role: rapporteur.RoleSecretariat, Label: "Jane Roe"},
			{ID: "person-b", Role: rapporteur.RoleClearance, Office: "OLA", Label: "Jane Roe"},
			{ID: "person-c", Role: rapporteur.RoleContributor, Contributor: kenya, Standing: rapporteur.StandingLead, Label: "Jane Roe"},
			{ID: "person-d", Role: rapporteur.RoleContributor, Contributor: kenya, Standing: rapporteur.StandingColleague, Label: "Jane Roe"},
		},
	}
	for actor, want := range map[string]string{
		"key-1": "secretariat (desk)", "key-2": "Kenya", "person-a": "secretariat (person-a)", "person-b": "OLA", "person-c": "Kenya",
		"person-d": "Kenya (colleague)", "key-9": "key-9", rapporteur.ActorEngine: rapporteur.ActorEngine,
	} {
		records := []rapporteur.AuditRecord{{Actor: actor}}
		named := rapporteur.NameActors(records, known, func(rapporteur.ContributorID) string { return "Kenya" })
		if named[0].Actor != want || records[0].Actor != actor || strings.Contains(named[0].Actor, "Jane") {
			t.Errorf("%s is called %q, want %q; the record has %q", actor, named[0].Actor, want, records[0].Actor)
		}
	}
}
