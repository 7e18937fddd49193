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

// Who is acted for, delegated to or appointed is named too; two of one office stay
// told apart, and other details are left alone.
func TestNameActorsInDetails(t *testing.T) {
	known := rapporteur.KnownActors{Persons: []rapporteur.Person{
		{ID: "person-a", Role: rapporteur.RoleClearance, Office: "OLA"}, {ID: "person-b", Role: rapporteur.RoleClearance, Office: "OLA"},
		{ID: "person-c", Role: rapporteur.RoleClearance, Office: "DPPA"}, {ID: "person-d", Role: rapporteur.RoleSecretariat},
	}}
	for _, c := range []struct {
		action            rapporteur.Action
		actor, key, value string
		want              string
	}{
		{rapporteur.ActionDecided, "person-c", "for", "person-a", "OLA"},
		{rapporteur.ActionDecided, "person-b", "for", "person-a", "person-a"},
		{rapporteur.ActionDecided, "key-9", "for", "person-a", "OLA"},
		{rapporteur.ActionDecided, "person-c", "for", "key-9", "key-9"},
		{rapporteur.ActionDelegated, "person-a", "to", "person-c", "DPPA"},
		{rapporteur.ActionDrafterAppointed, "person-a", "drafter", "person-d", "secretariat (person-d)"},
		{rapporteur.ActionDrafterAppointed, "person-a", "before", "person-d", "secretariat (person-d)"},
		{rapporteur.ActionHandedOver, "person-a", "drafter", "person-d", "person-d"},
	} {
		records := []rapporteur.AuditRecord{{Action: c.action, Actor: c.actor, Details: map[string]string{c.key: c.value, "office": "OLA"}}}
		named := rapporteur.NameActors(records, known, func(id rapporteur.ContributorID) string { return string(id) })
		if named[0].Details[c.key] != c.want || records[0].Details[c.key] != c.value || named[0].Details["office"] != "OLA" {
			t.Errorf("%s by %s: %s %s is told as %q, the record has %q", c.action, c.actor, c.key, c.value, named[0].Details[c.key], records[0].Details[c.key])
		}
	}
}
