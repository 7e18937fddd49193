package rapporteur_test

import (
	"context"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// people puts persons on record.
func (h *house) people(all ...rapporteur.Person) {
	h.t.Helper()
	today := rapporteur.DateOf(h.clock())
	must(h.t, h.store.Write(h.t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		for _, p := range all {
			p.FirstSeen, p.LastSeen = today, today
			if err := tx.PutPerson(ctx, p); err != nil {
				return err
			}
		}
		return nil
	}))
}

// peopled is a house with people and keys of every kind, in force and not.
func peopled(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	gone := h.clock()
	h.people(
		rapporteur.Person{ID: "person-a", Role: rapporteur.RoleClearance, Office: "OLA", Label: "zoe"},
		rapporteur.Person{ID: "person-b", Role: rapporteur.RoleClearance, Office: "DPPA", Label: "Amina"},
		rapporteur.Person{ID: "person-c", Role: rapporteur.RoleClearance, Office: "DPPA", Label: "Gone", BlockedAt: gone, BlockedBy: "key-admin"},
		rapporteur.Person{ID: "person-d", Role: rapporteur.RoleSecretariat, Label: " "},
		rapporteur.Person{ID: "person-e", Role: rapporteur.RoleContributor, Contributor: kenya, Standing: rapporteur.StandingLead, Label: "Wangari"},
		rapporteur.Person{ID: "person-f", Role: rapporteur.RoleSecretariat, Label: "Blocked", BlockedAt: gone, BlockedBy: "key-admin"},
	)
	h.issued("4f2a", rapporteur.RoleSecretariat, time.Time{})
	h.issued("5b3c", rapporteur.RoleContributor, time.Time{})
	h.issued("6d4e", rapporteur.RoleSecretariat, gone)
	must(t, h.store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.InsertKey(ctx, rapporteur.APIKey{
			ID: "7e5f", Hash: []byte("7e5f"), Role: rapporteur.RoleSecretariat, Label: "expired", CreatedAt: gone.Add(-time.Hour), ExpiresAt: gone,
		})
	}))
	return h
}

// Whoever can be chosen is listed by name and office; those out of force and
// contributors' people are not, and contributors read no list.
func TestStaffOfTheHouse(t *testing.T) {
	h := peopled(t)
	persons := rapporteur.Persons{Store: h.store, Clock: h.clock}
	for role, want := range map[rapporteur.Role][]rapporteur.StaffMember{
		rapporteur.RoleClearance:     {{ID: "person-b", Name: "Amina", Office: "DPPA"}, {ID: "person-a", Name: "zoe", Office: "OLA"}},
		rapporteur.RoleSecretariat:   {{ID: "key-4f2a", Name: "key-4f2a"}, {ID: "person-d", Name: "person-d"}},
		rapporteur.RoleAdministrator: nil,
		rapporteur.RoleContributor:   nil,
	} {
		for _, reader := range []rapporteur.Principal{staff, {ID: "a", Role: rapporteur.RoleAdministrator}, {ID: "o", Role: rapporteur.RoleClearance, Office: "OLA"}} {
			got, err := persons.Staff(t.Context(), reader, role)
			must(t, err)
			same(t, string(role), got, want)
		}
	}
	names, err := persons.Names(t.Context(), staff)
	must(t, err)
	for id, want := range map[string]string{
		"person-a": "zoe, OLA", "person-c": "Gone, DPPA", "person-d": "person-d", "person-e": "person-e", "person-f": "Blocked",
		"key-7e5f": "expired", "key-5b3c": "key-5b3c", "key-none": "key-none", "local": "local", "": "",
	} {
		same(t, id, names.Of(id), want)
	}
	for _, reader := range []rapporteur.Principal{by(kenya), {}, {ID: "x", Role: rapporteur.RoleSecretariat, Contributor: kenya}} {
		_, err := persons.Staff(t.Context(), reader, rapporteur.RoleClearance)
		refused(t, err, rapporteur.ProblemForbidden)
		_, err = persons.Names(t.Context(), reader)
		refused(t, err, rapporteur.ProblemForbidden)
	}
}

// Somebody of the Secretariat who signs in can lead the drafting while nobody has
// blocked them.
func TestAppointingAPerson(t *testing.T) {
	h := peopled(t)
	cycle := h.collecting()
	allowed := func(rapporteur.Cycle) error { return nil }
	for name, drafter := range map[string]string{
		"an officer": "person-a", "a contributor's": "person-e", "blocked": "person-f", "nobody": "person-x", "a bare id": "d", "an expired key": "key-7e5f",
	} {
		h.unchanged(name, func() {
			refused(t, h.secretariat.Appoint(t.Context(), staff, cycle.ID, drafter, "Leave.", allowed), rapporteur.ProblemInvalid)
		})
	}
	must(t, h.secretariat.Appoint(t.Context(), staff, cycle.ID, "person-d", "Leave.", allowed))
	_, err := h.correspondence.Submit(t.Context(), by(kenya), key(cycle, kenya), withFigures(t, 2))
	must(t, err)
	for who, masked := range map[string]bool{"person-d": false, staff.ID: true} {
		reading, err := h.correspondence.Read(t.Context(), rapporteur.Principal{ID: who, Role: rapporteur.RoleSecretariat}, key(cycle, kenya), 1)
		must(t, err)
		same(t, who+" reads masked", reading.Masked, masked)
	}
	records := h.audited(cycle, rapporteur.ActionDrafterAppointed)
	if len(records) != 1 || records[0].Details["drafter"] != "person-d" {
		t.Errorf("the record says %+v", records)
	}
}

// An officer's person delegates to another's, who decides: the record keeps both
// ids, the history names both offices, and people by no name.
func TestAPersonDecidesByDelegation(t *testing.T) {
	h := peopled(t)
	cycle := h.drafted()
	state, err := h.conduct.LoadClearance(t.Context(), cycle.ID, 1)
	must(t, err)
	office, today := state.Step().Offices[0], rapporteur.DateOf(h.clock())
	h.people(rapporteur.Person{ID: "person-chief", Role: rapporteur.RoleClearance, Office: office, Label: "Chief"},
		rapporteur.Person{ID: "person-deputy", Role: rapporteur.RoleClearance, Office: "DEPUTY", Label: "Deputy"})
	d := decision(state, office, "d", true, "", "")
	d.Actor, d.For = "person-deputy", "person-chief"
	h.unchanged("a decision before the delegation", func() {
		_, err := h.conduct.Decide(t.Context(), d, h.moment())
		refused(t, err, rapporteur.ProblemForbidden)
	})
	_, err = h.conduct.Delegate(t.Context(), rapporteur.Delegation{
		ID: "g", Cycle: cycle.ID, Draft: 1, Office: office, From: "person-chief", To: "person-deputy", Starts: today, Ends: today.AddDays(7),
	}, h.moment())
	must(t, err)
	stranger := d
	stranger.Actor = "person-b"
	h.unchanged("a decision by somebody else", func() {
		_, err := h.conduct.Decide(t.Context(), stranger, h.moment())
		refused(t, err, rapporteur.ProblemForbidden)
	})
	_, err = h.conduct.Decide(t.Context(), d, h.moment())
	must(t, err)
	records := append(h.audited(cycle, rapporteur.ActionDelegated), h.audited(cycle, rapporteur.ActionDecided)...)
	if len(records) != 2 || records[0].Actor != "person-chief" || records[0].Details["to"] != "person-deputy" ||
		records[1].Actor != "person-deputy" || records[1].Details["for"] != "person-chief" {
		t.Fatalf("the records are %+v", records)
	}
	known := read(h, rapporteur.ReadKnownActors)
	name := func(id rapporteur.ContributorID) string { return string(id) }
	lines := rapporteur.Narrate(h.cycle(cycle.ID), name, rapporteur.NameActors(records, known, name), nil)
	if len(lines) != 2 || lines[0].Actor != office || lines[1].Actor != "DEPUTY on behalf of "+office {
		t.Errorf("the history tells of %+v", lines)
	}
	same(t, "the record after naming", records[1].Details["for"], "person-chief")
}
